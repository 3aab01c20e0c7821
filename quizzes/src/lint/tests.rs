use proptest::prelude::*;

use super::*;
use crate::execution::{Executed, LogFile, Results};
use crate::quiz::parse;

/// A single choice of so many options, the right one at a place, with these lengths.
fn choice(id: usize, right: usize, lengths: &[usize]) -> String {
    let option = |(index, length): (usize, &usize)| {
        let mark = char::from(b'a' + u8::try_from(index).unwrap());
        let text: String = std::iter::repeat_n(mark, *length).collect();
        format!("      - {{text: {text}, correct: {}, feedback: because {mark}}}\n", index == right)
    };
    let options: String = lengths.iter().enumerate().map(option).collect();
    format!("  - id: q{id}\n    kind: single\n    prompt: ask {id}\n    options:\n{options}")
}

fn bank(questions: &str) -> Quiz {
    parse(&format!("title: x\nquestions:\n{questions}")).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn found(questions: &str) -> Vec<(&'static str, Option<String>, u32)> {
    lint(&bank(questions)).into_iter().map(|finding| (finding.code, finding.question, finding.line)).collect()
}

fn codes(questions: &str) -> Vec<&'static str> {
    found(questions).into_iter().map(|(code, ..)| code).collect()
}

/// 40 questions; in so many the right option is the longest, in the others its neighbour is.
fn longest(count: usize) -> String {
    let question = |id: usize| {
        let long = if id < count { id % 4 } else { (id + 1) % 4 };
        choice(id, id % 4, &std::array::from_fn::<_, 4, _>(|index| if index == long { 9 } else { 5 }))
    };
    (0..40).map(question).collect()
}

#[test]
fn a_bank_whose_right_options_are_the_longest_is_found() {
    assert_eq!(codes(&longest(10)), [] as [&str; 0]);
    assert_eq!(codes(&longest(20)), ["RIGHT_IS_LONGEST"]);
    let measured = measure(&bank(&longest(20)));
    // The shortest is shared by three where it is not the longest.
    assert_eq!((measured.questions, measured.longest.found), (40, 20.0));
    assert!((measured.shortest.found - 20.0 / 3.0).abs() < 1e-9);
    // 20 less 10 over the root of 40 times 3/16.
    assert!(
        (measured.longest.expected - 10.0).abs() < 1e-9 && (measured.longest.z - 10.0 / 7.5_f64.sqrt()).abs() < 1e-9
    );
}

#[test]
fn a_bank_whose_right_options_are_never_the_longest_is_found_too() {
    assert_eq!(codes(&longest(2)), ["RIGHT_IS_RARELY_LONGEST"]);
}

#[test]
fn a_bank_whose_right_options_are_the_shortest_is_found() {
    let lengths = |id: usize| std::array::from_fn::<_, 4, _>(|at| if at == id % 4 { 3 } else { 5 });
    let short: String = (0..40).map(|id| choice(id, id % 4, &lengths(id))).collect();
    assert_eq!(codes(&short), ["RIGHT_IS_RARELY_LONGEST", "RIGHT_IS_SHORTEST"]);
}

#[test]
fn places_are_measured_by_chi_square() {
    let of = |places: &[usize]| {
        places.iter().enumerate().map(|(id, place)| choice(id, *place, &[5, 5, 5, 5])).collect::<String>()
    };
    let counts: Vec<usize> =
        [(0, 14), (1, 2), (2, 2), (3, 2)].iter().flat_map(|(place, count)| vec![*place; *count]).collect();
    let measured = measure(&bank(&of(&counts))).positions.remove(0);
    // Of 20 by chance 5 each: 81/5 and three times 9/5.
    assert!((measured.chi_square - 21.6).abs() < 1e-9, "{measured:?}");
    assert_eq!(codes(&of(&counts)), ["RIGHT_HAS_A_PLACE"]);
    assert_eq!(codes(&of(&(0..20).map(|id| id % 4).collect::<Vec<_>>())), [] as [&str; 0]);
    // Too few to tell.
    assert_eq!(codes(&of(&[0; 12])), [] as [&str; 0]);
}

#[test]
fn one_question_that_gives_itself_away_is_named() {
    let text = choice(0, 0, &[4, 5]) + &choice(1, 1, &[20, 60]);
    assert_eq!(found(&text), [("RIGHT_STANDS_OUT", Some("q1".to_owned()), 9)]);
}

