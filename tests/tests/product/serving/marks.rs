//! A mark's life: handed in, changed by the instructor, graded again with a corrected lab, applied, undone, over restarts.

use std::fs;
use std::path::Path;

use crate::browser::{Answer, Browser};
use crate::program::{copy, course, shown};
use crate::server::Server;

/// A copy of the course in which one point of the MERGE goes from its rows to its clauses.
fn corrected(folder: &Path) {
    copy(&course(), folder);
    correct(folder);
}

/// Moves that point in a course.
pub fn correct(folder: &Path) {
    let path = folder.join("labs/delta/lab.yml");
    let text = fs::read_to_string(&path).expect("the lab");
    let mut changed = text.clone();
    for (check, from, to) in [("merge-clauses", 2, 3), ("merge-rows", 6, 5)] {
        let (before, rest) = changed.split_once(&format!("- id: {check}\n")).expect("the check");
        let rest = rest.replacen(&format!("points: {from}"), &format!("points: {to}"), 1);
        changed = format!("{before}- id: {check}\n{rest}");
    }
    assert_ne!(changed, text);
    fs::write(path, changed).expect("it is written");
}

/// Asks until the page has come so far.
async fn page_with(browser: &mut Browser, path: &str, sign: &str) -> String {
    loop {
        let Answer { status, body, .. } = browser.get(path).await;
        assert_eq!(status, 200, "{body}");
        if body.contains(sign) {
            return body;
        }
    }
}

fn score(page: &str) -> &str {
    let (_, rest) = page.split_once("class=\"score\"><strong>").expect("a score");
    rest.split('<').next().unwrap_or_default()
}

/// Hands in the solution that forgets the quantity: `merge-rows` and `merge-property` fail.
async fn hand_in(ada: &mut Browser) -> String {
    let file = fs::read(course().join("labs/delta/wrong/price_only.sql")).expect("the solution");
    ada.get("/labs/delta").await;
    assert_eq!(ada.upload("/labs/delta/import", "mine.sql", file).await.status, 303);
    let handed_in = ada.post("/labs/delta/submit", &[]).await;
    handed_in.header("location").to_owned()
}

#[tokio::test]
async fn what_an_instructor_set_survives_a_regrade_with_another_lab_and_undoing_it_brings_the_mark_back() {
    let (data, content) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let own = hand_in(&mut ada).await;
    assert_eq!(score(&page_with(&mut ada, &own, "class=\"score\"").await), "88");
    let mut ines = Browser::signed_in(&server, "ines").await;
    let review = format!("/teach/submissions/{}", own.rsplit('/').next().unwrap_or_default());
    ines.get(&review).await;
    let fields = [("points", "4.5"), ("reason", "The idea is right.")];
    assert_eq!(ines.post(&format!("{review}/checks/merge-rows/points"), &fields).await.status, 303);
    assert_eq!(score(&ada.get(&own).await.body), "92.5");
    let same = ines.post(&format!("{review}/grade-again"), &[]).await.header("location").to_owned();
    page_with(&mut ines, &same, "No mark of 1 submission differs.").await;
    assert_eq!(server.stop().status, 0);

    corrected(content.path());
    let server = Server::demo(data.path(), &["--content", &shown(content.path())]);
    let (mut ada, mut ines) = (ada.at(&server), ines.at(&server));
    ines.get("/teach/labs/delta").await;
    let started = ines.post("/teach/labs/delta/regrades", &[]).await;
    let regrade = started.header("location").to_owned();
    let page = page_with(&mut ines, &regrade, "It would change 1 mark of 1 submission.").await;
    assert!(page.contains("<code>merge-clauses</code> <span>from 2 to 3</span>"), "{page}");
    assert!(!page.contains("<code>merge-rows</code>"), "a person set it: {page}");
    assert_eq!(score(&ada.get(&own).await.body), "92.5", "nothing is changed so far");
    assert_eq!(ines.post(&format!("{regrade}/apply"), &[]).await.status, 303);
    let applied = ada.get(&own).await.body;
    assert_eq!(score(&applied), "93.5");
    assert!(applied.contains("Ines Moreau set 4.5 of 5 points; the grader gave 0."), "{applied}");
    assert!(applied.contains("The idea is right."), "{applied}");
    assert_eq!(ines.post(&format!("{regrade}/undo"), &[]).await.status, 303);
    let undone = ada.get(&own).await.body;
    assert_eq!(score(&undone), "92.5");
    assert!(undone.contains("Ines Moreau set 4.5 of 6 points; the grader gave 0."), "{undone}");
    let withdrawn = ines.post(&format!("{review}/overrides/1/withdraw"), &[]).await;
    assert_eq!(withdrawn.status, 303);
    assert_eq!(score(&ada.get(&own).await.body), "88");
}

#[tokio::test]
async fn a_student_finds_no_page_of_staff_on_a_running_server() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    hand_in(&mut ada).await;
    for path in ["submissions", "submissions/1", "labs/delta", "regrades/1", "submissions/1/comments"] {
        assert_eq!(ada.get(&format!("/teach/{path}")).await.status, 404, "{path}");
    }
    for path in ["submissions/1/checks/merge-rows/points", "submissions/1/comments", "labs/delta/policy"] {
        let fields = [("points", "6"), ("reason", "mine"), ("text", "x"), ("counting", "last")];
        assert_eq!(ada.post(&format!("/teach/{path}"), &fields).await.status, 404, "{path}");
    }
}
