//! A release is served, and there is work from an earlier one: what stays, what is offered, what can still be read.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sandbar_content::files::Files;
use sandbar_content::release;
use serde_json::{Value, json};

use super::*;
use crate::archives::Archives;
use crate::background::grading::{Turn, content};
use crate::store::documents::{self, Document};
use crate::store::lab_attempts::LabOf;
use crate::store::quiz_attempts::{self, NewAttempt, QuizOf};
use crate::store::regrades::{self, Wanted};
use crate::store::submissions::{self, NewSubmission, Submission};
use crate::store::{grading_queue, regrade_queue};

const STARTER: &str = "labs/delta/starter.sql";
const TASK_1: &str = "-- A Delta table lab_inventory: sku,";
const TASK_2: &str = "-- One INSERT with two new products.";

/// The built-in course as an earlier release had it.
fn earlier(changes: &[(&str, &str, &str)]) -> Files {
    let mut files: BTreeMap<String, Vec<u8>> =
        Files::builtin().iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    for (path, now, then) in changes {
        let text = String::from_utf8(files[*path].clone()).unwrap();
        assert!(text.contains(now), "{now} in {path}");
        files.insert((*path).to_owned(), text.replace(now, then).into_bytes());
    }
    files.into_iter().collect()
}

/// A server on the built-in course that served that release before.
async fn server_after(files: &Files) -> (Server, ReleaseId) {
    let mut server = Server::new().await;
    let archives = Archives::of_data(server._folder.path());
    let id = ReleaseId::from(release::id(files).as_str());
    archives.keep(id.as_str(), files).unwrap();
    releases::ensure(&server.app.store, &id, server.app.course_id, store::now()).await.unwrap();
    server.app = server.app.clone().with_archives(archives);
    server.router = router(server.app.clone());
    (server, id)
}

fn of(server: &Server, user: UserId) -> LabOf<'static> {
    LabOf { user, course: server.app.course_id, lab: "delta" }
}

/// The cells of that release's starter, some of them changed by the student.
fn cells(files: &Files, own: &[(&str, &str)]) -> Value {
    let notebook = sandbar_labs::notebook::read("notebook.sql", files.get(STARTER).unwrap()).unwrap();
    let cell = |cell: sandbar_labs::notebook::Cell| {
        let title = cell.title.unwrap_or_default();
        let own = own.iter().find(|(of, _)| title.starts_with(of)).map(|(_, source)| (*source).to_owned());
        json!({ "id": cell.id, "language": cell.language, "title": title, "source": own.unwrap_or(cell.source) })
    };
    notebook.cells.into_iter().map(cell).collect()
}

/// Ada, who began with that release and wrote something for task 2.
async fn ada(server: &Server, files: &Files, id: &ReleaseId) -> (UserId, Browser) {
    let user = server.enrol("ada", Role::Student).await;
    let content = cells(files, &[("Task 2", "INSERT mine")]).to_string();
    documents::start(&server.app.store, of(server, user), "notebook.sql", &content, id, store::now()).await.unwrap();
    (user, server.signed_in("ada").await)
}

async fn document(server: &Server, user: UserId) -> Document {
    documents::get(&server.app.store, of(server, user), "notebook.sql").await.unwrap().unwrap()
}

