//! What staff change about a quiz that was taken, and its statistics.

use super::exams::{attempt_of, course_with};
use super::*;
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizOf};
use crate::store::quiz_scores::{self, NewScore};

const QUIZ: &str = "title: Taken
attempts: 1
topics: [{id: t, title: Log}]
questions:
  - id: commit
    topic: t
    kind: short_text
    points: 2
    prompt: What makes a write visible?
    accept: [commit]
  - id: pick
    topic: t
    kind: single
    prompt: Which one?
    options: [{text: alpha, correct: true}, {text: beta}, {text: gamma}]
";

/// The answers of three students, handed in, and an instructor.
async fn taken() -> (Server, Browser) {
    let server = Server::of(course_with(QUIZ), PageSettings::default()).await;
    for (login, commit, pick) in [("ada", "commit", "0"), ("bela", "the log entry", "0"), ("chen", "nothing", "1")] {
        server.enrol(login, Role::Student).await;
        let mut browser = server.signed_in(login).await;
        browser.get("/quiz").await;
        let path = browser.post("/quizzes/week-3/attempts", &[]).await.header("location").to_owned();
        browser.get(&path).await;
        browser.fetch(&format!("{path}/answers"), &[("a1", commit)]).await;
        browser.post(&format!("{path}/submit"), &[("a1", commit), ("a2", pick)]).await;
    }
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    ines.get("/").await;
    (server, ines)
}

async fn points(server: &Server) -> [u32; 3] {
    let mut points = [0; 3];
    for (place, login) in ["ada", "bela", "chen"].into_iter().enumerate() {
        points[place] = attempt_of(server, login).await.score.unwrap().score;
    }
    points
}

const COMMIT: &str = "/teach/quizzes/week-3/questions/commit";

#[tokio::test]
async fn an_accepted_answer_is_rehearsed_applied_and_taken_back() {
    let (server, mut ines) = taken().await;
    assert_eq!(points(&server).await, [300, 100, 0]);
    let page = ines.get(COMMIT).await.body;
    assert!(page.contains("What makes a write visible?") && page.contains("Answer to accept"), "{page}");
    let fields = [("action", "accept"), ("answer", "The log entry"), ("reason", "It says the same.")];
    let rehearsal = ines.post(&format!("{COMMIT}/rehearsal"), &fields).await;
    assert_eq!(rehearsal.status, 200, "{}", rehearsal.body);
    for told in ["It would change 1 of 3 scored attempts", "bela Example (bela)", "1 of 3", "3 of 3"] {
        assert!(rehearsal.body.contains(told), "{told} in {}", rehearsal.body);
    }
    assert!(!rehearsal.body.contains("ada Example") && !rehearsal.body.contains("chen Example"));
    assert_eq!(points(&server).await, [300, 100, 0], "a rehearsal changes nothing");
    assert_eq!(ines.post(&format!("{COMMIT}/amendments"), &fields).await.status, 303);
    assert_eq!(points(&server).await, [300, 300, 0]);
    let record = ines.get("/teach/quizzes/week-3").await.body;
    for told in ["Accepted too: “The log entry”", "It says the same.", "ines Example", "Take back"] {
        assert!(record.contains(told), "{told} in {record}");
    }
    assert!(ines.get("/teach/gradebook").await.body.contains("/teach/quizzes/week-3"));

    let back = ines.post("/teach/quizzes/week-3/amendments/1/rehearsal", &[]).await.body;
    assert!(back.contains("It would change 1 of 3 scored attempts"), "{back}");
    assert_eq!(ines.post("/teach/quizzes/week-3/amendments/1/withdraw", &[]).await.status, 303);
    assert_eq!(points(&server).await, [300, 100, 0]);
    assert!(ines.get("/teach/quizzes/week-3").await.body.contains("taken back by ines Example"));
    assert_eq!(ines.post("/teach/quizzes/week-3/amendments/1/withdraw", &[]).await.status, 409, "only once");
}

