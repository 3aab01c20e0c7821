//! Whole files in, findings out.

mod around;
mod slips;

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Code, path, line of every error and warning.
fn found(text: &str) -> Vec<(String, String, u32)> {
    let syntax = if text.trim_start().starts_with('{') { Syntax::Json } else { Syntax::Yaml };
    let findings = check(text, syntax).findings;
    assert!(findings.iter().all(|finding| finding.line.is_some() && finding.column.is_some()), "{findings:?}");
    let told = findings.into_iter().filter(|finding| finding.severity != Severity::Advice);
    told.map(|finding| (finding.code, finding.path, finding.line.unwrap())).collect()
}

fn assert_found(text: &str, expected: &[(&str, &str, u32)]) {
    let found = found(text);
    let found: Vec<_> = found.iter().map(|(code, path, line)| (code.as_str(), path.as_str(), *line)).collect();
    assert_eq!(found, expected, "{text}");
}

const GOOD: &str = "resources:
  jobs:
    nightly:
      name: nightly
      parameters:
        - {name: start_date, default: '2024-01-01'}
        - {name: category_filter, default: All}
      job_clusters:
        - job_cluster_key: main
          new_cluster: {spark_version: 16.4.x-scala2.12, num_workers: 1}
      schedule:
        quartz_cron_expression: 0 0 6 * * ?
        timezone_id: Europe/Berlin
      email_notifications:
        on_failure: [data@example.org]
      tasks:
        - task_key: etl
          notebook_task:
            notebook_path: etl.sql
            base_parameters: {start_date: '{{job.parameters.start_date}}'}
          job_cluster_key: main
          max_retries: 2
          min_retry_interval_millis: 60000
        - task_key: quality
          depends_on: [{task_key: etl}]
          notebook_task: {notebook_path: quality.sql}
        - task_key: refresh
          depends_on: [{task_key: quality}]
          dashboard_task: {dashboard_id: dashboard.yml}
        - task_key: clean_up
          depends_on: [{task_key: refresh}]
          run_if: ALL_DONE
          notebook_task: {notebook_path: clean_up.sql}
";

#[test]
fn a_good_bundle_has_nothing_to_find() {
    let checked = check(GOOD, Syntax::Yaml);
    assert_eq!(checked.findings, []);
    assert!(checked.is_valid());
    assert_eq!(checked.key.as_deref(), Some("nightly"));
    let job = checked.job.unwrap();
    assert_eq!(job.tasks.len(), 4);
    assert_eq!(job.tasks[3].run_if, job::RunIf::AllDone);
    assert_eq!(job.tasks[0].max_retries, Some(2));
    assert!(Graph::of(&job).before("etl", "clean_up"));
}

#[test]
fn the_same_job_is_read_from_every_form() {
    let job = check(GOOD, Syntax::Yaml).job.unwrap();
    let payload = serde_json::to_string_pretty(&job).unwrap();
    let expected = Checked { job: Some(job.clone()), ..Checked::default() };
    assert_eq!(check(&payload, Syntax::Json), expected);
    assert_eq!(check(&payload, Syntax::Yaml).job.as_ref(), Some(&job));
    let got = format!("{{\"job_id\": 7, \"settings\": {payload}}}");
    assert_eq!(check(&got, Syntax::Json).job.as_ref(), Some(&job));
    assert_eq!(serde_json::from_str::<Job>(&payload).unwrap(), job);
}

#[test]
fn everything_wrong_is_found_at_once() {
    let text = "name: x
tasks:
  - task_key: etl
    depends_on:
      - task_key: refresh
    notebook_task: {notebook_path: a.sql}
  - task_key: quality
    depends_on:
      - task_key: elt
  - task_key: refresh
    depends_on:
      - task_key: etl
        outcome: 'true'
    notebook_task: {notebook_path: b.sql}
    sql_task: {query: {query_id: q}, warehouse_id: w}
  - task_key: etl
    job_cluster_key: mian
    notebook_task: {notebook_path: c.sql}
job_clusters:
  - job_cluster_key: main
    new_cluster: {}
schedule: {quartz_cron_expression: 0 6 * * *, timezone_id: Europe/Berln}
continuous: {}
";
    assert_found(
        text,
        &[
            ("CYCLE", "tasks[0].depends_on[0].task_key", 5),
            ("NO_OR_MANY_TASK_TYPES", "tasks[1]", 7),
            ("UNKNOWN_DEPENDENCY", "tasks[1].depends_on[0].task_key", 9),
            ("OUTCOME_ON_NON_CONDITION", "tasks[2].depends_on[0].outcome", 13),
            ("NO_OR_MANY_TASK_TYPES", "tasks[2].sql_task", 15),
            ("DUPLICATE_TASK_KEY", "tasks[3].task_key", 16),
            ("UNKNOWN_CLUSTER_KEY", "tasks[3].job_cluster_key", 17),
            ("BAD_CRON", "schedule.quartz_cron_expression", 22),
            ("BAD_TIMEZONE", "schedule.timezone_id", 22),
            ("SCHEDULE_AND_CONTINUOUS", "continuous", 23),
        ],
    );
    let findings = check(text, Syntax::Yaml).findings;
    let finding = |code: &str| findings.iter().find(|finding| finding.code == code).unwrap();
    assert!(finding("CYCLE").message.contains("etl → refresh → etl"), "{}", finding("CYCLE").message);
    assert_eq!(finding("UNKNOWN_DEPENDENCY").hint.as_deref(), Some("Did you mean `etl`?"));
    assert_eq!(finding("UNKNOWN_CLUSTER_KEY").hint.as_deref(), Some("Did you mean `main`?"));
    assert_eq!(finding("BAD_CRON").hint.as_deref(), Some("Write 0 0 6 * * ?"));
    assert_eq!(finding("BAD_TIMEZONE").hint.as_deref(), Some("Did you mean Europe/Berlin?"));
}

