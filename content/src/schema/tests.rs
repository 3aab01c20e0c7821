//! The schemas beside the readers: the same fields, and no file of the course that a schema refuses.

mod job;

use std::collections::BTreeSet;

use sandbar_labs::authored::yaml;
use sandbar_labs::dashboard;
use sandbar_labs::diagnostic::Finding;
use serde_json::Value;

mod labs;

use super::*;
use crate::files::Files;
use crate::{certification, course::Course, glossary, lab, lesson, walkthrough};

/// A field that no reader knows, and that is near none.
const STRANGER: &str = "qqqqqqqqqqqq";

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn one_file(path: &str, text: &str) -> Files {
    [(path.to_owned(), text.as_bytes().to_vec())].into_iter().collect()
}

/// The fields that a reader names when it meets one that it does not know.
fn known(findings: Vec<Finding>) -> BTreeSet<String> {
    let of_stranger = |finding: &Finding| finding.code == "UNKNOWN_FIELD" && finding.path.ends_with(STRANGER);
    let told: Vec<Finding> = findings.into_iter().filter(of_stranger).collect();
    let [only] = told.as_slice() else { panic!("one stranger is told: {told:?}") };
    let hint = only.hint.clone().expect("the names that there are");
    let names = hint.strip_prefix("Known here: ").expect("the names").trim_end_matches('.').split(", ");
    names.map(str::to_owned).collect()
}

fn fields(schema: &Value, place: &str) -> BTreeSet<String> {
    let map = if place.is_empty() { schema } else { &schema["$defs"][place] };
    assert_eq!(map["additionalProperties"], Value::Bool(false), "{place}");
    map["properties"].as_object().expect("fields").keys().cloned().collect()
}

/// Each map of the schema, by its name among the definitions, and a text with a stranger in that map.
fn check(text: &str, read: impl Fn(&str) -> Vec<Finding>, maps: &[(&str, &str)]) {
    let schema = schema(text);
    let mut seen: BTreeSet<&str> = maps.iter().map(|(place, _)| *place).collect();
    for (place, sample) in maps {
        let sample = sample.replace('?', &format!("{STRANGER}: 1"));
        assert_eq!(known(read(&sample)), fields(&schema, place), "{place}");
    }
    seen.extend(["", "slug"]);
    for name in schema["$defs"].as_object().into_iter().flat_map(|it| it.keys()) {
        assert!(seen.contains(name.as_str()), "no sample of {name}");
    }
}

#[test]
fn each_schema_has_the_fields_that_its_reader_takes() {
    let course = |text: &str| Course::from_files(&one_file("course.yml", text)).unwrap_err();
    check(COURSE, course, &[("", "?"), ("topic", "topics: [{ lesson: one, ? }]")]);
    let lesson = |text: &str| lesson::parse("one", &format!("---\n{text}\n---\n"), "one.md").unwrap_err();
    check(LESSON, lesson, &[("", "?"), ("video", "video: { ? }")]);
    let glossary = |text: &str| glossary::load(&one_file(glossary::FILE, text)).unwrap_err();
    check(GLOSSARY, glossary, &[("", "?"), ("term", "terms: [{ ? }]")]);
    let map = |text: &str| certification::load(&one_file(certification::FILE, text)).unwrap_err();
    let tasks = ("tasks", "topics: [{ tasks: [{ ? }] }]");
    check(CERTIFICATION, map, &[("", "?"), ("topic", "topics: [{ ? }]"), tasks, ("quiz", "topics: [{ quiz: { ? } }]")]);
    check(DATASET, |text| lab::dataset(text).unwrap_err(), &[("", "?")]);
    let film = |text: &str| walkthrough::parse(text, walkthrough::FILE).unwrap_err();
    check(WALKTHROUGH, film, &[("", "?"), ("step", "steps: [{ ? }]")]);
}

#[test]
fn a_question_of_a_lesson_has_the_fields_of_its_kind_and_none_of_a_quiz() {
    let schema = schema(&question());
    let names = |fields: &Value| -> BTreeSet<String> { fields.as_object().unwrap().keys().cloned().collect() };
    let shared = names(&schema["properties"]);
    assert_eq!(schema["properties"]["kind"]["enum"], serde_json::json!(lesson::QUESTION_KINDS));
    for kind in lesson::QUESTION_KINDS {
        let own = names(&schema["$defs"][format!("kind_{kind}")]["properties"]);
        let fields: String =
            own.union(&shared).filter(|name| *name != "kind").map(|name| format!("{name}:\n")).collect();
        let text =
            format!("---\ntitle: x\nminutes: 1\nsummary: s\n---\n```question\nkind: {kind}\n{fields}ranomd: 1\n```\n");
        let told = lesson::parse("x", &text, "f").unwrap_err();
        let unknown: Vec<&str> =
            told.iter().filter(|it| it.code == "UNKNOWN_FIELD").map(|it| it.path.as_str()).collect();
        assert_eq!(unknown, ["ranomd"], "{kind}");
    }
}

