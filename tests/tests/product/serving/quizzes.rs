//! A quiz whose questions need the engine: results as options, SQL that is mended, a log that is read.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::browser::Browser;
use crate::program::{folder_of, sandbar, shown};
use crate::server::Server;

pub const QUIZ: &str = "title: Small quiz
minutes: 15
shuffle: true
topics: [{id: t, title: Topic}]
questions:
  - id: gives
    topic: t
    kind: predict
    prompt: What does it give?
    setup: |-
      CREATE TABLE menu (dish STRING, price INT);
      INSERT INTO menu VALUES ('soup', 4), ('bread', NULL)
    query: SELECT sum(price) AS total FROM menu
    distractors:
      - {query: SELECT count(*) AS total FROM menu, feedback: It counts no rows.}
      - {query: SELECT NULL AS total, feedback: NULL is passed over.}
  - id: mend
    topic: t
    kind: fix_sql
    prompt: Keep the dear dishes.
    setup: |-
      CREATE TABLE menu (dish STRING, price INT);
      INSERT INTO menu VALUES ('soup', 4), ('steak', 20)
    hidden_setups:
      - |-
        CREATE TABLE menu (dish STRING, price INT);
        INSERT INTO menu VALUES ('pie', 10), ('water', 1)
    broken: DELETE FROM menu WHERE price > 9
    reference: DELETE FROM menu WHERE price < 10
    check: SELECT dish FROM menu
    feedback: Ask which rows go.
  - id: read
    topic: t
    kind: read_log
    prompt: How many rows has the file?
    setup: CREATE TABLE menu AS SELECT explode(sequence(1, 7)) AS n
    table: menu
    facts: {commits: 1, added_files: 1}
    ask: {kind: numeric, answer: 7}
";

/// A course of one quiz.
pub fn course_of(quiz: &str) -> TempDir {
    let course = "slug: small\ntitle: Small\nsummary: One quiz.\ntopics:\n  - quiz: small\n";
    folder_of(&[("course.yml", course), ("quizzes/small.yml", quiz)])
}

/// Begins an attempt; gives its address.
pub async fn begin(browser: &mut Browser) -> String {
    let page = browser.get("/quiz").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let (_, rest) = page.body.split_once("action=\"/quizzes/").expect("a form");
    let slug = rest.split('/').next().unwrap_or_default();
    let started = browser.post(&format!("/quizzes/{slug}/attempts"), &[]).await;
    assert_eq!(started.status, 303, "{}", started.body);
    started.header("location").to_owned()
}

/// The attempt's page once it has points.
pub async fn scored(browser: &mut Browser, path: &str) -> String {
    let look = async {
        loop {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{}", page.body);
            if page.body.contains("class=\"score\"") {
                return page.body;
            }
            assert!(page.body.contains("Not scored yet"), "{}", page.body);
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(90), look).await.expect("a score")
}

/// The value of the option whose table has that cell.
fn option_with(page: &str, cell: &str) -> String {
    let options = page.split("<div class=\"option option-output\">").skip(1);
    let found = options.filter(|option| option.split("option-output").next().is_some_and(|it| it.contains(cell)));
    let option = found.last().expect("the option");
    let (_, rest) = option.split_once("value=\"").expect("its value");
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn kept_results(data: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(data.join("releases")).expect("a folder").flatten();
    let named = entries.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()));
    let results = named.filter(|(name, _)| name.ends_with("-small.results.json"));
    results.map(|(name, path)| (name, fs::read(path).expect("it is read"))).collect()
}

#[tokio::test]
async fn results_are_options_sql_is_run_and_a_log_is_read_and_a_restart_changes_nothing() {
    let (data, course) = (tempfile::tempdir().expect("a folder"), course_of(QUIZ));
    let content = ["--content", &shown(course.path())];
    let server = Server::demo(data.path(), &content);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let path = begin(&mut ada).await;
    let page = ada.get(&path).await.body;
    for part in ["<td>4</td>", "<span class=\"null\">NULL</span>", "_delta_log/00000000000000000000.json", "numRecords"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains("data-given=\"DELETE FROM menu WHERE price &#62; 9\""), "{page}");
    assert!(!page.contains("price &#60; 10") && !page.contains("&#39;pie&#39;"), "neither reference nor hidden data");
    assert!(page.contains("0 of 3 answered"), "a statement as it was given is no answer");
    let kept = kept_results(data.path());
    assert_eq!(kept.len(), 1, "{kept:?}");
    let choice = option_with(&page, "<td>4</td>");
    let answers = [("q.gives", choice.as_str()), ("q.mend", "delete from menu\r\nwhere price <= 9;"), ("q.read", "7")];
    assert_eq!(ada.fetch(&format!("{path}/answers"), &answers).await.status, 204);

    assert_eq!(server.stop().status, 0);
    let server = Server::demo(data.path(), &content);
    let mut ada = ada.at(&server);
    let again = ada.get(&path).await.body;
    assert!(again.contains("3 of 3 answered"), "{again}");
    assert_eq!(option_with(&again, "<td>4</td>"), choice, "the attempt is drawn as before");
    assert_eq!(kept_results(data.path()), kept, "nothing was run again");
    ada.post(&format!("{path}/submit"), &answers).await;
    let result = scored(&mut ada, &path).await;
    assert!(result.contains("<strong>3</strong>"), "{result}");

    let path = begin(&mut ada).await;
    let page = ada.get(&path).await.body;
    let wrong = option_with(&page, "class=\"null\"");
    let answers = [("q.gives", wrong.as_str()), ("q.mend", "DELETE FROM menu WHERE dish = 'soup'"), ("q.read", "8")];
    ada.post(&format!("{path}/submit"), &answers).await;
    let result = scored(&mut ada, &path).await;
    assert!(result.contains("<strong>0</strong>"), "{result}");
    for told in ["NULL is passed over.", "Ask which rows go.", "One that is right"] {
        assert!(result.contains(told), "{told} in {result}");
    }
}

