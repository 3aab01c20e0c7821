//! What a lab's rules let a student see, and what late work loses.

use jiff::SignedDuration;
use sandbar_grader::Report;
use sandbar_grader::property::counterexample::{Counterexample, ShownTable};
use sandbar_grader::report::Visibility;

use super::teaching::{MINUTE, class, handed_in};
use super::*;
use crate::marks;
use crate::store::comments::{self, NewComment};
use crate::store::lab_policies::{self, LabPolicy, Late, Results};
use crate::store::reports::NewReport;
use crate::store::{SubmissionId, grading_queue};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// 40 of 40 public points and 12.34 of 20 hidden ones, with markers in all that a hidden check says.
fn partly_hidden() -> Report {
    let mut report = marks::tests::report(&[(4_000, 4_000), (1_234, 2_000)]);
    let table =
        ShownTable { title: "MARK-title".into(), columns: vec!["MARK-column".into()], rows: vec![], marked: vec![] };
    let hidden = &mut report.checks[1];
    hidden.id = "MARK-id".into();
    hidden.visibility = Visibility::Hidden;
    for text in [&mut hidden.claim, &mut hidden.message] {
        *text = "MARK-text".into();
    }
    let texts = [&mut hidden.expected, &mut hidden.found, &mut hidden.next_step, &mut hidden.feedback_key];
    for text in texts {
        *text = Some("MARK-text".into());
    }
    hidden.counterexample = Some(Counterexample { statement: "MARK-sql".into(), tables: vec![table], setup: None });
    report.replay.seed = 777_123;
    report
}

async fn graded(server: &Server, user: UserId, report: &Report) -> SubmissionId {
    let id = handed_in(server, user).await;
    let new = NewReport {
        release: server.app.release.clone(),
        engine: "0.1.0".into(),
        score: report.score.hundredths(),
        max_score: report.max_score.hundredths(),
        body: serde_json::to_string(report).unwrap(),
    };
    let lease = grading_queue::lease(&server.app.store, MINUTE, store::now()).await.unwrap().unwrap();
    assert!(grading_queue::complete(&server.app.store, lease, &new, store::now()).await.unwrap());
    id
}

async fn let_hold(server: &Server, policy: LabPolicy) {
    let ines = users::credentials(&server.app.store, "ines").await.unwrap().unwrap().id;
    let of = (server.app.course_id, "delta");
    lab_policies::set(&server.app.store, of, policy, ines, store::now()).await.unwrap();
}

fn due_in(from_now: SignedDuration, results: Results) -> LabPolicy {
    LabPolicy { results, due_at: Some(store::now() + from_now), ..LabPolicy::default() }
}

/// Everything that a student gets of a submission, as pages and as fragments.
async fn all_pages(browser: &mut Browser, id: SubmissionId) -> String {
    let own = format!("/labs/delta/submissions/{id}");
    let mut text = String::new();
    for path in ["/", "/progress", "/labs/delta", "/lessons/time-travel", "/labs/delta/case", own.as_str()] {
        text.push_str(&browser.get(path).await.body);
    }
    let tried = browser.fetch(&format!("{own}/cases/MARK-id/try"), &[]).await;
    assert_eq!(tried.status, 404);
    text + &tried.body
}

/// Ada with a submission of [`partly_hidden`] and a comment on its hidden check.
async fn secretive(server: &Server) -> (SubmissionId, Browser, Browser) {
    server.enrol("ines", Role::Instructor).await;
    let ada = server.enrol("ada", Role::Student).await;
    let id = graded(server, ada, &partly_hidden()).await;
    let new = NewComment { submission: id, check: Some("MARK-id"), text: "MARK-comment", by: ada };
    comments::add(&server.app.store, new, store::now()).await.unwrap();
    (id, server.signed_in("ada").await, server.signed_in("ines").await)
}

