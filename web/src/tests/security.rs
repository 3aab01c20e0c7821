use super::*;
use crate::store::lab_attempts::LabOf;
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizOf};
use crate::store::submissions::{self, NewSubmission};

/// Every address that changes something.
const UNSAFE: [&str; 19] = [
    "/sign-in",
    "/sign-out",
    "/lessons/time-travel/run",
    "/lessons/time-travel/done",
    "/lessons/time-travel/walkthrough",
    "/lessons/time-travel/exercise",
    "/labs/delta/documents/delta.sql",
    "/labs/delta/cells/c1/run",
    "/labs/delta/cancel",
    "/labs/delta/replay",
    "/labs/delta/check",
    "/labs/delta/submit",
    "/labs/delta/start-over",
    "/labs/delta/import",
    "/labs/workflows/jobs/job/runs",
    "/labs/workflows/runs/1/cancel",
    "/labs/workflows/runs/1/repair",
    "/quizzes/week-3/attempts",
    "/quiz/attempts/1/submit",
];

#[tokio::test]
async fn nothing_changes_without_the_token_of_the_session() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/").await;
    let mut other = server.browser();
    other.get("/sign-in").await;
    for path in UNSAFE {
        assert_eq!(browser.post_without_token(path, &[]).await.status, 403, "{path}");
        let foreign = [("csrf_token", other.token.as_str())];
        assert_eq!(browser.post_without_token(path, &foreign).await.status, 403, "{path}");
    }
    assert_eq!(browser.get("/").await.status, 200, "still signed in");
}

#[tokio::test]
async fn every_answer_has_the_security_headers_and_no_nonce_twice() {
    let server = Server::new().await;
    let mut browser = server.browser();
    let mut policies = Vec::new();
    for path in ["/sign-in", "/", "/no/such/page", "/healthz", crate::assets::APP_CSS] {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'; script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        policies.push(policy);
    }
    policies.sort();
    policies.dedup();
    assert_eq!(policies.len(), 5);
}

#[tokio::test]
async fn the_nonce_of_the_policy_is_the_one_in_the_page() {
    let server = Server::new().await;
    let page = server.browser().get("/sign-in").await;
    let nonce = page.header("content-security-policy").split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(page.body.contains(nonce));
}

#[tokio::test]
async fn pages_of_staff_do_not_exist_for_students() {
    let server = Server::new().await;
    let mut student = server.student().await;
    for path in ["/teach/gradebook", "/teach/gradebook.csv", "/teach/submissions/1"] {
        assert_eq!(student.get(path).await.status, 404, "{path}");
    }
    for (login, role) in [("tess", Role::Assistant), ("ines", Role::Instructor), ("root", Role::Administrator)] {
        server.enrol(login, role).await;
        assert_eq!(server.signed_in(login).await.get("/teach/gradebook").await.status, 200, "{role}");
    }
}

#[tokio::test]
async fn anothers_submission_is_not_found() {
    let server = Server::new().await;
    let zoe = server.enrol("zoe", Role::Student).await;
    server.enrol("bela", Role::Student).await;
    let files = std::collections::BTreeMap::from([("delta.sql".to_owned(), b"SELECT 'secret of zoe'".to_vec())]);
    let of = LabOf { user: zoe, course: server.app.course_id, lab: "delta" };
    let new = NewSubmission { of, release: &server.app.release, hash: "ff", seed: 1, files: &files };
    let id = submissions::add(&server.app.store, &new, store::now()).await.unwrap().id;
    let path = format!("/labs/delta/submissions/{id}");
    assert_eq!(server.signed_in("zoe").await.get(&path).await.status, 200);
    let mut bela = server.signed_in("bela").await;
    for path in [path, format!("/teach/submissions/{id}"), format!("/labs/workflows/submissions/{id}")] {
        let answer = bela.get(&path).await;
        assert_eq!(answer.status, 404, "{path}");
        // No name of hexadecimal digits: a token of the page could spell it.
        assert!(!answer.body.contains("zoe"), "{}", answer.body);
    }
    server.enrol("ines", Role::Instructor).await;
    let review = server.signed_in("ines").await.get(&format!("/teach/submissions/{id}")).await;
    assert_eq!(review.status, 200);
    assert!(review.body.contains("secret of zoe"));
}

#[tokio::test]
async fn anothers_quiz_attempt_is_not_found_and_not_writable() {
    let server = Server::new().await;
    let ada = server.enrol("ada", Role::Student).await;
    server.enrol("bela", Role::Student).await;
    let at = store::now();
    let new =
        NewAttempt { release: &server.app.release, seed: 1, started_at: at, deadline_at: None, most_attempts: None };
    let of = QuizOf { user: ada, course: server.app.course_id, quiz: "week-3" };
    let Opened::Attempt(attempt) = quiz_attempts::open(&server.app.store, of, &new).await.unwrap() else { panic!() };
    let path = format!("/quiz/attempts/{}", attempt.id);
    let mut bela = server.signed_in("bela").await;
    bela.get("/").await;
    assert_eq!(bela.get(&path).await.status, 404);
    assert_eq!(bela.fetch(&format!("{path}/answers"), &[]).await.status, 404);
    assert_eq!(bela.post(&format!("{path}/submit"), &[]).await.status, 404);
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    assert_eq!(ines.get(&path).await.status, 404, "an attempt is the student's own while it runs");
    assert!(quiz_attempts::submit(&server.app.store, attempt.id, at).await.unwrap());
    assert_eq!(ines.get(&path).await.status, 200);
    assert_eq!(bela.get(&path).await.status, 404);
}
