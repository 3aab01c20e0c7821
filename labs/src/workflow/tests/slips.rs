//! Slips in the form of a file are told once, and what was meant is read all the same.

use super::*;

const TASK: &str = "tasks: [{task_key: a, notebook_task: {notebook_path: n.sql}}]";

/// The job, with code and hint of its only error.
fn slip(text: &str) -> (Job, String, String) {
    let checked = check(text, Syntax::Yaml);
    let errors: Vec<_> = checked.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    let [only] = errors.as_slice() else { panic!("{errors:?}") };
    (checked.job.unwrap(), only.code.clone(), only.hint.clone().unwrap_or_default())
}

#[test]
fn a_bare_name_in_depends_on_is_the_key_that_it_names() {
    for written in ["[a]", "a"] {
        let behind = format!("{{task_key: b, depends_on: {written}, notebook_task: {{notebook_path: n.sql}}}}");
        let (job, code, hint) = slip(&TASK.replace("}}]", &format!("}}}}, {behind}]")));
        assert_eq!((code.as_str(), hint.as_str()), ("WRONG_TYPE", "Write each dependency as `- task_key: NAME`."));
        assert!(Graph::of(&job).before("a", "b"), "{written}");
    }
}

#[test]
fn parameters_that_are_a_map_are_its_names_with_their_defaults() {
    let (job, code, hint) = slip(&format!("parameters: {{since: '2024-01-01', least: 3}}\n{TASK}"));
    let expected = "Write each parameter as `- { name: since, default: .. }`.";
    assert_eq!((code.as_str(), hint.as_str()), ("WRONG_TYPE", expected));
    let read: Vec<_> = job.parameters.iter().map(|read| (read.name.as_str(), read.default.as_str())).collect();
    assert_eq!(read, [("since", "2024-01-01"), ("least", "3")]);
}

#[test]
fn a_text_in_place_of_a_list_is_a_list_of_one() {
    let (job, code, hint) = slip(&format!("email_notifications: {{on_failure: team@example.com}}\n{TASK}"));
    assert_eq!((code.as_str(), hint.as_str()), ("WRONG_TYPE", "Write `on_failure: [team@example.com]`."));
    assert_eq!(job.email_notifications.unwrap().on_failure, ["team@example.com"]);
}

#[test]
fn a_word_that_is_nearly_one_of_the_list_is_that_one() {
    let (job, code, hint) = slip(&TASK.replace("{task_key", "{run_if: all_done, task_key"));
    assert_eq!((code.as_str(), hint.as_str()), ("BAD_VALUE", "Did you mean `ALL_DONE`?"));
    assert_eq!(job.tasks[0].run_if, job::RunIf::AllDone);
}

#[test]
fn what_is_not_run_here_is_explained() {
    let advice = |text: &str| {
        let findings = check(text, Syntax::Yaml).findings.into_iter();
        findings.filter(|finding| finding.code == "NOT_RUN_HERE").map(|finding| (finding.path, finding.message)).next()
    };
    assert_eq!(advice(TASK), None);
    for (settings, path, words) in [
        ("continuous: {pause_status: UNPAUSED}", "continuous", "whenever a run of it ends"),
        ("trigger: {file_arrival: {url: /in/}}", "trigger.file_arrival", "when files arrive"),
        ("trigger: {table_update: {table_names: [a.b.c]}}", "trigger.table_update", "when its tables change"),
        ("trigger: {periodic: {interval: 2, unit: HOURS}}", "trigger.periodic", "at its interval"),
    ] {
        let (at, message) = advice(&format!("{settings}\n{TASK}")).unwrap();
        assert!(at == path && message.contains(words) && message.contains("not start by itself"), "{at}: {message}");
    }
    let wheel = "tasks: [{task_key: a, python_wheel_task: {package_name: p, entry_point: e}, new_cluster: {}}]";
    assert!(advice(wheel).unwrap().1.contains("in a run it fails"));
}
