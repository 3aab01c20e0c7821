//! "Try this case": the smallest rows of a report in a workspace of their own, where the statement does there what the
//! report says.

use super::handing_in::hand_in;
use crate::browser::{Answer, Browser};
use crate::server::Server;

const PAGE: &str = "/labs/delta/case";

/// The address behind the button that loads the case of a check.
fn address(report: &str, check: &str) -> String {
    let wanted = format!("/cases/{check}/try");
    let actions = report.split("action=\"").filter_map(|rest| rest.split('"').next());
    actions.filter(|action| action.ends_with(&wanted)).map(str::to_owned).next().unwrap_or_else(|| panic!("{report}"))
}

/// The values of the case's table with that title, in reading order.
fn shown(page: &Answer, title: &str) -> Vec<String> {
    let (_, rest) = page.body.split_once(&format!("<caption>{title}</caption>")).expect("the table");
    let table = Answer { body: rest.split("</table>").next().unwrap_or_default().to_owned(), ..empty() };
    table.values().into_iter().filter(|value| value != "no rows").collect()
}

fn empty() -> Answer {
    Answer { status: 200, headers: Default::default(), body: String::new() }
}

async fn run(browser: &Browser, number: &str, sql: &str) -> Answer {
    browser.fetch(&format!("{PAGE}/run"), &[("number", number), ("source", sql)]).await
}

/// The text of a snippet of the page.
fn text(page: &Answer, number: &str) -> String {
    let (_, rest) = page.body.split_once(&format!("id=\"snippet-{number}\"")).expect("the snippet");
    let (_, rest) = rest.split_once("spellcheck=\"false\" hidden>").expect("its text");
    let text = rest.split("</textarea>").next().unwrap_or_default().trim();
    text.replace("&#60;", "<").replace("&#62;", ">").replace("&#39;", "'").replace("&#34;", "\"").replace("&#38;", "&")
}

fn sorted(mut values: Vec<String>) -> Vec<String> {
    values.sort();
    values
}

#[tokio::test]
async fn the_statement_gives_on_the_loaded_rows_what_the_report_says_it_gave() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    for (file, check, is_query) in [
        ("wrong/star_update.sql", "merge-property", false),
        ("wrong/price_cap.sql", "raise-property", false),
        ("wrong/rises_only.sql", "compare-property", true),
    ] {
        let (_, report) = hand_in(&mut ada, file).await;
        let loaded = ada.post(&address(&report.body, check), &[]).await;
        assert_eq!((loaded.status, loaded.header("location")), (303, PAGE), "{file}: {}", loaded.body);
        let page = ada.get(PAGE).await;
        let before = run(&ada, "2", &text(&page, "2")).await;
        assert_eq!(sorted(before.values()), sorted(shown(&page, "before")), "{file}: {}", before.body);
        let ran = run(&ada, "1", &text(&page, "1")).await;
        assert!(!ran.body.contains("data-error-line"), "{file}: {}", ran.body);
        let got = if is_query { ran } else { run(&ada, "2", &text(&page, "2")).await };
        assert_eq!(sorted(got.values()), sorted(shown(&page, "got")), "{file}: {}", got.body);
    }
    let exact = run(&ada, "1", "SELECT 146.61D * 1.05D AS price").await;
    assert_eq!(exact.values(), ["153.94050000000001"], "to the last bit: {}", exact.body);
}

#[tokio::test]
async fn a_case_takes_the_place_of_the_one_before_and_is_its_students_alone() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    assert_eq!(ada.get(PAGE).await.status, 404, "nothing is loaded");
    assert_eq!(run(&ada, "1", "SELECT 1").await.status, 404, "nothing is loaded");
    let (_, report) = hand_in(&mut ada, "wrong/star_update.sql").await;
    let action = address(&report.body, "merge-property");
    bela.get("/").await;
    assert_eq!(bela.post(&action, &[]).await.status, 404);
    assert_eq!(ada.post(&action.replace("merge-property", "merge-rows"), &[]).await.status, 404, "it has no case");
    assert_eq!(ada.post(&action, &[]).await.status, 303);
    assert!(run(&ada, "1", "CREATE TABLE mine AS SELECT 1 AS a").await.body.contains("mine"));
    assert_eq!(ada.post(&action, &[]).await.status, 303);
    let gone = run(&ada, "2", "SELECT * FROM mine").await;
    assert!(gone.body.contains("TABLE_OR_VIEW_NOT_FOUND"), "{}", gone.body);
    assert!(!ada.get(PAGE).await.body.contains("CREATE TABLE mine"), "the texts are those of the case again");
    let lab = ada.fetch("/labs/delta/cells/scratch/run", &[("source", "SELECT * FROM inventory_updates")]).await;
    assert!(lab.body.contains("TABLE_OR_VIEW_NOT_FOUND"), "the lab has nothing of it: {}", lab.body);
    let workspaces = data.path().join("tables");
    let kept = walk(&workspaces).into_iter().filter(|path| path.contains("case_delta") && path.ends_with(".parquet"));
    let attempts: std::collections::BTreeSet<String> =
        kept.filter_map(|path| path.split("case_delta/").nth(1)?.split('/').next().map(str::to_owned)).collect();
    assert_eq!(attempts.len(), 1, "one workspace has files: {attempts:?}");
}

/// Every file below a folder.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let below = |entry: std::fs::DirEntry| match entry.path() {
        path if path.is_dir() => walk(&path),
        path => vec![path.display().to_string()],
    };
    entries.flat_map(below).collect()
}