#[tokio::test]
async fn before_the_due_date_nothing_of_a_hidden_check_reaches_the_student_but_counts() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = secretive(&server).await;
    for policy in [due_in(DAY, Results::AfterDue), due_in(-DAY, Results::Counts), due_in(DAY, Results::Counts)] {
        let_hold(&server, policy).await;
        let seen = all_pages(&mut ada, id).await;
        for marker in ["MARK", "777123", "12.34", "52.34", "7.66", "of 60"] {
            let place =
                seen.find(marker).map(|at| seen[at.saturating_sub(200)..].chars().take(300).collect::<String>());
            assert_eq!(place, None, "{marker} under {policy:?}");
        }
        for part in [
            "<strong>40</strong> <span>of 40 public points",
            "1 of 1 public check hold. Every task has all of its points.",
            "1 of 1 public check holds. 0 of 1 hidden check holds.",
        ] {
            assert!(seen.contains(part), "{part} in {seen}");
        }
    }
    let staff = ines.get(&format!("/teach/submissions/{id}")).await.body;
    for part in ["MARK-id", "MARK-text", "MARK-title", "MARK-comment", "777123", "52.34"] {
        assert!(staff.contains(part), "{part} in {staff}");
    }
}

#[tokio::test]
async fn from_the_due_date_on_everything_shows() {
    let server = Server::new().await;
    let (id, mut ada, _) = secretive(&server).await;
    for policy in [due_in(-DAY, Results::AfterDue), due_in(DAY, Results::Everything), LabPolicy::default()] {
        let_hold(&server, policy).await;
        let own = ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
        for part in ["MARK-id", "MARK-title", "MARK-comment", "777123", "<strong>52.34</strong> <span>of 60 points"] {
            assert!(own.contains(part), "{part} under {policy:?} in {own}");
        }
    }
}

#[tokio::test]
async fn which_submission_is_best_does_not_tell_what_hidden_checks_found() {
    let server = Server::new().await;
    let (first, mut ada, _) = secretive(&server).await;
    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let mut worse = partly_hidden();
    (worse.score, worse.checks[1].points) = (sandbar_grader::Points::whole(40), sandbar_grader::Points::ZERO);
    worse.tasks[0].score = worse.score;
    let second = graded(&server, user, &worse).await;
    let standing =
        async |ada: &mut Browser, id: SubmissionId| ada.get(&format!("/labs/delta/submissions/{id}")).await.body;
    assert!(standing(&mut ada, first).await.contains("It counts: it is the best one."));
    let_hold(&server, due_in(DAY, Results::AfterDue)).await;
    assert!(!ada.get("/labs/delta").await.body.contains(">counts</span>"));
    assert!(standing(&mut ada, first).await.contains("By public points another submission is better so far."));
    assert!(standing(&mut ada, second).await.contains("By its public points it is the best one so far."));
}

#[tokio::test]
async fn late_work_loses_its_share_everywhere_and_more_time_or_a_person_gives_it_back() {
    let server = Server::new().await;
    let (id, mut ada, mut ines) = class(&server).await;
    let late = Late { percent_a_day: 10, most_percent: 50 };
    let_hold(&server, LabPolicy { late, ..due_in(-MINUTE - DAY, Results::Everything) }).await;
    let own = format!("/labs/delta/submissions/{id}");
    let page = ada.get(&own).await.body;
    for part in ["<strong>32</strong> <span>of 100", "Handed in late: 20 % of its points", "<strong>−8</strong>"] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(
        ada.get("/labs/delta")
            .await
            .body
            .contains("Late work loses 10 % of its points for each day that has begun, 50 % at most.")
    );
    assert!(ada.get("/progress").await.body.contains("<strong>32</strong>"));
    assert!(ines.get("/teach/gradebook").await.body.contains("1 submission, 20 % off for lateness"));
    let table = ines.get("/teach/gradebook.csv").await.body;
    assert!(table.lines().next().unwrap_or_default().contains(": late (%)"), "{table}");
    assert!(table.lines().any(|line| line.starts_with("ada,") && line.contains(",20,0,")), "{table}");

    let until = "2999-01-01T12:00";
    let extended = ines.post("/teach/labs/delta/extensions", &[("student", "ADA"), ("until", until)]).await;
    assert_eq!(extended.status, 303, "{}", extended.body);
    assert!(ada.get(&own).await.body.contains("<strong>40</strong>"));
    assert!(ines.get("/teach/labs/delta").await.body.contains("ada Example (ada)"));
    ines.post("/teach/labs/delta/extensions", &[("student", "ada"), ("until", "")]).await;
    assert!(ada.get(&own).await.body.contains("<strong>32</strong>"));

    let waive = format!("/teach/submissions/{id}/deductions/late/waive");
    assert_eq!(ines.post(&waive, &[("reason", " ")]).await.status, 422);
    assert_eq!(ines.post(&waive.replace("late", "hints-1"), &[("reason", "x")]).await.status, 404);
    assert_eq!(ines.post(&waive, &[("reason", "The server was <down>.")]).await.status, 303);
    let page = ada.get(&own).await.body;
    assert!(page.contains("<strong>40</strong>"), "{page}");
    assert!(page.contains("ines Example took this back: The server was &#60;down&#62;."), "{page}");
    let review = ines.get(&format!("/teach/submissions/{id}")).await.body;
    assert!(review.contains("taken off for lateness") && review.contains("In force"), "{review}");
}