#[test]
fn a_task_that_depends_on_itself_is_a_cycle() {
    let text = "tasks:\n- task_key: a\n  depends_on: [{task_key: a}]\n  notebook_task: {notebook_path: x}\n";
    assert_found(text, &[("CYCLE", "tasks[0].depends_on[0].task_key", 3)]);
    assert!(check(text, Syntax::Yaml).findings[0].message.contains("depends on itself"));
}

#[test]
fn wrong_types_and_unknown_fields_are_told_with_their_place() {
    let text = r#"{
  "name": 5,
  "tasks": [
    {"task_key": "a", "depend_on": [], "notebook_task": {"notebook_path": "x", "base_parameters": []}},
    "b",
    {"task_key": "c", "depends_on": ["a"], "notebook_task": {}, "max_retries": "two", "run_if": "ALL_SUCESS"}
  ],
  "max_concurrent_runs": 2000
}"#;
    assert_found(
        text,
        &[
            ("WRONG_TYPE", "name", 2),
            ("UNKNOWN_FIELD", "tasks[0].depend_on", 4),
            ("WRONG_TYPE", "tasks[0].notebook_task.base_parameters", 4),
            ("WRONG_TYPE", "tasks[1]", 5),
            ("WRONG_TYPE", "tasks[2].depends_on[0]", 6),
            ("MISSING_FIELD", "tasks[2].notebook_task.notebook_path", 6),
            ("WRONG_TYPE", "tasks[2].max_retries", 6),
            ("BAD_VALUE", "tasks[2].run_if", 6),
            ("BAD_VALUE", "max_concurrent_runs", 8),
        ],
    );
    let findings = check(text, Syntax::Json).findings;
    assert!(findings.iter().any(|f| f.hint.as_deref() == Some("Did you mean `depends_on`?")));
    assert!(findings.iter().any(|f| f.hint.as_deref() == Some("Write each dependency as `- task_key: NAME`.")));
}

#[test]
fn broken_syntax_has_line_and_column() {
    assert_found("{\"tasks\": [\n  {\"task_key\": \"a\",}\n]}", &[("BAD_SYNTAX", "", 2)]);
    let yaml = found("tasks:\n  - task_key: a\n   run_if: b\n");
    assert_eq!((yaml[0].0.as_str(), yaml.len()), ("BAD_SYNTAX", 1));
    assert!(yaml[0].2 >= 2);
    for (text, code) in
        [("", "WRONG_TYPE"), ("just words", "WRONG_TYPE"), ("- a\n- b\n", "WRONG_TYPE"), ("{}", "WRONG_TYPE")]
    {
        assert_eq!(found(text)[0].0, code, "{text:?}");
    }
    assert_eq!(found("resources: {job: {a: {}}}")[0].0, "MISSING_FIELD");
    assert_eq!(found("name: x\n")[0].0, "MISSING_FIELD");
}

