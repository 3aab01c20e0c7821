//! The schema of jobs beside their reader.

use sandbar_labs::workflow::job::{ConditionOp, RunIf};
use sandbar_labs::workflow::{self, Syntax};

use super::*;

/// Each map of the schema and a job that holds it; `?` is where its fields stand.
const MAPS: [(&str, &str); 28] = [
    ("job", "{?}"),
    ("task", "tasks: [{?}]"),
    ("dependency", "tasks: [{task_key: a, depends_on: [{?}]}]"),
    ("notebook_task", "tasks: [{task_key: a, notebook_task: {?}}]"),
    ("sql_task", "tasks: [{task_key: a, sql_task: {?}}]"),
    ("sql_query", "tasks: [{task_key: a, sql_task: {query: {?}}}]"),
    ("sql_file", "tasks: [{task_key: a, sql_task: {file: {?}}}]"),
    ("sql_dashboard", "tasks: [{task_key: a, sql_task: {dashboard: {?}}}]"),
    ("condition_task", "tasks: [{task_key: a, condition_task: {?}}]"),
    ("for_each_task", "tasks: [{task_key: a, for_each_task: {?}}]"),
    ("run_job_task", "tasks: [{task_key: a, run_job_task: {?}}]"),
    ("dashboard_task", "tasks: [{task_key: a, dashboard_task: {?}}]"),
    ("python_wheel_task", "tasks: [{task_key: a, python_wheel_task: {?}}]"),
    ("job_cluster", "tasks: [{task_key: a}]\njob_clusters: [{?}]"),
    ("environment", "tasks: [{task_key: a}]\nenvironments: [{?}]"),
    ("parameter", "tasks: [{task_key: a}]\nparameters: [{?}]"),
    ("schedule", "tasks: [{task_key: a}]\nschedule: {?}"),
    ("continuous", "tasks: [{task_key: a}]\ncontinuous: {?}"),
    ("trigger", "tasks: [{task_key: a}]\ntrigger: {?}"),
    ("file_arrival", "tasks: [{task_key: a}]\ntrigger: {file_arrival: {?}}"),
    ("table_update", "tasks: [{task_key: a}]\ntrigger: {table_update: {?}}"),
    ("periodic", "tasks: [{task_key: a}]\ntrigger: {periodic: {?}}"),
    ("queue", "tasks: [{task_key: a}]\nqueue: {?}"),
    ("health", "tasks: [{task_key: a}]\nhealth: {?}"),
    ("health_rule", "tasks: [{task_key: a}]\nhealth: {rules: [{?}]}"),
    ("email_notifications", "tasks: [{task_key: a}]\nemail_notifications: {?}"),
    ("webhook_notifications", "tasks: [{task_key: a}]\nwebhook_notifications: {?}"),
    ("run_as", "tasks: [{task_key: a}]\nrun_as: {?}"),
];

fn told(text: &str, code: &str) -> Vec<String> {
    let findings = workflow::check(text, Syntax::Yaml).findings.into_iter();
    findings.filter(|finding| finding.code == code).map(|finding| finding.path).collect()
}

#[test]
fn a_job_has_no_field_in_its_schema_that_its_reader_does_not_know() {
    let schema = schema(JOB);
    for (place, sample) in MAPS {
        let names = fields(&schema, place);
        let all: String = names.iter().map(|name| format!("{name}: , ")).collect();
        let unknown = told(&sample.replace('?', &format!("{all}{STRANGER}: 1")), "UNKNOWN_FIELD");
        assert!(matches!(unknown.as_slice(), [only] if only.ends_with(STRANGER)), "{place}: {unknown:?}");
    }
    let other = ["webhook", "bundle", "saved_job", "reset_job", "integer", "flag", "pause_status", "value"];
    let known: BTreeSet<&str> = MAPS.iter().map(|(place, _)| *place).chain(other).collect();
    let there = schema["$defs"].as_object().unwrap().keys();
    assert_eq!(there.map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn what_the_schema_of_a_job_demands_its_reader_demands() {
    let schema = schema(JOB);
    for (place, sample) in MAPS {
        // Nothing demands a description, and a map with nothing in it may be no map.
        let missing = told(&sample.replace('?', "description: x"), "MISSING_FIELD");
        let missing: BTreeSet<&str> = missing.iter().map(|path| path.rsplit('.').next().unwrap_or_default()).collect();
        let required = schema["$defs"][place]["required"].as_array().into_iter().flatten();
        assert_eq!(required.filter_map(Value::as_str).collect::<BTreeSet<_>>(), missing, "{place}");
    }
}

#[test]
fn the_words_of_a_job_are_those_of_its_reader() {
    let schema = schema(JOB);
    let words = |place: &str, field: &str| schema["$defs"][place]["properties"][field]["enum"].clone();
    assert_eq!(words("task", "run_if"), serde_json::json!(RunIf::ALL.map(|(word, _)| word)));
    assert_eq!(words("condition_task", "op"), serde_json::json!(ConditionOp::ALL.map(|(word, _)| word)));
}

#[test]
fn every_right_job_of_the_course_fits_and_what_was_converted_fits_too() {
    let (schema, files) = (schema(JOB), Files::builtin());
    let mut seen = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains("/workflows/") && !path.contains("/wrong/")) {
        let Some(name) = path.rsplit('/').next().filter(|name| name.starts_with("job.") && !path.contains("/starter/"))
        else {
            continue;
        };
        let (text, syntax) = (std::str::from_utf8(bytes).unwrap(), Syntax::of_file(name));
        let mut forms = vec![yaml::parse(text).unwrap().to_json()];
        for to in [Syntax::Json, Syntax::Yaml] {
            let converted = workflow::convert(text, syntax, None, to).unwrap();
            forms.push(yaml::parse(&converted.text).unwrap().to_json());
        }
        for form in &forms {
            let wrapped = [("resources", "bundle"), ("settings", "saved_job"), ("new_settings", "reset_job")];
            let of = wrapped.into_iter().find(|(field, _)| form.get(field).is_some()).map_or("job", |(_, of)| of);
            assert_eq!(complaints(form, &schema["$defs"][of], &schema, path), [] as [&str; 0]);
        }
        seen += 1;
    }
    assert!(seen >= 8, "{seen}");
}
