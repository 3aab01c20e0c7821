//! `sandbar grade`: scores, exit statuses, several submissions, and the same bytes twice.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Ran, course, folder_of, parsed, sandbar, shown};

/// A solution of the Delta lab.
pub fn solution(name: &str) -> String {
    shown(&course().join("labs/delta").join(name))
}

const REFERENCE: &str = "reference/solution.sql";
/// Declared in the lab: 88 points.
const SHORT: &str = "wrong/price_only.sql";

fn graded(arguments: &[&str]) -> Ran {
    sandbar(&[&["grade", "delta", "--format", "json"], arguments].concat())
}

#[test]
fn the_reference_gets_every_point_and_status_0() {
    let ran = graded(&[&solution(REFERENCE)]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{ran:?}");
    let report = parsed(&ran.out);
    assert_eq!((&report["score"], &report["max_score"]), (&json!(100), &json!(100)));
    let checks = report["checks"].as_array().expect("checks");
    assert!(checks.len() > 10 && checks.iter().all(|check| check["status"] == "passed"), "{report:#}");
}

#[test]
fn a_short_one_is_status_1_unless_enough_points_were_asked_for() {
    let short = solution(SHORT);
    for (least, status) in [(None, 1), (Some("88"), 0), (Some("88.01"), 1), (Some("0"), 0)] {
        let more: Vec<&str> = least.into_iter().flat_map(|least| ["--min-score", least]).collect();
        let ran = graded(&[&[short.as_str()], more.as_slice()].concat());
        assert_eq!((ran.status, &parsed(&ran.out)["score"]), (status, &json!(88)), "{least:?}");
    }
}

#[test]
fn nothing_graded_cannot_pass_even_when_no_points_are_asked_for() {
    let folder = folder_of(&[("empty.sql", "-- Databricks notebook source\nSELECT 1\n")]);
    let ran = graded(&[&shown(&folder.path().join("empty.sql")), "--min-score", "0"]);
    assert_eq!((ran.status, &parsed(&ran.out)["score"]), (1, &json!(0)), "{}", ran.out);
}

#[test]
fn several_submissions_are_an_array_in_the_order_given_and_the_worst_decides() {
    let (good, short) = (solution(REFERENCE), solution(SHORT));
    let ran = graded(&[&short, &good]);
    let seen: Vec<(Value, Value)> = parsed(&ran.out)
        .as_array()
        .expect("an array")
        .iter()
        .map(|report| (report["submission"].clone(), report["report"]["score"].clone()))
        .collect();
    assert_eq!(seen, [(json!("price_only.sql"), json!(88)), (json!("solution.sql"), json!(100))]);
    assert_eq!(ran.status, 1);
    assert_eq!(graded(&[&short, &good, "--min-score", "88"]).status, 0);
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_the_seed_is_in_the_replay_token() {
    let file = solution(SHORT);
    let (first, second) = (graded(&[&file, "--seed", "7"]), graded(&[&file, "--seed", "7"]));
    assert_eq!(first.out, second.out);
    let token = parsed(&first.out)["replay"].clone();
    let text = token.as_str().expect("one line");
    let parts: Vec<&str> = text.split(':').collect();
    assert!(matches!(parts[..], ["sandbar", "1", _, "7", _, hash] if hash.len() == 64), "{token}");
    let other = parsed(&graded(&[&file, "--seed", "8"]).out);
    assert_eq!(other["score"], json!(88), "no score depends on the seed");
    assert_ne!(other["replay"], token);
}

#[test]
fn the_report_goes_to_a_file_when_one_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("report.json");
    let ran = graded(&[&solution(REFERENCE), "--output", &shown(&file)]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""));
    assert_eq!(parsed(&fs::read_to_string(&file).expect("it is there"))["score"], json!(100));
    let nowhere = graded(&[&solution(REFERENCE), "--output", "/no/such/folder/report.json"]);
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("/no/such/folder/report.json"), "{}", nowhere.err);
}

/// Grades in the lab's folder, given in that way, from that folder.
fn with_lab(lab: &str, from: &Path) -> Ran {
    let mut command = crate::program::command(&["grade", lab, &solution(REFERENCE), "--format", "json"]);
    crate::program::finish(command.current_dir(from).spawn().expect("the program starts"))
}

#[test]
fn a_lab_may_be_given_as_its_folder_from_wherever_one_is() {
    let course = course().canonicalize().expect("the course is there");
    let whole = shown(&course.join("labs/delta"));
    for (lab, from) in [
        (whole.as_str(), Path::new("/")),
        ("labs/delta", &course),
        ("./labs/delta/", &course),
        ("./delta", &course.join("labs")),
        ("delta/", &course.join("labs")),
        ("../delta", &course.join("labs/workflows")),
    ] {
        let ran = with_lab(lab, from);
        assert_eq!(ran.status, 0, "{lab} from {}: {ran:?}", from.display());
        assert_eq!(parsed(&ran.out)["score"], json!(100), "{lab}");
    }
}

#[test]
fn a_lab_folder_is_the_one_that_is_graded_with_and_not_the_one_built_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let labs = super::check::small_course(folder.path()).join("labs");
    let text = fs::read_to_string(labs.join("delta/lab.yml")).expect("it is there");
    fs::write(labs.join("delta/lab.yml"), text.replace("title: A Delta table", "title: Our own table"))
        .expect("written");
    for (lab, from) in [("./delta", labs.as_path()), ("delta/", &labs), ("labs/delta", folder.path())] {
        let title = parsed(&with_lab(lab, from).out)["title"].clone();
        assert_eq!(title, json!("Our own table from first row to time travel"), "{lab}");
    }
}
