use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::*;
use crate::background::grading::Turn;
use crate::marks;
use crate::store::lab_attempts::LabOf;
use crate::store::reports::NewReport;
use crate::store::submissions::{self, NewSubmission};
use crate::store::{RegradeId, SubmissionId, grading_queue, regrade_queue};

pub(super) const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// A report of two checks, of 40 and 60 points, in hundredths.
fn report(server: &Server, points: [u32; 2]) -> NewReport {
    report_of(server, &[(points[0], 4_000), (points[1], 6_000)])
}

/// A report of checks with these points reached and possible.
fn report_of(server: &Server, points: &[(u32, u32)]) -> NewReport {
    let report = marks::tests::report(points);
    NewReport {
        release: server.app.release.clone(),
        engine: "0.1.0".into(),
        score: report.score.hundredths(),
        max_score: report.max_score.hundredths(),
        body: serde_json::to_string(&report).unwrap(),
    }
}

pub(super) async fn handed_in(server: &Server, user: UserId) -> SubmissionId {
    let files = BTreeMap::from([("delta.sql".to_owned(), b"SELECT 1".to_vec())]);
    let of = LabOf { user, course: server.app.course_id, lab: "delta" };
    let new = NewSubmission { of, release: &server.app.release, hash: "ff", seed: 1, files: &files };
    submissions::add(&server.app.store, &new, store::now()).await.unwrap().id
}

pub(super) async fn graded(server: &Server, user: UserId, points: [u32; 2]) -> SubmissionId {
    let id = handed_in(server, user).await;
    let lease = grading_queue::lease(&server.app.store, MINUTE, store::now()).await.unwrap().unwrap();
    assert!(grading_queue::complete(&server.app.store, lease, &report(server, points), store::now()).await.unwrap());
    id
}

/// Ada with one submission of 40 points, and a browser of hers and one of the instructor's.
pub(super) async fn class(server: &Server) -> (SubmissionId, Browser, Browser) {
    let ada = server.enrol("ada", Role::Student).await;
    server.enrol("ines", Role::Instructor).await;
    let id = graded(server, ada, [4_000, 0]).await;
    let (ada, mut ines) = (server.signed_in("ada").await, server.signed_in("ines").await);
    ines.get("/teach/gradebook").await;
    (id, ada, ines)
}

const GOOD: [(&str, &str); 2] = [("points", "55.5"), ("reason", "Other <form>, right rows.")];

#[tokio::test]
async fn points_that_a_person_set_count_everywhere_and_the_student_reads_who_and_why() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let review = format!("/teach/submissions/{id}");
    assert!(ines.get(&review).await.body.contains("Change the points"));
    let set = ines.post(&format!("{review}/checks/check-1/points"), &GOOD).await;
    assert_eq!((set.status, set.header("location")), (303, format!("{review}#points-check-1").as_str()));
    let own = ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
    for part in [
        "<strong>95.5</strong> <span>of 100 points",
        "A person changed points; the grader gave 40.",
        "ines Example set 55.5 of 60 points; the grader gave 0.",
        "Other &#60;form&#62;, right rows.",
    ] {
        assert!(own.contains(part), "{part} in {own}");
    }
    assert!(!own.contains("Change the points") && !own.contains("Withdraw"), "{own}");
    assert!(ada.get("/").await.body.contains("<strong>95.5</strong>"));
    let progress = ada.get("/progress").await.body;
    assert!(progress.contains("<strong>95.5</strong>") && progress.contains("4.5 points"), "{progress}");
    assert!(ada.get("/labs/delta").await.body.contains("95.5 of 100"));
    let book = ines.get("/teach/gradebook").await.body;
    assert!(book.contains(">95.5</a>") && book.contains("1 submission, adjusted"), "{book}");
    assert!(ines.get("/teach/gradebook.csv").await.body.contains("95.5"));
    assert!(ines.get("/teach/submissions").await.body.contains("95.5 of 100"));
}

