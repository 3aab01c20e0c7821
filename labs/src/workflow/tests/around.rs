//! What is wrong with a job beside others, at some time, and what this subset leaves out.

use super::*;

/// Messages of the findings with that code, with their paths.
fn told(checked: &Checked, code: &str) -> Vec<(String, String)> {
    let of = checked.findings.iter().filter(|finding| finding.code == code);
    of.map(|finding| (finding.path.clone(), finding.message.clone())).collect()
}

fn runs(jobs: &[&str]) -> String {
    let task = |job: &&str| format!("  - {{task_key: t_{job}, run_job_task: {{job_id: {job}}}}}\n");
    format!("tasks:\n{}", jobs.iter().map(task).collect::<String>())
}

/// The job `a` beside others, each of which runs some.
fn beside(own: &[&str], others: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let other = |name: &str| {
        let (_, runs_jobs) = others.iter().find(|(known, _)| *known == name)?;
        Some((runs(runs_jobs), Syntax::Yaml))
    };
    let around = Around { file: "a", other: &other, ..Around::NOTHING };
    told(&check_among(&runs(own), Syntax::Yaml, &around), "RUN_JOB_TOO_DEEP")
}

#[test]
fn jobs_that_run_each_other_in_a_circle_are_told_with_the_way_round() {
    let path = |task: usize| format!("tasks[{task}].run_job_task.job_id");
    let circle = |way: &str| format!("These jobs run each other in a circle: {way}.");
    assert_eq!(beside(&["a"], &[]), [(path(0), circle("a → a"))]);
    assert_eq!(beside(&["c", "b"], &[("b", &["c", "a"]), ("c", &[])]), [(path(1), circle("a → b → a"))]);
    assert_eq!(beside(&["b"], &[("b", &["b"])]), [(path(0), circle("a → b → b"))]);
}

#[test]
fn three_run_job_tasks_may_be_one_in_the_other_and_no_more() {
    let deep: &[(&str, &[&str])] = &[("b", &["c"]), ("c", &["d"]), ("d", &["e"]), ("e", &[])];
    let message = "At most 3 run_job_task may be one in the other: a → b → c → d → e.";
    assert_eq!(beside(&["b"], deep), [("tasks[0].run_job_task.job_id".to_owned(), message.to_owned())]);
    assert!(beside(&["c"], deep).is_empty());
    assert!(beside(&["unknown"], deep).is_empty());
}

#[test]
fn the_jobs_of_a_bundle_know_each_other() {
    let of =
        |key: &str| format!("{{tasks: [{{task_key: t, run_job_task: {{job_id: '${{resources.jobs.{key}.id}}'}}}}]}}");
    let bundle = format!("resources:\n  jobs:\n    one: {}\n    two: {}\n", of("two"), of("one"));
    let found = told(&check(&bundle, Syntax::Yaml), "RUN_JOB_TOO_DEEP");
    assert_eq!(found[0].1, "These jobs run each other in a circle: one → two → one.");
}

/// A bundle of jobs, each of which runs one by its id, or a notebook where that is empty.
fn bundle(jobs: &[(&str, &str)]) -> String {
    let job = |(key, id): &(&str, &str)| {
        let work = match *id {
            "" => "notebook_task: {notebook_path: a.sql}".to_owned(),
            id => format!("run_job_task: {{job_id: '{id}'}}"),
        };
        format!("    {key}:\n      tasks:\n        - {{task_key: t, {work}}}\n")
    };
    format!("resources:\n  jobs:\n{}", jobs.iter().map(job).collect::<String>())
}

#[test]
fn the_key_of_a_job_in_a_bundle_is_not_the_name_of_a_file() {
    // `two` is a file here, whatever the bundle calls its jobs.
    let files = bundle(&[("one", "two"), ("two", "one")]);
    assert!(told(&check(&files, Syntax::Yaml), "RUN_JOB_TOO_DEEP").is_empty());
    // By its file's name the bundle is its first job.
    let own = bundle(&[("one", "job")]);
    let around = Around { file: "job", ..Around::NOTHING };
    let found = told(&check_among(&own, Syntax::Yaml, &around), "RUN_JOB_TOO_DEEP");
    assert_eq!(found[0].1, "These jobs run each other in a circle: one → one.");
}

#[test]
fn a_job_of_another_bundle_runs_those_of_its_own() {
    let text = bundle(&[("two", "${resources.jobs.three.id}"), ("three", "job")]);
    let other = |name: &str| (name == "other").then(|| (text.clone(), Syntax::Yaml));
    let around = Around { file: "job", other: &other, ..Around::NOTHING };
    let found = told(&check_among(&runs(&["other"]), Syntax::Yaml, &around), "RUN_JOB_TOO_DEEP");
    assert_eq!(found[0].1, "These jobs run each other in a circle: job → two → three → job.");
}

