use proptest::prelude::*;

use super::*;
use crate::question::{ChoiceOption, Kind, ShortText, Single};
use crate::quiz::{Quiz, parse};

/// The quiz without the places of its topics and questions, which a file of another layout has elsewhere.
pub(crate) fn placeless(mut quiz: Quiz) -> Quiz {
    for question in &mut quiz.questions {
        question.place = (0, 0);
    }
    for topic in &mut quiz.topics {
        topic.place = (0, 0);
    }
    quiz
}

/// With every field that there is.
pub(crate) const QUIZ: &str = r#"
title: "Everything: at once"
summary: s
minutes: 15
keep: mean
attempts: 1
policy: all_or_nothing
shuffle: true
show_feedback: after_due
exam: {opens: 2026-03-02T09:00:00+01:00, closes: 2026-03-02T10:00:00.5Z, start_code: "007", closed: [lessons],
     closed_during: window}
draw: {per_topic: 3}
topics: [{id: t, title: T}]
questions:
  - {id: a, topic: t, pool: p, kind: single, points: 1.25, prompt: "p\n\n| a |\n|---|\n", explanation: e,
     options: [{text: "yes", feedback: f}, {text: 3, correct: true}]}
  - {id: b, topic: t, kind: multiple, policy: per_option, prompt: p, options: [{text: x, correct: true},
     {text: "null"}]}
  - {id: c, topic: t, kind: numeric, prompt: "{{n}}", numbers: {n: {from: 1, to: 2, step: 0.5}},
     answer: "{{n * 2}}", tolerance: 0.1, unit: rows, feedback: f}
  - {id: d, topic: t, kind: short_text, prompt: p, accept: ["2026-01-01", ~x, "1e3"], feedback: f}
  - {id: e, topic: t, kind: ordering, prompt: p, items: [a, b], feedback: f}
  - {id: f, topic: t, kind: matching, prompt: p, pairs: [{left: a, right: b}, {left: c, right: b}],
     distractors: [x], feedback: f}
  - {id: g, topic: t, kind: predict, prompt: p, setup: s, query: q, fails: true, ordered: true, feedback: f,
     distractors: [{setup: s2, feedback: f}, {query: q2, fails: true}]}
  - {id: h, topic: t, kind: fix_sql, prompt: p, setup: s, hidden_setups: [x], broken: b, reference: r, check: c,
     ordered: true, feedback: f}
  - {id: i, topic: t, kind: read_log, prompt: p, setup: s, table: x, first_version: 1, last_version: 3,
     show: [add.path], facts: {commits: 3, added_files: 2}, ask: {kind: ordering, items: [a, b]}}
"#;

#[test]
fn a_quiz_that_is_written_is_read_as_it_was() {
    let quiz = parse(QUIZ).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let file = quiz_file(&quiz).unwrap();
    let again = parse(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
    assert_eq!(placeless(again), placeless(quiz));
}

proptest! {
    #[test]
    fn any_text_comes_back(
        prompt in "\\PC{0,12}[a-z:#'\"]{1,3}",
        texts in prop::collection::btree_set("[ -~é→\n]{0,10}[a-z0-9]", 2..4),
    ) {
        let texts: Vec<String> = texts.into_iter().collect();
        let mut quiz = parse(QUIZ).unwrap();
        quiz.questions.truncate(2);
        quiz.questions[0].prompt = prompt;
        let option = |(index, text): (usize, &String)| ChoiceOption { text: text.clone(), correct: index == 0, feedback: None };
        quiz.questions[0].kind = Kind::Single(Single { options: texts.iter().enumerate().map(option).collect() });
        quiz.questions[1].kind = Kind::ShortText(ShortText { accept: texts, feedback: None });
        let file = quiz_file(&quiz).unwrap();
        let again = parse(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
        prop_assert_eq!(placeless(again), placeless(quiz));
    }
}
