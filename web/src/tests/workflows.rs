//! The pages of the workflows lab: its dashboard and its widgets.

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
async fn a_notebook_is_shown_and_its_widgets_need_an_engine() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    assert_eq!(browser.get("/labs/workflows").await.status, 200);
    let fields = [("name", "a"), ("value", "b"), ("document", "etl.sql")];
    assert_eq!(browser.fetch("/labs/workflows/widgets", &fields).await.status, 503);
    assert_eq!(browser.fetch("/labs/workflows/widgets", &[("name", "a")]).await.status, 400);
}
