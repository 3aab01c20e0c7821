//! `sandbar job validate`, `graph` and `next`.

use serde_json::{Value, json};

use crate::program::{sandbar, sandbar_with_input};

const GOOD: &str = "name: nightly
email_notifications: {on_failure: [data@example.org]}
schedule: {quartz_cron_expression: 0 0 6 * * ?, timezone_id: Europe/Berlin}
tasks:
  - task_key: refresh
    depends_on: [{task_key: quality}]
    dashboard_task: {dashboard_id: dashboard.yml}
  - task_key: etl
    notebook_task: {notebook_path: etl.sql}
  - task_key: quality
    depends_on: [{task_key: etl}]
    notebook_task: {notebook_path: quality.sql}
";

const CYCLE: &str = "email_notifications: {on_failure: [data@example.org]}
tasks:
  - {task_key: a, depends_on: [{task_key: b}], notebook_task: {notebook_path: a.sql}}
  - {task_key: b, depends_on: [{task_key: a}, {task_key: aa}]}
";

/// The file in a folder of its own.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("it is written");
    let path = path.display().to_string();
    (folder, path)
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

#[test]
fn a_valid_job_succeeds_and_prints_no_finding() {
    let (_folder, path) = file("job.yml", GOOD);
    let ran = sandbar(&["job", "validate", &path]);
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "The job is valid.\n", ""));
    let ran = sandbar(&["job", "validate", &path, "--format", "json"]);
    assert_eq!((ran.status, parsed(&ran.out)), (0, json!({ "findings": [] })));
}

#[test]
fn every_finding_is_printed_with_its_place_and_the_exit_status_is_1() {
    let (_folder, path) = file("job.yml", CYCLE);
    let ran = sandbar(&["job", "validate", &path]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains(&format!("{path}:3:43: error CYCLE: ")), "{}", ran.out);
    assert!(ran.out.contains("a → b → a"), "{}", ran.out);
    let ran = sandbar(&["job", "validate", &path, "--format", "json"]);
    assert_eq!(ran.status, 1);
    let findings = parsed(&ran.out)["findings"].clone();
    let codes: Vec<&str> =
        findings.as_array().expect("a list").iter().filter_map(|finding| finding["code"].as_str()).collect();
    assert_eq!(codes, ["CYCLE", "NO_OR_MANY_TASK_TYPES", "UNKNOWN_DEPENDENCY"]);
    let unknown = &findings[2];
    assert_eq!(unknown["path"], "tasks[1].depends_on[1].task_key");
    assert_eq!((&unknown["line"], &unknown["column"]), (&json!(4), &json!(58)));
    assert_eq!((&unknown["severity"], &unknown["hint"]), (&json!("error"), &json!("Did you mean `a`?")));
}

#[test]
fn broken_json_and_yaml_are_findings_and_a_missing_file_is_a_usage_error() {
    let (_folder, path) = file("job.json", "{\"tasks\": [\n  {\"task_key\": \"a\",}\n]}");
    let ran = sandbar(&["job", "validate", &path]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains(&format!("{path}:2:20: error BAD_SYNTAX")), "{}", ran.out);
    let ran = sandbar_with_input(&["job", "validate", "-"], "tasks:\n\t- task_key: a\n");
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("Indent with spaces"), "{}", ran.out);
    let ran = sandbar(&["job", "validate", "/nowhere/job.yml"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("/nowhere/job.yml"), "{}", ran.err);
}

#[test]
fn what_is_no_utf_8_is_a_finding_and_findings_that_are_left_out_are_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latin1.yml");
    std::fs::write(&path, b"name: caf\xe9\n").expect("it is written");
    let ran = sandbar(&["job", "validate", &path.display().to_string(), "--format", "json"]);
    assert_eq!((ran.status, &parsed(&ran.out)["findings"][0]["code"]), (1, &json!("BAD_ENCODING")));
    let many: String = (0..1_000).map(|n| format!("  - {{task_key: t{n}}}\n")).collect();
    let ran = sandbar_with_input(&["job", "validate", "-"], &format!("tasks:\n{many}"));
    assert!(ran.out.contains("500 error(s), 1 warning(s), and "), "{}", ran.out.lines().last().unwrap_or_default());
}

#[test]
fn a_schedule_that_is_over_says_so() {
    let (_folder, path) = file("job.yml", &GOOD.replace("0 0 6 * * ?", "0 0 6 1 1 ? 2020"));
    let ran = sandbar(&["job", "validate", &path]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("warning NEVER_FIRES"), "{}", ran.out);
    let ran = sandbar(&["job", "next", &path]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("never fires after"), "{}", ran.err);
}

#[test]
fn a_hostile_job_file_is_answered_within_a_second_or_two() {
    let start = std::time::Instant::now();
    let ran = sandbar_with_input(&["job", "validate", "-"], &format!("{{\"a\":{}", "[".repeat(2_000_000)));
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("TOO_LARGE"), "{}", ran.out);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}

