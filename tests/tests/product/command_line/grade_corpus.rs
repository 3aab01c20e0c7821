//! Every solution of the Delta lab at once: reports depend on nothing but the file, and a mistake is shown on few rows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::program::{course, parsed, sandbar, shown};

/// Files of a folder of the Delta lab, by name.
fn files(folder: &str) -> Vec<String> {
    let folder = course().join("labs/delta").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files.iter().map(|path| shown(path)).collect()
}

fn graded(files: &[String], more: &[&str]) -> Vec<Value> {
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let ran = sandbar(&[&["grade", "delta", "--format", "json"], more, files.as_slice()].concat());
    assert!(ran.status < 2, "{}", ran.err);
    parsed(&ran.out).as_array().expect("an array").clone()
}

fn by_name(reports: Vec<Value>) -> BTreeMap<String, String> {
    reports.into_iter().map(|report| (report["submission"].to_string(), report["report"].to_string())).collect()
}

#[test]
fn neither_order_nor_neighbours_change_a_report() {
    let mut corpus = [files("right"), files("wrong")].concat();
    let one_by_one = by_name(graded(&corpus, &[]));
    assert_eq!(one_by_one.len(), corpus.len());
    corpus.reverse();
    let four_at_once = by_name(graded(&corpus, &["--jobs", "4"]));
    for (name, report) in &one_by_one {
        assert_eq!(Some(report), four_at_once.get(name), "{name}");
    }
}

/// Rows of a counterexample's table, by its title.
fn rows<'a>(counterexample: &'a Value, title: &str) -> Option<&'a Vec<Value>> {
    let tables = counterexample["tables"].as_array().expect("tables");
    tables.iter().find(|table| table["title"] == title).and_then(|table| table["rows"].as_array())
}

#[test]
fn a_mistake_is_shown_on_at_most_two_rows_of_each_relation() {
    let mut seen = BTreeMap::new();
    for report in graded(&files("wrong"), &["--jobs", "2"]) {
        for check in report["report"]["checks"].as_array().expect("checks") {
            let counterexample = &check["counterexample"];
            if counterexample.is_null() {
                continue;
            }
            let told = format!("{} {counterexample:#}", report["submission"]);
            for data in ["before", "source", "baseline"] {
                assert!(rows(counterexample, data).is_none_or(|rows| rows.len() <= 2), "{told}");
            }
            match rows(counterexample, "after the statement") {
                // What should have changed, and did not.
                Some(after) => assert_eq!(rows(counterexample, "before"), Some(after), "{told}"),
                None => {
                    assert!(rows(counterexample, "expected").is_some(), "{told}");
                    assert_ne!(rows(counterexample, "expected"), rows(counterexample, "got"), "{told}");
                }
            }
            *seen.entry(check["id"].as_str().expect("an id").to_owned()).or_insert(0) += 1;
        }
    }
    for (check, least) in [("raise-property", 3), ("merge-property", 6), ("compare-property", 3)] {
        assert!(seen.get(check).is_some_and(|count| *count >= least), "{check}: {seen:?}");
    }
}
