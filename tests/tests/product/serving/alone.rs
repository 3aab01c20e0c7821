//! The binary alone, copied to an empty folder, serves everything: the pages, their assets, the course, the engine.

use std::fs;

use crate::browser::Browser;
use crate::program::{command_of, path};
use crate::server::Server;

/// Addresses of the bundle's files in a page.
fn assets(page: &str) -> Vec<String> {
    let begins = page.match_indices("\"/assets/").map(|(at, _)| &page[at + 1..]);
    begins.filter_map(|rest| Some(rest.split(['"', '#']).next()?.to_owned())).collect()
}

#[tokio::test]
async fn copied_to_an_empty_folder_it_serves_pages_assets_and_the_course_and_runs_sql() {
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("sandbar");
    fs::copy(path(), &copy).expect("it is copied");
    let mut command = command_of(&copy, &["serve", "--demo", "--listen", "127.0.0.1:0"]);
    command.current_dir(folder.path());
    let server = Server::of(command);

    let mut visitor = Browser::new(&server);
    let first = visitor.get("/sign-in").await;
    assert_eq!(first.status, 200);
    assert!(
        !first.header("content-security-policy").contains("unsafe")
            && !first.header("content-security-policy").is_empty()
    );
    let assets = assets(&first.body);
    assert!(assets.iter().any(|asset| asset.ends_with(".js")) && assets.iter().any(|asset| asset.ends_with(".css")));
    for asset in &assets {
        let file = visitor.get(asset).await;
        assert_eq!((file.status, file.body.is_empty()), (200, false), "{asset}");
        assert_eq!(file.header("x-content-type-options"), "nosniff", "{asset}");
    }
    assert_eq!(visitor.get("/readyz").await.status, 200);

    let mut ada = Browser::signed_in(&server, "ada").await;
    let week = ada.get("/").await.body;
    for topic in ["/lessons/what-is-delta-lake", "/lessons/time-travel", "/labs/delta", "/labs/workflows", "/quiz"] {
        assert!(week.contains(&format!("href=\"{topic}\"")), "{topic}");
        assert_eq!(ada.get(topic).await.status, 200, "{topic}");
    }
    assert_eq!(ada.run("SELECT 40 + 2").await.values(), ["42"]);
    let mut names: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().map(|it| it.file_name()).collect();
    names.sort();
    assert_eq!(names, ["data", "sandbar"], "what it keeps is in its data folder");
}
