//! What `sandbar grade` takes as a submission, and what it says to what is none.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;

use super::grade::solution;
use crate::program::{Ran, course, folder_of, parsed, sandbar, shown};

fn graded(lab: &str, submission: &Path) -> Ran {
    sandbar(&["grade", lab, &shown(submission), "--format", "json"])
}

/// Score of the one report.
fn scored(ran: &Ran) -> Value {
    parsed(&ran.out)["score"].clone()
}

/// An archive of a folder's files, below a folder of their own.
fn archive(of: &Path, to: &Path) {
    let mut writer = zip::ZipWriter::new(File::create(to).expect("a file"));
    for entry in std::fs::read_dir(of).expect("a folder").flatten() {
        let name = format!("ada/{}", entry.file_name().to_string_lossy());
        writer.start_file(name, SimpleFileOptions::default()).expect("an entry");
        writer.write_all(&std::fs::read(entry.path()).expect("a file")).expect("it is written");
    }
    writer.finish().expect("an archive");
}

#[test]
fn a_folder_and_a_zip_of_it_are_the_same_submission() {
    let reference = course().join("labs/workflows/reference");
    let folder = tempfile::tempdir().expect("a folder");
    let zip = folder.path().join("ada.zip");
    archive(&reference, &zip);
    let (plain, packed) = (graded("workflows", &reference), graded("workflows", &zip));
    assert_eq!((plain.status, scored(&plain)), (0, json!(100)), "{}", plain.err);
    assert_eq!((packed.status, plain.out), (0, packed.out), "one report, whatever its submission is called");
    let names = [&reference, &zip].map(|path| sandbar(&["grade", "workflows", &shown(path)]).out);
    assert!(names[0].contains("points (reference)") && names[1].contains("points (ada.zip)"), "{names:?}");
}