#[test]
fn outside_of_a_bundle_there_is_no_job_of_the_same_bundle() {
    let text = "tasks: [{task_key: t, run_job_task: {job_id: '${resources.jobs.two.id}'}}]\n";
    let found = told(&check(text, Syntax::Yaml), "UNKNOWN_REFERENCE");
    assert_eq!(found[0].1, "`two` would be a job of the same bundle, and this file is no bundle.");
}

#[test]
fn of_several_jobs_it_is_told_which_one_counts_unless_it_runs_the_others() {
    let found = told(&check(&bundle(&[("one", ""), ("two", "")]), Syntax::Yaml), "SEVERAL_JOBS");
    assert_eq!(found[0].1, "The bundle has 2 jobs; only the first one, `one`, is checked, run and graded here.");
    let all = bundle(&[("one", "${resources.jobs.two.id}"), ("two", "${resources.jobs.three.id}"), ("three", "")]);
    assert!(told(&check(&all, Syntax::Yaml), "SEVERAL_JOBS").is_empty());
}

#[test]
fn a_job_of_a_bundle_is_read_by_its_key() {
    let text = bundle(&[("one", ""), ("two", "elsewhere")]);
    let read = |key: &str| check_among(&text, Syntax::Yaml, &Around { key: Some(key), ..Around::NOTHING });
    let two = read("two");
    assert_eq!((two.key.as_deref(), two.findings.iter().any(|it| it.code == "SEVERAL_JOBS")), (Some("two"), false));
    assert!(two.job.unwrap().tasks[0].run_job_task.is_some());
    assert_eq!(read("three").findings[0].message, "The bundle has no job `three`.");
}

fn scheduled(quartz: &str, zone: &str) -> Checked {
    let notebook = "{task_key: a, notebook_task: {notebook_path: a.sql}}";
    let schedule = format!("{{quartz_cron_expression: '{quartz}', timezone_id: '{zone}'}}");
    let now = "2026-01-01T00:00:00Z".parse().unwrap();
    let around = Around { file: "a", now, ..Around::NOTHING };
    check_among(&format!("schedule: {schedule}\ntasks: [{notebook}]\n"), Syntax::Yaml, &around)
}

#[test]
fn an_empty_schedule_is_none_and_each_of_its_fields_is_told_once() {
    let checked = scheduled("", "");
    assert!(!checked.is_valid());
    assert_eq!((told(&checked, "BAD_CRON").len(), told(&checked, "BAD_TIMEZONE").len()), (1, 1));
    let codes = found("schedule: {}\ntasks: [{task_key: a, notebook_task: {notebook_path: a.sql}}]\n");
    assert_eq!(codes.iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>(), ["MISSING_FIELD", "MISSING_FIELD"]);
}

#[test]
fn a_schedule_that_never_fires_again_is_warned_of() {
    for quartz in ["0 0 6 30 2 ?", "0 0 6 1 1 ? 2020"] {
        let checked = scheduled(quartz, "UTC");
        assert!(checked.is_valid());
        assert_eq!(told(&checked, "NEVER_FIRES").len(), 1, "{quartz}");
    }
    assert!(told(&scheduled("0 0 6 29 2 ?", "UTC"), "NEVER_FIRES").is_empty());
}

#[test]
fn an_alert_is_not_available_and_no_error() {
    let checked = check("tasks: [{task_key: a, sql_task: {warehouse_id: w, alert: {alert_id: x}}}]\n", Syntax::Yaml);
    assert!(checked.is_valid(), "{:?}", checked.findings);
    let [(path, message)] = &told(&checked, "UNSUPPORTED_TASK_TYPE")[..] else { panic!("one") };
    assert_eq!(path, "tasks[0].sql_task.alert");
    assert!(message.contains("not available in this course"));
}

#[test]
fn a_namespace_alone_is_told_as_such() {
    let own = "base_parameters: {day: '{{job.start_time}}'}";
    let task = format!("{{task_key: a, notebook_task: {{notebook_path: a.sql, {own}}}}}");
    let found = told(&check(&format!("tasks: [{task}]\n"), Syntax::Yaml), "UNKNOWN_REFERENCE");
    assert_eq!(found[0].1, "`{{job.start_time}}`: `job.start_time` alone is no value.");
}

