//! `sandbar job run`: real notebooks in a workspace, on a clock of the run's own.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Ran, parsed, sandbar};

const JOB: &str = "name: orders
email_notifications: {on_failure: [data@example.org]}
schedule: {quartz_cron_expression: 0 0 6 * * ?, timezone_id: Europe/Berlin}
parameters:
  - {name: since, default: '2024-01-02'}
job_clusters:
  - {job_cluster_key: small, new_cluster: {spark_version: 15.4.x-scala2.12, num_workers: 1}}
tasks:
  - task_key: etl
    notebook_task: {notebook_path: ./etl.sql, base_parameters: {since: '1999-01-01', day: '{{job.start_time.iso_date}}'}}
    job_cluster_key: small
    max_retries: 1
    min_retry_interval_millis: 600000
  - task_key: quality
    depends_on: [{task_key: etl}]
    notebook_task: {notebook_path: quality.sql}
    job_cluster_key: small
  - task_key: clean_up
    depends_on: [{task_key: quality}]
    run_if: ALL_DONE
    sql_task: {warehouse_id: w, file: {path: clean_up.sql}}
";

const ETL: &str = "-- Databricks notebook source
CREATE WIDGET TEXT since DEFAULT '2000-01-01';
CREATE OR REPLACE TABLE gold AS
SELECT * FROM VALUES (DATE'2024-01-01', 1), (DATE'2024-01-02', 2), (DATE'2024-01-03', 3) AS t(day, n) WHERE day >= CAST(:since AS DATE);
CREATE OR REPLACE TEMP VIEW only_here AS SELECT 1 AS x;
";