#[test]
fn a_dashboard_has_the_fields_that_its_reader_takes() {
    let schema = schema(DASHBOARD);
    // Each map with every field of its schema and one that there is not.
    let with = |place: &str, more: &str| {
        let names = fields(&schema, place).into_iter().filter(|name| !more.contains(&format!("{name}:")));
        let all: String = names.map(|name| format!("{name}: , ")).collect();
        format!("{{ {all}{more}, {STRANGER}: 1 }}")
    };
    let dataset = with("dataset", &format!("parameters: [{}]", with("parameter", "name: p")));
    let page = with("page", &format!("tiles: [{}]", with("tile", "kind: bar")));
    let text = format!(
        "{{ datasets: [{dataset}], pages: [{page}], filters: [{}], refresh: {}, name: , warehouse_id: , {STRANGER}: 1 }}",
        with("filter", "label: l"),
        with("refresh", "timezone_id: UTC"),
    );
    let findings = dashboard::check(&text).unwrap().findings;
    let unknown = findings.iter().filter(|finding| finding.code == "UNKNOWN_FIELD");
    let strangers: Vec<bool> = unknown.map(|finding| finding.path.ends_with(STRANGER)).collect();
    assert_eq!(strangers, [true; 7], "{findings:?}");
    // What the reader keeps are its fields; a line and a place are not written by anybody.
    let keys = |value: Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    let of = |place: &str, more: &[&str]| -> BTreeSet<String> {
        fields(&schema, place).into_iter().chain(more.iter().map(|name| (*name).to_owned())).collect()
    };
    let value = |of: &dyn Fn() -> serde_json::Result<Value>| keys(of().unwrap());
    assert_eq!(value(&|| serde_json::to_value(dashboard::Dashboard::default())), of("", &[]));
    assert_eq!(value(&|| serde_json::to_value(dashboard::Dataset::default())), of("dataset", &["sql_line"]));
    assert_eq!(value(&|| serde_json::to_value(dashboard::Page::default())), of("page", &[]));
    assert_eq!(value(&|| serde_json::to_value(dashboard::Filter::default())), of("filter", &[]));
    assert_eq!(value(&|| serde_json::to_value(dashboard::Refresh::default())), of("refresh", &[]));
    let read = dashboard::check("pages: [{ tiles: [{ kind: table, dataset: d }] }]").unwrap().dashboard;
    assert_eq!(value(&|| serde_json::to_value(read.tiles().next())), of("tile", &["position"]));
    let kinds = dashboard::TileKind::ALL.map(dashboard::TileKind::name);
    assert_eq!(schema["$defs"]["tile"]["properties"]["kind"]["enum"], serde_json::json!(kinds));
}

#[test]
fn answers_have_the_fields_and_kinds_that_their_reader_takes() {
    let schema = schema(ANSWERS);
    let said = |text: &str| sandbar_quizzes::sheet::AnswerSheet::parse(text).unwrap_err().to_string();
    let named = |text: String| -> BTreeSet<String> {
        let (_, known) = text.split_once(", expected ").expect("what there is");
        known.split('`').skip(1).step_by(2).map(str::to_owned).collect()
    };
    assert_eq!(named(said(&format!("{{\"{STRANGER}\": 1}}"))), fields(&schema, ""));
    let answer = format!("{{\"answers\": {{\"a\": {{\"{STRANGER}\": 1}}}}}}");
    assert_eq!(named(said(&answer)), fields(&schema, "answer"));
    assert!(said("{}").contains("missing field `answers`"));
}

