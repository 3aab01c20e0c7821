//! Feedback while an attempt runs: asked for question by question, and final.

use super::exams::{attempt_of, course_with};
use super::*;

fn quiz(show: &str) -> String {
    format!(
        "title: Practice
show_feedback: {show}
questions:
  - id: commit
    kind: short_text
    prompt: What makes a write visible?
    accept: [commit]
    feedback: Think of the log.
    explanation: One file appears.
  - id: pick
    kind: single
    prompt: Which one?
    options: [{{text: alpha, correct: true, feedback: The first letter.}}, {{text: beta}}]
"
    )
}

async fn started(show: &str) -> (Server, Browser, String) {
    let server = Server::of(course_with(&quiz(show)), PageSettings::default()).await;
    let mut ada = server.student().await;
    ada.get("/quiz").await;
    let path = ada.post("/quizzes/week-3/attempts", &[]).await.header("location").to_owned();
    ada.get(&path).await;
    (server, ada, path)
}

#[tokio::test]
async fn a_checked_answer_is_explained_and_stays_as_it_is() {
    let (server, mut ada, path) = started("after_question").await;
    let page = ada.get(&path).await.body;
    assert!(page.contains("Check this answer") && !page.contains("Think of the log."), "{page}");
    assert!(page.contains("name=\"a1\"") && !page.contains("commit"), "an id may name the answer: {page}");
    let check = format!("{path}/questions/1/check");
    assert_eq!(ada.post(&check, &[("a1", " ")]).await.status, 303);
    assert!(!ada.get(&path).await.body.contains("data-checked"), "no answer, no feedback");
    let checked = ada.post(&check, &[("a1", "checkpoint"), ("a2", "0")]).await;
    assert_eq!(checked.header("location"), format!("{path}#q1"));
    let page = ada.get(&path).await.body;
    for told in ["data-checked", "Think of the log.", "One file appears.", "Wrong, 0 of 1", "2 of 2 answered"] {
        assert!(page.contains(told), "{told} in {page}");
    }
    assert!(!page.contains("name=\"a1\"") && !page.contains("The first letter."), "{page}");
    let again = [("a1", "commit"), ("a2", "0")];
    assert_eq!(ada.fetch(&format!("{path}/answers"), &again).await.status, 204);
    ada.post(&check, &again).await;
    ada.post(&format!("{path}/submit"), &again).await;
    assert_eq!(attempt_of(&server, "ada").await.score.unwrap().score, 100, "only the unchecked one counts as changed");
}

#[tokio::test]
async fn a_quiz_that_shows_nothing_before_the_end_checks_no_answer() {
    for show in ["after_attempt", "after_due", "never"] {
        let (_server, mut ada, path) = started(show).await;
        assert!(!ada.get(&path).await.body.contains("Check this answer"), "{show}");
        let asked = ada.post(&format!("{path}/questions/1/check"), &[("a1", "x")]).await;
        assert_eq!(asked.status, 404, "{show}");
        assert!(!ada.get(&path).await.body.contains("Think of the log."), "{show}");
    }
}
