use proptest::prelude::*;

use super::*;
use crate::answer::{Answer, Answers};
use crate::attempt::{DrawnBody, draw};
use crate::points::Points;
use crate::quiz::{Quiz, parse};
use crate::scoring::{Expected, score};

const QUIZ: &str = r#"
title: Numbers
questions:
  - id: files
    kind: numeric
    prompt: A table has {{n}} files; {{m}} are rewritten, each into two. How many live files?
    explanation: "{{n}} - {{m}} + 2 * {{m}} = {{n + m}}"
    numbers: {n: {from: 5, to: 9}, m: {of: [2, 3.5, 4]}}
    answer: "{{n + m}}"
  - id: version
    kind: single
    prompt: After {{ writes }} writes, the latest version is?
    numbers: {writes: {from: 3, to: 30, step: 3}}
    options:
      - {text: "{{writes - 1}}", correct: true}
      - {text: "{{writes}}", feedback: "Versions begin at 0, not {{1}}."}
"#;

fn quiz() -> Quiz {
    parse(QUIZ).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn codes(text: &str) -> Vec<(&'static str, u32, String)> {
    let mistakes = parse(text).expect_err("should be refused");
    mistakes.into_iter().map(|mistake| (mistake.code, mistake.line, mistake.message)).collect()
}

#[test]
fn numbers_stand_in_every_text_and_in_the_answer() {
    let quiz = quiz();
    for seed in 0..50 {
        let drawn = draw(&quiz, seed);
        let words: Vec<f64> = drawn[0].prompt.split([' ', ';']).filter_map(|word| word.parse().ok()).collect();
        let expected = written(words[0] + words[1]);
        let scored = score(&quiz, &Answers::from([("files".to_owned(), Answer::Text(expected.clone()))]), seed);
        assert_eq!(scored.questions[0].points, Points(100));
        assert_eq!(scored.questions[0].expected, Expected::Text(expected.clone()));
        assert!(scored.questions[0].explanation.as_ref().unwrap().ends_with(&format!("= {expected}")));
        let DrawnBody::Choice { options, .. } = &drawn[1].body else { panic!("{drawn:?}") };
        let numbers: Vec<i32> = options.iter().map(|option| option.parse().unwrap()).collect();
        assert_eq!((numbers[0] + 1, numbers[1] % 3), (numbers[1], 0));
    }
}

#[test]
fn every_choice_of_the_numbers_comes_up() {
    let quiz = quiz();
    let prompts: std::collections::BTreeSet<String> = (0..400).map(|seed| draw(&quiz, seed).remove(0).prompt).collect();
    assert_eq!((prompts.len() as u64, count(&quiz.questions[0].numbers)), (15, 15));
}

#[test]
fn a_text_with_braces_is_left_alone_without_numbers() {
    let quiz = parse("title: x\nquestions:\n- {id: a, kind: numeric, prompt: 'use {{n}}', answer: 1}\n").unwrap();
    assert_eq!(draw(&quiz, 1)[0].prompt, "use {{n}}");
}

#[test]
fn sql_is_run_for_every_choice_of_its_numbers() {
    let text = "title: x
questions:
- id: a
  kind: predict
  prompt: '{{n}}'
  numbers: {n: {from: 1, to: 3}}
  query: SELECT {{n}} + 1
";
    let statements: Vec<String> =
        parse(text).unwrap().executions().into_iter().map(|execution| execution.statement).collect();
    assert_eq!(statements, ["SELECT 1 + 1", "SELECT 2 + 1", "SELECT 3 + 1"]);
    assert_eq!(codes(&text.replace("to: 3", "to: 51"))[0].0, "TOO_MANY");
}

#[test]
fn what_is_wrong_with_numbers_is_told() {
    let with = |from: &str, to: &str| codes(&QUIZ.replace(from, to));
    let (code, line, message) = with("{{n + m}}\"\n  - id", "{{n + mm}}\"\n  - id").remove(0);
    assert_eq!((code, line), ("BAD_FORMULA", 8));
    assert!(message.contains("Did you mean `m`?"), "{message}");
    let (code, _, message) = with("{{writes - 1}}", "{{writes % 7}}").remove(0);
    assert_eq!((code, message.as_str()), ("DUPLICATE_TEXT", "With writes = 3 there are two `3`."));
    assert_eq!(with("{from: 5, to: 9}", "{from: 5, to: 9}, k: {of: [1]}")[0].0, "UNUSED_NUMBER");
    assert_eq!(with("{from: 5, to: 9}", "{from: 9, to: 5}")[0].0, "BAD_VALUE");
    assert_eq!(with("{from: 5, to: 9}", "{}")[0].0, "MISSING_FIELD");
    assert_eq!(with("{from: 5, to: 9}", "{form: 5}")[0].0, "UNKNOWN_FIELD", "a slip is told once");
    assert_eq!(with("{from: 5, to: 9}", "{of: [x]}")[0].0, "WRONG_TYPE");
    assert_eq!(with("step: 3}", "step: 0}")[0].0, "BAD_VALUE");
    assert_eq!(with("After {{ writes }}", "After {{ writes }")[0].0, "BAD_FORMULA");
    assert_eq!(codes("title: x\nquestions:\n- {id: a, kind: numeric, prompt: p, answer: '{{n}}'}\n")[0].0, "BAD_VALUE");
}

#[test]
fn of_a_pool_one_question_is_drawn() {
    let question =
        |id: &str, pool: &str| format!("- {{id: {id}, topic: t{pool}, kind: numeric, prompt: p, answer: 1}}\n");
    let text: String = [("a", ", pool: one"), ("b", ", pool: one"), ("c", ""), ("d", "")]
        .map(|(id, pool)| question(id, pool))
        .concat();
    let all = parse(&format!("title: x\nquestions:\n{text}")).unwrap();
    let two = parse(&format!("title: x\ndraw: {{per_topic: 2}}\nquestions:\n{text}")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..60 {
        let ids: Vec<String> = draw(&all, seed).into_iter().map(|question| question.id).collect();
        assert_eq!(ids.len(), 3, "{ids:?}");
        assert_eq!(draw(&two, seed).len(), 2);
        seen.extend(ids);
    }
    assert_eq!(seen.len(), 4);
}

proptest! {
    #[test]
    fn a_variant_drawn_again_is_the_same(seed in any::<u64>()) {
        prop_assert_eq!(draw(&quiz(), seed), draw(&quiz(), seed));
    }

    #[test]
    fn a_question_that_is_added_changes_no_other_ones_numbers(seed in any::<u64>()) {
        let more = parse(&format!("{QUIZ}  - {{id: more, kind: numeric, prompt: p, answer: 1}}\n")).unwrap();
        prop_assert_eq!(&draw(&quiz(), seed)[..], &draw(&more, seed)[..2]);
    }

    #[test]
    fn written_numbers_are_read_back(number in -1_000_000_i64..1_000_000, places in 0_u32..5) {
        let number = number as f64 / 10_f64.powi(places as i32);
        prop_assert!((written(number).parse::<f64>().unwrap() - number).abs() < 1e-6);
    }
}
