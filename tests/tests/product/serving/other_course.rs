//! A course of another subject, size and name: checked, published, served, and taken by a student from end to end.

use std::fs;
use std::path::{Path, PathBuf};

use crate::browser::Browser;
use crate::program::{sandbar, shown};
use crate::server::Server;

/// Two lessons, a lab and a quiz about a bakery's price list.
fn bakery() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("courses/bakery")
}

/// A server that was given the course by `sandbar publish`.
fn published(data: &Path) -> Server {
    // Its data folder is made by a first start, with the course that is built in.
    assert_eq!(Server::demo(data, &[]).stop().status, 0);
    let ran = sandbar(&["publish", &shown(&bakery()), "--data", &shown(data)]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
    Server::demo(data, &[])
}

/// The value of the option with that text, in the part of the page that begins with `from`.
fn option<'a>(page: &'a str, from: &str, text: &str) -> &'a str {
    let (_, part) = page.split_once(from).unwrap_or_else(|| panic!("{from} in {page}"));
    let labels = part.split("<label class=\"option\">").skip(1);
    let label =
        labels.map(|label| label.split("</label>").next().unwrap_or_default()).find(|label| label.contains(text));
    let (_, rest) = label.and_then(|label| label.split_once("value=\"")).expect("the option");
    rest.split('"').next().unwrap_or_default()
}

/// The report of a notebook that is handed in to the lab.
pub async fn graded(browser: &mut Browser, lab: &str, notebook: &Path) -> String {
    browser.get(lab).await;
    let notebook = fs::read(notebook).expect("the solution");
    assert_eq!(browser.upload(&format!("{lab}/import"), "mine.sql", notebook).await.status, 303);
    let path = browser.post(&format!("{lab}/submit"), &[]).await.header("location").to_owned();
    loop {
        let page = browser.get(&path).await.body;
        if page.contains("class=\"score\"") {
            return page;
        }
    }
}