#[test]
fn references_need_known_names_and_finished_tasks() {
    let text = "parameters: [{name: start_date, default: x}]
tasks:
  - task_key: a
    notebook_task: {notebook_path: x, base_parameters: {p: '{{job.parameters.strat_date}}'}}
  - task_key: b
    depends_on: [{task_key: a}]
    condition_task: {op: EQUAL_TO, left: '{{tasks.a.values.n}}', right: '{{tasks.c.values.n}}'}
  - task_key: c
    notebook_task: {notebook_path: x, base_parameters: {p: '{{job.start_time.iso_dat}} {{start_date}} {{1+1}} {{jobs.id}} {{input}}'}}
  - task_key: d
    depends_on: [{task_key: b, outcome: 'true'}]
    for_each_task:
      inputs: '[1, 2]'
      task: {task_key: inner, notebook_task: {notebook_path: x, base_parameters: {i: '{{input}}', r: '{{tasks.a.result_stat}}'}}}
";
    assert_found(
        text,
        &[
            ("UNKNOWN_REFERENCE", "tasks[0].notebook_task.base_parameters.p", 4),
            ("UNAVAILABLE_REFERENCE", "tasks[1].condition_task.left", 7),
            ("UNKNOWN_REFERENCE", "tasks[1].condition_task.right", 7),
            ("UNKNOWN_REFERENCE", "tasks[2].notebook_task.base_parameters.p", 9),
            ("DEPRECATED_FIELD", "tasks[2].notebook_task.base_parameters.p", 9),
            ("UNKNOWN_REFERENCE", "tasks[2].notebook_task.base_parameters.p", 9),
            ("UNKNOWN_REFERENCE", "tasks[2].notebook_task.base_parameters.p", 9),
            ("UNKNOWN_REFERENCE", "tasks[3].for_each_task.task.notebook_task.base_parameters.r", 14),
        ],
    );
}

#[test]
fn a_bundles_variables_are_resolved_when_the_file_is_read() {
    let text = "variables:
  retries: {default: 3}
  env: {default: test}
resources:
  jobs:
    a:
      name: job-${var.env}-${bundle.target}
      tasks:
        - task_key: t
          max_retries: ${var.retries}
          notebook_task: {notebook_path: '${var.envi}'}
        - task_key: other
          run_job_task: {job_id: '${resources.jobs.b.id}'}
        - task_key: nowhere
          run_job_task: {job_id: '${resources.jobs.c.id}'}
    b: {name: b}
";
    assert_found(text, &[("UNKNOWN_REFERENCE", "", 11), ("UNKNOWN_REFERENCE", "", 15)]);
    let checked = check(text, Syntax::Yaml);
    let job = checked.job.unwrap();
    assert_eq!(job.name.as_deref(), Some("job-test-${bundle.target}"));
    assert_eq!(job.tasks[0].max_retries, Some(3));
}

#[test]
fn compute_and_nesting_rules_hold() {
    let text = "tasks:
  - task_key: wheel
    python_wheel_task: {package_name: p, entry_point: e}
  - task_key: sql
    sql_task: {file: {path: q.sql}}
  - task_key: both
    existing_cluster_id: c
    job_cluster_key: main
    notebook_task: {notebook_path: x}
  - task_key: each
    for_each_task:
      inputs: 'a, b'
      task:
        task_key: inner
        for_each_task: {inputs: '[]', task: {task_key: deep, notebook_task: {notebook_path: x}}}
  - task_key: spark
    pipeline_task: {pipeline_id: p}
job_clusters: [{job_cluster_key: main, new_cluster: {}}]
";
    assert_found(
        text,
        &[
            ("NO_COMPUTE", "tasks[0]", 2),
            ("NO_COMPUTE", "tasks[1].sql_task", 5),
            ("SEVERAL_COMPUTE", "tasks[2].job_cluster_key", 8),
            ("BAD_VALUE", "tasks[3].for_each_task.inputs", 12),
            ("FOR_EACH_NESTED", "tasks[3].for_each_task.task.for_each_task", 15),
            ("UNSUPPORTED_TASK_TYPE", "tasks[4].pipeline_task", 17),
        ],
    );
}

#[test]
fn a_number_that_the_api_cannot_hold_is_refused_with_its_unit() {
    let most = "timeout_seconds: 2147483647
tasks:
  - {task_key: a, max_retries: 2147483647, min_retry_interval_millis: 2147483647, notebook_task: {notebook_path: x}}
";
    assert!(check(most, Syntax::Yaml).is_valid(), "{:?}", found(most));
    let text = &most.replace("2147483647", "1000000000000000");
    assert_found(
        text,
        &[
            ("BAD_VALUE", "timeout_seconds", 1),
            ("BAD_VALUE", "tasks[0].max_retries", 3),
            ("BAD_VALUE", "tasks[0].min_retry_interval_millis", 3),
        ],
    );
    let findings = check(text, Syntax::Yaml).findings;
    let interval = findings.iter().find(|finding| finding.path.ends_with("interval_millis")).unwrap();
    assert_eq!(interval.message, "`min_retry_interval_millis` is 0 to 2147483647, not 1000000000000000.");
    assert!(interval.hint.as_ref().unwrap().contains("600000 is ten minutes"));
}

#[test]
fn advice_is_no_error() {
    let text = "schedule: {quartz_cron_expression: 0 0 6 * * ?, timezone_id: UTC}
tasks:
  - {task_key: a, existing_cluster_id: c, max_retries: -1, notebook_task: {notebook_path: x}}
  - {task_key: b, notebook_task: {notebook_path: x}}
";
    let checked = check(text, Syntax::Yaml);
    assert!(checked.is_valid());
    let mut codes: Vec<_> = checked.findings.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["ALL_PURPOSE_CLUSTER", "ENDLESS_RETRIES", "LONELY_TASK", "LONELY_TASK", "NO_FAILURE_ALERT"]);
}

