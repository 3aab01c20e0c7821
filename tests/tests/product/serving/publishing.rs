//! A course is published into a running class: what is refused, what is told before, what stays with the students.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::marks::correct;
use crate::browser::Browser;
use crate::command_line::check::small_course;
use crate::program::{Ran, course, folder_of, sandbar, shown};
use crate::server::Server;

/// Publishes, with more arguments.
fn publish(course: &Path, data: &Path, more: &[&str]) -> Ran {
    sandbar(&[&["publish", &shown(course), "--data", &shown(data)], more].concat())
}

/// Hands in that file and waits for its report; gives the page's path.
pub async fn hand_in(browser: &mut Browser, file: &str) -> String {
    browser.get("/labs/delta").await;
    let file = fs::read(course().join("labs/delta").join(file)).expect("the solution");
    assert_eq!(browser.upload("/labs/delta/import", "mine.sql", file).await.status, 303);
    let path = browser.post("/labs/delta/submit", &[]).await.header("location").to_owned();
    while !browser.get(&path).await.body.contains("class=\"score\"") {}
    path
}

fn score(page: &str) -> &str {
    let (_, rest) = page.split_once("class=\"score\"><strong>").expect("a score");
    rest.split('<').next().unwrap_or_default()
}

/// The releases that have an archive.
fn archives(data: &Path) -> Vec<String> {
    let folder = fs::read_dir(data.join("releases")).expect("a folder");
    folder.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

/// The same course with a point moved, and other words in the starter's second task.
fn next_course(folder: &Path) {
    small_course(folder);
    correct(folder);
    let starter = folder.join("labs/delta/starter.sql");
    let text = fs::read_to_string(&starter).expect("the starter");
    fs::write(&starter, text.replace("One INSERT with two new products.", "Two products in ONE statement."))
        .expect("it is written");
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_published_course_is_served_next_and_leaves_cells_marks_and_reports_as_they_are() {
    let folders = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    let [data, first, next] = folders.each_ref().map(tempfile::TempDir::path);
    small_course(first);
    next_course(next);
    let server = Server::demo(data, &["--content", &shown(first)]);
    let (mut ada, mut bela) = (Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await);
    bela.get("/labs/delta").await;
    let cells =
        json!([{ "id": "cell-3", "language": "sql", "title": "Task 2: add two products", "source": "SELECT 'hers'" }]);
    assert_eq!(
        bela.put("/labs/delta/documents/notebook.sql", &json!({ "revision": 1, "cells": cells })).await.status,
        200
    );
    let own = hand_in(&mut ada, "wrong/price_only.sql").await;
    assert_eq!(score(&ada.get(&own).await.body), "88");

    let dry = publish(next, data, &["--dry-run"]);
    assert_eq!(dry.status, 0, "{dry:?}");
    let row = dry.out.lines().find(|line| line.starts_with("│ ada")).expect("her row");
    holds(row, &["delta", "88 of 100", "89 of 100", "merge-clauses"]);
    holds(&dry.out, &["1 of the submission that counts", "nothing was published"]);
    assert_eq!(archives(data).len(), 1, "a dry run keeps nothing");
    let same = publish(first, data, &["--dry-run"]);
    assert!(same.status == 0 && same.out.contains("No mark of the submission that counts would change."), "{same:?}");
    let published = publish(next, data, &[]);
    assert_eq!(published.status, 0, "beside the running server: {published:?}");
    assert!(published.out.contains("89 of 100") && published.out.contains("is published"), "{published:?}");
    assert_eq!(archives(data).len(), 2);
    assert!(!ada.get("/labs/delta").await.body.contains("/labs/delta/changes"), "served from the next start on");
    assert_eq!(server.stop().status, 0);

    let server = Server::demo(data, &[]);
    let (mut ada, mut bela) = (ada.at(&server), bela.at(&server));
    let lab = bela.get("/labs/delta").await.body;
    assert!(lab.contains("hers") && lab.contains("href=\"/labs/delta/changes\""), "{lab}");
    let changes = bela.get("/labs/delta/changes").await.body;
    holds(&changes, &["One INSERT", "Two products", "hers"]);
    let page = ada.get(&own).await.body;
    assert_eq!(score(&page), "88");
    let (_, rest) = page.split_once("href=\"/labs/delta/releases/").expect("the lab as it was");
    let was = format!("/labs/delta/releases/{}", rest.split('"').next().unwrap_or_default());
    let was = ada.get(&was).await;
    assert!(was.status == 200 && was.body.contains("in an earlier release"), "{}", was.body);
    let later = hand_in(&mut ada, "wrong/price_only.sql").await;
    assert_eq!(score(&ada.get(&later).await.body), "89", "handed in under the new release");
}

#[test]
fn what_is_not_proved_or_cannot_be_read_is_refused_with_every_finding_and_nothing_changes() {
    let (data, content) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let small = small_course(content.path());
    let other = publish(&small, content.path(), &[]);
    assert_eq!(other.status, 2, "{other:?}");
    assert!(other.err.contains("is no data folder of a server") && other.err.contains("try: "), "{other:?}");

    assert_eq!(Server::demo(data.path(), &[]).stop().status, 0);
    let before = archives(data.path());
    let lab = small.join("labs/delta/lab.yml");
    let text = fs::read_to_string(&lab).expect("the lab");
    fs::write(&lab, text.replace("no_insert_clause.sql, score: 82", "no_insert_clause.sql, score: 90"))
        .expect("written");
    let unproved = publish(&small, data.path(), &[]);
    assert_eq!(unproved.status, 1, "{unproved:?}");
    assert!(unproved.err.contains("scores 82, not the declared 90"), "{unproved:?}");
    assert!(unproved.out.ends_with("nothing was published\n"), "{unproved:?}");
    fs::write(&lab, text.replace("kind: row_count", "kind: row_cuont")).expect("written");
    let broken = publish(&small, data.path(), &[]);
    assert_eq!(broken.status, 1, "{broken:?}");
    assert!(broken.err.contains("row_cuont") && broken.out.contains("nothing was published"), "{broken:?}");
    assert_eq!(publish(&small.join("nowhere"), data.path(), &[]).status, 2);
    assert_eq!(archives(data.path()), before);
}

#[tokio::test]
async fn a_course_is_published_before_any_server_was_started() {
    let (data, content) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (small, data) = (small_course(content.path()), data.path().join("new"));
    let head = "---\ntitle: One\nminutes: 1\nsummary: First.\n---\n\n## Start\n\n";
    let lesson = format!("{head}```sql run\nSELECT 'proved'\n```\n\nA query of one row, which needs no table.\n");
    fs::create_dir(small.join("lessons")).expect("a folder");
    fs::write(small.join("lessons/one.md"), lesson).expect("it is written");
    let head = fs::read_to_string(small.join("course.yml")).expect("it is there");
    fs::write(small.join("course.yml"), format!("{head}  - lesson: one\n")).expect("it is written");
    let dry = publish(&small, &data, &["--dry-run"]);
    assert!(dry.status == 0 && dry.out.contains("No submission counts so far"), "{dry:?}");
    assert!(!data.exists(), "a dry run makes nothing");
    assert_eq!(publish(&small, &data, &[]).status, 0);
    let mut kept = archives(&data);
    kept.sort();
    let [outputs, archive] = kept.as_slice() else { panic!("two files: {kept:?}") };
    assert!(outputs.ends_with("-one.outputs.json") && archive.ends_with(".zip"), "{kept:?}");
    // What is kept is what is shown: the server does not run it again.
    let path = data.join("releases").join(outputs);
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, text.replace("[\"proved\"]", "[\"as it was kept\"]")).expect("it is written");
    let server = Server::demo(&data, &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let page = ada.get("/lessons/one").await.body;
    assert!(page.contains("Expected output") && page.contains("as it was kept"), "{page}");
    assert!(ada.get("/").await.body.contains("/labs/delta"));
    assert!(ada.get("/labs/workflows").await.status == 404, "the small course, and not the built-in one");
}

#[tokio::test]
async fn a_course_of_another_name_is_not_published_over_work_and_a_missing_archive_stops_the_start() {
    let (data, content) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let small = small_course(content.path());
    let server = Server::demo(data.path(), &["--content", &shown(&small)]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    hand_in(&mut ada, "reference/solution.sql").await;
    assert_eq!(server.stop().status, 0);
    let lesson = "---\ntitle: One\nminutes: 5\nsummary: First.\n---\n\n## Start\n\nWords.\n";
    let other = folder_of(&[
        ("course.yml", "slug: other\ntitle: Other\nsummary: One lesson.\ntopics:\n  - lesson: one\n"),
        ("lessons/one.md", lesson),
    ]);
    let refused = publish(other.path(), data.path(), &[]);
    assert_eq!(refused.status, 2, "{refused:?}");
    assert!(refused.err.contains("work handed in to `small`") && refused.err.contains("`other`"), "{refused:?}");

    let published = publish(&small, data.path(), &[]);
    assert_eq!(published.status, 0, "{published:?}");
    for archive in archives(data.path()) {
        fs::remove_file(data.path().join("releases").join(archive)).expect("it was there");
    }
    let start = sandbar(&["serve", "--demo", "--listen", "127.0.0.1:0", "--data", &shown(data.path())]);
    assert_eq!(start.status, 2, "{start:?}");
    assert!(start.err.contains("cannot be served") && start.err.contains("put its archive back"), "{start:?}");
}
