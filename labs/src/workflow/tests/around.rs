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