#[test]
fn of_too_many_findings_errors_are_kept_and_the_rest_is_counted() {
    let unknown: String = (0..30).map(|n| format!(", field{n}: 1")).collect();
    let task = |n: usize| format!("  - {{task_key: t{n}, notebook_task: {{notebook_path: a.sql{unknown}}}}}\n");
    let text = format!("tasks:\n{}  - {{task_key: last}}\n", (0..40).map(task).collect::<String>());
    let checked = check(&text, Syntax::Yaml);
    assert!(!checked.is_valid(), "the last task does nothing");
    assert_eq!(checked.findings.len(), MAX_FINDINGS + 1);
    let last = checked.findings.last().unwrap();
    assert_eq!(last.message, format!("There are {} more findings.", checked.more));
    assert!(checked.more > 300, "{}", checked.more);
}

/// Codes and messages of a notebook's parameter that holds this reference, after a SQL task `find`, a condition `ask`
/// and a notebook `load`.
fn referring(reference: &str) -> Vec<(String, String)> {
    let work = "notebook_task: {notebook_path: a.sql}";
    let text = format!(
        "tasks:
  - {{task_key: find, sql_task: {{warehouse_id: w, file: {{path: find.sql}}}}}}
  - {{task_key: ask, depends_on: [{{task_key: find}}], condition_task: {{op: EQUAL_TO, left: a, right: a}}}}
  - {{task_key: load, depends_on: [{{task_key: ask}}], {work}}}
  - task_key: last
    depends_on: [{{task_key: load}}]
    notebook_task: {{notebook_path: a.sql, base_parameters: {{p: '{{{{{reference}}}}}'}}}}
email_notifications: {{on_failure: [a@example.org]}}
"
    );
    let found = check(&text, Syntax::Yaml).findings;
    found.into_iter().map(|finding| (finding.code, finding.message)).collect()
}

#[test]
fn what_no_run_here_knows_is_warned_of_and_outputs_belong_to_sql_tasks() {
    for known in [
        "tasks.find.output.rows",
        "tasks.find.output.first_row.n",
        "tasks.ask.output",
        "tasks.load.notebook_path",
        "tasks.`load`.result_state",
        "job.trigger.time.iso_date",
        "job.trigger.type",
    ] {
        assert_eq!(referring(known), [], "{known}");
    }
    for (reference, code, part) in [
        ("tasks.load.values.n", "UNAVAILABLE_REFERENCE", "task values are set in Python notebooks"),
        ("workspace.id", "UNAVAILABLE_REFERENCE", "there is no Databricks workspace"),
        ("job.trigger.file_arrival.location", "UNAVAILABLE_REFERENCE", "start no run"),
        ("tasks.find.output.alert_state", "UNAVAILABLE_REFERENCE", "alerts are not available"),
        ("tasks.load.output.rows", "UNKNOWN_REFERENCE", "the task `load` is no SQL task"),
        ("tasks.find.output.first_row", "UNKNOWN_REFERENCE", "a row alone is no value"),
        ("tasks.find.output.row", "UNKNOWN_REFERENCE", "there is no `row` in `tasks.find.output`"),
        ("tasks.find.notebook_path", "UNKNOWN_REFERENCE", "the task `find` runs no notebook"),
        ("job.trigger.time", "UNKNOWN_REFERENCE", "`job.trigger.time` alone is no value"),
    ] {
        let found = referring(reference);
        assert!(found.len() == 1 && found[0].0 == code && found[0].1.contains(part), "{reference}: {found:?}");
    }
}

#[test]
fn a_job_runs_as_one_user_or_one_service_principal() {
    let task = "tasks: [{task_key: a, notebook_task: {notebook_path: a.sql}}]\n";
    let run_as = |fields: &str| told(&check(&format!("run_as: {{{fields}}}\n{task}"), Syntax::Yaml), "BAD_VALUE");
    assert!(run_as("user_name: a@example.org").is_empty());
    let both = run_as("user_name: a@example.org, service_principal_name: s");
    assert_eq!(both[0].0, "run_as.service_principal_name");
}

#[test]
fn fields_of_the_newest_sdk_are_known() {
    let checked = check(
        "trigger: {periodic: {interval: 5, unit: MINUTES}, sql_condition: {}}
environment_variables: []
email_notifications: {on_failure: [a@example.org], on_maintenance_start: [a@example.org]}
tasks: [{task_key: a, ai_runtime_task: {}, environment_variables_key: k}]
",
        Syntax::Yaml,
    );
    let codes: Vec<&str> = checked.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["UNSUPPORTED_TASK_TYPE", "NOT_RUN_HERE"], "{:?}", checked.findings);
}