/// Every form that takes a change, as its fields.
fn offers(page: &str) -> Vec<[String; 4]> {
    let value = |form: &str, name: &str| {
        let (_, rest) = form.split_once(&format!("name=\"{name}\" value=\"")).expect(name);
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let forms = page.split("/changes/take\"").skip(1);
    forms.map(|form| ["file", "revision", "release", "number"].map(|name| value(form, name))).collect()
}

async fn take(browser: &mut Browser, offer: &[String; 4]) -> u16 {
    let names = ["file", "revision", "release", "number"];
    let fields: Vec<(&str, &str)> = names.into_iter().zip(offer.iter().map(String::as_str)).collect();
    browser.post("/labs/delta/changes/take", &fields).await.status
}

#[tokio::test]
async fn a_changed_starter_overwrites_nothing_and_is_taken_cell_by_cell() {
    let old = earlier(&[(STARTER, TASK_1, "-- Old words for task 1:"), (STARTER, TASK_2, "-- Old words for task 2.")]);
    let (server, id) = server_after(&old).await;
    let (user, mut ada) = ada(&server, &old, &id).await;
    let before = document(&server, user).await;
    let lab = ada.get("/labs/delta").await.body;
    assert!(lab.contains("Old words for task 1") && lab.contains("INSERT mine") && !lab.contains(TASK_1), "{lab}");
    assert!(lab.contains("href=\"/labs/delta/changes\""), "{lab}");
    let page = ada.get("/labs/delta/changes").await.body;
    for part in
        ["Old words for task 1", "A Delta table lab_inventory", "Old words for task 2", "INSERT", "When you began"]
    {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(page.contains(&format!("/labs/delta/releases/{id}")), "{page}");
    let offers_1 = offers(&page);
    assert_eq!(offers_1.len(), 2, "{page}");
    assert_eq!(document(&server, user).await, before, "looking changes nothing");

    assert_eq!(take(&mut ada, &offers_1[0]).await, 303);
    let after = document(&server, user).await;
    assert!(after.content.contains(TASK_1) && !after.content.contains("Old words for task 1"), "{}", after.content);
    assert!(after.content.contains("INSERT mine") && after.release == id);
    assert_eq!(take(&mut ada, &offers_1[1]).await, 409, "the page is older than the file");
    assert_eq!(document(&server, user).await, after);
    let page = ada.get("/labs/delta/changes").await.body;
    let offers_2 = offers(&page);
    assert!(offers_2.len() == 1 && page.contains("You have it."), "{page}");
    assert_eq!(take(&mut ada, &offers_2[0]).await, 303);
    let taken = document(&server, user).await.content;
    let (mine, new) = (taken.find("INSERT mine"), taken.find(TASK_2));
    assert!(mine.is_some() && mine < new, "the new one is below hers: {taken}");
    assert!(!ada.get("/labs/delta").await.body.contains("/labs/delta/changes"), "nothing is left to take");
}

#[tokio::test]
async fn changes_that_were_seen_are_told_no_more_and_the_files_stay_as_they_are() {
    let old = earlier(&[(STARTER, TASK_2, "-- Old words for task 2.")]);
    let (server, id) = server_after(&old).await;
    let (user, mut ada) = ada(&server, &old, &id).await;
    assert!(ada.get("/labs/delta").await.body.contains("/labs/delta/changes"));
    let before = document(&server, user).await;
    for (release, status) in [("0000000000000000", 409), (server.app.release.as_str(), 303)] {
        let fields = [("file", "notebook.sql"), ("release", release)];
        assert_eq!(ada.post("/labs/delta/changes/done", &fields).await.status, status);
    }
    let after = document(&server, user).await;
    assert_eq!((&after.content, after.revision), (&before.content, before.revision));
    assert!(!ada.get("/labs/delta").await.body.contains("/labs/delta/changes"));
    assert!(ada.get("/labs/delta/changes").await.body.contains("the one that you began with"));
}

#[tokio::test]
async fn a_release_that_changed_elsewhere_or_cannot_be_read_shows_no_notice() {
    let old = earlier(&[("labs/delta/lab.yml", "title: A Delta table", "title: An old table")]);
    let (server, id) = server_after(&old).await;
    let (_, mut ada) = ada(&server, &old, &id).await;
    assert!(!ada.get("/labs/delta").await.body.contains("/labs/delta/changes"));

    let old = earlier(&[(STARTER, TASK_2, "-- Old words.")]);
    let (server, id) = server_after(&old).await;
    std::fs::remove_file(server._folder.path().join(format!("releases/{id}.zip"))).unwrap();
    let (_, mut ada) = self::ada(&server, &old, &id).await;
    let page = ada.get("/labs/delta").await;
    assert!(page.status == 200 && page.body.contains("INSERT mine") && !page.body.contains("/labs/delta/changes"));
}

#[tokio::test]
async fn an_earlier_release_stays_readable_with_its_public_checks_only() {
    let old = earlier(&[("labs/delta/lab.yml", "title: A Delta table", "title: An old table")]);
    let (server, id) = server_after(&old).await;
    let (_, mut ada) = ada(&server, &old, &id).await;
    let path = format!("/labs/delta/releases/{id}");
    let page = ada.get(&path).await;
    assert!(page.status == 200 && page.body.contains("<h1>An old table"), "{}", page.body);
    let course = Course::from_files(&old).unwrap();
    let checks = course.lab("delta").unwrap().definition.rubric.checks();
    let (public, hidden): (Vec<_>, Vec<_>) = checks
        .map(|(_, check)| check)
        .partition(|check| check.visibility == sandbar_grader::report::Visibility::Public);
    assert!(!hidden.is_empty());
    let shown = page
        .body
        .split("<h3>Public checks</h3>")
        .skip(1)
        .map(|rest| rest.split("</ul>").next().unwrap_or_default().matches("<li>").count());
    assert_eq!(shown.sum::<usize>(), public.len());
    let served = server.app.release.to_string();
    assert!(ada.get(&format!("/labs/delta/releases/{served}")).await.body.contains("as it is now"));
    for path in [
        "/labs/delta/releases/0123456789abcdef",
        "/labs/delta/releases/..%2F..%2Fsandbar",
        &format!("/labs/nothing/releases/{id}"),
    ] {
        assert_eq!(ada.get(path).await.status, 404, "{path}");
    }
    assert_eq!(server.browser().get(&path).await.status, 303, "signed out");
}

async fn hand_in(server: &Server, user: UserId, release: &ReleaseId) -> Submission {
    let files = BTreeMap::from([("delta.sql".to_owned(), b"SELECT 1".to_vec())]);
    let new = NewSubmission { of: of(server, user), release, hash: "ff", seed: 1, files: &files };
    submissions::add(&server.app.store, &new, store::now()).await.unwrap()
}

#[tokio::test]
async fn what_is_handed_in_is_graded_with_its_own_release_and_again_with_the_served_one() {
    let old = earlier(&[("labs/delta/lab.yml", "title: A Delta table", "title: An old table")]);
    let (server, id) = server_after(&old).await;
    let (user, mut ada) = ada(&server, &old, &id).await;
    let submission = hand_in(&server, user, &id).await;
    let lease = SignedDuration::from_secs(60);
    let held = grading_queue::lease(&server.app.store, lease, store::now()).await.unwrap().unwrap();
    let (release, course) = content(&server.app, &Turn::HandedIn(held), &submission).await.unwrap();
    assert_eq!((&release, course.release.as_str()), (&id, id.as_str()));
    assert!(course.lab("delta").unwrap().title.starts_with("An old table"));

    let report = crate::marks::tests::report(&[(4_000, 10_000)]);
    let graded = crate::store::reports::NewReport {
        release: id.clone(),
        engine: "0.1.0".into(),
        score: 4_000,
        max_score: 10_000,
        body: serde_json::to_string(&report).unwrap().replace("\"sandbar:1:r1:", &format!("\"sandbar:1:{id}:")),
    };
    assert!(grading_queue::complete(&server.app.store, held, &graded, store::now()).await.unwrap());
    let own = ada.get(&format!("/labs/delta/submissions/{}", submission.id)).await.body;
    assert!(own.contains("Graded with an earlier release") && own.contains(&format!("/releases/{id}")), "{own}");
    let wanted = Wanted { course: server.app.course_id, lab: "delta", submission: None };
    regrades::start(&server.app.store, wanted, user, store::now()).await.unwrap();
    let again = regrade_queue::lease(&server.app.store, lease, store::now()).await.unwrap().unwrap();
    let (release, _) = content(&server.app, &Turn::Again(again), &submission).await.unwrap();
    assert_eq!(release, server.app.release);
}

#[tokio::test]
async fn without_its_release_a_submission_is_not_graded_and_the_operator_reads_which_archive_is_missing() {
    let old = earlier(&[("labs/delta/lab.yml", "title: A Delta table", "title: An old table")]);
    let (server, id) = server_after(&old).await;
    let path = server._folder.path().join(format!("releases/{id}.zip"));
    let (user, _) = ada(&server, &old, &id).await;
    let submission = hand_in(&server, user, &id).await;
    let held = grading_queue::lease(&server.app.store, SignedDuration::from_secs(60), store::now()).await.unwrap();
    let turn = Turn::HandedIn(held.unwrap());
    std::fs::remove_file(&path).unwrap();
    let told = content(&server.app, &turn, &submission).await.unwrap_err();
    for part in [id.as_str(), &format!("releases/{id}.zip"), "Put its archive back", "--content"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    Archives::of_data(server._folder.path()).keep(id.as_str(), &old).unwrap();
    assert!(content(&server.app, &turn, &submission).await.is_ok(), "put back, it is graded");
}

#[tokio::test]
async fn a_question_that_is_not_asked_any_more_can_still_be_taken_out() {
    let quiz = ("quizzes/week-3.yml", "id: acid-commit-moment", "id: acid-commit-instant");
    let files = earlier(&[quiz]);
    let asked = &Course::from_files(&files).unwrap().quizzes["week-3"].quiz;
    let asks = |seed: &u64| sandbar_quizzes::draw(asked, *seed).iter().any(|drawn| drawn.id == "acid-commit-instant");
    let seed = (0..1_000).find(asks).unwrap();
    let (server, release) = server_after(&files).await;
    let (store, at) = (&server.app.store, store::now());
    let user = server.enrol("ada", Role::Student).await;
    let new = NewAttempt { release: &release, seed, started_at: at, deadline_at: None, most_attempts: None };
    let of = QuizOf { user, course: server.app.course_id, quiz: "week-3" };
    quiz_attempts::open(store, of, &new).await.unwrap();
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    let page = ines.get("/teach/quizzes/week-3").await.body;
    let question = "/teach/quizzes/week-3/questions/acid-commit-instant";
    assert!(page.contains("Not asked any more") && page.contains(question), "{page}");
    assert_eq!(ines.get(question).await.status, 200);
    let void = [("action", "void_all"), ("reason", "It was not taught.")];
    let rehearsal = ines.post(&format!("{question}/rehearsal"), &void).await;
    assert_eq!(rehearsal.status, 200, "{}", rehearsal.body);
    assert!(rehearsal.body.contains("none of 0 scored attempts"), "{}", rehearsal.body);
    assert_eq!(ines.post(&format!("{question}/amendments"), &void).await.status, 303);
    let other = question.replace("instant", "never");
    assert_eq!(ines.get(&other).await.status, 404);
}