#[test]
fn a_jupyter_notebook_is_graded_like_the_source_file() {
    let source = std::fs::read_to_string(solution("reference/solution.sql")).expect("it is there");
    let cell = |text: &str| json!({ "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null, "source": text.trim() });
    let body = source.trim_start_matches("-- Databricks notebook source\n");
    let cells: Vec<Value> = body.split("-- COMMAND ----------").map(cell).collect();
    let metadata = json!({ "language_info": { "name": "sql" } });
    let text = json!({ "cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 }).to_string();
    let folder = folder_of(&[("ada.ipynb", &text)]);
    let ran = graded("delta", &folder.path().join("ada.ipynb"));
    assert_eq!((ran.status, scored(&ran)), (0, json!(100)), "{ran:?}");
}

/// Grades it, expects that nothing could be, and gives what was said.
fn refused(lab: &str, submission: &Path) -> String {
    let ran = graded(lab, submission);
    assert_eq!(ran.status, 2, "{}", ran.err);
    assert!(ran.err.contains("try: "), "{}", ran.err);
    ran.err
}

#[test]
fn ten_megabytes_are_refused_with_the_bound_and_what_to_do() {
    let folder = folder_of(&[
        ("big.sql", &" ".repeat(10 * 1024 * 1024)),
        ("parts/a.sql", &" ".repeat(1_500_000)),
        ("parts/b.sql", &" ".repeat(1_500_000)),
    ]);
    for (name, bytes) in [("big.sql", "10485760"), ("parts", "3000000")] {
        let told = refused("delta", &folder.path().join(name));
        assert!(told.contains(name) && told.contains(bytes) && told.contains("at most 2097152"), "{told}");
        assert!(told.contains("without its outputs"), "{told}");
    }
}

#[test]
fn what_is_no_notebook_is_told_with_file_and_line() {
    let folder = folder_of(&[
        ("broken.ipynb", "{\n \"cells\": [\n  {\"cell_type\": }\n ]\n}"),
        ("notes.txt", "Dear diary"),
        ("two/a.sql", "SELECT 1"),
        ("two/b.sql", "SELECT 2"),
        ("fake.zip", "PK\u{3}\u{4}nothing"),
    ]);
    for (name, told) in [
        ("broken.ipynb", "broken.ipynb:3:"),
        ("notes.txt", "There is no notebook here"),
        ("two", "There are 2 notebooks here: a.sql, b.sql"),
        ("fake.zip", "The archive cannot be read"),
        ("missing.sql", "missing.sql cannot be read"),
    ] {
        let said = refused("delta", &folder.path().join(name));
        assert!(said.contains(told) && said.contains(name), "{told} in {said}");
    }
}

#[test]
fn a_broken_job_and_dashboard_are_told_with_file_line_and_column_and_the_notebook_is_graded() {
    let reference = course().join("labs/workflows/reference");
    let text = |name: &str| std::fs::read_to_string(reference.join(name)).expect("it is there");
    let folder = folder_of(&[
        ("etl.sql", &text("etl.sql")),
        ("dashboard.yml", "name: [\n"),
        ("job.yml", "name: orders\ntasks:\n  - task_key: etl\n   depends_on: []\n"),
    ]);
    let graded = |format: &str| {
        let ran = sandbar(&["grade", "workflows", &shown(folder.path()), "--format", format]);
        assert_eq!(ran.status, 1, "{}", ran.err);
        ran.out
    };
    let said = graded("text");
    for told in ["job.yml:4:4: ", "dashboard.yml:1:7: "] {
        assert!(said.contains(told), "{told} in {said}");
    }
    let report = parsed(&graded("json"));
    let scores: Vec<&Value> = report["tasks"].as_array().expect("tasks").iter().map(|task| &task["score"]).collect();
    assert_eq!(scores, [12, 28, 8, 0, 0, 0, 0, 0]);
}

#[test]
fn an_unknown_lab_is_answered_with_the_nearest_name_and_all_of_them() {
    let ran = sandbar(&["grade", "dleta", &solution("reference/solution.sql")]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("there is no lab `dleta`"), "{}", ran.err);
    assert!(ran.err.contains("did you mean `delta`? The labs are: delta, workflows"), "{}", ran.err);
    let nowhere = sandbar(&["grade", "/no/such/lab", &solution("reference/solution.sql")]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("the lab's folder /no/such/lab cannot be read"), "{}", nowhere.err);
}

#[test]
fn one_that_cannot_be_read_does_not_take_the_others_with_it() {
    let folder = folder_of(&[("broken.ipynb", "{")]);
    let broken = shown(&folder.path().join("broken.ipynb"));
    let ran = sandbar(&["grade", "delta", &broken, &solution("reference/solution.sql"), "--format", "json"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.contains("broken.ipynb:1:") && ran.err.contains("1 of 2 submissions cannot be read"),
        "{}",
        ran.err
    );
    let reports = parsed(&ran.out);
    let scores: Vec<&Value> = reports.as_array().expect("reports").iter().map(|it| &it["report"]["score"]).collect();
    assert_eq!(scores, [&json!(0), &json!(100)], "{reports:#}");
}

/// The reference with cells put before the first task and behind the last one.
fn reference_between(before: &str, behind: &str) -> String {
    let file = solution("reference/solution.sql");
    let reference = std::fs::read_to_string(file).expect("the reference is there");
    let (head, rest) = reference.split_once('\n').expect("a first line");
    format!("{head}\n{before}\n\n-- COMMAND ----------\n\n{rest}\n\n-- COMMAND ----------\n\n{behind}\n")
}

#[test]
fn what_fails_in_a_cell_of_no_task_costs_nothing_and_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("work.sql");
    let text = reference_between(
        "-- DBTITLE 1,Playground\nDROP TABLE lab_inventory;",
        "-- DBTITLE 1,Playground\nSELECT count(*) FROM range(400000) a CROSS JOIN range(400000) b WHERE a.id * b.id % 7 = 3;",
    );
    std::fs::write(&file, text).expect("it is written");
    let ran = sandbar(&["grade", "delta", &shown(&file), "--limit", "statement_wall_ms=1500"]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(
        ran.out.contains("A cell of no task failed, and the run went on behind it: [TABLE_OR_VIEW_NOT_FOUND]"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("[LIMIT_EXCEEDED.TIME] The statement ran longer than 1.5 seconds."), "{}", ran.out);
}

#[test]
fn titles_are_read_in_any_case_and_a_near_miss_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("work.sql");
    let reference = std::fs::read_to_string(solution("reference/solution.sql")).expect("it is there");
    std::fs::write(&file, reference.replace("1,Task ", "1,task ").replace("1,task 5:", "1,Task 5 -"))
        .expect("it is written");
    let ran = sandbar(&["grade", "delta", &shown(&file)]);
    assert_eq!(ran.status, 0, "{}", ran.out);
    std::fs::write(&file, reference.replace("1,Task 5:", "1,TASK 5 is to")).expect("it is written");
    assert_eq!(sandbar(&["grade", "delta", &shown(&file)]).status, 0, "a title needs no colon");
    std::fs::write(&file, reference.replace("1,Task 5:", "1,Task 5b:")).expect("it is written");
    let ran = sandbar(&["grade", "delta", &shown(&file)]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("is called nearly so: write `-- DBTITLE 1,Task 5: "), "{}", ran.out);
}
