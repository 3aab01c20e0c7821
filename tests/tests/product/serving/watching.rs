//! A course that somebody writes while it is served: pages follow the files, mistakes are shown, work stays.

use std::fs;
use std::path::Path;

use super::other_course::graded;
use crate::browser::Browser;
use crate::program::{sandbar, shown};
use crate::server::Server;

/// A course with a lesson and a lab, as `sandbar new` begins it.
fn begun(folder: &Path) {
    for (what, name) in [("course", "orchard"), ("lab", "harvest")] {
        assert_eq!(sandbar(&["new", what, name, &shown(folder)]).status, 0);
    }
}

/// Changes a file of the course, once.
fn change(course: &Path, file: &str, from: &str, to: &str) {
    let path = course.join(file);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(from), "{from} in {file}");
    fs::write(path, text.replacen(from, to, 1)).expect("it is written");
}

fn attribute<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("{name}=\"")).expect("the attribute");
    rest.split('"').next().unwrap_or_default()
}

/// Waits until the page is told that; what comes before it, while files are still being written, is passed over.
async fn told(browser: &Browser, page: &str, event: &str) {
    let (release, mark) = (attribute(page, "data-release"), attribute(page, "data-mark"));
    let mut response = browser.open(&format!("/preview/events?release={release}&mark={mark}")).await;
    assert_eq!(response.status().as_u16(), 200);
    let (mut text, line) = (String::new(), format!("event: {event}\n"));
    while !text.contains(&line) {
        text += &String::from_utf8_lossy(&response.chunk().await.expect("in time").expect("an event"));
    }
}

#[test]
fn mistakes_are_shown_on_this_machine_only() {
    let folder = tempfile::tempdir().expect("a folder");
    begun(folder.path());
    let (course, data) = (shown(folder.path()), shown(&folder.path().join("data")));
    let ran = sandbar(&["serve", "--demo", "--listen", "0.0.0.0:0", "--data", &data, "--watch", &course]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("--watch shows") && ran.err.contains("--listen 127.0.0.1:8080"), "{}", ran.err);
}

const LESSON: &str = "/lessons/first-steps";
const FILE: &str = "lessons/first-steps.md";

#[tokio::test]
async fn a_changed_file_is_shown_at_once_and_a_mistake_leaves_the_last_good_course() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let course = folder.path();
    begun(course);
    let server = Server::demo(data.path(), &["--watch", &shown(course)]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/harvest").await;
    let ran = ada.fetch("/labs/harvest/cells/scratch/run", &[("source", "UPDATE items SET price = 9")]).await;
    assert_eq!(ran.status, 200, "{}", ran.body);
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("What a table remembers") && !page.contains("in the course's files"), "{page}");

    change(course, FILE, "## What a table remembers", "## What a table keeps");
    told(&ada, &page, "course").await;
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("What a table keeps"), "{page}");

    change(course, FILE, "minutes:", "minutse:");
    told(&ada, &page, "mistakes").await;
    let page = ada.get(LESSON).await.body;
    for part in
        ["What a table keeps", "1 mistake ", "shows the course as it was", "lessons/first-steps.md:3:1", "minutse"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    let panel = ada.fetch_get("/preview").await;
    assert!(panel.trim_start().starts_with("<sb-preview") && panel.contains("minutse"), "{panel}");

    change(course, FILE, "minutse:", "minutes:");
    told(&ada, &page, "mistakes").await;
    change(course, FILE, "### Check yourself", "##### Check yourself");
    let page = ada.get(LESSON).await.body;
    told(&ada, &page, "course").await;
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("<h5") && page.contains("A heading of level 5") && page.contains("1 mistake "), "{page}");

    let rows = ada.fetch("/labs/harvest/cells/scratch/run", &[("source", "SELECT DISTINCT price FROM items")]).await;
    assert_eq!(rows.values(), ["9.0"], "her table is as she left it: {}", rows.body);
    assert_eq!(server.stop().status, 0, "and nobody who follows keeps it up");
}

