//! The pages of the workflows lab: its dashboard, and the form that changes a job's text.

use serde_json::{Value, json};

use super::*;

const DASHBOARD: &str = "\
name: Orders today
warehouse_id: small-one
datasets:
  - name: by_day
    sql: SELECT :town AS town, :since AS since
    parameters: [{ name: since, default: '2024-01-01' }]
pages:
  - name: Overview
    tiles:
      - { kind: lines, title: Wrong, dataset: by_day, x: a, y: b }
      - { kind: line, title: Day by day, dataset: by_day, x: a, y: b }
filters:
  - { parameter: since, label: From, datasets: [by_day] }
refresh: { quartz_cron_expression: 0 30 6 * * ?, timezone_id: Europe/Berlin }
";

const JOB: &str = "\
# Nightly.
tasks:
  - task_key: etl # first
  - task_key: quality
";

async fn save(browser: &mut Browser, path: &str, text: &str) -> i64 {
    browser.get("/labs/workflows").await;
    let answer =
        browser.put_json(&format!("/labs/workflows/documents/{path}"), &json!({ "revision": 1, "text": text })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str::<Value>(&answer.body).unwrap()["revision"].as_i64().unwrap()
}

#[tokio::test]
async fn a_dashboard_shows_its_findings_filters_and_next_firings_also_without_an_engine() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    save(&mut browser, "dashboard.yml", DASHBOARD).await;
    let page = browser.get("/labs/workflows/dashboards/dashboard?since=2024-03-01&nobody=x").await;
    assert_eq!(page.status, 200);
    for part in ["Orders today", "UNKNOWN_TILE", "UNDECLARED_PARAMETER", "Line 5, column", "small-one", "06:30 C"] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(page.body.contains("name=\"since\" value=\"2024-03-01\""), "{}", page.body);
    assert!(page.body.contains("Day by day") && page.body.contains("was not asked"), "{}", page.body);
    assert!(!page.body.contains("style="), "the content security policy blocks it");
    let unknown = browser.get("/labs/workflows/dashboards/nothing").await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.body.contains("/labs/workflows/dashboards/dashboard"), "{}", unknown.body);
}

#[tokio::test]
async fn a_dashboard_without_tiles_says_what_will_appear() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    let page = browser.get("/labs/workflows/dashboards/dashboard").await;
    assert!(page.body.contains("The tiles appear here"), "{}", page.body);
    assert!(browser.get("/labs/workflows?file=dashboard.yml").await.body.contains("Show the dashboard"));
}

#[tokio::test]
async fn a_form_changes_one_setting_and_the_text_keeps_its_comments() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    let revision = save(&mut browser, "job.yml", JOB).await.to_string();
    let change = "/labs/workflows/jobs/job/change";
    let wait = [("operation", "set_dependencies"), ("task", "quality"), ("listed", "etl"), ("on", "etl")];
    let fields: Vec<(&str, &str)> = wait.into_iter().chain([("revision", revision.as_str())]).collect();
    let answer = browser.fetch(change, &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let answer: Value = serde_json::from_str(&answer.body).unwrap();
    let text = answer["text"].as_str().unwrap();
    assert_eq!(text, format!("{JOB}    depends_on: [{{ task_key: etl }}]\n"));
    assert!(answer["html"].as_str().unwrap().contains("quality runs after etl."), "{answer}");

    let stale = browser.fetch(change, &fields).await;
    assert_eq!(stale.status, 409, "{}", stale.body);
    assert_eq!(serde_json::from_str::<Value>(&stale.body).unwrap()["text"], text);

    let revision = answer["revision"].to_string();
    let taken = [("operation", "rename_task"), ("task", "etl"), ("to", "quality"), ("revision", &revision)];
    let refused = browser.fetch(change, &taken).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("There is a task `quality` already."), "{}", refused.body);

    let rename = [("operation", "rename_task"), ("task", "etl"), ("to", "load"), ("revision", &revision)];
    let page = browser.post(change, &rename).await;
    assert_eq!((page.status, page.header("location")), (303, "/labs/workflows/jobs/job?task=load#inspector"));
    let page = browser.get("/labs/workflows/jobs/job?task=quality").await;
    assert!(page.body.contains("task_key: load # first"), "{}", page.body);
    assert!(page.body.contains("value=\"load\" checked"), "{}", page.body);
}

#[tokio::test]
async fn an_unreadable_job_is_not_changed() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    let revision = save(&mut browser, "job.yml", "tasks: [").await.to_string();
    let add = [("operation", "add_task"), ("task", "a"), ("revision", revision.as_str())];
    let answer = browser.fetch("/labs/workflows/jobs/job/change", &add).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains("cannot be read"), "{}", answer.body);
    assert!(browser.get("/labs/workflows/jobs/job").await.body.contains("as soon as the text can be read"));
}

#[tokio::test]
async fn a_notebook_is_shown_and_its_widgets_need_an_engine() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    assert_eq!(browser.get("/labs/workflows").await.status, 200);
    let fields = [("name", "a"), ("value", "b"), ("document", "etl.sql")];
    assert_eq!(browser.fetch("/labs/workflows/widgets", &fields).await.status, 503);
    assert_eq!(browser.fetch("/labs/workflows/widgets", &[("name", "a")]).await.status, 400);
}

#[tokio::test]
async fn a_job_is_checked_beside_the_other_jobs_and_at_the_present_time() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    let job = "\
tasks:
  - { task_key: again, run_job_task: { job_id: job } }
schedule: { quartz_cron_expression: 0 0 6 1 1 ? 2020, timezone_id: UTC }
";
    save(&mut browser, "job.yml", job).await;
    let page = browser.get("/labs/workflows/jobs/job").await;
    for part in ["RUN_JOB_TOO_DEEP", "in a circle: job → job", "The schedule never fires again."] {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
    assert!(page.body.contains("The saved job has errors"), "{}", page.body);
}
