//! What is written is read back with an XML reader and compared with the quiz.

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::*;
use crate::exchange::gift;
use crate::execution::{Executed, LogFile, Results, Table};
use crate::quiz::parse;

const QUIZ: &str = r#"
title: Week <3> & "more"
minutes: 15
attempts: 2
shuffle: true
draw: {per_topic: 2}
topics: [{id: t, title: The log}]
questions:
  - {id: one, topic: t, kind: single, prompt: "Which & why?", explanation: because, options: [{text: a < b,
     feedback: no}, {text: b, correct: true, feedback: "yes"}]}
  - {id: truth, topic: t, kind: single, prompt: p, options: [{text: "True", correct: true}, {text: "False"}]}
  - {id: many, topic: t, kind: multiple, points: 1.5, prompt: p, options: [{text: a, correct: true}, {text: b},
     {text: c, correct: true}]}
  - {id: strict, topic: t, kind: multiple, policy: all_or_nothing, prompt: p, options: [{text: a, correct: true},
     {text: b}]}
  - {id: word, topic: t, kind: short_text, prompt: p, accept: [MERGE, merge into], feedback: think}
  - {id: number, topic: t, kind: numeric, prompt: p, answer: 42, unit: files}
  - {id: near, topic: t, kind: numeric, prompt: p, answer: 42, tolerance: 1}
  - {id: order, topic: t, kind: ordering, prompt: p, items: [a, b]}
  - {id: pairs, topic: t, kind: matching, prompt: p, pairs: [{left: a, right: b}, {left: c, right: d}]}
  - {id: fix, topic: t, kind: fix_sql, prompt: p, broken: SELEC 1, reference: SELECT 1}
  - {id: guess, topic: t, kind: predict, prompt: p, query: "SELECT 1 < 2", distractors: [{query: SELECT 2}]}
  - {id: value, topic: t, kind: predict, prompt: p, query: SELECT 7}
  - {id: log, topic: t, kind: read_log, prompt: p, setup: s, table: x, ask: {kind: single, options: [{text: a},
     {text: b, correct: true}]}}
  - {id: varied, topic: t, kind: numeric, prompt: "{{n}}", numbers: {n: {from: 1, to: 9}}, answer: "{{n}}"}
"#;

fn engine(execution: &crate::execution::Execution) -> Executed {
    match execution.statement.as_str() {
        "" => Executed::Log(vec![LogFile {
            name: "0.json".to_owned(),
            text: "{\"add\":{\"path\":\"x<y>.parquet\"}}".to_owned(),
        }]),
        "SELEC 1" => Executed::Unavailable("never mind".to_owned()),
        statement => Executed::Table(Table {
            columns: vec!["n".to_owned()],
            rows: vec![vec![Some(statement.replace("SELECT ", ""))]],
        }),
    }
}

fn quiz() -> Quiz {
    let quiz = parse(QUIZ).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let results = Results::of(quiz.executions(), engine);
    Quiz { results, ..quiz }
}

fn html(markdown: &str) -> String {
    format!("<p>{}</p>", markdown.replace('&', "&amp;").replace('<', "&lt;"))
}

fn exported(quiz: &Quiz) -> Export {
    export(quiz, 7, &html).unwrap()
}

/// An item as a reader of the profile finds it.
#[derive(Debug, Default, PartialEq)]
struct Item {
    profile: String,
    weight: String,
    prompt: String,
    /// Texts of the options by ident.
    options: BTreeMap<String, String>,
    /// What gives points: idents or texts, and those that must not be chosen.
    right: Vec<String>,
    not: Vec<String>,
    feedbacks: BTreeMap<String, String>,
}

/// A document while it is read.
#[derive(Default)]
struct Reading {
    items: BTreeMap<String, Item>,
    /// The open elements with their attributes.
    path: Vec<(String, BTreeMap<String, String>)>,
    text: String,
    label: String,
    /// What the open condition compares with, and whether it must not be so.
    equals: Vec<(String, bool)>,
    links: Vec<String>,
}

fn attributes(start: &BytesStart<'_>) -> BTreeMap<String, String> {
    let attribute = |attribute: Result<Attribute<'_>, _>| {
        let attribute = attribute.expect("well-formed attribute");
        let name = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
        (name, attribute.unescape_value().unwrap().into_owned())
    };
    start.attributes().map(attribute).collect()
}

impl Reading {
    fn ident_of(&self, element: &str) -> Option<String> {
        let found = self.path.iter().rev().find(|(name, _)| name == element);
        found.map(|(_, attributes)| attributes.get("ident").cloned().unwrap_or_default())
    }