#[test]
fn old_single_task_settings_are_deprecated() {
    let codes = found(
        "format: MULTI_TASK\nexisting_cluster_id: x\ntasks: [{task_key: a, notebook_task: {notebook_path: x}}]\n",
    );
    assert_eq!(
        codes.iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>(),
        ["DEPRECATED_FIELD", "DEPRECATED_FIELD"]
    );
}

#[test]
fn hostile_files_are_answered_quickly_with_few_findings() {
    let mut bomb = String::from("a: &a [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 0..10 {
        let name = (b'a' + level) as char;
        let next = (b'b' + level) as char;
        bomb.push_str(&format!("{next}: &{next} [{}]\n", vec![format!("*{name}"); 10].join(",")));
    }
    let many: Vec<String> = (0..100_000).map(|index| format!("{{\"task_key\":\"t{index}\"}}")).collect();
    let many = format!("{{\"tasks\":[{}]}}", many.join(","));
    let fields: Vec<String> = (0..80_000).map(|index| format!("\"field_{index}\":1")).collect();
    let unknown: Vec<String> = (0..60_000).map(|index| format!("{{\"task_key\":\"name_{index}\"}}")).collect();
    let dependencies = format!(
        "{{\"tasks\":[{{\"task_key\":\"name\",\"notebook_task\":{{\"notebook_path\":\"x\"}},\"depends_on\":[{}]}}]}}",
        unknown.join(",")
    );
    let mut paste = String::from("variables: {v: {default: '");
    paste.push_str(&"x".repeat(100_000));
    paste.push_str("'}}\nresources:\n  jobs:\n    a:\n      tags:\n");
    (0..2_000).for_each(|index| paste.push_str(&format!("        t{index}: '-${{var.v}}${{var.v}}'\n")));
    let cases = [
        ("aliases", bomb),
        ("deep json", "[".repeat(2_000_000)),
        ("deep maps", "{\"a\":".repeat(500_000)),
        ("deep yaml", (0..3_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect()),
        ("many tasks", many.clone()),
        ("many tasks as yaml", many.replace('{', " {")),
        ("ten megabytes", "x".repeat(10_000_000)),
        ("unknown fields", format!("{{{}}}", fields.join(","))),
        ("unknown dependencies", dependencies),
        ("pasted variables", paste),
        ("braces", format!("{{\"name\":\"{}\"}}", "{{job.x}}".repeat(100_000))),
    ];
    for (name, text) in cases {
        let syntax = if text.starts_with(['{', '[']) { Syntax::Json } else { Syntax::Yaml };
        let start = Instant::now();
        let checked = check(&text, syntax);
        assert!(start.elapsed() < Duration::from_secs(3), "{name}: {:?}", start.elapsed());
        assert!(!checked.findings.is_empty() && checked.findings.len() <= MAX_FINDINGS + 1, "{name}");
        assert!(checked.findings.iter().all(|finding| finding.message.len() < 1_000), "{name}");
    }
    assert!(
        check(&many, Syntax::Json)
            .findings
            .iter()
            .any(|finding| matches!(finding.code.as_str(), "TOO_MANY_TASKS" | "TOO_LARGE"))
    );
}

#[test]
fn more_than_a_thousand_tasks_are_too_many() {
    let tasks: Vec<String> =
        (0..1_001).map(|index| format!("  - {{task_key: t{index}, notebook_task: {{notebook_path: x}}}}\n")).collect();
    let checked = check(&format!("tasks:\n{}", tasks.concat()), Syntax::Yaml);
    assert!(checked.findings.iter().any(|finding| finding.code == "TOO_MANY_TASKS"));
    assert_eq!(checked.job.unwrap().tasks.len(), MAX_TASKS);
}

proptest! {
    #[test]
    fn any_valid_graph_has_no_dependency_findings(job in graph::tests::acyclic_jobs()) {
        let text = serde_json::to_string(&job).unwrap();
        let checked = check(&text, Syntax::Json);
        prop_assert!(checked.findings.iter().all(|f| !matches!(f.code.as_str(), "CYCLE" | "UNKNOWN_DEPENDENCY")));
        prop_assert_eq!(checked.job, Some(job));
    }

    #[test]
    fn any_text_gets_an_answer(text in "[a-z:{}\\[\\]\"'&*|>\n -]{0,80}", json in any::<bool>()) {
        let checked = check(&text, if json { Syntax::Json } else { Syntax::Yaml });
        prop_assert!(checked.job.is_some() || !checked.findings.is_empty());
    }
}