#[tokio::test]
async fn points_are_withdrawn_once_and_the_list_keeps_what_was() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let review = format!("/teach/submissions/{id}");
    ines.post(&format!("{review}/checks/check-1/points"), &GOOD).await;
    let page = ines.get(&review).await.body;
    let action = page.split("action=\"").find(|rest| rest.contains("/withdraw\"")).expect("a form");
    let action = action.split('"').next().unwrap_or_default().to_owned();
    assert_eq!(ines.post(&action, &[]).await.status, 303);
    let page = ines.get(&review).await.body;
    for part in ["Withdrawal", "data-state=\"withdrawn\"", "Other &#60;form&#62;, right rows.", "<strong>40</strong>"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("/withdraw\""), "{page}");
    let again = ines.post(&action, &[]).await;
    assert!(again.status == 409 && again.body.contains("Nothing was changed"), "{}", again.body);
    let own = ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
    assert!(!own.contains("A person changed points"), "{own}");
}

#[tokio::test]
async fn points_that_cannot_be_are_refused_beside_their_field_and_what_was_typed_stays() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let path = format!("/teach/submissions/{id}/checks/check-1/points");
    let long = "x".repeat(2_001);
    for (points, reason, message, field) in [
        ("60.01", "kept words", "This check has at most 60 points.", "points-of-check-1-error"),
        ("-1", "kept words", "Points are a number with at most two decimals", "points-of-check-1-error"),
        ("six", "kept words", "Points are a number with at most two decimals", "points-of-check-1-error"),
        ("5", "  ", "Say why, for the student.", "reason-of-check-1-error"),
        ("5", &long, "At most 2000 characters.", "reason-of-check-1-error"),
    ] {
        let refused = ines.post(&path, &[("points", points), ("reason", reason)]).await;
        assert_eq!(refused.status, 422, "{points}");
        for part in [
            message,
            &format!("aria-describedby=\"{field}\""),
            &format!("id=\"{field}\""),
            &format!(
                "<strong>Nothing was changed.</strong> <a href=\"#{}\">{message}",
                field.trim_end_matches("-error")
            ),
            &format!("name=\"points\" value=\"{points}\""),
            &format!("{reason}</textarea>"),
            "<details class=\"points-form\" id=\"points-check-1\" open>",
        ] {
            assert!(refused.body.contains(part), "{part} in {}", refused.body);
        }
    }
    assert_eq!(ines.post(&path, &[]).await.status, 422, "without its fields");
    assert_eq!(ines.post(&path.replace("check-1", "check-9"), &GOOD).await.status, 404);
    assert!(!ada.get(&format!("/labs/delta/submissions/{id}")).await.body.contains("A person changed points"));
    let waiting = handed_in(&server, users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id).await;
    let early = ines.post(&format!("/teach/submissions/{waiting}/checks/check-1/points"), &GOOD).await;
    assert!(early.status == 409 && early.body.contains("Not graded yet"), "{}", early.body);
}

#[tokio::test]
async fn comments_reach_the_student_at_their_check_and_an_empty_one_is_refused() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let path = format!("/teach/submissions/{id}/comments");
    let whole = ines.post(&path, &[("text", "Read <b>lesson 3</b>."), ("about", "")]).await;
    assert_eq!(whole.status, 303);
    assert_eq!(ines.post(&path, &[("text", "Nearly."), ("about", "check-1")]).await.status, 303);
    let own = ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
    assert!(own.contains("Read &#60;b&#62;lesson 3&#60;/b&#62;.") && !own.contains("<b>lesson"), "{own}");
    let check = own.split("data-check=\"check-1\"").nth(1).expect("the check");
    assert!(check.contains("Nearly.") && check.contains("ines Example"), "{check}");
    let empty = ines.post(&path, &[("text", " "), ("about", "check-0")]).await;
    assert_eq!(empty.status, 422);
    for part in [
        "Write something first.",
        "aria-describedby=\"comment-error\"",
        "href=\"#comment-text\"",
        "<option value=\"check-0\" selected>",
    ] {
        assert!(empty.body.contains(part), "{part} in {}", empty.body);
    }
    assert_eq!(ines.post(&path, &[("text", "x"), ("about", "check-9")]).await.status, 400);
}

