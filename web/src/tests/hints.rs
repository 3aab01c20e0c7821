//! Hints: their prices, their order, and what they take from a mark.

use sandbar_grader::rubric::HintLevel;

use super::teaching::{class, graded};
use super::*;

/// The text of a level of the Delta lab's first task, as HTML.
fn text(server: &Server, level: HintLevel) -> String {
    let lab = server.app.course.lab("delta").unwrap();
    let hints = &lab.tasks[0].hints;
    hints.iter().find(|(known, _)| *known == level).unwrap().1.clone()
}

fn hint(level: HintLevel) -> String {
    format!("/labs/delta/tasks/1/hints/{}", level.word())
}

#[tokio::test]
async fn each_level_says_its_price_first_and_its_text_comes_only_when_it_is_opened() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let page = ada.get("/labs/delta").await.body;
    for price in ["free", "costs 5 %, 0.6 of 12 points", "costs 10 %, 1.2 of 12 points", "costs 20 %, 2.4 of 12 points"]
    {
        assert!(page.contains(price), "{price}");
    }
    for level in HintLevel::ALL {
        assert!(!page.contains(&text(&server, level)), "{level:?}");
    }
    assert!(
        page.contains(&hint(HintLevel::Concept)) && !page.contains(&hint(HintLevel::Clause)),
        "one after the other"
    );

    let early = ada.post(&hint(HintLevel::Clause), &[]).await;
    assert!(early.status == 409 && early.body.contains("Nothing was charged."), "{}", early.body);
    for (at, level) in HintLevel::ALL.into_iter().enumerate() {
        let opened = ada.post(&hint(level), &[("file", "notebook.sql")]).await;
        let place = format!("/labs/delta?task=1&file=notebook.sql#hint-1-{}", level.word());
        assert_eq!((opened.status, opened.header("location")), (303, place.as_str()));
        let page = ada.get("/labs/delta?task=1&file=notebook.sql").await.body;
        for (other, known) in HintLevel::ALL.into_iter().enumerate() {
            assert_eq!(page.contains(&text(&server, known)), other <= at, "{known:?} after {level:?}");
        }
    }
    assert_eq!(ada.post(&hint(HintLevel::Concept), &[]).await.status, 303, "it stays open");
    server.enrol("bela", Role::Student).await;
    let other = server.signed_in("bela").await.get("/labs/delta").await.body;
    assert!(!other.contains(&text(&server, HintLevel::Concept)));
}

#[tokio::test]
async fn an_opened_hint_lowers_what_is_handed_in_later_and_a_person_takes_it_back() {
    let server = Server::new().await;
    let (before, mut ada, mut ines) = class(&server).await;
    ada.get("/labs/delta").await;
    for level in [HintLevel::Concept, HintLevel::Clause, HintLevel::Skeleton] {
        assert_eq!(ada.post(&hint(level), &[]).await.status, 303);
    }
    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let after = graded(&server, user, [4_000, 0]).await;
    let page = async |browser: &mut Browser, id| browser.get(&format!("/labs/delta/submissions/{id}")).await.body;
    let first = page(&mut ada, before).await;
    assert!(first.contains("<strong>40</strong> <span>of 100") && !first.contains("Hints of task"), "{first}");
    let second = page(&mut ada, after).await;
    for part in [
        "<strong>30</strong> <span>of 100",
        "Hints of task 1, down to the skeleton: 10 % of the task",
        "<strong>−10</strong>",
        "Another submission counts: it is better.",
    ] {
        assert!(second.contains(part), "{part} in {second}");
    }
    ines.post("/teach/labs/delta/policy", &[("counting", "last")]).await;
    assert!(ines.get("/teach/gradebook").await.body.contains("2 submissions, 10 off for hints"));
    let review = format!("/teach/submissions/{after}");
    assert!(ines.get(&review).await.body.contains("Hints of task 1, down to the skeleton"));
    let waived = ines.post(&format!("{review}/deductions/hints-1/waive"), &[("reason", "It was misleading.")]).await;
    assert_eq!(waived.status, 303);
    let second = page(&mut ada, after).await;
    for part in ["<strong>40</strong> <span>of 100", "took this back: It was misleading.", "<s>−10</s>"] {
        assert!(second.contains(part), "{part} in {second}");
    }
}

#[tokio::test]
async fn hints_that_there_are_not_and_requests_from_elsewhere_open_nothing() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    ada.get("/labs/delta").await;
    for path in [
        "/labs/delta/tasks/9/hints/concept",
        "/labs/delta/tasks/x/hints/concept",
        "/labs/delta/tasks/1/hints/answer",
        "/labs/nothing/tasks/1/hints/concept",
    ] {
        assert_eq!(ada.post(path, &[]).await.status, 404, "{path}");
    }
    assert_eq!(ada.post_without_token(&hint(HintLevel::Concept), &[]).await.status, 403);
    let odd = ada.post(&hint(HintLevel::Concept), &[("file", "../<script>")]).await;
    assert_eq!(odd.header("location"), "/labs/delta?task=1#hint-1-concept");
    assert_eq!(ada.get("/labs/delta?task=%3Cscript%3E").await.status, 200);
    assert_eq!(server.browser().post(&hint(HintLevel::Clause), &[]).await.status, 403, "signed out");
}
