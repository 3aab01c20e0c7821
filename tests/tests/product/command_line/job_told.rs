//! What `sandbar job run` prints while it goes on, and of jobs that are not run.

use serde_json::json;
use tempfile::TempDir;

use crate::program::{Ran, parsed, sandbar};

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    folder
}

fn run(folder: &TempDir, job: &str, more: &[&str]) -> Ran {
    let job = folder.path().join(job).display().to_string();
    sandbar(&[&["job", "run", &job, "--at", "2024-01-15T12:00:00Z"], more].concat())
}

const KINDS: &str = "tasks:
  - {task_key: etl, NOTEBOOK, max_retries: 1}
  - {task_key: ask, depends_on: [{task_key: etl}], condition_task: {op: EQUAL_TO, left: a, right: b}}
  - {task_key: yes, depends_on: [{task_key: ask, outcome: 'true'}], NOTEBOOK}
  - {task_key: off, disabled: true, NOTEBOOK}
  - {task_key: fe, for_each_task: {inputs: '[\"Books\", 7]', task: {task_key: one, NOTEBOOK}}}
  - {task_key: bad, for_each_task: {inputs: '{{job.parameters.list}}', task: {task_key: two, NOTEBOOK}}}
parameters: [{name: list, default: none}]
";

#[test]
fn every_attempt_and_every_task_that_was_not_tried_has_a_line_with_its_reason() {
    let job = KINDS.replace("NOTEBOOK", "notebook_task: {notebook_path: etl.sql}");
    let folder = folder(&[("job.yml", &job), ("etl.sql", "SELECT 1;")]);
    let ran = run(&folder, "job.yml", &["--fault", "etl:1"]);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    for line in [
        "12:00:01  etl [list=none]: failed This attempt was made to fail.",
        "etl (attempt 2) [list=none]: ok",
        "ask: ok it is false",
        "yes: excluded It was excluded: it is for the outcome `true` of `ask`, which came to `false`.",
        "off: disabled It was not run: the job has it `disabled`.",
        "fe (input 1: Books) [list=none]: ok",
        "fe (input 2: 7) [list=none]: ok",
        "bad: failed The inputs are no JSON list: none",
    ] {
        assert!(ran.out.contains(line), "{line} in {}", ran.out);
    }
    let record = parsed(&run(&folder, "job.yml", &["--format", "json"]).out);
    let inputs: Vec<_> = (0..2).map(|at| record["tasks"][4]["attempts"][at]["iteration"].clone()).collect();
    assert_eq!(inputs, [json!({ "number": 1, "input": "Books" }), json!({ "number": 2, "input": "7" })]);
    assert_eq!(record["tasks"][3]["result"], "DISABLED");
}

#[test]
fn a_job_without_room_for_a_run_is_skipped_and_an_invalid_one_refused() {
    let task = "tasks: [{task_key: a, notebook_task: {notebook_path: a.sql}}]\n";
    let skipped = format!("max_concurrent_runs: 0\n{task}");
    let folder = folder(&[("none.yml", &skipped), ("bad.yml", "tasks: [{task_key: a}]\n"), ("a.sql", "SELECT 1;")]);
    let ran = run(&folder, "none.yml", &["--format", "json"]);
    assert_eq!((ran.status, &parsed(&ran.out)["result"]), (1, &json!("MAXIMUM_CONCURRENT_RUNS_REACHED")));
    let ran = run(&folder, "bad.yml", &["--format", "json"]);
    assert_eq!((ran.status, &parsed(&ran.out)["findings"][0]["code"]), (2, &json!("NO_OR_MANY_TASK_TYPES")));
}

