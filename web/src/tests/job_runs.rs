use sandbar_labs::workflow::run::{Fault, FaultKind, Performed, Repair, Run, RunRecord, Settings};
use sandbar_labs::workflow::{self, Syntax};

use super::*;
use crate::store::job_runs::{self, NewJobRun, Progress, State, Trigger};
use crate::store::lab_attempts::{self, LabOf};
use crate::store::{JobRunId, documents};

const JOB: &str = "name: orders
schedule: {quartz_cron_expression: 0 0 6 * * ?, timezone_id: Europe/Berlin}
parameters: [{name: since, default: '2024-01-02'}]
job_clusters: [{job_cluster_key: small, new_cluster: {spark_version: 15.4.x-scala2.12, num_workers: 1}}]
tasks:
  - {task_key: etl, notebook_task: {notebook_path: ./etl.sql}, job_cluster_key: small, max_retries: 1, min_retry_interval_millis: 600000}
  - {task_key: quality, depends_on: [{task_key: etl}], notebook_task: {notebook_path: ./quality.sql}, job_cluster_key: small}
  - {task_key: clean_up, depends_on: [{task_key: quality}], run_if: ALL_DONE, notebook_task: {notebook_path: ./clean_up.sql}}
";

fn six() -> jiff::Timestamp {
    "2026-11-24T05:00:00Z".parse().unwrap()
}

/// `etl` fails twice.
fn failed() -> Run {
    let job = workflow::check(JOB, Syntax::Yaml).job.unwrap();
    let faults = vec![Fault { task_key: "etl".to_owned(), attempt: None, kind: FaultKind::Fail }];
    let mut run = Run::begin(job, Settings { faults, ..Settings::manual("job", "1", six()) }).unwrap();
    finish(&mut run);
    run
}

fn finish(run: &mut Run) {
    while let Some(order) = run.next_order() {
        let output = vec![format!("{}.sql:1: SELECT '<b>': 1 row", order.task_key)];
        run.performed(&order, Performed::succeeded(15_000).with_output(output));
    }
}

impl Server {
    /// A run of the student's job that is over, as it was kept.
    async fn run_of(&self, login: &str, record: &RunRecord) -> JobRunId {
        let user = users::credentials(&self.app.store, login).await.unwrap().unwrap().id;
        let of = LabOf { user, course: self.app.course_id, lab: "workflows" };
        let attempt = lab_attempts::current(&self.app.store, of, &self.app.release, store::now()).await.unwrap().id;
        let new = NewJobRun {
            attempt,
            path: "job.yml",
            settings: JOB,
            parameters: r#"{"since":"2024-02-01"}"#,
            trigger: Trigger::Periodic,
            state: State::Running,
            result: None,
            starts_at: six(),
            note: None,
        };
        let run = job_runs::add(&self.app.store, &new, store::now()).await.unwrap();
        let progress = Progress {
            state: State::Over,
            result: record.result.map(workflow::RunResult::name),
            ends_at: record.end,
            record: Some(serde_json::to_string(record).unwrap()),
            note: None,
        };
        job_runs::save(&self.app.store, run.id, &progress).await.unwrap();
        run.id
    }

    /// Puts a text into the student's job file.
    async fn save_job(&self, browser: &mut Browser, login: &str, text: &str) {
        browser.get("/labs/workflows/jobs/job").await;
        let user = users::credentials(&self.app.store, login).await.unwrap().unwrap().id;
        let of = LabOf { user, course: self.app.course_id, lab: "workflows" };
        documents::replace(&self.app.store, of, "job.yml", text, store::now()).await.unwrap();
    }
}

#[tokio::test]
async fn a_runs_page_says_what_became_of_it_and_why_a_task_was_not_run() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let id = server.run_of("ada", &failed().record()).await;
    let page = ada.get(&format!("/labs/workflows/runs/{id}?task=quality")).await;
    assert_eq!(page.status, 200);
    let words = [
        "Succeeded with failures: <code>etl</code> failed on its second attempt; <code>quality</code> was not run; \
         <code>clean_up</code> ran anyway.",
        "It was not run: <code>etl</code> did not succeed, and it runs when every task before it succeeded \
         (<code>ALL_SUCCESS</code>).",
        "Tue 24 Nov 2026, 06:00:00 CET",
        "A firing of its schedule",
        "aria-label=\"Task etl: Failed, 2 attempts\"",
        "<title>Attempt 1: waits 4 min for its cluster</title>",
        "<dt>Cluster time</dt>",
        "<dd>TERMINATED, SUCCESS_WITH_FAILURES</dd>",
        "In the Jobs API: <code>SKIPPED, UPSTREAM_FAILED</code>.",
        "since",
    ];
    for said in words {
        assert!(page.body.contains(said), "{said}\n{}", page.body);
    }
    assert!(!page.body.contains(" style="), "the policy forbids it");
    let (_, asked) = page.body.split_once("Asked for").unwrap();
    let asked: String = asked.chars().take(80).collect();
    assert!(asked.contains(" CE"), "in the job's zone: {asked}");
    let job = ada.get("/labs/workflows/jobs/job").await;
    assert!(job.body.contains("24 Nov 06:00 CET"), "{}", job.body);
    let log = ada.get(&format!("/labs/workflows/runs/{id}?task=clean_up")).await;
    assert!(log.body.contains("clean_up.sql:1: SELECT &#39;&#60;b&#62;&#39;: 1 row"), "{}", log.body);
}

