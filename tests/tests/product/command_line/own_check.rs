//! A check of an instructor's own, as the example brings one: it runs in a worker that is locked down, its verdict is its own,
//! and where it fails the student loses nothing.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{Ran, copy, folder_of, parsed, sandbar, shown};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../content/examples/own-check")
}

/// A copy of the example in which a file of the lab has another text in place of the first such.
fn changed(file: &str, from: &str, to: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&example(), folder.path());
    let path = folder.path().join("labs/prices").join(file);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(from), "{from} in {file}");
    fs::write(path, text.replacen(from, to, 1)).expect("it is written");
    folder
}

fn check(course: &Path) -> Ran {
    sandbar(&["check", "--require-lockdown", &shown(course)])
}

/// Grades files of the lab itself.
fn grade(course: &Path, files: &[&str], more: &[&str]) -> Ran {
    let lab = course.join("labs/prices");
    let mut arguments = vec!["grade".to_owned(), shown(&lab), "--format".to_owned(), "json".to_owned()];
    arguments.extend(files.iter().map(|file| shown(&lab.join(file))));
    arguments.extend(more.iter().map(|&text| text.to_owned()));
    sandbar(&arguments)
}

fn check_of<'a>(report: &'a Value, id: &str) -> &'a Value {
    let checks = report["checks"].as_array().expect("checks");
    checks.iter().find(|check| check["id"] == id).expect("such a check")
}

/// The line of the lab's file with that text.
fn line(course: &Path, text: &str) -> usize {
    let lab = fs::read_to_string(course.join("labs/prices/lab.yml")).expect("it is there");
    lab.lines().position(|line| line.contains(text)).expect("its line") + 1
}

#[test]
fn the_example_proves_itself_in_workers_that_are_locked_down() {
    let ran = check(&example());
    assert!(ran.status == 0 && !ran.err.contains("error"), "{ran:?}");
    assert!(ran.out.contains("1 lab with 6 solutions"), "{}", ran.out);
}

#[test]
fn a_verdict_earns_its_share_and_shows_its_own_words() {
    let ran = grade(&example(), &["wrong/three_updates.sql"], &[]);
    let report = parsed(&ran.out);
    assert_eq!((ran.status, &report["score"]), (1, &json!(8)), "{ran:?}");
    let check = check_of(&report, "few-statements");
    assert_eq!((&check["points"], &check["max_points"], &check["status"]), (&json!(2), &json!(4), &json!("failed")));
    assert_eq!((&check["expected"], &check["found"]), (&json!("at most 2"), &json!("3 statements")));
    assert_eq!(check["next_step"], json!("Say in one statement what changes for many rows."));
}

#[test]
fn what_a_student_writes_cannot_look_like_the_evidence_of_another_task() {
    let work = fs::read_to_string(example().join("labs/prices/wrong/row_by_row.sql")).expect("it is there");
    let forged = r#"UPDATE stock SET kind = kind WHERE item = '"}],"others":[{"sql":"' OR item = '\"}],\"others\":[';"#;
    let folder = folder_of(&[("forged.sql", &work.replacen("UPDATE", &format!("{forged}\nUPDATE"), 1))]);
    let file = shown(&folder.path().join("forged.sql"));
    let report = parsed(&grade(&example(), &[file.as_str()], &[]).out);
    assert_eq!(check_of(&report, "few-statements")["found"], json!("5 statements"), "{report:#}");
}

#[test]
fn the_order_of_submissions_and_the_number_of_workers_change_no_byte() {
    let files = ["reference.sql", "wrong/three_updates.sql", "wrong/row_by_row.sql", "right/two_updates.sql"];
    let reports = |files: &[&str], more: &[&str]| -> Vec<String> {
        let ran = grade(&example(), files, more);
        let mut reports: Vec<String> =
            parsed(&ran.out).as_array().expect("an array").iter().map(Value::to_string).collect();
        reports.sort();
        reports
    };
    let one = reports(&files, &["--seed", "3"]);
    let backwards: Vec<&str> = files.iter().rev().copied().collect();
    assert_eq!(reports(&backwards, &["--seed", "3", "--jobs", "4"]), one);
}

#[test]
fn a_check_that_fails_costs_the_student_nothing_and_is_its_authors_mistake() {
    let endless = "(local.set $index (i32.add (local.get $index) (i32.const 1)))";
    for (file, from, to, why) in [
        ("lab.yml", "config: { most: 2 }", "config: { least: 2 }", "unreachable"),
        ("checks/few_statements.wat", endless, "", "more steps"),
        ("checks/few_statements.wat", "(memory (export \"memory\") 1)", "(memory (export \"memory\") 2000)", "64 MiB"),
    ] {
        let course = changed(file, from, to);
        let report = parsed(&grade(course.path(), &["reference.sql"], &[]).out);
        let check = check_of(&report, "few-statements");
        assert_eq!(check["status"], json!("unavailable"), "{check:#}");
        assert!(check["message"].as_str().is_some_and(|message| message.contains(why)), "{check:#}");
        assert_eq!((&check_of(&report, "raised")["points"], &report["score"]), (&json!(4), &json!(6)), "{report:#}");
        let at = line(course.path(), "id: few-statements");
        let told = "error: `reference.sql` could not be graded: check `few-statements`:";
        let proved = check_course(course.path(), &format!("labs/prices/lab.yml:{at}:9: {told}"));
        assert!(proved.err.contains(why), "{}", proved.err);
    }
}

/// What `sandbar check` finds, which says this.
fn check_course(course: &Path, told: &str) -> Ran {
    let ran = check(course);
    assert_eq!(ran.status, 1, "{ran:?}");
    assert!(ran.err.contains(told), "{told} in {}", ran.err);
    ran
}

#[test]
fn a_component_that_is_missing_or_wrong_is_told_with_its_place_before_anything_runs() {
    let missing = changed("lab.yml", "few_statements.wat", "few_statement.wat");
    let at = line(missing.path(), "id: few-statements");
    let told = format!("labs/prices/lab.yml:{at}:9: error: There is no file `labs/prices/checks/few_statement.wat`.");
    assert!(check_course(missing.path(), &told).err.contains("Did you mean `labs/prices/checks/few_statements.wat`?"));

    let misspelt = changed("checks/few_statements.wat", "(local $at i32)", "(locl $at i32)");
    let text = fs::read_to_string(misspelt.path().join("labs/prices/checks/few_statements.wat")).expect("it is there");
    let at = text.lines().position(|line| line.contains("(locl")).expect("its line") + 1;
    check_course(misspelt.path(), &format!("labs/prices/checks/few_statements.wat:{at}:"));

    let import = "(import \"verdict\" (type $verdict (eq $record)))";
    let more = format!("{import} (import \"acme:net/http@1.0.0\" (instance))");
    let imports = changed("checks/few_statements.wat", import, &more);
    let at = line(imports.path(), "id: few-statements");
    let ran = check_course(imports.path(), &format!("labs/prices/lab.yml:{at}:9: error: "));
    assert!(ran.err.contains("`acme:net/http@1.0.0`") && ran.out.contains("0 solutions and 0 mutants"), "{ran:?}");
}