/// Every address below `/teach`, with an id that exists.
fn addresses(id: SubmissionId, regrade: &str) -> Vec<String> {
    let mut all: Vec<String> = ["gradebook", "gradebook.csv", "submissions", "labs/delta"].map(str::to_owned).into();
    all.extend(["policy", "extensions", "regrades"].map(|last| format!("labs/delta/{last}")));
    for last in [
        "",
        "/checks/check-1/points",
        "/overrides/1/withdraw",
        "/deductions/late/waive",
        "/comments",
        "/grade-again",
        "/replay.zip",
        "/report.json",
    ] {
        all.push(format!("submissions/{id}{last}"));
    }
    all.extend(["", "/apply", "/undo"].map(|last| format!("regrades/{regrade}{last}")));
    all.into_iter().map(|path| format!("/teach/{path}")).collect()
}

#[tokio::test]
async fn to_a_student_no_address_of_staff_exists_and_nothing_changes() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let started = ines.post("/teach/labs/delta/regrades", &[]).await;
    let regrade = started.header("location").rsplit('/').next().unwrap_or_default().to_owned();
    ada.get("/").await;
    let fields = [GOOD[0], GOOD[1], ("text", "x"), ("counting", "last")];
    for path in addresses(id, &regrade) {
        assert_eq!(ada.get(&path).await.status, 404, "GET {path}");
        assert_eq!(ada.post(&path, &fields).await.status, 404, "POST {path}");
        assert_eq!(ada.fetch(&path, &fields).await.status, 404, "fetch {path}");
        assert_eq!(server.browser().get(&path).await.status, 303, "signed out: {path}");
    }
    let page = ines.get(&format!("/teach/submissions/{id}")).await.body;
    assert!(page.contains("None so far.") && page.contains("It counts: it is the best one."), "{page}");
    for path in
        addresses(id, &regrade).into_iter().filter(|path| path.contains("submissions/") || path.contains("labs/"))
    {
        assert_eq!(ines.post_without_token(&path, &fields).await.status, 403, "{path}");
    }
    assert_eq!(ines.get(&format!("/teach/submissions/{id}/comments")).await.status, 405, "to staff it exists");
}

#[tokio::test]
async fn which_submission_counts_is_said_before_handing_in_and_follows_the_instructor() {
    let server = Server::new().await;
    let (first, mut ada, mut ines) = class(&server).await;
    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let second = graded(&server, user, [100, 0]).await;
    assert!(ada.get("/labs/delta").await.body.contains("<span>The best submission counts.</span>"));
    assert!(ines.get("/teach/gradebook").await.body.contains(">40</a>"));
    let page = ines.get("/teach/labs/delta").await.body;
    assert!(page.contains("value=\"best\" checked") && page.contains("2 graded submissions"), "{page}");
    assert_eq!(ines.post("/teach/labs/delta/policy", &[("counting", "last")]).await.status, 303);
    assert!(ines.get("/teach/labs/delta").await.body.contains("value=\"last\" checked"));
    assert!(ada.get("/labs/delta").await.body.contains("<span>The last submission counts.</span>"));
    assert!(ada.get("/labs/workflows").await.body.contains("<span>The best submission counts.</span>"));
    assert!(ines.get("/teach/gradebook").await.body.contains(">1</a>"));
    for (id, standing) in [(first, "A later submission counts."), (second, "It counts: it is the last one.")] {
        assert!(ada.get(&format!("/labs/delta/submissions/{id}")).await.body.contains(standing), "{standing}");
    }
    assert!(ada.get("/progress").await.body.contains("Submission 2 of 2 counts: it is your last."));
    let refused = ines.post("/teach/labs/delta/policy", &[("counting", "mean")]).await;
    assert!(refused.status == 400 && refused.body.contains("best or the last"), "{}", refused.body);
    assert_eq!(ines.post("/teach/labs/nothing/policy", &[("counting", "last")]).await.status, 404);
}

