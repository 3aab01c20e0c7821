//! The reports for services: Gradescope's results.json, and GitHub's annotations with the summary of the job.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::grade::solution;
use crate::program::{Ran, command, course, finish, folder_of, parsed, sandbar, shown};

/// Declared in the lab: 82 points.
const WRONG: &str = "wrong/no_insert_clause.sql";

#[test]
fn gradescope_gets_the_points_of_every_check_and_hidden_ones_wait_until_published() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("results.json");
    let ran = sandbar(&["grade", "delta", &solution(WRONG), "--format", "gradescope", "--output", &shown(&file)]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""), "{}", ran.err);
    let results = parsed(&fs::read_to_string(&file).expect("it is there"));
    let report = parsed(&sandbar(&["grade", "delta", &solution(WRONG), "--format", "json"]).out);
    assert_eq!((&results["score"], &results["extra_data"]["replay"]), (&json!(82), &report["replay"]));
    let tests = results["tests"].as_array().expect("tests");
    let checks = report["checks"].as_array().expect("checks");
    assert_eq!(tests.len(), checks.len());
    for (test, check) in tests.iter().zip(checks) {
        assert_eq!((&test["score"], &test["max_score"]), (&check["points"], &check["max_points"]), "{check}");
        assert_eq!(test["status"] == "passed", check["status"] == "passed", "{test}");
        let visibility = if check["visibility"] == "hidden" { "after_published" } else { "visible" };
        assert_eq!(test["visibility"], visibility, "{test}");
    }
    assert!(tests.iter().any(|test| test["visibility"] == "after_published"), "{tests:#?}");
}

#[test]
fn gradescope_takes_one_submission() {
    let ran = sandbar(&["grade", "delta", &solution(WRONG), &solution(WRONG), "--format", "gradescope"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("holds one submission") && ran.err.contains("try: "), "{}", ran.err);
}

/// Grades for GitHub, from a folder, with the summary in `summary`.
fn on_github(arguments: &[&str], from: &Path, summary: Option<&Path>) -> Ran {
    let mut command = command(&[&["grade", "--format", "github"], arguments].concat());
    command.current_dir(from);
    if let Some(summary) = summary {
        command.env("GITHUB_STEP_SUMMARY", summary);
    }
    finish(command.spawn().expect("the program starts"))
}

#[test]
fn github_gets_an_error_at_the_line_of_each_mistake_and_a_summary_behind_what_was_there() {
    let text = fs::read_to_string(solution(WRONG)).expect("it is there");
    let folder = folder_of(&[("work, mine/ada.sql", &text), ("summary.md", "Before.\n")]);
    let summary = folder.path().join("summary.md");
    let ran = on_github(&["delta", "work, mine/ada.sql"], folder.path(), Some(&summary));
    assert_eq!((ran.status, ran.err.as_str()), (1, ""), "{}", ran.out);
    let errors: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("::error ")).collect();
    assert_eq!(errors.len(), 4, "{}", ran.out);
    assert!(errors.iter().all(|line| line.starts_with("::error file=work%2C mine/ada.sql,line=")), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.starts_with("::")), "{}", ran.out);
    let merge = text.lines().position(|line| line.starts_with("MERGE")).expect("the MERGE") + 1;
    let lines: Vec<usize> = errors.iter().map(|error| line_of(error)).collect();
    assert!(lines.iter().all(|line| (merge..merge + 4).contains(line)), "{lines:?} from {merge} on");
    let summary = fs::read_to_string(&summary).expect("it is there");
    let title = "## A Delta table from first row to time travel: 82 of 100 points (ada.sql)";
    assert!(summary.starts_with(&format!("Before.\n{title}\n")), "{summary}");
    assert_eq!(summary.matches("- **failed** ").count(), 4, "{summary}");
}

/// The line that an annotation stands at.
fn line_of(annotation: &str) -> usize {
    let (_, rest) = annotation.split_once(",line=").expect("a line");
    rest.split(',').next().and_then(|line| line.parse().ok()).expect("a number")
}

#[test]
fn github_gets_the_line_of_the_json_and_the_name_of_the_cell_for_a_jupyter_notebook() {
    let text = fs::read_to_string(solution("right/metadata_titles.ipynb")).expect("it is there");
    let folder = folder_of(&[("ada.ipynb", &text.replace("1.05", "1.5"))]);
    let ran = on_github(&["delta", "ada.ipynb"], folder.path(), None);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let update = text.lines().position(|line| line.contains("UPDATE")).expect("the UPDATE") + 1;
    let error = ran.out.lines().find(|line| line.contains("raise-rows")).expect("an annotation");
    assert_eq!(line_of(error), update, "{error}");
    assert!(error.contains("%0Acell: Task 3"), "{error}");
}