#[tokio::test]
async fn sql_that_fails_is_shown_with_its_place_and_what_the_engine_says() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let course = folder.path();
    begun(course);
    let file = fs::read_to_string(course.join(FILE)).expect("it is there");
    let line = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).expect("its line") + 1;
    let server = Server::demo(data.path(), &["--watch", &shown(course)]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("Expected output") && page.contains("<sb-film"), "{page}");
    fs::write(course.join(FILE), file.replacen("```sql run\n", "```sql run\nSELECT nothing_there;\n", 1))
        .expect("written");
    let walkthrough = course.join("lessons/first-steps/walkthrough.yml");
    let steps = fs::read_to_string(&walkthrough).expect("it is there").replacen("INSERT INTO", "INSRET INTO", 1);
    fs::write(&walkthrough, &steps).expect("written");
    told(&ada, &page, "course").await;
    let page = ada.get(LESSON).await.body;
    told(&ada, &page, "mistakes").await;
    let panel = ada.fetch_get("/preview").await;
    for part in [
        format!("{FILE}:{}:8", line(&file, "```sql run") + 1),
        "nothing_there".to_owned(),
        format!("lessons/first-steps/walkthrough.yml:{}:", line(&steps, "INSRET")),
        "INSRET".to_owned(),
        "2 mistakes".to_owned(),
    ] {
        assert!(panel.contains(&part), "{part} in {panel}");
    }
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("does not end as its author says") && !page.contains("is not there at the moment"), "{page}");
}

#[tokio::test]
async fn releases_that_nobody_worked_with_are_not_kept_for_ever() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let course = folder.path();
    begun(course);
    let server = Server::demo(data.path(), &["--watch", &shown(course)]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    ada.get("/labs/harvest").await;
    for number in 0..14 {
        let page = ada.get("/").await.body;
        change(course, FILE, "## What a table", &format!("## Part {number}\n\n## What a table"));
        told(&ada, &page, "course").await;
    }
    let kept = fs::read_dir(data.path().join("releases")).expect("a folder").flatten();
    let releases = kept.filter(|file| file.file_name().to_string_lossy().ends_with(".zip")).count();
    // The one that is served, the last eight before it, and the one of ada's work.
    assert!((2..=10).contains(&releases), "{releases}");
    assert_eq!(ada.get("/labs/harvest").await.status, 200);
    assert_eq!(server.stop().status, 0, "and nobody who follows keeps it up");
}

#[tokio::test]
async fn a_lab_that_comes_is_graded_and_another_courses_name_is_refused() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let course = folder.path();
    begun(course);
    let server = Server::demo(data.path(), &["--watch", &shown(course)]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let page = ada.get("/").await.body;
    assert_eq!(sandbar(&["new", "lab", "cellar", &shown(course)]).status, 0);
    told(&ada, &page, "course").await;
    let graded = graded(&mut ada, "/labs/cellar", &course.join("labs/cellar/reference.sql")).await;
    assert!(graded.contains("<strong>10</strong>"), "{graded}");

    change(course, "course.yml", "slug: orchard", "slug: garden");
    told(&ada, &graded, "mistakes").await;
    let page = ada.get("/labs/cellar").await.body;
    assert!(page.contains("has the work of <code>orchard</code>"), "{page}");
    let both = sandbar(&["serve", "--watch", &shown(course), "--content", &shown(course)]);
    assert_eq!(both.status, 2, "{both:?}");
    change(course, "course.yml", "topics:", "topcis:");
    let broken =
        sandbar(&["serve", "--listen", "127.0.0.1:0", "--data", &shown(folder.path()), "--watch", &shown(course)]);
    assert!(broken.status == 2 && broken.err.contains("topcis"), "{broken:?}");
}

#[tokio::test]
async fn sql_of_a_quiz_that_meets_a_limit_is_told_and_what_is_wrong_stays_told_after_the_next_save() {
    let (data, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let course = folder.path();
    begun(course);
    assert_eq!(sandbar(&["new", "quiz", "autumn", &shown(course)]).status, 0);
    let server = Server::demo(data.path(), &["--watch", &shown(course), "--limit", "statement_wall_ms=3000"]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let file = course.join("quizzes/autumn.yml");
    let whole = fs::read_to_string(&file).expect("it is there");
    let asking = |query: &str| {
        let fields = format!("kind: predict, prompt: p, query: '{query}', feedback: f");
        let question = format!("  - {{id: a, topic: versions, {fields}}}\n");
        fs::write(&file, format!("{whole}{question}")).expect("written");
    };
    for (query, expected) in [
        ("SELECT sum(id * id % 7) AS n FROM range(0, 60000000000)", "met a limit"),
        ("SELECT nothing_there", "nothing_there"),
        ("SELECT nothing_there", "nothing_there"),
    ] {
        let page = ada.get(LESSON).await.body;
        asking(query);
        change(course, FILE, "## ", "## Now ");
        told(&ada, &page, "course").await;
        let page = ada.get(LESSON).await.body;
        if !page.contains(expected) {
            told(&ada, &page, "mistakes").await;
        }
        let panel = ada.fetch_get("/preview").await;
        assert!(panel.contains(expected) && panel.contains("quizzes/autumn.yml"), "{expected} in {panel}");
    }
}
