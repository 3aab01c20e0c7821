//! The schema beside the reader itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::exchange::tests::QUIZ;
use crate::question::KINDS;
use crate::quiz::parse;

fn schema() -> Value {
    serde_json::from_str(super::QUIZ).unwrap()
}

fn names(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) => fields.keys().cloned().collect(),
        Value::Array(texts) => texts.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

/// The last names of the fields that the reader does not know, or misses, in a question of that kind.
fn told(question: &str, code: &str) -> BTreeSet<String> {
    let mistakes = parse(&format!("title: x\nquestions:\n  - {question}\n")).unwrap_err();
    let told = mistakes.into_iter().filter(|mistake| mistake.code == code);
    told.filter_map(|mistake| Some(mistake.path.strip_prefix("questions[0].")?.to_owned())).collect()
}

#[test]
fn the_schema_has_the_kinds_of_the_reader() {
    let kinds: BTreeSet<String> = KINDS.iter().map(|(word, _)| (*word).to_owned()).collect();
    let schema = schema();
    assert_eq!(names(&schema["$defs"]["question"]["properties"]["kind"]["enum"]), kinds);
    let asks = names(&schema["$defs"]["ask"]["properties"]["kind"]["enum"]);
    let said =
        parse("title: x\nquestions: [{id: a, kind: read_log, prompt: p, setup: s, table: t, ask: {kind: qqqqqqqq}}]\n");
    let hint = said.unwrap_err().remove(0).hint.unwrap();
    let said = hint.strip_prefix("Write one of ").unwrap().trim_end_matches('.').split(", ");
    assert_eq!(asks, said.map(str::to_owned).collect());
}

#[test]
fn each_kind_has_the_fields_that_the_reader_takes_and_demands_those_that_it_demands() {
    let schema = schema();
    let of = |kind: &str, what: &str| names(&schema["$defs"][format!("kind_{kind}")][what]);
    let shared = names(&schema["$defs"]["question"]["properties"]);
    let all: BTreeSet<String> = KINDS.iter().flat_map(|(kind, _)| of(kind, "properties")).collect();
    assert!(all.len() > 20, "{all:?}");
    for (kind, _) in KINDS {
        // Without an `ask` that can be read, the reader of a log stops before it tells of unknown fields.
        let ask = if kind == "read_log" { "{kind: numeric, answer: 1}" } else { "" };
        let field = |name: &String| match name.as_str() {
            "kind" => format!("kind: {kind}"),
            "ask" => format!("ask: {ask}"),
            name => format!("{name}: "),
        };
        let fields: Vec<String> = all.union(&shared).map(field).collect();
        let unknown = told(&format!("{{{}}}", fields.join(", ")), "UNKNOWN_FIELD");
        let taken: BTreeSet<String> = all.iter().filter(|name| !unknown.contains(*name)).cloned().collect();
        assert_eq!(taken, of(kind, "properties"), "{kind}");
        let demanded = told(&format!("{{kind: {kind}}}"), "MISSING_FIELD");
        let required: BTreeSet<String> =
            of(kind, "required").union(&names(&schema["$defs"]["question"]["required"])).cloned().collect();
        assert!(demanded.is_subset(&required), "{kind}: {demanded:?} in {required:?}");
    }
}

/// Names of the value that the schema has not.
fn strangers(value: &Value, of: &Value, schema: &Value, path: &str) -> Vec<String> {
    let of = match of["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).unwrap(),
        None => of,
    };
    match value {
        Value::Array(values) => values.iter().flat_map(|value| strangers(value, &of["items"], schema, path)).collect(),
        Value::Object(fields) => {
            let mut properties: Map<String, Value> = of["properties"].as_object().cloned().unwrap_or_default();
            if let Some(kind) = fields.get("kind").and_then(Value::as_str) {
                let more = schema["$defs"][format!("kind_{kind}")]["properties"].as_object().unwrap();
                properties.extend(more.clone());
            }
            let rest = &of["additionalProperties"];
            let of_field = |(name, value): (&String, &Value)| {
                let path = format!("{path}.{name}");
                match properties.get(name).or(rest.is_object().then_some(rest)) {
                    Some(of) => strangers(value, of, schema, &path),
                    None => vec![path],
                }
            };
            fields.iter().flat_map(of_field).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_file_with_every_field_has_no_name_that_the_schema_lacks() {
    let file: Value = serde_saphyr::from_str(QUIZ).unwrap();
    assert_eq!(strangers(&file, &schema(), &schema(), ""), [] as [&str; 0]);
    let other: Value = serde_saphyr::from_str("title: x\nquestions: [{kind: single, options: [{txt: a}]}]").unwrap();
    assert_eq!(strangers(&other, &schema(), &schema(), ""), [".questions.options.txt"]);
}

#[test]
fn the_file_itself_has_the_fields_that_the_reader_takes() {
    let schema = schema();
    let fields: String = names(&schema["properties"]).iter().map(|name| format!("{name}:\n")).collect();
    let mistakes = parse(&format!("{fields}other:\n")).unwrap_err();
    let of = |code: &str| -> BTreeSet<String> {
        mistakes.iter().filter(|mistake| mistake.code == code).map(|mistake| mistake.path.clone()).collect()
    };
    assert_eq!(of("UNKNOWN_FIELD"), BTreeSet::from(["other".to_owned()]));
    assert_eq!(of("MISSING_FIELD"), names(&schema["required"]));
}

/// The places of the texts of a value, and what the schema says of each.
fn texts<'a>(value: &Value, of: &'a Value, schema: &'a Value, path: &str) -> Vec<(String, &'a Value)> {
    let of = match of["$ref"].as_str() {
        Some(reference) => schema.pointer(reference.trim_start_matches('#')).unwrap(),
        None => of,
    };
    let inner = |name: &str, fields: &Map<String, Value>| {
        let kind = fields.get("kind").and_then(Value::as_str);
        let own = kind.map(|kind| &schema["$defs"][format!("kind_{kind}")]["properties"][name]);
        let shared = &of["properties"][name];
        match own.filter(|own| !own.is_null()) {
            Some(own) => own,
            None if shared.is_null() => &of["additionalProperties"],
            None => shared,
        }
    };
    match value {
        Value::String(_) => vec![(path.to_owned(), of)],
        Value::Array(values) => {
            let each = values.iter().enumerate();
            each.flat_map(|(index, value)| texts(value, &of["items"], schema, &format!("{path}/{index}"))).collect()
        }
        Value::Object(fields) => {
            let each = fields.iter();
            each.flat_map(|(name, value)| texts(value, inner(name, fields), schema, &format!("{path}/{name}")))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_text_that_the_schema_wants_filled_the_reader_wants_filled() {
    let schema = schema();
    let file: Value = serde_saphyr::from_str(QUIZ).unwrap();
    let all = texts(&file, &schema, &schema, "");
    assert!(all.len() > 60, "{}", all.len());
    let mut apart = Vec::new();
    for (path, of) in all {
        let mut emptied = file.clone();
        *emptied.pointer_mut(&path).unwrap() = Value::String(String::new());
        let refuses = ["pattern", "minLength", "enum", "format"].iter().any(|rule| !of[*rule].is_null());
        if parse(&emptied.to_string()).is_err() != refuses {
            apart.push(format!("{path}: the schema {}", if refuses { "refuses" } else { "allows" }));
        }
    }
    assert_eq!(apart, [""; 0]);
}