    fn end(&mut self) {
        let (name, _) = self.path.pop().expect("an open element");
        let text = std::mem::take(&mut self.text);
        let (label, feedback, negated) =
            (self.ident_of("response_label"), self.ident_of("itemfeedback"), self.ident_of("not").is_some());
        let Some(id) = self.ident_of("item") else { return };
        let item = self.items.entry(id).or_default();
        match (name.as_str(), self.label.as_str()) {
            ("fieldlabel", _) => self.label = text,
            ("fieldentry", "cc_profile") => item.profile = text,
            ("fieldentry", "cc_weighting") => item.weight = text,
            ("varequal", _) => self.equals.push((text, negated)),
            ("setvar", _) => {
                assert_eq!(text, "100");
                for (value, negated) in self.equals.drain(..) {
                    if negated { item.not.push(value) } else { item.right.push(value) }
                }
            }
            ("respcondition", _) => self.equals.clear(),
            ("mattext", _) => match (label, feedback) {
                (Some(ident), _) => drop(item.options.insert(ident, text)),
                (None, Some(ident)) => drop(item.feedbacks.insert(ident, text)),
                (None, None) => item.prompt = text,
            },
            _ => {}
        }
    }
}

/// Reads the document; it must be well formed, and every reference must lead to something.
fn read(xml: &str) -> BTreeMap<String, Item> {
    let mut reader = Reader::from_str(xml);
    let mut reading = Reading::default();
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => {
                let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                reading.path.push((name, attributes(&start)));
                reading.text.clear();
            }
            Event::Empty(empty) => reading.links.extend(attributes(&empty).remove("linkrefid")),
            Event::Text(found) => reading.text.push_str(&found.decode().unwrap()),
            Event::GeneralRef(reference) => {
                let entity = format!("&{};", reference.decode().unwrap());
                reading.text.push_str(&quick_xml::escape::unescape(&entity).unwrap());
            }
            Event::End(_) => reading.end(),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(reading.path.is_empty());
    let known: Vec<&String> = reading.items.values().flat_map(|item| item.feedbacks.keys()).collect();
    assert!(reading.links.iter().all(|link| known.contains(&link)), "{:?} {known:?}", reading.links);
    reading.items
}

#[test]
fn every_kind_is_said_or_listed() {
    let exported = exported(&quiz());
    let items = read(&exported.xml);
    let profiles: Vec<(&str, &str)> = items.iter().map(|(id, item)| (id.as_str(), item.profile.as_str())).collect();
    assert_eq!(
        profiles,
        [
            ("guess", "cc.multiple_choice.v0p1"),
            ("log", "cc.multiple_choice.v0p1"),
            ("many", "cc.multiple_response.v0p1"),
            ("number", "cc.fib.v0p1"),
            ("one", "cc.multiple_choice.v0p1"),
            ("strict", "cc.multiple_response.v0p1"),
            ("truth", "cc.true_false.v0p1"),
            ("value", "cc.fib.v0p1"),
            ("varied", "cc.fib.v0p1"),
            ("word", "cc.fib.v0p1"),
        ]
    );
    let left_out: Vec<(&str, u32)> =
        exported.left_out.iter().map(|remark| (remark.question.as_str(), remark.line)).collect();
    assert_eq!(left_out, [("near", 18), ("order", 19), ("pairs", 20), ("fix", 21)]);
    let changed: Vec<&str> = exported.changed.iter().map(|remark| remark.question.as_str()).collect();
    assert_eq!(changed, ["", "", "many", "word", "number", "number", "value", "varied", "varied"]);
    let told: Vec<&str> = exported.changed.iter().map(|remark| remark.message.as_str()).collect();
    for part in ["blanks, quotation marks", "The unit, `files`, is not shown"] {
        assert!(told.iter().any(|message| message.contains(part)), "{part} in {told:?}");
    }
}

