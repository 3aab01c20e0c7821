use proptest::prelude::*;

use super::*;
use crate::quiz::parse;
use crate::scoring::{Outcome, score};

const QUIZ: &str = r#"
title: x
keep: best
shuffle: true
questions:
  - {id: word, kind: short_text, prompt: p, accept: [merge], points: 2}
  - {id: one, kind: single, prompt: p, options: [{text: a, correct: true}, {text: b}, {text: c}]}
  - {id: many, kind: multiple, prompt: p, options: [{text: a, correct: true}, {text: b, correct: true}, {text: c}]}
  - {id: steps, kind: ordering, prompt: p, items: [x, y, z]}
  - {id: pairs, kind: matching, prompt: p, pairs: [{left: l, right: r}, {left: m, right: s}]}
"#;

fn quiz() -> Quiz {
    parse(QUIZ).unwrap()
}

fn texts(texts: &[&str]) -> Vec<Pick> {
    texts.iter().map(|text| Pick::Text((*text).to_owned())).collect()
}

fn accept(question: &str, answer: Answer) -> Amendment {
    Amendment::Accept { question: question.to_owned(), answer }
}

fn void(question: &str, gives: Voided) -> Amendment {
    Amendment::Void { question: question.to_owned(), gives }
}

fn recorded<'a>(quiz: &'a Quiz, student: &str, number: u32, answers: &[(&str, Answer)]) -> Recorded<'a> {
    Recorded {
        quiz,
        student: student.to_owned(),
        number,
        seed: u64::from(number) * 7,
        answers: answers.iter().map(|(id, answer)| ((*id).to_owned(), answer.clone())).collect(),
        results: Results::default(),
        points: (Points::ZERO, Points::ZERO),
    }
}

/// The attempts, recorded with these amendments.
fn with<'a>(attempts: &[Recorded<'a>], standing: &[Amendment]) -> Vec<Recorded<'a>> {
    let one = |attempt: &Recorded<'a>| {
        let score = scored(attempt, standing);
        Recorded { points: (score.points, score.max_points), ..attempt.clone() }
    };
    attempts.iter().map(one).collect()
}