/// An attempt with every answer right.
async fn take_the_quiz(ada: &mut Browser) {
    holds(&ada.get("/quiz").await.body, &["Closing time"]);
    let attempt = ada.post("/quizzes/closing-time/attempts", &[]).await.header("location").to_owned();
    let page = ada.get(&attempt).await.body;
    // A question is known by its words: an author's id is on no page.
    let asked = |prompt: &str| page.split("<section").find(|part| part.contains(prompt)).expect("it is asked");
    let name = |prompt: &str| {
        let (_, rest) = asked(prompt).split_once(" name=\"").expect("a field");
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let of = |prompt: &str, text: &str| (name(prompt), option(asked(prompt), "", text).to_owned());
    let answers = [
        (name("newest version is 7"), "9".to_owned()),
        of("value is no number", "The one before it"),
        of("DELETE FROM breads", "It takes every row away"),
        of("rows that are there already", "<code>UPDATE</code>"),
        of("rows that are there already", "<code>MERGE</code>"),
    ];
    let fields: Vec<(&str, &str)> = answers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(ada.post(&format!("{attempt}/submit"), &fields).await.status, 303);
    holds(&ada.get(&attempt).await.body, &["<strong>4</strong>", "of 4 points"]);
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn it_proves_itself() {
    let ran = sandbar(&["check", &shown(&bakery())]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
    holds(&ran.out, &["bakery (release ", "2 lessons with 1 walkthrough and 4 snippets", "1 lab with 5 solutions"]);
}

#[tokio::test]
async fn a_student_takes_it_from_the_first_lesson_to_the_end_of_the_quiz() {
    let data = tempfile::tempdir().expect("a folder");
    let server = published(data.path());
    let mut ada = Browser::signed_in(&server, "ada").await;
    let overview = ada.get("/").await.body;
    holds(
        &overview,
        &["A bakery&#39;s price list", "Changing prices", "Behind the counter", "Closing time", "4 questions"],
    );
    assert!(!overview.contains("Delta") && !overview.contains("/certification"), "{overview}");

    let lesson = "/lessons/a-price-list";
    let page = ada.get(lesson).await.body;
    holds(&page, &["Lesson 1 of 2", "<sb-film", "Two prices for one bread", "id=\"question-2\""]);
    let sql = "CREATE TABLE board (bread STRING, cents INT); INSERT INTO board VALUES ('Rye', 420)";
    let ran = ada.fetch(&format!("{lesson}/run"), &[("number", "1"), ("source", sql)]).await;
    assert_eq!(ran.status, 200, "{}", ran.body);
    let numeric = ada.fetch(&format!("{lesson}/questions/1"), &[("answer", "2")]).await.body;
    holds(&numeric, &["Right."]);
    holds(&ada.get("/").await.body, &["1 of 2 snippets run, 1 of 2 questions answered"]);

    let lab = "/labs/counter";
    holds(&ada.get(lab).await.body, &["Dearer rye", "Sold out", "href=\"/lessons/changing-prices\""]);
    let report = graded(&mut ada, lab, &bakery().join("labs/counter/reference.sql")).await;
    holds(&report, &["<strong>20</strong>", "of 20 points"]);

    take_the_quiz(&mut ada).await;
    holds(&ada.get("/progress").await.body, &["<strong>24</strong>", "of 24 points", "1 of 2 snippets run"]);

    let mut ines = Browser::signed_in(&server, "ines").await;
    holds(&ines.get("/teach/gradebook").await.body, &["Behind the counter", "Closing time"]);
}

#[tokio::test]
async fn a_question_says_what_is_wrong_about_the_choice_and_keeps_the_answer() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--content", &shown(&bakery())]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let (lesson, path) = ("/lessons/changing-prices", "/lessons/changing-prices/questions/1");
    let place = |page: &str, text: &str| option(page, "id=\"question-1\"", text).to_owned();
    let page = ada.get(lesson).await.body;
    let (rye, wheat, roll) = (place(&page, "Rye"), place(&page, "Wheat"), place(&page, "The roll"));

    let nothing = ada.fetch(path, &[]).await;
    assert_eq!(nothing.status, 200);
    holds(&nothing.body, &["Nothing is answered yet."]);
    assert!(!ada.get("/").await.body.contains("questions answered"), "nothing was answered");
    let partly = ada.fetch(path, &[("answer", &wheat)]).await.body;
    holds(&partly, &["Partly right.", "380 is below 400."]);
    assert!(!partly.contains("It becomes a dear roll."), "what was not chosen is not given away: {partly}");
    let wrong = ada.fetch(path, &[("answer", &rye)]).await.body;
    holds(&wrong, &["Not right.", "420 is not below 400."]);

    // As a form without a script: the page that comes back has the answer.
    let answer = ada.post(path, &[("answer", &wheat), ("answer", &roll)]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/lessons/changing-prices#question-1"));
    let page = ada.get(lesson).await.body;
    holds(&page, &["Right.", "It becomes a dear roll.", "1 of 2 questions answered"]);
    assert_eq!(page.matches(" checked").count(), 2, "{page}");
    assert_eq!((place(&page, "Rye"), place(&page, "Wheat")), (rye, wheat), "in the same order each time");

    let bela = Browser::signed_in(&server, "bela").await;
    assert_eq!(bela.clone().get(lesson).await.body.matches(" checked").count(), 0, "an answer is its reader's");
    for bad in ["questions/0", "questions/3", "questions/x"] {
        let status = ada.post(&format!("{lesson}/{bad}"), &[("answer", "0")]).await.status;
        assert!(matches!(status, 400 | 404), "{bad}: {status}");
    }
    let odd = ada.fetch(path, &[("answer", "99"), ("answer", "-1"), ("other", "0")]).await.body;
    holds(&odd, &["Nothing is answered yet."]);
}