/// A folder with the job and its notebooks.
fn folder(job: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [
        ("job.yml", job),
        ("etl.sql", ETL),
        ("quality.sql", "SELECT assert_true(count(*) > 0, 'no rows') FROM gold;"),
        ("clean_up.sql", "CREATE TABLE IF NOT EXISTS cleaned (x INT); INSERT INTO cleaned VALUES (1);"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

fn run(folder: &TempDir, more: &[&str]) -> Ran {
    let job = folder.path().join("job.yml").display().to_string();
    let workspace = folder.path().join("tables").display().to_string();
    let given = ["job", "run", &job, "--workspace", &workspace, "--at", "2024-01-15T12:00:00Z"];
    sandbar(&[&given, more].concat())
}

/// Key, result, and number of attempts of each task.
fn tasks(record: &Value) -> Vec<(String, Value, usize)> {
    let tasks = record["tasks"].as_array().expect("tasks");
    let attempts = |task: &Value| task["attempts"].as_array().map_or(0, Vec::len);
    tasks
        .iter()
        .map(|task| (task["task_key"].as_str().unwrap_or_default().to_owned(), task["result"].clone(), attempts(task)))
        .collect()
}

fn rows(folder: &TempDir, sql: &str) -> String {
    let workspace = folder.path().join("tables").display().to_string();
    let ran = sandbar(&["sql", "--workspace", &workspace, "-e", sql, "--format", "jsonl"]);
    let line = ran.out.lines().last().unwrap_or_default().to_owned();
    parsed(&line)["rows"].to_string()
}

#[test]
fn tasks_run_in_order_and_a_job_parameter_goes_before_the_tasks_own() {
    let folder = folder(JOB);
    let ran = run(&folder, &["--format", "json"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    let record = parsed(&ran.out);
    assert_eq!(record["result"], "SUCCESS");
    let etl = &record["tasks"][0]["attempts"][0];
    assert_eq!(etl["parameters"], json!({ "since": "2024-01-02", "day": "2024-01-15" }));
    assert_eq!(
        (&etl["written"], &record["tasks"][1]["attempts"][0]["read"]),
        (&json!({ "gold": 0 }), &json!(["gold"]))
    );
    // Four minutes for the cluster, which quality finds running.
    assert_eq!((&etl["start"], &etl["running_from"]), (&json!("2024-01-15T12:00:00Z"), &json!("2024-01-15T12:04:00Z")));
    assert_eq!(record["start_up_millis"], 240_000);
    assert_eq!(rows(&folder, "SELECT sum(n) FROM gold"), "[[5]]");
}

#[test]
fn the_same_run_is_the_same_each_time() {
    let (one, two) = (folder(JOB), folder(JOB));
    let [one, two] = [&one, &two].map(|folder| run(folder, &["--format", "json", "--fault", "etl:1"]).out);
    assert_eq!(one, two);
}

#[test]
fn a_fault_is_retried_from_the_start_of_the_attempt_and_a_lasting_one_still_cleans_up() {
    let retried = folder(JOB);
    let record = parsed(&run(&retried, &["--format", "json", "--fault", "etl:1"]).out);
    assert_eq!(record["result"], "SUCCESS");
    assert_eq!(record["tasks"][0]["attempts"][1]["start"], "2024-01-15T12:10:00Z");

    let failed = folder(JOB);
    let ran = run(&failed, &["--format", "json", "--fault", "etl"]);
    assert_eq!(ran.status, 1);
    let expected = [("etl", "FAILED", 2), ("quality", "UPSTREAM_FAILED", 0), ("clean_up", "SUCCESS", 1)];
    assert_eq!(tasks(&parsed(&ran.out)), expected.map(|(key, result, count)| (key.to_owned(), json!(result), count)));
    assert_eq!(parsed(&ran.out)["result"], "SUCCESS_WITH_FAILURES");
    assert_eq!(rows(&failed, "SELECT count(*) FROM cleaned"), "[[1]]");
}

#[test]
fn a_repair_runs_what_failed_and_what_comes_after_it() {
    let folder = folder(JOB);
    let ran = run(&folder, &["--format", "json", "--fault", "quality", "--repair"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    let record = parsed(&ran.out);
    assert_eq!(record["repairs"][0]["again"], json!(["quality", "clean_up"]));
    assert_eq!(tasks(&record).iter().map(|(_, _, attempts)| *attempts).collect::<Vec<_>>(), [1, 2, 2]);
}

#[test]
fn a_failed_statement_is_told_with_its_file_and_line_and_a_task_has_a_session_of_its_own() {
    let folder = folder(JOB);
    std::fs::write(folder.path().join("quality.sql"), "SELECT 1;\nSELECT * FROM only_here;\n").expect("it is written");
    let ran = run(&folder, &[]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("quality [since=2024-01-02]: failed quality.sql:2: [TABLE_OR_VIEW_NOT_FOUND]"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("run 1: SUCCESS_WITH_FAILURES, from 2024-01-15 12:00:00"), "{}", ran.out);
}

#[test]
fn the_run_begins_at_the_schedules_next_firing() {
    let folder = folder(JOB);
    let record = parsed(&run(&folder, &["--format", "json", "--next-firing"]).out);
    assert_eq!(record["start"], "2024-01-16T05:00:00Z");
}

#[test]
fn bad_input_is_refused_with_what_to_write_instead() {
    let folder = folder(JOB);
    for (given, told) in [
        (["--param", "sinse=1"], "the job has no parameter `sinse`"),
        (["--fault", "etl:0"], "attempts are counted from 1"),
        (["--fault", "nobody"], "the job has no task `nobody`"),
        (["--fault", "etl=fire"], "there is no fault `fire`"),
    ] {
        let ran = run(&folder, &given);
        assert_eq!(ran.status, 2, "{told}: {}", ran.err);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    let outside = folder_of_outside();
    let ran = run(&outside, &[]);
    assert!(ran.out.contains("`../secret.sql` is not below the job's folder."), "{}", ran.out);
}

fn folder_of_outside() -> TempDir {
    folder(&JOB.replace("./etl.sql", "../secret.sql"))
}
