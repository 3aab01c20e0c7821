//! The forms of a report: text for people, json for programs, junit for CI.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::json;

use super::grade::solution;
use crate::program::{folder_of, parsed, sandbar, shown};

const WRONG: &str = "wrong/no_insert_clause.sql";

#[test]
fn json_has_the_promised_fields_and_the_points_of_the_checks_add_up() {
    let report = parsed(&sandbar(&["grade", "delta", &solution(WRONG), "--format", "json"]).out);
    for name in ["score", "max_score", "checks", "replay"] {
        assert!(!report[name].is_null(), "{name}");
    }
    let checks = report["checks"].as_array().expect("checks");
    for check in checks {
        for name in ["id", "task", "points", "max_points", "status", "message", "feedback_key"] {
            assert!(check.get(name).is_some(), "{name} in {check}");
        }
        assert_eq!(check["feedback_key"].is_null(), check["status"] == "passed", "{check}");
    }
    let sum = |name: &str| checks.iter().filter_map(|check| check[name].as_f64()).sum::<f64>();
    assert_eq!((json!(sum("points")), json!(sum("max_points"))), (json!(82.0), json!(100.0)));
    assert_eq!((&report["score"], &report["max_score"]), (&json!(82), &json!(100)));
}

#[test]
fn the_text_tells_the_score_each_task_and_one_next_step_for_what_is_wrong() {
    let ran = sandbar(&["grade", "delta", &solution(WRONG)]);
    assert_eq!((ran.status, ran.err.as_str()), (1, ""));
    let first = ran.out.lines().next().unwrap_or_default();
    assert_eq!(first, "A Delta table from first row to time travel: 82 of 100 points (no_insert_clause.sql)");
    assert_eq!(ran.out.lines().filter(|line| line.starts_with("Task ")).count(), 8, "{}", ran.out);
    let (_, merge) = ran.out.split_once("Task 5").expect("task 5");
    let (merge, _) = merge.split_once("Task 6").expect("task 6");
    for word in ["failed", "expected", "found", "next", "ok"] {
        assert!(merge.contains(word), "{word} in {merge}");
    }
    assert!(ran.out.trim_end().lines().last().is_some_and(|line| line.starts_with("replay sandbar:1:")), "{}", ran.out);
}

fn attributes(element: &BytesStart<'_>) -> BTreeMap<String, String> {
    element
        .attributes()
        .map(|attribute| {
            let attribute = attribute.expect("an attribute");
            let value = attribute.unescape_value().expect("text").into_owned();
            (String::from_utf8_lossy(attribute.key.as_ref()).into_owned(), value)
        })
        .collect()
}

/// The start tags of a well-formed document, with their attributes.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut reader = Reader::from_str(xml);
    let mut found = Vec::new();
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error} in {xml}")) {
            Event::Start(element) | Event::Empty(element) => {
                found.push((String::from_utf8_lossy(element.name().as_ref()).into_owned(), attributes(&element)));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

#[test]
fn junit_has_a_suite_a_submission_a_case_a_check_and_the_points_as_properties() {
    let hostile = folder_of(&[("a<b>&\".sql", &std::fs::read_to_string(solution(WRONG)).expect("it is there"))]);
    let name = shown(&hostile.path().join("a<b>&\".sql"));
    let ran = sandbar(&["grade", "delta", &name, &solution("reference/solution.sql"), "--format", "junit"]);
    assert_eq!(ran.status, 1);
    let elements = elements(&ran.out);
    let named =
        |name: &str| elements.iter().filter(|(element, _)| element == name).map(|(_, all)| all).collect::<Vec<_>>();
    let suites: Vec<&str> = named("testsuite").iter().map(|suite| suite["name"].as_str()).collect();
    assert_eq!(suites, ["delta a<b>&\".sql", "delta solution.sql"]);
    let cases = named("testcase");
    assert_eq!(cases.len(), 2 * 31, "{}", ran.out);
    assert_eq!(named("failure").len(), 4);
    assert_eq!(named("error").len(), 0, "an error would be a fault of ours");
    let score = |value: &str| named("property").iter().any(|all| all["name"] == "score" && all["value"] == value);
    assert!(score("82") && score("100"), "{}", ran.out);
    assert!(named("property").iter().any(|all| all["name"] == "max_points"), "{}", ran.out);
}
