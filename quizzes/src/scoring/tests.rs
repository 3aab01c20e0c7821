use proptest::prelude::*;

use super::*;
use crate::answer::Pick;
use crate::attempt::{DrawnBody, draw, max_points};
use crate::quiz::{Keep, ShowFeedback, parse};

const QUIZ: &str = r#"
title: Week 3
minutes: 15
attempts: 3
keep: best
shuffle: true
draw: {per_topic: 3}
topics: [{id: acid, title: ACID}, {id: merge, title: MERGE}]
questions:
  - id: commit
    topic: acid
    kind: single
    points: 2
    prompt: When is a write visible?
    explanation: The log decides.
    options:
      - {text: when its file is in the log, correct: true, feedback: yes indeed}
      - {text: when the data file is there, feedback: a data file alone is invisible}
      - {text: after VACUUM}
  - id: log
    topic: acid
    kind: multiple
    points: 3
    prompt: What does a commit hold?
    options:
      - {text: added files, correct: true}
      - {text: removed files, correct: true}
      - {text: rows}
      - {text: passwords}
      - {text: mice}
  - id: version
    topic: acid
    kind: numeric
    points: 1
    prompt: Which version?
    answer: 1200.5
    tolerance: 0.5
    unit: rows
    feedback: count again
  - id: word
    topic: merge
    kind: short_text
    points: 1.5
    prompt: Which command?
    accept: [MERGE INTO, merge]
  - id: steps
    topic: merge
    kind: ordering
    points: 4
    prompt: Order them.
    items: [read, join, write, commit, answer]
  - id: pairs
    topic: merge
    kind: matching
    points: 1
    prompt: Match them.
    pairs: [{left: a, right: one}, {left: b, right: two}, {left: c, right: one}]
    distractors: [three]
"#;

fn quiz() -> Quiz {
    parse(QUIZ).expect("the quiz is right")
}

fn one(id: &str, answer: Answer) -> QuestionScore {
    let answers = Answers::from([(id.to_owned(), answer)]);
    let score = score(&quiz(), &answers, 7);
    score.questions.into_iter().find(|question| question.id == id).unwrap()
}

fn choice(texts: &[&str]) -> Answer {
    Answer::Choice(texts.iter().map(|text| Pick::Text((*text).to_owned())).collect())
}