/// Gives every submission that waits to be graded again these points.
async fn grade_again(server: &Server, points: [u32; 2]) {
    while let Some(lease) = regrade_queue::lease(&server.app.store, MINUTE, store::now()).await.unwrap() {
        let report = report(server, points);
        assert!(regrade_queue::complete(&server.app.store, lease, &report, store::now()).await.unwrap());
    }
}

#[tokio::test]
async fn a_regrade_of_a_lab_is_shown_applied_and_undone_and_overrides_stay() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let bela = server.enrol("bela", Role::Student).await;
    graded(&server, bela, [0, 6_000]).await;
    ines.post(&format!("/teach/submissions/{id}/checks/check-1/points"), &GOOD).await;
    let started = ines.post("/teach/labs/delta/regrades", &[]).await;
    let path = started.header("location").to_owned();
    let page = ines.get(&path).await.body;
    assert!(
        page.contains("<sb-waiting") && page.contains("0 of 2 graded again.") && !page.contains("/apply\""),
        "{page}"
    );
    assert_eq!(ines.post("/teach/labs/delta/regrades", &[]).await.header("location"), path, "it still runs");
    let early = ines.post(&format!("{path}/apply"), &[]).await;
    assert!(early.status == 409 && early.body.contains("Nothing was changed"), "{}", early.body);
    grade_again(&server, [0, 6_000]).await;

    let page = ines.get(&path).await.body;
    assert!(page.contains("It would change 1 mark of 2 submissions. Nothing is changed so far."), "{page}");
    assert!(page.contains("<code>check-0</code> <span>from 40 to 0</span>") && !page.contains("check-1"), "{page}");
    assert!(page.contains("95.5") && page.contains("55.5") && !page.contains("bela"), "{page}");
    let score = async |ada: &mut Browser, points: &str| {
        let own = ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
        assert!(own.contains(&format!("<strong>{points}</strong> <span>of 100 points")), "{points} in {own}");
    };
    score(&mut ada, "95.5").await;
    assert_eq!(ines.post(&format!("{path}/apply"), &[]).await.status, 303);
    score(&mut ada, "55.5").await;
    let page = ines.get(&path).await.body;
    assert!(page.contains("Applied: it changed 1 mark of 2 submissions.") && page.contains("/undo\""), "{page}");
    assert!(ines.get("/teach/labs/delta").await.body.contains("Applied"));
    assert_eq!(ines.post(&format!("{path}/undo"), &[]).await.status, 303);
    score(&mut ada, "95.5").await;
    let page = ines.get(&path).await.body;
    assert!(
        page.contains("Applied and undone: every mark is as it was before.") && page.contains("/apply\""),
        "{page}"
    );
    assert!(ines.get("/teach/labs/delta").await.body.contains("Undone"));
    ines.post(&format!("{path}/apply"), &[]).await;
    assert!(ines.get(&path).await.body.contains("Applied: it changed 1 mark of 2 submissions."));
}

#[tokio::test]
async fn points_set_for_a_check_that_the_lab_lost_are_still_listed_and_count_for_nothing() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let review = format!("/teach/submissions/{id}");
    ines.post(&format!("{review}/checks/check-1/points"), &GOOD).await;
    let regrade = ines.post(&format!("{review}/grade-again"), &[]).await.header("location").to_owned();
    let lease = regrade_queue::lease(&server.app.store, MINUTE, store::now()).await.unwrap().unwrap();
    let smaller = report_of(&server, &[(3_000, 10_000)]);
    assert!(regrade_queue::complete(&server.app.store, lease, &smaller, store::now()).await.unwrap());
    let page = ines.get(&regrade).await.body;
    assert!(page.contains("<code>check-1</code> <span>from 55.5 to none</span>"), "{page}");
    ines.post(&format!("{regrade}/apply"), &[]).await;
    assert!(ada.get(&format!("/labs/delta/submissions/{id}")).await.body.contains("<strong>30</strong>"));
    let page = ines.get(&review).await.body;
    assert!(page.contains("Without effect: the lab has no such check any more"), "{page}");
    assert!(page.contains("Other &#60;form&#62;, right rows.") && page.contains("/withdraw\""), "{page}");
}