fn holds(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[tokio::test]
async fn rules_are_set_together_and_what_cannot_be_is_refused_beside_its_field() {
    let server = Server::new().await;
    let (_, mut ada, mut ines) = class(&server).await;
    let path = "/teach/labs/delta/policy";
    let good = [
        ("counting", "last"),
        ("results", "after_due"),
        ("due", "2998-02-03T04:05"),
        ("late_percent", "10"),
        ("late_most", "40"),
    ];
    assert_eq!(ines.post(path, &good).await.status, 303);
    let shown = ines.get("/teach/labs/delta").await.body;
    holds(
        &shown,
        &["value=\"after_due\" checked", "value=\"2998-02-03T04:05\"", "value=\"40\"", "value=\"last\" checked"],
    );
    let told = ada.get("/labs/delta").await.body;
    let rules =
        ["The last submission counts.", "hidden checks show only how many hold", "10 % of its points", "2998-02-0"];
    holds(&told, &rules);
    for (field, value, message) in [
        ("due", "tomorrow", "is no date and time"),
        ("late_percent", "101", "From 0 to 100"),
        ("late_percent", "-1", "From 0 to 100"),
        ("late_most", "x", "From 0 to 100"),
        ("late_most", "5", "less than one day"),
    ] {
        let fields: Vec<(&str, &str)> =
            good.iter().map(|(name, was)| (*name, if *name == field { value } else { *was })).collect();
        let refused = ines.post(path, &fields).await;
        assert_eq!(refused.status, 422, "{field} {value}");
        let message = message.replace("From 0", "from 0");
        let (place, kept) = (format!("id=\"{field}-error\""), format!("value=\"{value}\""));
        holds(&refused.body, &[message.as_str(), &place, &kept, "Nothing was changed."]);
    }
    assert_eq!(ines.post(path, &[("results", "never")]).await.status, 400);
    assert_eq!(ines.post(path, &[("counting", "best")]).await.status, 303, "the others stay");
    let shown = ines.get("/teach/labs/delta").await.body;
    assert!(shown.contains("value=\"after_due\" checked") && shown.contains("value=\"best\" checked"), "{shown}");
    for fields in [[("student", "ada"), ("until", "soon")], [("student", "nobody"), ("until", "2999-01-01T12:00")]] {
        let refused = ines.post("/teach/labs/delta/extensions", &fields).await;
        assert!(refused.status == 422 || refused.status == 400, "{fields:?}");
    }
    assert!(ines.get("/teach/labs/delta").await.body.contains("Nobody has a due date of their own."));
}

#[tokio::test]
async fn what_needs_a_due_date_is_refused_without_one() {
    let server = Server::new().await;
    let (_, _, mut ines) = class(&server).await;
    let course_is_due = server.app.course.topics.iter().any(|topic| topic.slug == "delta" && topic.due.is_some());
    assert!(!course_is_due, "the built-in course sets no date");
    for fields in [[("results", "after_due"), ("due", "")], [("late_percent", "10"), ("late_most", "20")]] {
        let refused = ines.post("/teach/labs/delta/policy", &fields).await;
        assert_eq!(refused.status, 422, "{fields:?}");
        assert!(refused.body.contains("Set a due date") && refused.body.contains("href=\"#due\""), "{}", refused.body);
    }
}