#[tokio::test]
async fn a_repair_is_previewed_with_what_runs_again_and_what_stays() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    server.save_job(&mut ada, "ada", JOB).await;
    let id = server.run_of("ada", &failed().record()).await;
    let page = ada.get(&format!("/labs/workflows/runs/{id}?repair=preview&again=etl&again=quality")).await;
    assert!(
        page.body.contains("Will run again: <code>etl</code> and <code>quality</code>. Keeps: <code>clean_up</code>.")
    );
    let all = ada.get(&format!("/labs/workflows/runs/{id}?repair=preview&again=etl&dependents=yes")).await;
    assert!(all.body.contains("<code>quality</code> and <code>clean_up</code>. Keeps: nothing."), "{}", all.body);
    let behind = ada.get(&format!("/labs/workflows/runs/{id}?repair=preview&again=quality")).await;
    assert!(behind.body.contains("Will run again: nothing."), "{}", behind.body);
    assert!(behind.body.contains("Cannot run: <code>quality</code>"), "{}", behind.body);
    let none = ada.get(&format!("/labs/workflows/runs/{id}?repair=preview")).await;
    assert!(none.body.contains("Choose at least one task.") && !none.body.contains("Repair now"));
    server.save_job(&mut ada, "ada", "tasks: []").await;
    let gone = ada.get(&format!("/labs/workflows/runs/{id}?repair=preview&again=etl")).await;
    assert!(gone.body.contains("has no task") && !gone.body.contains("Repair now"), "{}", gone.body);
}

#[tokio::test]
async fn what_was_repaired_shows_its_history() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let job = workflow::check(JOB, Syntax::Yaml).job.unwrap();
    let at = "2026-11-25T09:00:00Z".parse().unwrap();
    let mut repaired = failed().repair(job, Settings::manual("", "", six()), Repair::all_failed(at)).unwrap();
    finish(&mut repaired);
    let id = server.run_of("ada", &repaired.record()).await;
    let page = ada.get(&format!("/labs/workflows/runs/{id}")).await;
    assert!(page.body.contains("Wed 25 Nov 2026, 10:00:00 CET: ran <code>etl</code>, <code>quality</code> and"));
    // The night between the run and its repair is drawn short.
    assert!(page.body.contains("class=\"gantt-break\"") && page.body.contains(">1 d 3 h</text>"), "{}", page.body);
}

#[tokio::test]
async fn a_run_is_its_owners_and_staff_may_read_it() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let id = server.run_of("ada", &failed().record()).await;
    server.enrol("eve", Role::Student).await;
    server.enrol("ines", Role::Instructor).await;
    let (mut eve, mut ines) = (server.signed_in("eve").await, server.signed_in("ines").await);
    let path = format!("/labs/workflows/runs/{id}");
    for address in [
        path.clone(),
        format!("{path}/events"),
        path.replace("workflows", "delta"),
        "/labs/workflows/runs/x".to_owned(),
    ] {
        assert_eq!(eve.get(&address).await.status, 404, "{address}");
    }
    eve.get("/").await;
    let page = ines.get(&path).await;
    assert!(page.body.contains("ada Example") && !page.body.contains("Repair the run"), "{}", page.body);
    for what in ["cancel", "repair"] {
        for other in [&mut eve, &mut ines] {
            assert_eq!(other.post(&format!("{path}/{what}"), &[]).await.status, 404, "{what}");
        }
    }
    assert!(ada.get(&path).await.body.contains("Repair the run"));
}

#[tokio::test]
async fn staff_find_a_students_runs_beside_what_was_handed_in() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let id = server.run_of("ada", &failed().record()).await;
    server.save_job(&mut ada, "ada", JOB).await;
    ada.get("/labs/workflows").await;
    let handed_in = ada.post("/labs/workflows/submit", &[]).await;
    let submission = handed_in.header("location").replace("/labs/workflows", "/teach");
    server.enrol("ines", Role::Instructor).await;
    let page = server.signed_in("ines").await.get(&submission).await;
    assert!(page.body.contains(&format!("<a href=\"/labs/workflows/runs/{id}\">Run 1</a>")), "{}", page.body);
}

#[tokio::test]
async fn the_jobs_page_offers_its_parameters_its_next_firing_and_its_last_runs() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let empty = ada.get("/labs/workflows/jobs/job").await;
    assert!(empty.body.contains("The saved job has no task yet.") && empty.body.contains("The job has no schedule."));
    server.save_job(&mut ada, "ada", JOB).await;
    let id = server.run_of("ada", &failed().record()).await;
    let page = ada.get("/labs/workflows/jobs/job").await;
    for said in [
        "name=\"parameter.since\" value=\"2024-01-02\"".to_owned(),
        ", 06:00 CE".to_owned(),
        format!(
            "href=\"/labs/workflows/runs/{id}?task=quality#task\" aria-label=\"quality in run 1: Upstream failed\""
        ),
    ] {
        assert!(page.body.contains(&said), "{said}\n{}", page.body);
    }
}

#[tokio::test]
async fn a_job_that_cannot_be_run_is_refused_with_what_to_mend() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let run = "/labs/workflows/jobs/job/runs";
    ada.get("/").await;
    assert_eq!(ada.post(run, &[("at", "now")]).await.status, 503, "there is no engine here");
    assert_eq!(ada.post("/labs/workflows/jobs/nothing/runs", &[]).await.status, 404);
    assert_eq!(ada.get("/labs/workflows/jobs/job/runs").await.status, 200);
}

#[tokio::test]
async fn who_has_seen_the_end_of_a_run_is_not_asked_back() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let id = server.run_of("ada", &failed().record()).await;
    let path = format!("/labs/workflows/runs/{id}/events");
    let stream = ada.get(&path).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert!(stream.body.contains("event: run\nid: 1\ndata: over\n"), "{}", stream.body);
    let request = axum::http::Request::get(&path).header("last-event-id", "1").body(axum::body::Body::empty()).unwrap();
    assert_eq!(ada.send(request).await.status, 204);
}