#[test]
fn what_a_schema_demands_its_reader_demands() {
    let missing = |findings: Vec<Finding>| -> BTreeSet<String> {
        let told = findings.into_iter().filter(|finding| finding.code == "MISSING_FIELD");
        told.map(|finding| finding.path.rsplit('.').next().unwrap_or_default().to_owned()).collect()
    };
    let required = |text: &str, place: &str| -> BTreeSet<String> {
        let schema = schema(text);
        let map = if place.is_empty() { &schema } else { &schema["$defs"][place] };
        map["required"].as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    let of_course = missing(Course::from_files(&one_file("course.yml", "{}")).unwrap_err());
    assert_eq!(required(COURSE, ""), of_course.into_iter().chain(["topics".to_owned()]).collect());
    assert_eq!(required(LESSON, ""), missing(lesson::parse("one", "---\n{}\n---\n", "one.md").unwrap_err()));
    let video = missing(lesson::parse("one", "---\nvideo: {}\n---\n", "one.md").unwrap_err());
    assert!(required(LESSON, "video").is_subset(&video), "{video:?}");
    let term = missing(glossary::load(&one_file(glossary::FILE, "terms: [{}]")).unwrap_err());
    assert_eq!(required(GLOSSARY, "term"), term);
    let of = |text: &str| missing(certification::load(&one_file(certification::FILE, text)).unwrap_err());
    assert_eq!(required(CERTIFICATION, ""), of("{}"));
    let whole = "title: x\nintroduction: x\ntopics: [{ id: a, title: b, text: c, more }]";
    assert_eq!(required(CERTIFICATION, "tasks"), of(&whole.replace("more", "tasks: [{}]")));
    assert_eq!(required(CERTIFICATION, "quiz"), of(&whole.replace("more", "quiz: {}")));
}

/// What the schema says against a value: as much of draft 2020-12 as these schemas use.
fn complaints(value: &Value, of: &Value, root: &Value, path: &str) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(reference) = of["$ref"].as_str() {
        told.extend(complaints(
            value,
            root.pointer(reference.trim_start_matches('#')).expect("it is there"),
            root,
            path,
        ));
    }
    let fits = match of["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        // Every pattern of these schemas wants some text.
        Some("string") => value.as_str().is_some_and(|text| {
            !text.is_empty() || of["minLength"].is_null() && of["pattern"].is_null() && of["format"].is_null()
        }),
        Some("integer") => {
            value.as_i64().is_some_and(|number| of["minimum"].as_i64().is_none_or(|least| number >= least))
        }
        _ => true,
    };
    let listed = of["enum"].as_array().is_none_or(|words| words.contains(value))
        && of.get("const").is_none_or(|only| only == value);
    if !fits || !listed {
        told.push(format!("{path}: {value} does not fit"));
    }
    let has = |name: &Value| name.as_str().is_some_and(|name| value.get(name).is_some());
    let required = of["required"].as_array().into_iter().flatten();
    told.extend(required.filter(|name| !has(name)).map(|name| format!("{path}: {name} is missing")));
    told.extend(complaints_of_either(value, of, root, path));
    for (name, inner) in value.as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        match (of["properties"].get(name), &of["additionalProperties"]) {
            (Some(of), _) => told.extend(complaints(inner, of, root, &path)),
            (None, Value::Bool(false)) => told.push(format!("{path} is not known")),
            (None, rest) if rest.is_object() => told.extend(complaints(inner, rest, root, &path)),
            (None, _) => {}
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        told.extend(complaints(inner, &of["items"], root, &format!("{path}[{index}]")));
    }
    told
}

/// What it says by schemas within it: one of some, all, or one that another calls for.
fn complaints_of_either(value: &Value, of: &Value, root: &Value, path: &str) -> Vec<String> {
    let fits = |one: &Value| complaints(value, one, root, path).is_empty();
    let all_of = |name: &str| of[name].as_array().into_iter().flatten();
    let mut told: Vec<String> = all_of("allOf").flat_map(|one| complaints(value, one, root, path)).collect();
    for (name, most) in [("oneOf", 1), ("anyOf", usize::MAX)] {
        let hold = all_of(name).filter(|one| fits(one)).count();
        let is_wrong = of[name].is_array() && !(1..=most).contains(&hold);
        told.extend(is_wrong.then(|| format!("{path}: {hold} of `{name}` hold")));
    }
    if of["if"].is_object() && fits(&of["if"]) {
        told.extend(complaints(value, &of["then"], root, path));
    }
    told
}

/// The schema of a file of a course, and the part of the file that it is of.
fn schema_of<'a>(path: &str, text: &'a str, datasets: &BTreeSet<String>) -> Option<(&'static str, &'a str)> {
    let name = path.rsplit('/').next().unwrap_or_default();
    Some(match name {
        "course.yml" => (COURSE, text),
        "glossary.yml" => (GLOSSARY, text),
        "certification.yml" => (CERTIFICATION, text),
        "walkthrough.yml" => (WALKTHROUGH, text),
        // Of the wrong solutions one or the other has a field that there is not, on purpose.
        "dashboard.yml" if path.contains("/reference/") => (DASHBOARD, text),
        _ if path.starts_with("lessons/") && name.ends_with(".md") => (LESSON, lesson::split_head(text)?.0),
        _ if datasets.contains(path) => (DATASET, text),
        _ => return None,
    })
}