#[test]
fn the_graph_is_an_order_in_which_the_tasks_can_run() {
    let (_folder, path) = file("job.yml", GOOD);
    let ran = sandbar(&["job", "graph", &path]);
    let expected = "etl (Notebook)\nquality (Notebook) after etl\nrefresh (Dashboard) after quality\n";
    assert_eq!((ran.status, ran.out.as_str()), (0, expected));
    let graph = parsed(&sandbar(&["job", "graph", &path, "--format", "json"]).out);
    assert_eq!(graph["order"], json!(["etl", "quality", "refresh"]));
    let layers: Vec<u64> =
        graph["tasks"].as_array().expect("a list").iter().filter_map(|task| task["layer"].as_u64()).collect();
    assert_eq!(layers, [2, 0, 1]);
    let (_folder, path) = file("job.yml", CYCLE);
    let ran = sandbar(&["job", "graph", &path]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("cycle: a -> b -> a"), "{}", ran.out);
}

#[test]
fn the_next_firings_keep_their_local_time_when_the_clocks_change() {
    let (_folder, path) = file("job.yml", GOOD);
    let ran = sandbar(&["job", "next", &path, "--after", "2025-03-29T00:00:00Z", "--count", "2"]);
    assert_eq!((ran.status, ran.out.as_str()), (0, "2025-03-29T06:00:00+01:00\n2025-03-30T06:00:00+02:00\n"));
    let ran = sandbar(&["job", "next", &path, "--after", "2025-10-25T12:00:00Z", "--count", "1", "--format", "json"]);
    assert_eq!(parsed(&ran.out)["firings"], json!(["2025-10-26T06:00:00+01:00"]));
    assert_eq!(sandbar(&["job", "next", &path, "--after", "yesterday"]).status, 2);
    let (_folder, path) = file("job.yml", CYCLE);
    let ran = sandbar(&["job", "next", &path]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("no `schedule`"), "{}", ran.err);
}

/// The job files of a lab's solutions.
fn solutions() -> Vec<std::path::PathBuf> {
    let lab = crate::program::course().join("labs/workflows");
    let right = std::fs::read_dir(lab.join("right")).expect("right solutions").map(|entry| entry.expect("one").path());
    let folders = right.chain([lab.join("reference")]);
    let files = folders.flat_map(|folder| ["job.yml", "job.json"].map(|name| folder.join(name)));
    files.filter(|file| file.is_file()).collect()
}

#[test]
fn a_job_that_is_converted_there_and_back_is_the_same_job() {
    let solutions = solutions();
    assert!(solutions.len() > 5, "{solutions:?}");
    for path in solutions {
        let path = path.display().to_string();
        let convert = |file: &str, to: &str| {
            let ran = sandbar(&["job", "convert", file, "--to", to]);
            assert_eq!(ran.status, 0, "{file}: {}", ran.err);
            ran.out
        };
        let json = convert(&path, "json");
        let (_bundle, bundle) = file("there.yml", &convert(&path, "yaml"));
        let (_payload, payload) = file("back.json", &json);
        assert_eq!(parsed(&convert(&bundle, "json")), parsed(&json), "{path}");
        let (_again, again) = file("again.yml", &convert(&payload, "yaml"));
        assert_eq!(parsed(&convert(&again, "json")), parsed(&json), "{path}");
        let codes = |file: &str| {
            let findings = parsed(&sandbar(&["job", "validate", file, "--format", "json"]).out)["findings"].clone();
            let mut codes: Vec<String> =
                findings.as_array().expect("a list").iter().map(|finding| finding["code"].to_string()).collect();
            codes.sort();
            codes
        };
        assert_eq!((codes(&bundle), codes(&payload)), (codes(&path), codes(&path)), "{path}");
    }
}

#[test]
fn what_cannot_be_converted_is_refused_with_its_finding() {
    let (_folder, path) = file("job.yml", "resources: {jobs: {a: {name: A}, b: {name: B}}}\n");
    let ran = sandbar(&["job", "convert", &path, "--to", "json"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains("SEVERAL_JOBS") && ran.err.contains("Say which one with `--job KEY`: a, b."),
        "{}",
        ran.err
    );
    let ran = sandbar(&["job", "convert", &path, "--to", "json", "--job", "b", "--format", "json"]);
    assert_eq!((ran.status, parsed(&ran.out)), (0, json!({ "key": null, "text": "{\n  \"name\": \"B\"\n}\n" })));
    let (_folder, path) = file("empty.yml", "");
    assert_eq!(sandbar(&["job", "convert", &path, "--to", "yaml"]).status, 1);
    assert_eq!(sandbar(&["job", "convert", &path, "--to", "toml"]).status, 2);
}