#[test]
fn another_job_gets_resolved_values_and_a_circle_of_jobs_is_named() {
    let runs = |job: &str, more: &str| format!("tasks: [{{task_key: t, run_job_task: {{job_id: {job}{more}}}}}]\n");
    let given = ", job_parameters: {p: 'g {{job.start_time.iso_date}}'}";
    let child =
        "parameters: [{name: p, default: none}]\ntasks: [{task_key: c, notebook_task: {notebook_path: c.sql}}]\n";
    let (parent, a, b) = (runs("child", given), runs("b", ""), runs("a", ""));
    let files = [("parent.yml", &*parent), ("child.yml", child), ("c.sql", "SELECT :p;"), ("a.yml", &a), ("b.yml", &b)];
    let folder = folder(&files);
    let ran = run(&folder, "parent.yml", &[]);
    assert!(ran.out.contains("  2024-01-15 12:00:15  c [p=g 2024-01-15]: ok"), "{}{}", ran.out, ran.err);
    let path = folder.path().join("a.yml").display().to_string();
    let ran = sandbar(&["job", "validate", &path]);
    assert_eq!(ran.status, 1);
    let told = "error RUN_JOB_TOO_DEEP: These jobs run each other in a circle: a → b → a.\n";
    assert!(ran.out.contains(&format!("{told}    at tasks[0].run_job_task.job_id\n")), "{}", ran.out);
}

#[test]
fn a_job_runs_another_one_of_its_bundle_and_not_the_file_of_that_name() {
    let bundle = "resources:
  jobs:
    nightly:
      tasks:
        - {task_key: t, run_job_task: {job_id: '${resources.jobs.child.id}', job_parameters: {p: bundle}}}
    child:
      parameters: [{name: p, default: none}]
      tasks: [{task_key: c, notebook_task: {notebook_path: c.sql}}]
";
    let wrong = "tasks: [{task_key: wrong, notebook_task: {notebook_path: c.sql}}]\n";
    let folder = folder(&[("job.yml", bundle), ("child.yml", wrong), ("c.sql", "SELECT 1;")]);
    let ran = run(&folder, "job.yml", &[]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("c [p=bundle]: ok") && !ran.out.contains("wrong"), "{}", ran.out);
    let record = parsed(&run(&folder, "job.yml", &["--format", "json"]).out);
    assert_eq!(record["tasks"][0]["attempts"][0]["output"][0], "child, task c: SUCCESS");
}

#[test]
fn the_rows_of_a_sql_task_are_there_for_the_tasks_after_it() {
    let job = "tasks:
  - {task_key: find, sql_task: {warehouse_id: w, file: {path: find.sql}}}
  - task_key: ask
    depends_on: [{task_key: find}]
    condition_task: {op: GREATER_THAN, left: '{{tasks.find.output.first_row.orders}}', right: '1'}
  - task_key: each
    depends_on: [{task_key: ask, outcome: 'true'}]
    for_each_task:
      inputs: '{{tasks.find.output.rows}}'
      task: {task_key: one, notebook_task: {notebook_path: one.sql, base_parameters: {category: '{{input.category}}'}}}
";
    let find = "SELECT * FROM VALUES ('Books', 2), ('Toys', 1) AS t(category, orders); CREATE TABLE t (n INT);";
    let folder = folder(&[("job.yml", job), ("find.sql", find), ("one.sql", "SELECT :category;")]);
    let ran = run(&folder, "job.yml", &[]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    for line in ["ask: ok it is true", "[category=Books]: ok", "[category=Toys]: ok"] {
        assert!(ran.out.contains(line), "{line} in {}", ran.out);
    }
}

#[test]
fn a_dashboard_that_is_not_there_is_told_where_another_stands_for_it() {
    let job =
        |id: &str| format!("tasks: [{{task_key: show, dashboard_task: {{dashboard_id: {id}, warehouse_id: w}}}}]\n");
    let dashboard = "datasets: [{name: one, sql: SELECT 1 AS n}]\n";
    let folder = folder(&[("job.yml", &job("sales")), ("own.yml", &job("dashboard")), ("dashboard.yml", dashboard)]);
    let output =
        |job: &str| parsed(&run(&folder, job, &["--format", "json"]).out)["tasks"][0]["attempts"][0]["output"].clone();
    assert_eq!(output("job.yml")[0], "There is no dashboard `sales` here, so that dashboard.yml stood for it.");
    assert_eq!(output("own.yml").as_array().map(Vec::len), Some(1));
}