fn order(texts: &[&str]) -> Answer {
    Answer::Order(texts.iter().map(|text| Pick::Text((*text).to_owned())).collect())
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn matches(texts: &[&str]) -> Answer {
    let pick = |text: &&str| (!text.is_empty()).then(|| Pick::Text((*text).to_owned()));
    Answer::Matches(texts.iter().map(pick).collect())
}

#[test]
fn single_choice_is_all_or_nothing_with_feedback_for_each_option() {
    let right = one("commit", choice(&["when its file is in the log"]));
    assert_eq!((right.points, right.outcome), (Points(200), Outcome::Right));
    let wrong = one("commit", choice(&["when the data file is there"]));
    assert_eq!((wrong.points, wrong.outcome), (Points::ZERO, Outcome::Wrong));
    let chosen = wrong.options.iter().find(|option| option.chosen).unwrap();
    assert_eq!(chosen.feedback.as_deref(), Some("a data file alone is invisible"));
    assert_eq!(wrong.explanation.as_deref(), Some("The log decides."));
    assert_eq!(one("commit", choice(&["after VACUUM", "when its file is in the log"])).points, Points::ZERO);
}

#[test]
fn multiple_choice_takes_the_wrong_share_from_the_right_one() {
    let points = |texts: &[&str]| one("log", choice(texts)).points.0;
    assert_eq!(points(&["added files", "removed files"]), 300);
    assert_eq!(points(&["added files"]), 150);
    assert_eq!(points(&["added files", "removed files", "rows"]), 200);
    assert_eq!(points(&["added files", "rows", "mice"]), 0);
    assert_eq!(points(&["added files", "removed files", "rows", "passwords", "mice"]), 0);
}

#[test]
fn the_other_policies_of_multiple_choice() {
    for (policy, expected) in [("all_or_nothing", [300, 0, 0]), ("per_option", [300, 240, 180])] {
        let quiz = parse(&QUIZ.replace("kind: multiple", &format!("kind: multiple\n    policy: {policy}"))).unwrap();
        let points = |texts: &[&str]| {
            let score = score(&quiz, &Answers::from([("log".to_owned(), choice(texts))]), 1);
            score.points.0
        };
        let found =
            [points(&["added files", "removed files"]), points(&["added files"]), points(&["added files", "rows"])];
        assert_eq!(found, expected, "{policy}");
    }
}

#[test]
fn a_policy_of_the_quiz_holds_for_questions_without_one() {
    let quiz = parse(&QUIZ.replace("title: Week 3", "title: Week 3\npolicy: all_or_nothing")).unwrap();
    let answers = Answers::from([("log".to_owned(), choice(&["added files"]))]);
    assert_eq!(score(&quiz, &answers, 1).points, Points::ZERO);
    let own = QUIZ.replace("title: Week 3", "title: Week 3\npolicy: all_or_nothing");
    let own = parse(&own.replace("kind: multiple", "kind: multiple\n    policy: per_option")).unwrap();
    assert_eq!(score(&own, &answers, 1).points, Points(240));
}

#[test]
fn numbers_may_be_written_in_several_ways_and_are_right_within_the_tolerance() {
    for right in ["1200.5", "1200", " 1201 ", "1,200.5", "1200,5", "1 200.5", "1.2005e3", "1200.5 rows", "1200 ROWS"] {
        assert_eq!(one("version", text(right)).outcome, Outcome::Right, "{right}");
    }
    for wrong in ["1199.9", "1201.1", "x", "1200.5 files", "NaN", "inf", "1e999", "--1200"] {
        assert_eq!(one("version", text(wrong)).outcome, Outcome::Wrong, "{wrong}");
    }
    assert_eq!(one("version", text("3")).feedback.as_deref(), Some("count again"));
    assert_eq!(one("version", text("3")).expected, Expected::Text("1200.5 rows".to_owned()));
}

#[test]
fn short_texts_are_compared_without_case_blanks_and_quotes() {
    for right in ["merge into", " MERGE   INTO; ", "`Merge`", "\"merge\"."] {
        assert_eq!(one("word", text(right)).outcome, Outcome::Right, "{right}");
    }
    assert_eq!(one("word", text("mergeinto")).outcome, Outcome::Wrong);
    assert_eq!(one("word", text("  ")).outcome, Outcome::Unanswered);
}

#[test]
fn an_order_counts_its_longest_correct_run() {
    let points = |texts: &[&str]| one("steps", order(texts)).points.0;
    assert_eq!(points(&["read", "join", "write", "commit", "answer"]), 400);
    assert_eq!(points(&["answer", "read", "join", "write", "commit"]), 300);
    assert_eq!(points(&["write", "commit", "answer", "read", "join"]), 200);
    assert_eq!(points(&["answer", "commit", "write", "join", "read"]), 0);
    assert_eq!(points(&["read", "join"]), 100);
    assert_eq!(points(&["read", "join", "read", "join", "write"]), 0);
}

#[test]
fn a_matching_counts_its_right_pairs() {
    let points = |texts: &[&str]| one("pairs", matches(texts)).points.0;
    assert_eq!(points(&["one", "two", "one"]), 100);
    assert_eq!(points(&["one", "", "three"]), 33);
    assert_eq!(points(&["two", "one", "three"]), 0);
    assert_eq!(one("pairs", matches(&["", "", ""])).outcome, Outcome::Unanswered);
}

#[test]
fn an_answer_of_another_kind_is_no_answer() {
    assert_eq!(one("commit", text("when its file is in the log")).outcome, Outcome::Unanswered);
    assert_eq!(one("steps", choice(&["read"])).outcome, Outcome::Unanswered);
    assert_eq!(one("commit", Answer::Choice(vec![Pick::Place(99)])).outcome, Outcome::Unanswered);
}

#[test]
fn best_last_and_mean_attempt() {
    let attempts = [Points(100), Points(300), Points(201)];
    assert_eq!(Keep::Best.of(&attempts), Some(Points(300)));
    assert_eq!(Keep::Last.of(&attempts), Some(Points(201)));
    assert_eq!(Keep::Mean.of(&attempts), Some(Points(200)));
    assert_eq!(Keep::Mean.of(&[]), None);
}

#[test]
fn feedback_is_shown_when_the_quiz_says() {
    assert!(ShowFeedback::AfterQuestion.is_shown(false, false));
    assert!(!ShowFeedback::AfterAttempt.is_shown(false, true) && ShowFeedback::AfterAttempt.is_shown(true, false));
    assert!(!ShowFeedback::AfterDue.is_shown(true, false) && ShowFeedback::AfterDue.is_shown(true, true));
    assert!(!ShowFeedback::Never.is_shown(true, true));
    let after_question = ShowFeedback::AfterQuestion;
    assert!(after_question.shows_question(true, false, false) && !after_question.shows_question(false, false, false));
    assert!(ShowFeedback::AfterAttempt.shows_question(false, true, false));
    assert!(after_question.locks_answers() && !ShowFeedback::AfterAttempt.locks_answers());
}

#[test]
fn nothing_drawn_tells_the_right_answer() {
    for seed in 0..200 {
        for question in draw(&quiz(), seed) {
            if let DrawnBody::Ordering { items } = &question.body {
                assert_ne!(items, &["read", "join", "write", "commit", "answer"]);
            }
            let shown = serde_json::to_string(&question).unwrap();
            assert!(!shown.contains("correct") && !shown.contains("feedback") && !shown.contains("1200"), "{shown}");
        }
    }
}

#[test]
fn an_attempt_draws_so_many_questions_of_each_topic() {
    let quiz = parse(&QUIZ.replace("per_topic: 3", "per_topic: 2")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..100 {
        let drawn = draw(&quiz, seed);
        let of = |topic: &str| drawn.iter().filter(|question| question.topic == topic).count();
        assert_eq!((of("acid"), of("merge")), (2, 2));
        seen.extend(drawn.into_iter().map(|question| question.id));
    }
    assert_eq!(seen.len(), 6);
}

#[test]
fn the_most_points_are_those_of_the_best_attempt_that_can_be_drawn() {
    let pooled = ["id: log", "id: commit"].iter().fold(QUIZ.replace("draw: {per_topic: 3}\n", ""), |text, id| {
        text.replace(&format!("{id}\n"), &format!("{id}\n    pool: log\n"))
    });
    let texts = [QUIZ.to_owned(), QUIZ.replace("per_topic: 3", "per_topic: 2"), pooled];
    for quiz in texts.map(|text| parse(&text).unwrap()) {
        let out = |question: &Question| Amendment::Void { question: question.id.clone(), gives: Voided::Nothing };
        let all: Vec<Amendment> = quiz.questions.iter().map(out).collect();
        for amendments in [&all[..0], &all[..1], &all[..3], &all[1..], &all] {
            let basis = Basis { results: None, amendments };
            let drawn = (0..200).map(|seed| score_on(&quiz, &Answers::new(), seed, &basis).max_points);
            assert_eq!(Some(max_points(&quiz, amendments)), drawn.max(), "{amendments:?}");
        }
    }
}

/// Answers from what the texts of the quiz allow, and from places that may not exist.
fn answers() -> impl Strategy<Value = Answers> {
    let pick = |texts: &'static [&'static str]| {
        prop_oneof![
            4 => prop::sample::select(texts).prop_map(|text| Pick::Text(text.to_owned())),
            1 => (0_usize..9).prop_map(Pick::Place),
        ]
    };
    let options = pick(&["added files", "removed files", "rows", "passwords", "mice", "nonsense"]);
    let items = pick(&["read", "join", "write", "commit", "answer"]);
    let rights = pick(&["one", "two", "three"]);
    (
        prop::collection::vec(options, 0..6),
        prop::collection::vec(items, 0..7),
        prop::collection::vec(prop::option::of(rights), 0..5),
        "[0-9.,e -]{0,8}",
        "[a-zA-Z ]{0,12}",
    )
        .prop_map(|(choice, order, matches, number, word)| {
            Answers::from([
                ("log".to_owned(), Answer::Choice(choice.clone())),
                ("commit".to_owned(), Answer::Choice(choice)),
                ("steps".to_owned(), Answer::Order(order)),
                ("pairs".to_owned(), Answer::Matches(matches)),
                ("version".to_owned(), Answer::Text(number)),
                ("word".to_owned(), Answer::Text(word)),
            ])
        })
}

proptest! {
    #[test]
    fn scores_stay_in_bounds_and_add_up(answers in answers(), seed in any::<u64>()) {
        let score = score(&quiz(), &answers, seed);
        prop_assert!(score.points <= score.max_points);
        prop_assert!(score.questions.iter().all(|question| question.points <= question.max_points));
        prop_assert_eq!(score.points, score.questions.iter().map(|question| question.points).sum::<Points>());
        prop_assert_eq!(score.max_points, Points(1250));
    }

    #[test]
    fn the_order_in_which_options_are_shown_changes_no_score(
        texts in prop::collection::btree_set(prop::sample::select(vec!["added files", "removed files", "rows", "passwords", "mice"]), 0..6),
        one in any::<u64>(),
        other in any::<u64>(),
    ) {
        let texts: Vec<&str> = texts.into_iter().collect();
        let answers = Answers::from([("log".to_owned(), choice(&texts)), ("steps".to_owned(), order(&["read", "join", "answer"]))]);
        prop_assert_eq!(score(&quiz(), &answers, one).points, score(&quiz(), &answers, other).points);
    }

    #[test]
    fn an_attempt_drawn_again_is_the_same(seed in any::<u64>()) {
        prop_assert_eq!(draw(&quiz(), seed), draw(&parse(QUIZ).unwrap(), seed));
    }

    #[test]
    fn the_expected_answer_gets_all_points(seed in any::<u64>()) {
        let quiz = quiz();
        let blank = score(&quiz, &Answers::new(), seed);
        let places = |places: &[usize]| places.iter().map(|place| Pick::Place(*place)).collect::<Vec<_>>();
        let answers: Answers = blank.questions.iter().map(|question| {
            let answer = match &question.expected {
                Expected::Options(right) => Answer::Choice(places(right)),
                Expected::Text(text) => Answer::Text(text.clone()),
                Expected::Order(right) => Answer::Order(places(right)),
                Expected::Matches(right) => Answer::Matches(places(right).into_iter().map(Some).collect()),
            };
            (question.id.clone(), answer)
        }).collect();
        let full = score(&quiz, &answers, seed);
        prop_assert_eq!(full.points, full.max_points);
        prop_assert_eq!(blank.points, Points::ZERO);
    }

    #[test]
    fn choosing_another_right_option_never_costs_and_another_wrong_one_never_gains(
        chosen in prop::collection::vec(any::<bool>(), 5),
        extra in 0_usize..5,
        policy in 0_usize..3,
    ) {
        let texts = ["added files", "removed files", "rows", "passwords", "mice"];
        let policy = ["right_minus_wrong", "all_or_nothing", "per_option"][policy];
        let quiz = parse(&QUIZ.replace("kind: multiple", &format!("kind: multiple\n    policy: {policy}"))).unwrap();
        let picked: Vec<&str> = texts.iter().zip(&chosen).filter_map(|(text, chosen)| chosen.then_some(*text)).collect();
        prop_assume!(!picked.is_empty() && !chosen[extra]);
        let mut more = picked.clone();
        more.push(texts[extra]);
        let points = |texts: &[&str]| score(&quiz, &Answers::from([("log".to_owned(), choice(texts))]), 3).points;
        if extra < 2 {
            prop_assert!(points(&more) >= points(&picked));
        } else {
            prop_assert!(points(&more) <= points(&picked));
        }
    }

    #[test]
    fn another_right_pair_never_costs(
        given in prop::collection::vec(prop::option::of(0_usize..3), 3),
        mended in 0_usize..3,
    ) {
        let texts = ["one", "two", "three"];
        let right = ["one", "two", "one"];
        let written: Vec<&str> = given.iter().map(|pick| pick.map_or("", |pick| texts[pick])).collect();
        let mut better = written.clone();
        better[mended] = right[mended];
        prop_assert!(one("pairs", matches(&better)).points >= one("pairs", matches(&written)).points);
    }

    #[test]
    fn answers_survive_being_stored(answers in answers()) {
        let stored = serde_json::to_string(&answers).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&stored).unwrap(), answers);
    }
}