#[tokio::test]
async fn staff_give_one_student_another_attempt_at_an_exam() {
    let exam = "exam: {opens: 2026-01-01T00:00:00Z, closes: 2100-01-01T00:00:00Z, start_code: sand}";
    let question = "questions: [{id: a, kind: short_text, prompt: Which?, accept: [that], feedback: That.}]";
    let course = course_of(&format!("title: The exam\nminutes: 15\n{exam}\n{question}\n"));
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &["--content", &shown(course.path())]);
    let start = async |browser: &Browser| browser.post("/quizzes/small/attempts", &[("code", "sand")]).await;
    let mut students = [Browser::signed_in(&server, "ada").await, Browser::signed_in(&server, "bela").await];
    for student in &mut students {
        student.get("/quiz").await;
        let path = start(student).await.header("location").to_owned();
        student.post(&format!("{path}/submit"), &[]).await;
        assert_eq!(start(student).await.status, 409, "an exam has one attempt");
    }
    let [ada, bela] = &mut students;
    assert_eq!(
        ada.post("/teach/quizzes/small/attempts", &[("student", "ada")]).await.status,
        404,
        "students give none"
    );

    let mut ines = Browser::signed_in(&server, "ines").await;
    ines.get("/teach/quizzes/small").await;
    assert_eq!(ines.post("/teach/quizzes/small/attempts", &[("student", "")]).await.status, 400);
    assert_eq!(ines.post("/teach/quizzes/small/attempts", &[("student", "ada")]).await.status, 303);
    assert!(ines.get("/teach/quizzes/small").await.body.contains("1 attempt for Ada Okafor"));
    assert!(ada.get("/quiz").await.body.contains("You have 2 attempts"));
    let path = start(ada).await.header("location").to_owned();
    ada.post(&format!("{path}/submit"), &[("a1", "that")]).await;
    assert!(scored(ada, &path).await.contains("your best attempt"), "which of the two counts is said");
    assert_eq!(start(ada).await.status, 409, "and not a third");
    assert_eq!(start(bela).await.status, 409);
}

#[tokio::test]
async fn publishing_keeps_what_the_sql_of_a_quiz_gave_with_the_release() {
    let (data, course) = (tempfile::tempdir().expect("a folder"), course_of(QUIZ));
    assert_eq!(Server::demo(data.path(), &["--content", &shown(course.path())]).stop().status, 0);
    assert!(kept_results(data.path()).is_empty(), "nobody has asked for the quiz");
    let publish = || sandbar(&["publish", &shown(course.path()), "--data", &shown(data.path())]);
    let published = publish();
    assert_eq!(published.status, 0, "{published:?}");
    let kept = kept_results(data.path());
    assert_eq!(kept.len(), 1, "{kept:?}");
    let server = Server::demo(data.path(), &[]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let path = begin(&mut ada).await;
    assert!(ada.get(&path).await.body.contains("<td>4</td>"));
    assert_eq!(kept_results(data.path()), kept, "the server took what was proved");
    assert_eq!(server.stop().status, 0);

    let broken = QUIZ.replace("commits: 1", "commits: 2");
    fs::write(course.path().join("quizzes/small.yml"), broken).expect("written");
    let refused = publish();
    assert_eq!(refused.status, 1, "{refused:?}");
    assert!(
        refused.err.contains("the question states 2") && refused.out.contains("nothing was published"),
        "{refused:?}"
    );
    assert_eq!(kept_results(data.path()), kept);
}

#[tokio::test]
async fn a_quiz_whose_sql_is_wrong_is_not_begun_and_the_rest_of_the_course_is_served() {
    let (data, course) = (tempfile::tempdir().expect("a folder"), course_of(&QUIZ.replace("sum(price)", "sum(prize)")));
    let server = Server::demo(data.path(), &["--content", &shown(course.path())]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    let page = ada.get("/quiz").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("something in it is wrong") && !page.body.contains("Start the quiz"), "{}", page.body);
    assert!(ada.post("/quizzes/small/attempts", &[]).await.status >= 500);
    let log = server.stop().err;
    assert!(log.contains("quizzes/small.yml, line 6") && log.contains("prize"), "{log}");
}