#[test]
fn github_gets_the_line_of_the_task_in_a_job_and_of_the_query_in_a_dashboard() {
    let wrong = course().join("labs/workflows/wrong");
    let reference = course().join("labs/workflows/reference");
    let read = |path: std::path::PathBuf| fs::read_to_string(path).expect("it is there");
    let job = read(wrong.join("all_purpose_endless/job.yml"));
    let dashboard = read(wrong.join("counts_products/dashboard.yml"));
    let etl = read(reference.join("etl.sql"));
    let folder = folder_of(&[("w/job.yml", &job), ("w/dashboard.yml", &dashboard), ("w/etl.sql", &etl)]);
    let ran = on_github(&["workflows", "w"], folder.path(), None);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let errors: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("::error ")).collect();
    assert!(errors.len() > 2 && errors.iter().all(|error| line_of(error) > 1), "{errors:#?}");
    assert!(errors.iter().any(|error| error.contains("file=w/job.yml,")), "{errors:#?}");
    assert!(errors.iter().any(|error| error.contains("file=w/dashboard.yml,")), "{errors:#?}");
}

#[test]
fn github_gets_ten_errors_and_the_number_of_the_others() {
    let file = solution(WRONG);
    let arguments = ["delta", &file, &file, &file];
    let ran = on_github(&arguments, &course(), None);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("::error ")).count(), 10, "{}", ran.out);
    assert_eq!(ran.out.lines().last(), Some("And 2 more errors; the job summary has them all."), "{}", ran.out);
}

#[test]
fn a_summary_that_cannot_be_written_is_told() {
    let summary = Path::new("/no/such/folder/summary.md");
    let ran = on_github(&["delta", &solution(WRONG)], Path::new("/"), Some(summary));
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("/no/such/folder/summary.md"), "{}", ran.err);
}

/// A file of a submission that cannot be read, its bytes, and what every report says of it.
const UNREADABLE: [(&str, &[u8], &str); 3] = [
    ("broken.ipynb", b"{\n \"cells\": [\n  {\"cell_type\": }\n ]\n}", "broken.ipynb:3:17"),
    ("latin.sql", b"SELECT 1;\nSELECT '\xe9'", "latin.sql:2"),
    ("big.sql", &[b' '; 3_000_000], "at most 2097152 are read"),
];

#[test]
fn what_cannot_be_read_is_said_in_the_report_too_with_no_points_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes, told) in UNREADABLE {
        let file = folder.path().join(name);
        fs::write(&file, bytes).expect("it can be written");
        let told_in = |format: &str| {
            let ran = sandbar(&["grade", "delta", &shown(&file), "--format", format, "--min-score", "0"]);
            assert_eq!(ran.status, 2, "{format}: {}", ran.err);
            ran.out
        };
        let results = parsed(&told_in("gradescope"));
        let output = results["output"].as_str().expect("text");
        assert_eq!(results["score"], json!(0));
        assert!(output.contains(told) && output.lines().count() > 2, "{output}");
        let report = parsed(&told_in("json"));
        assert_eq!((&report["score"], &report["max_score"]), (&json!(0), &json!(100)));
        assert!(report["findings"][0]["hint"].is_string(), "{}", report["findings"]);
        assert!(told_in("junit").contains(told), "{name}");
        let log = told_in("github");
        assert!(log.starts_with("::error file=") && log.lines().count() == 1, "{log}");
        assert!(told_in("text").contains(told), "{name}");
    }
}

#[test]
fn a_folder_without_its_notebook_gets_a_report_that_names_the_file() {
    let folder = folder_of(&[("notes.txt", "none")]);
    let ran = sandbar(&["grade", "workflows", &shown(folder.path()), "--format", "gradescope"]);
    assert_eq!(ran.status, 2, "{}", ran.err);
    let output = parsed(&ran.out)["output"].to_string();
    assert!(output.contains("There is no `etl.sql`") && output.contains("Hand in a file of that name."), "{output}");
    let nowhere = sandbar(&["grade", "delta", "/no/such/work.sql", "--format", "json"]);
    assert_eq!((nowhere.status, nowhere.out.as_str()), (2, ""));
}