#[test]
fn what_is_there_twice_is_found() {
    let text = "  - {id: a, kind: numeric, prompt: 'How many  files?', answer: 1}
  - {id: b, kind: numeric, prompt: how many *files*, answer: 2}
  - {id: c, kind: ordering, prompt: o, items: [Read it, '`read` it.', 'WHERE a = ''X''', 'WHERE a = ''x''']}
  - {id: d, pool: p, kind: numeric, prompt: same, answer: 1}
  - {id: e, pool: p, kind: numeric, prompt: same, answer: 2}
  - {id: f, kind: predict, prompt: What?, query: SELECT 1}
  - {id: g, kind: predict, prompt: What?, query: SELECT 2}
  - {id: h, kind: multiple, prompt: m, options: [{text: x, correct: true, feedback: same}, {text: y, feedback: same}]}
";
    let expected = [("DUPLICATE_PROMPT", "b", 4), ("EQUAL_TEXTS", "c", 5), ("EQUAL_FEEDBACK", "h", 10)];
    assert_eq!(found(text), expected.map(|(code, id, line)| (code, Some(id.to_owned()), line)));
}

#[test]
fn a_single_choice_without_feedback_is_found() {
    let text = "  - {id: a, kind: single, prompt: p, options: [{text: x, correct: true}, {text: y, feedback: no}]}
  - {id: b, kind: single, prompt: q, options: [{text: x, correct: true}, {text: y}]}
";
    let messages: Vec<String> = lint(&bank(text)).into_iter().map(|finding| finding.message).collect();
    assert_eq!(
        messages,
        ["1 of 2 options do not say why they are right or wrong.", "No option says why it is right or wrong."]
    );
}

#[test]
fn a_topic_that_cannot_fill_its_draw_is_found() {
    let text = "title: x
draw: {per_topic: 2}
topics: [{id: full}, {id: thin}, {id: empty}]
questions:
  - {id: a, topic: full, kind: numeric, prompt: p, answer: 1}
  - {id: b, topic: full, kind: numeric, prompt: q, answer: 1}
  - {id: c, topic: thin, pool: one, kind: numeric, prompt: r, answer: 1}
  - {id: d, topic: thin, pool: one, kind: numeric, prompt: s, answer: 1}
";
    let found = lint(&parse(text).unwrap());
    let found: Vec<_> = found.iter().map(|it| (it.line, it.column, it.message.as_str())).collect();
    let says =
        |topic: &str, count: u32| format!("Topic `{topic}` has {count} questions to draw from; an attempt wants 2.");
    assert_eq!(found, [(3, 22, says("thin", 1).as_str()), (3, 34, says("empty", 0).as_str())]);
}

proptest! {
    #[test]
    fn a_measure_counts_every_question_once(
        questions in prop::collection::vec((2_usize..6).prop_flat_map(|options| (0..options, prop::collection::vec(3_usize..9, options))), 1..30),
    ) {
        let text: String = questions.iter().enumerate().map(|(id, (right, lengths))| choice(id, *right, lengths)).collect();
        let measured = measure(&bank(&text));
        let counted: usize = measured.positions.iter().flat_map(|positions| &positions.counts).sum();
        prop_assert_eq!((measured.questions, counted), (questions.len(), questions.len()));
        prop_assert!(measured.longest.found + measured.shortest.found <= questions.len() as f64 + 1e-9);
        prop_assert!(measured.positions.iter().all(|positions| positions.chi_square >= 0.0));
    }
}

#[test]
fn parts_of_a_log_that_no_action_has_are_told_beside_those_that_are_shown() {
    let told = |show: &str| -> Vec<String> {
        let ask = "{kind: numeric, answer: 1}";
        let question = format!("{{id: a, kind: read_log, prompt: p, setup: s, table: t, show: [{show}], ask: {ask}}}");
        let quiz = parse(&format!("title: x\nquestions: [{question}]\n")).unwrap();
        let text = "{\"add\":{\"path\":\"a.parquet\",\"stats\":\"\"}}\n".to_owned();
        let log = Executed::Log(vec![LogFile { name: "0.json".to_owned(), text }]);
        let results = Results::of(quiz.executions(), |_| log.clone());
        let findings = lint(&quiz.with_results(results).unwrap());
        findings.into_iter().map(|it| format!("{} {}", it.message, it.hint.unwrap_or_default())).collect()
    };
    assert_eq!(told("add.path, add, remove.path"), [] as [&str; 0], "there is no `remove`, and the log shows it");
    let unknown = |name: &str| format!("`show` names `{name}`, and no action of this log has it. ");
    let near = unknown("add.pth") + "Did you mean `add.path`?";
    assert_eq!(told("add.path, add.pth, rows"), [near, unknown("rows")]);
}
