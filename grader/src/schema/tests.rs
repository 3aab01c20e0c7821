//! The lab's schema beside the reader itself: every kind with every field that any kind has.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::rubric::{self, HintLevel};

/// Unknown names of one map that the reader tells one by one.
const TOLD_AT_ONCE: usize = 20;

fn schema() -> Value {
    serde_json::from_str(super::LAB).unwrap()
}

fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

/// Field or message, by code, of what the reader says about a check of that kind with those fields left empty.
fn told(kind: &str, fields: &[&String], code: &str) -> BTreeSet<String> {
    let fields: String =
        fields.iter().filter(|name| name.as_str() != "kind").map(|name| format!("        {name}:\n")).collect();
    let text = format!("tasks:\n  - checks:\n      - kind: {kind}\n{fields}");
    let findings = rubric::parse(&text, "lab.yml").unwrap_err();
    let of_check = |path: &str| path.strip_prefix("tasks[0].checks[0].").map(str::to_owned);
    findings.iter().filter(|finding| finding.code == code).filter_map(|finding| of_check(&finding.path)).collect()
}

/// The kinds that the reader lists when it is asked for one that there is not.
fn kinds_of_reader() -> BTreeSet<String> {
    let findings = rubric::parse("tasks:\n  - checks:\n      - kind: qqqqqqqqqqqq\n", "lab.yml").unwrap_err();
    let hint = findings.into_iter().find(|finding| finding.code == "UNKNOWN_NAME").and_then(|finding| finding.hint);
    let hint = hint.expect("the kinds");
    let listed = hint.strip_prefix("Known: ").expect("the kinds").trim_end_matches('.').split(", ");
    listed.map(str::to_owned).collect()
}

#[test]
fn the_schema_has_the_kinds_of_the_reader() {
    let schema = schema();
    assert_eq!(names(&schema["$defs"]["check"]["properties"]["kind"]["enum"]), kinds_of_reader());
}

#[test]
fn each_kind_has_the_fields_that_the_reader_takes_and_demands_those_that_it_demands() {
    let schema = schema();
    let kinds = kinds_of_reader();
    let of = |kind: &str, what: &str| names(&schema["$defs"][format!("kind_{kind}")][what]);
    let all: BTreeSet<String> = kinds.iter().flat_map(|kind| of(kind, "properties")).collect();
    assert!(all.len() > 50, "{all:?}");
    for kind in &kinds {
        let all: Vec<&String> = all.iter().collect();
        let unknown: BTreeSet<String> =
            all.chunks(TOLD_AT_ONCE).flat_map(|names| told(kind, names, "UNKNOWN_FIELD")).collect();
        let taken: BTreeSet<String> = all.into_iter().filter(|name| !unknown.contains(*name)).cloned().collect();
        assert_eq!(taken, of(kind, "properties"), "{kind}");
        let demanded = told(kind, &[], "MISSING_FIELD");
        let either = schema["$defs"][format!("kind_{kind}")]["anyOf"].as_array().cloned().unwrap_or_default();
        let either = either.iter().flat_map(|one| names(&one["required"]));
        let required: BTreeSet<String> = of(kind, "required").into_iter().chain(either).collect();
        assert!(demanded.is_subset(&required), "{kind}: {demanded:?} in {required:?}");
    }
}

#[test]
fn the_file_itself_has_the_fields_that_the_reader_takes() {
    let schema = schema();
    let fields = names(&schema["properties"]);
    let whole: String =
        fields.iter().filter(|name| !name.starts_with("public_p")).map(|name| format!("{name}:\n")).collect();
    let findings = rubric::parse(&format!("{whole}other:\n"), "lab.yml").unwrap_err();
    let unknown: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.code == "UNKNOWN_FIELD")
        .map(|finding| finding.path.as_str())
        .collect();
    assert_eq!(unknown, ["other"]);
    for missing in findings.iter().filter(|finding| finding.code == "MISSING_FIELD" && finding.path != "proof") {
        assert!(names(&schema["required"]).contains(&missing.path), "{missing:?}");
    }
}

#[test]
fn the_levels_of_a_hint_are_those_of_the_reader() {
    let levels = names(&schema()["$defs"]["task"]["properties"]["hints"]["properties"]);
    assert_eq!(levels, HintLevel::ALL.map(|level| level.word().to_owned()).into());
}