#[tokio::test]
async fn what_is_handed_in_is_graded_before_anything_is_graded_again() {
    let server = Server::new().await;
    let (id, _, mut ines) = class(&server).await;
    assert_eq!(ines.post("/teach/labs/delta/regrades", &[]).await.status, 303);
    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let late = [handed_in(&server, user).await, handed_in(&server, user).await];
    let mut order = Vec::new();
    while let Some(turn) = Turn::take(&server.app.store).await.unwrap() {
        order.push((turn.submission(), matches!(turn, Turn::Again(_))));
    }
    assert_eq!(order, [(late[0], false), (late[1], false), (id, true)]);
}

#[tokio::test]
async fn one_submission_is_graded_again_by_a_regrade_of_its_own_and_one_put_aside_by_the_queue() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let again = ines.post(&format!("/teach/submissions/{id}/grade-again"), &[]).await;
    let path = again.header("location").to_owned();
    let regrade: RegradeId = path.strip_prefix("/teach/regrades/").expect("a regrade").parse().unwrap();
    grade_again(&server, [4_000, 6_000]).await;
    let page = ines.get(&path).await.body;
    assert!(page.contains("One submission") && page.contains("It would change 1 mark of 1 submission."), "{page}");
    assert_eq!(ines.post(&format!("/teach/regrades/{regrade}/apply"), &[]).await.status, 303);
    assert!(ada.get(&format!("/labs/delta/submissions/{id}")).await.body.contains("<strong>100</strong>"));

    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let stuck = handed_in(&server, user).await;
    let lease = grading_queue::lease(&server.app.store, MINUTE, store::now()).await.unwrap().unwrap();
    grading_queue::give_back(&server.app.store, lease, "engine", (store::now(), 1)).await.unwrap();
    let review = format!("/teach/submissions/{stuck}");
    assert!(ines.get(&review).await.body.contains("Put aside."));
    assert_eq!(ines.post(&format!("{review}/grade-again"), &[]).await.header("location"), review);
    let state = grading_queue::state(&server.app.store, stuck).await.unwrap();
    assert_eq!(state, Some(grading_queue::State::Waiting { ahead: 0 }));
}

#[tokio::test]
async fn submissions_are_filtered_by_lab_student_and_state() {
    let server = Server::new().await;
    let (_, _, mut ines) = class(&server).await;
    let bela = server.enrol("bela", Role::Student).await;
    handed_in(&server, bela).await;
    let mut shown = async |query: &str| {
        let page = ines.get(&format!("/teach/submissions?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        let names = ["ada", "bela"].map(|login| page.body.contains(&format!("<th scope=\"row\">{login} Example")));
        (names[0], names[1], page.body)
    };
    for (query, ada, bela) in [
        ("", true, true),
        ("lab=delta&student=&state=", true, true),
        ("student=bela", false, true),
        ("student=%20ADA%20", true, false),
        ("state=graded", true, false),
        ("state=waiting&lab=delta", false, true),
        ("state=put-aside", false, false),
        ("lab=workflows", false, false),
        ("lab=%3Cscript%3E&state=nothing", true, true),
    ] {
        let (has_ada, has_bela, body) = shown(query).await;
        assert_eq!((has_ada, has_bela), (ada, bela), "{query}: {body}");
    }
    let (.., body) = shown("lab=workflows&state=graded").await;
    assert!(body.contains("No submission fits the filter."), "{body}");
    assert!(body.contains("value=\"workflows\" selected") && body.contains("value=\"graded\" selected"), "{body}");
    let (.., body) = shown("student=%3Cscript%3Ealert").await;
    assert!(!body.contains("<script>alert"), "{body}");
}