/// The value with each of its texts emptied in turn, and the place of that text. Of a list the first elements do.
fn with_one_text_empty(value: &Value, path: &str) -> Vec<(String, Value)> {
    match value {
        Value::String(text) if !text.is_empty() => vec![(path.to_owned(), Value::String(String::new()))],
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, inner)| {
                with_one_text_empty(inner, &format!("{path}.{name}")).into_iter().map(|(path, emptied)| {
                    let mut fields = fields.clone();
                    fields.insert(name.clone(), emptied);
                    (path, Value::Object(fields))
                })
            })
            .collect(),
        Value::Array(elements) => (0..elements.len().min(4))
            .flat_map(|index| {
                with_one_text_empty(&elements[index], &format!("{path}[{index}]")).into_iter().map(move |(path, it)| {
                    let mut elements = elements.clone();
                    elements[index] = it;
                    (path, Value::Array(elements))
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Both refuse a text that is empty, or neither does.
fn check_empty_texts(of: &str, whole: &str, read: impl Fn(&str) -> bool) {
    let (of, value) = (schema(of), yaml::parse(whole).unwrap().to_json());
    assert!(read(whole), "{whole}");
    for (path, emptied) in with_one_text_empty(&value, "") {
        let fits = complaints(&emptied, &of, &of, "").is_empty();
        assert_eq!(read(&emptied.to_string()), fits, "{path} of {}", of["title"]);
    }
}

#[test]
fn a_text_that_a_schema_wants_filled_its_reader_wants_filled() {
    let files = Files::builtin();
    let text = |path: &str| files.text(path).unwrap().to_owned();
    // Topics that are not there are another matter.
    let whole = "{slug: c, title: C, summary: S, topics: [{lesson: one, due: '2026-02-01T22:59:00Z'}]}";
    check_empty_texts(COURSE, whole, |text| {
        let told = Course::from_files(&one_file("course.yml", text)).unwrap_err();
        told.iter().all(|finding| finding.code == "MISSING_FILE")
    });
    let video = "{source: a.mp4, captions: a.vtt, transcript: a.md}";
    let head = format!("{{title: t, minutes: 1, summary: s, objectives: [a, b], video: {video}}}");
    check_empty_texts(LESSON, &head, |head| lesson::parse("one", &format!("---\n{head}\n---\n"), "one.md").is_ok());
    check_empty_texts(GLOSSARY, &text("glossary.yml"), |text| glossary::load(&one_file(glossary::FILE, text)).is_ok());
    let map = |text: &str| certification::load(&one_file(certification::FILE, text)).is_ok();
    check_empty_texts(CERTIFICATION, &text("certification.yml"), map);
    let steps = "{steps: [{caption: a, sql: SELECT 1, error: X, seconds: 60, look: rows, table: t}]}";
    check_empty_texts(WALKTHROUGH, steps, |text| walkthrough::parse(text, walkthrough::FILE).is_ok());
    check_empty_texts(DATASET, "{columns: {a: INT}, rows: [[1]]}", |text| lab::dataset(text).is_ok());
}

#[test]
fn every_file_of_the_course_fits_its_schema_and_one_field_more_does_not() {
    let files = Files::builtin();
    let course = Course::try_builtin().unwrap();
    let labs = course.labs.values().chain(course.exercises());
    let datasets = labs.flat_map(|lab| {
        lab.definition.rubric.datasets.iter().map(|(_, path)| format!("{}/{path}", lab.folder)).collect::<Vec<_>>()
    });
    let datasets: BTreeSet<String> = datasets.collect();
    let mut kinds = BTreeSet::new();
    for (path, bytes) in files.iter() {
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let Some((of, part)) = schema_of(path, text, &datasets) else { continue };
        kinds.insert(of);
        let (of, mut value) = (schema(of), yaml::parse(part).unwrap().to_json());
        assert_eq!(complaints(&value, &of, &of, path), [] as [&str; 0]);
        value[STRANGER] = Value::Null;
        assert_eq!(complaints(&value, &of, &of, path).len(), 1, "{path}");
    }
    assert_eq!(kinds.len(), 7, "one of each kind was there");
}