fn word(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

#[test]
fn an_accepted_answer_gets_all_points_whatever_the_order_of_the_options() {
    let accepted = [
        accept("word", word("upsert")),
        accept("one", Answer::Choice(texts(&["b"]))),
        accept("many", Answer::Choice(texts(&["c", "a"]))),
        accept("steps", Answer::Order(texts(&["z", "y", "x"]))),
        accept("pairs", Answer::Matches(texts(&["s", "r"]).into_iter().map(Some).collect())),
    ];
    let answers = Answers::from([
        ("word".to_owned(), word(" UPSERT. ")),
        ("one".to_owned(), Answer::Choice(texts(&["b"]))),
        ("many".to_owned(), Answer::Choice(texts(&["a", "c"]))),
        ("steps".to_owned(), Answer::Order(texts(&["z", "y", "x"]))),
        ("pairs".to_owned(), Answer::Matches(texts(&["s", "r"]).into_iter().map(Some).collect())),
    ]);
    for seed in 0..20 {
        let basis = Basis { amendments: &accepted, ..Basis::default() };
        let scored = score_on(&quiz(), &answers, seed, &basis);
        assert_eq!((scored.points, score(&quiz(), &answers, seed).points), (Points(600), Points::ZERO));
        assert!(scored.questions.iter().all(|question| question.outcome == Outcome::Right));
    }
}

#[test]
fn the_dry_run_lists_whose_points_change_and_whose_grade() {
    let quiz = quiz();
    let recorded = |student: &str, number: u32, answers: &[(&str, Answer)]| recorded(&quiz, student, number, answers);
    let attempts = [
        recorded("bob", 1, &[("word", word("upsert"))]),
        recorded("ada", 1, &[("word", word("merge")), ("one", Answer::Choice(texts(&["a"])))]),
        recorded("bob", 2, &[("word", word("merge")), ("one", Answer::Choice(texts(&["a"])))]),
        recorded("eve", 1, &[]),
    ];
    let run = dry_run(Keep::Best, (&with(&attempts, &[]), &[]), &[accept("word", word("upsert"))]);
    let change = |student: &str, number, from, to| AttemptChange {
        student: student.to_owned(),
        number,
        from: Points(from),
        to: Points(to),
        max_from: Points(600),
        max_to: Points(600),
    };
    assert_eq!(run, DryRun { attempts: vec![change("bob", 1, 0, 200)], grades: Vec::new() });
    let run = dry_run(Keep::Best, (&with(&attempts, &[]), &[]), &[void("word", Voided::AllPoints)]);
    assert_eq!(run.attempts, [change("bob", 1, 0, 200), change("eve", 1, 0, 200)]);
    assert_eq!(run.grades, [GradeChange { student: "eve".to_owned(), from: Points::ZERO, to: Points(200) }]);
    let attempts = with(&attempts, &[void("word", Voided::AllPoints)]);
    let run = dry_run(Keep::Best, (&attempts, &[]), &[void("word", Voided::Nothing)]);
    assert_eq!(run.attempts.len(), 4);
    assert_eq!(run.attempts[1], AttemptChange { max_to: Points(400), ..change("ada", 1, 300, 100) });
}

#[test]
fn what_cannot_be_scored_again_still_counts_for_the_grade() {
    let quiz = quiz();
    let attempts = with(&[recorded(&quiz, "bob", 2, &[("word", word("upsert"))])], &[]);
    let fixed = |points| [Fixed { student: "bob".to_owned(), number: 1, points: Points(points) }];
    let grades = |keep, points| dry_run(keep, (&attempts, &fixed(points)), &[accept("word", word("upsert"))]).grades;
    let grade = |from, to| vec![GradeChange { student: "bob".to_owned(), from: Points(from), to: Points(to) }];
    assert_eq!(grades(Keep::Best, 500), [], "the first one is better all the same");
    assert_eq!(grades(Keep::Best, 100), grade(100, 200));
    assert_eq!(grades(Keep::Mean, 100), grade(50, 150));
    assert_eq!(grades(Keep::Last, 500), grade(0, 200));
}

#[test]
fn of_two_ways_to_void_a_question_the_later_one_holds() {
    let amendments = [void("word", Voided::AllPoints), void("word", Voided::Nothing)];
    let basis = Basis { amendments: &amendments, ..Basis::default() };
    assert_eq!(score_on(&quiz(), &Answers::new(), 1, &basis).max_points, Points(400));
}

#[test]
fn an_amendment_that_cannot_be_is_refused_with_the_reason() {
    let refused = |amendment: Amendment| amendment.check(&quiz()).unwrap_err();
    assert_eq!(refused(void("wrod", Voided::Nothing)), "The quiz has no question `wrod`.");
    assert_eq!(refused(accept("one", Answer::Choice(texts(&["d"])))), "`one` has no option `d`.");
    assert!(refused(accept("one", Answer::Choice(vec![Pick::Place(0)]))).starts_with("Place 0"));
    assert_eq!(refused(accept("one", word("a"))), "`one` is single; this is no answer to it.");
    assert_eq!(refused(accept("word", word(" "))), "The accepted answer is empty.");
    assert_eq!(accept("many", Answer::Choice(texts(&["c"]))).check(&quiz()), Ok(()));
}

#[test]
fn amendments_are_stored_as_they_are() {
    let amendments = vec![void("one", Voided::AllPoints), accept("word", word("x"))];
    let stored = serde_json::to_string(&amendments).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Amendment>>(&stored).unwrap(), amendments);
}

fn any_amendment() -> impl Strategy<Value = Amendment> {
    let id = prop::sample::select(vec!["word", "one", "many", "steps", "pairs", "none"]);
    prop_oneof![
        (id, any::<bool>()).prop_map(|(id, all)| void(id, if all { Voided::AllPoints } else { Voided::Nothing })),
        prop::sample::select(vec!["upsert", "merge"]).prop_map(|text| accept("word", word(text))),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..=3)
            .prop_map(|chosen| accept("many", Answer::Choice(texts(&chosen)))),
    ]
}

proptest! {
    #[test]
    fn accepting_more_never_costs_and_scores_stay_in_bounds(
        standing in prop::collection::vec(any_amendment(), 0..4),
        chosen in prop::sample::subsequence(vec!["a", "b", "c"], 0..=3),
        written in prop::sample::select(vec!["upsert", "merge", "x", ""]),
        seed in any::<u64>(),
    ) {
        let answers = Answers::from([("many".to_owned(), Answer::Choice(texts(&chosen))), ("word".to_owned(), word(written))]);
        let points = |amendments: &[Amendment]| {
            let scored = score_on(&quiz(), &answers, seed, &Basis { amendments, ..Basis::default() });
            assert!(scored.questions.iter().all(|question| question.points <= question.max_points));
            scored.points
        };
        let mut more = standing.clone();
        more.push(accept("word", word("upsert")));
        more.push(accept("many", Answer::Choice(texts(&["c"]))));
        prop_assert!(points(&more) >= points(&standing));
    }

    #[test]
    fn a_dry_run_of_what_stands_changes_nothing(
        standing in prop::collection::vec(any_amendment(), 0..4),
        written in "[a-z]{0,3}",
    ) {
        let quiz = quiz();
        let attempts = [recorded(&quiz, "ada", 1, &[("word", word(&written))])];
        prop_assert_eq!(dry_run(Keep::Best, (&with(&attempts, &standing), &[]), &standing), DryRun::default());
    }
}