#[test]
fn options_right_answers_and_feedback_are_read_back() {
    let items = read(&exported(&quiz()).xml);
    let one = &items["one"];
    assert_eq!(one.prompt, "<p>Which &amp; why?</p>");
    assert_eq!(one.options["option_0"], "<p>a &lt; b</p>");
    assert_eq!(one.right, ["option_1"]);
    assert_eq!(one.feedbacks["feedback_0"], "<p>no</p>");
    assert_eq!(one.feedbacks["general"], "<p>because</p>");
    assert_eq!((one.weight.as_str(), items["many"].weight.as_str()), ("2", "3"));
    assert_eq!(
        (items["many"].right.clone(), items["many"].not.clone()),
        (vec!["option_0".to_owned(), "option_2".to_owned()], vec!["option_1".to_owned()])
    );
    assert_eq!(items["word"].right, ["MERGE", "merge into"]);
    assert_eq!(items["number"].right, ["42"]);
    assert_eq!(items["value"].right, ["7"]);
    assert!(items["log"].prompt.contains("part-1.parquet"));
    let right = &items["guess"].options[&items["guess"].right[0]];
    assert_eq!(right, "<table><thead><tr><th>n</th></tr></thead><tbody><tr><td>1 &lt; 2</td></tr></tbody></table>");
    assert!(items["guess"].prompt.ends_with("<pre><code>SELECT 1 &lt; 2</code></pre>"));
}

#[test]
fn sql_that_was_not_run_is_listed() {
    let exported = exported(&parse(QUIZ).unwrap());
    let unrun: Vec<&str> = exported
        .left_out
        .iter()
        .filter(|remark| remark.message.contains("not been run"))
        .map(|remark| remark.question.as_str())
        .collect();
    assert_eq!(unrun, ["fix", "guess", "value", "log"]);
}

#[test]
fn the_assessment_says_limits_and_attempts() {
    let xml = exported(&quiz()).xml;
    let head = xml.split("<section").next().unwrap();
    let between = |text: &str, tag: &str| -> Vec<String> {
        let tag = format!("<{tag}>");
        let parts = text.split(&tag).skip(1);
        parts.map(|part| part.split('<').next().unwrap().to_owned()).collect()
    };
    let fields: Vec<String> = between(head, "fieldlabel")
        .into_iter()
        .zip(between(head, "fieldentry"))
        .map(|(label, entry)| format!("{label}: {entry}"))
        .collect();
    assert_eq!(
        fields,
        [
            "cc_profile: cc.exam.v0p1",
            "qmd_assessmenttype: Examination",
            "qmd_scoretype: Percentage",
            "qmd_feedbackpermitted: Yes",
            "qmd_hintspermitted: No",
            "qmd_solutionspermitted: Yes",
            "cc_maxattempts: 2",
            "qmd_timelimit: 15",
        ]
    );
    assert!(head.contains("title=\"Week &lt;3&gt; &amp; &quot;more&quot;\""));
}

#[test]
fn the_manifest_is_well_formed_and_names_the_file() {
    let manifest = manifest("A & B", "quiz.xml").unwrap();
    let mut reader = Reader::from_str(&manifest);
    while !matches!(reader.read_event().expect("well-formed"), Event::Eof) {}
    assert!(manifest.contains("<file href=\"quiz.xml\"/>") && manifest.contains("A &amp; B"));
}

#[test]
fn what_is_imported_from_gift_is_exported() {
    let text =
        "$CATEGORY: top/Log\n\n::First:: Which? {~a#no =b#yes}\n\n::Second:: Is it? {F}\n\n::Third:: Name it {=x =y}\n";
    let quiz = gift::import(text).into_quiz("From GIFT").unwrap();
    let items = read(&exported(&quiz).xml);
    assert_eq!(items["first"].right, ["option_1"]);
    assert_eq!(items["first"].feedbacks["feedback_0"], "<p>no</p>");
    assert_eq!(
        (items["second"].profile.as_str(), items["second"].right.clone()),
        ("cc.true_false.v0p1", vec!["option_1".to_owned()])
    );
    assert_eq!(items["third"].right, ["x", "y"]);
}

proptest! {
    #[test]
    fn any_text_gives_a_well_formed_document(
        title in ".{0,20}",
        prompt in "[^\u{0}]{1,20}",
        options in prop::collection::btree_set("\\PC{1,10}", 2..5),
    ) {
        let mut quiz = quiz();
        quiz.title = title;
        quiz.questions.truncate(1);
        quiz.questions[0].prompt = prompt;
        let options: Vec<String> = options.into_iter().collect();
        let texts = options.iter().enumerate().map(|(index, text)| crate::question::ChoiceOption {
            text: text.clone(),
            correct: index == 0,
            feedback: Some(text.clone()),
        });
        quiz.questions[0].kind = crate::question::Kind::Single(crate::question::Single { options: texts.collect() });
        let item = read(&export(&quiz, 1, &str::to_owned).unwrap().xml).remove("one").unwrap();
        let found: Vec<String> = item.options.into_values().collect();
        prop_assert_eq!(found, options);
        prop_assert_eq!(item.right, ["option_0"]);
    }
}