#[tokio::test]
async fn a_question_is_taken_out_for_nothing_or_with_all_points_and_students_are_told() {
    let (server, mut ines) = taken().await;
    let void = |action: &'static str| [("action", action), ("reason", "Two answers were right.")];
    assert_eq!(ines.post(&format!("{COMMIT}/amendments"), &void("void_all")).await.status, 303);
    assert_eq!(points(&server).await, [300, 300, 200]);
    assert_eq!(ines.post(&format!("{COMMIT}/amendments"), &void("void_nothing")).await.status, 303);
    let bela = attempt_of(&server, "bela").await;
    assert_eq!(bela.score.map(|score| (score.score, score.max_score)), Some((100, 100)));
    let page = server.signed_in("bela").await.get(&format!("/quiz/attempts/{}", bela.id)).await.body;
    assert!(page.contains("data-outcome=\"voided\"") && page.contains("Taken out, for everybody"), "{page}");
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused_with_the_reason_and_what_was_typed_stays() {
    let (server, mut ines) = taken().await;
    let pick = "/teach/quizzes/week-3/questions/pick";
    for (path, fields, told) in [
        (COMMIT, vec![("action", "accept"), ("answer", "x")], "Give a reason."),
        (COMMIT, vec![("action", "accept"), ("answer", " "), ("reason", "why not")], "The accepted answer is empty."),
        (pick, vec![("action", "accept"), ("option", "delta"), ("reason", "why not")], "`pick` has no option `delta`."),
        (pick, vec![("action", "dance"), ("reason", "why not")], "Choose what is done with the question."),
    ] {
        for what in ["rehearsal", "amendments"] {
            let refused = ines.post(&format!("{path}/{what}"), &fields).await;
            assert_eq!(refused.status, 422, "{}", refused.body);
            assert!(refused.body.contains(told), "{told} in {}", refused.body);
            let reason = fields.iter().find(|(name, _)| *name == "reason");
            assert!(reason.is_none_or(|(_, reason)| refused.body.contains(reason)), "{}", refused.body);
        }
    }
    assert_eq!(points(&server).await, [300, 100, 0]);
    assert_eq!(ines.get("/teach/quizzes/week-3/questions/none").await.status, 404);
    assert_eq!(ines.get("/teach/quizzes/none").await.status, 404);
    let mut ada = server.signed_in("ada").await;
    for path in ["/teach/quizzes/week-3", COMMIT, "/teach/quizzes/week-3/statistics"] {
        assert_eq!(ada.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn the_statistics_have_figures_of_each_item_and_what_was_chosen() {
    let (_server, mut ines) = taken().await;
    let page = ines.get("/teach/quizzes/week-3/statistics").await.body;
    // Of the three, one and two had the items right.
    for told in ["0.33", "0.67", "alpha", "1 (33 %)", "2 (67 %)", "0 s", "Reliability"] {
        assert!(page.contains(told), "{told} in {page}");
    }
    let server = Server::of(course_with(QUIZ), PageSettings::default()).await;
    server.enrol("ines", Role::Instructor).await;
    let mut trying = server.signed_in("ines").await;
    trying.get("/quiz").await;
    let path = trying.post("/quizzes/week-3/attempts", &[]).await.header("location").to_owned();
    trying.get(&path).await;
    assert_eq!(trying.post(&format!("{path}/submit"), &[]).await.status, 303, "an attempt of staff counts nowhere");
    let empty = server.signed_in("ines").await.get("/teach/quizzes/week-3/statistics").await.body;
    assert!(empty.contains("as soon as an attempt is scored"), "{empty}");
}

#[tokio::test]
async fn attempts_of_a_release_that_is_lost_keep_their_points_and_the_others_are_changed() {
    let (server, mut ines) = taken().await;
    let (store, at) = (&server.app.store, store::now());
    let release = ReleaseId::from("0123456789abcdef");
    releases::ensure(store, &release, server.app.course_id, at).await.unwrap();
    let user = server.enrol("dora", Role::Student).await;
    let of = QuizOf { user, course: server.app.course_id, quiz: "week-3" };
    let new = NewAttempt { release: &release, seed: 1, started_at: at, deadline_at: None, most_attempts: None };
    let Opened::Attempt(attempt) = quiz_attempts::open(store, of, &new).await.unwrap() else { panic!("none is left") };
    assert!(quiz_attempts::submit(store, attempt.id, at).await.unwrap());
    let score = NewScore { attempt: attempt.id, score: 50, max_score: 300, body: "{}".to_owned() };
    quiz_scores::add_first(store, &score, at).await.unwrap();

    let void = [("action", "void_all"), ("reason", "Two answers were right.")];
    let rehearsal = ines.post(&format!("{COMMIT}/rehearsal"), &void).await;
    assert_eq!(rehearsal.status, 200, "{}", rehearsal.body);
    assert!(rehearsal.body.contains("It would change 2 of 3 scored attempts"), "{}", rehearsal.body);
    assert!(rehearsal.body.contains("1 scored attempt cannot be scored again"), "{}", rehearsal.body);
    let unseen = ines.post(&format!("{COMMIT}/amendments"), &void).await;
    assert_eq!(unseen.status, 422, "nobody was told: {}", unseen.body);
    let told = [void[0], void[1], ("left_out", "1")];
    assert_eq!(ines.post(&format!("{COMMIT}/amendments"), &told).await.status, 303);
    assert_eq!(points(&server).await, [300, 300, 200]);
    assert_eq!(attempt_of(&server, "dora").await.score.map(|score| score.score), Some(50));
    let statistics = ines.get("/teach/quizzes/week-3/statistics").await;
    assert_eq!(statistics.status, 200);
    assert!(statistics.body.contains("1 attempt not looked at"), "{}", statistics.body);
}

#[tokio::test]
async fn what_a_taken_out_question_would_have_given_is_in_no_total() {
    let (server, mut ines) = taken().await;
    assert!(ines.get("/teach/gradebook").await.body.contains("Quiz, 3 points"));
    let void = [("action", "void_nothing"), ("reason", "It was not taught.")];
    assert_eq!(ines.post(&format!("{COMMIT}/amendments"), &void).await.status, 303);
    assert!(ines.get("/teach/gradebook").await.body.contains("Quiz, 1 points"));
    server.enrol("dora", Role::Student).await;
    let mut dora = server.signed_in("dora").await;
    assert!(dora.get("/quiz").await.body.contains("Points</dt><dd>1</dd>"));
    let whole: u32 = server.app.course.labs.values().map(|lab| lab.points.hundredths()).sum();
    let total = format!("of {} points", whole / 100 + 1);
    assert!(dora.get("/progress").await.body.contains(&total), "{total}");
}
