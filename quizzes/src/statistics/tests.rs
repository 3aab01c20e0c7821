use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::answer::{Answer, Answers, Pick};
use crate::execution::Results;
use crate::quiz::parse;
use crate::scoring::{Expected, score};

/// A quiz of so many numeric items `q0`, `q1`, ...
fn quiz(items: usize) -> Quiz {
    let question = |index| format!("- {{id: q{index}, topic: t, kind: numeric, prompt: p, answer: 1}}\n");
    parse(&format!("title: x\nquestions:\n{}", (0..items.max(1)).map(question).collect::<String>())).unwrap()
}

/// Where no item has options.
static ANY: LazyLock<Quiz> = LazyLock::new(|| quiz(1));

/// An attempt with these hundredths of points out of as many; `None` where an item was not asked.
fn taken(points: &[Option<u32>], max_points: u32) -> Taken<'static> {
    let question = |(index, points): (usize, &Option<u32>)| {
        Some(QuestionScore {
            id: format!("q{index}"),
            topic: "t".to_owned(),
            outcome: if *points == Some(0) { Outcome::Wrong } else { Outcome::Right },
            points: Points((*points)?),
            max_points: Points(max_points),
            options: Vec::new(),
            feedback: None,
            explanation: None,
            expected: Expected::Text(String::new()),
        })
    };
    let questions: Vec<QuestionScore> = points.iter().enumerate().filter_map(question).collect();
    let sum = |of: fn(&QuestionScore) -> Points| questions.iter().map(of).sum();
    let score = Score { points: sum(|one| one.points), max_points: sum(|one| one.max_points), questions };
    Taken { quiz: &ANY, score, elapsed_ms: BTreeMap::new() }
}

fn of(rows: &[Vec<u32>], max_points: u32) -> Statistics {
    let attempts: Vec<Taken<'_>> =
        rows.iter().map(|row| taken(&row.iter().copied().map(Some).collect::<Vec<_>>(), max_points)).collect();
    statistics(&quiz(rows.first().map_or(0, Vec::len)), &attempts)
}

fn near(found: Option<f64>, expected: f64) {
    assert!(found.is_some_and(|found| (found - expected).abs() < 1e-5), "{found:?} is not {expected}");
}

/// A Guttman scale: 5 attempts, 4 items of one point.
fn guttman() -> Vec<Vec<u32>> {
    vec![vec![1, 1, 1, 1], vec![1, 1, 1, 0], vec![1, 1, 0, 0], vec![1, 0, 0, 0], vec![0, 0, 0, 0]]
}

#[test]
fn difficulty_and_discrimination_are_those_computed_by_hand() {
    let found = of(&guttman(), 1);
    let difficulties: Vec<f64> = found.items.iter().map(|item| item.difficulty).collect();
    assert_eq!(difficulties, [0.8, 0.6, 0.4, 0.2]);
    // Item 1 against the rests 3 2 1 0 0: covariance 0.24, variances 0.16 and 1.36.
    near(found.items[0].discrimination, 0.24 / (0.16_f64 * 1.36).sqrt());
    // Item 2 against the rests 3 2 1 1 0: covariance 0.36, variances 0.24 and 1.04.
    near(found.items[1].discrimination, 0.36 / (0.24_f64 * 1.04).sqrt());
    near(found.mean_share, 0.5);
}

#[test]
fn kr20_is_the_one_computed_by_hand() {
    // 4/3 of 1 less the sum 0.8 of p q over the variance 2 of the totals 4 3 2 1 0.
    let reliability = of(&guttman(), 1).reliability.unwrap();
    assert_eq!(reliability.coefficient, Coefficient::Kr20);
    near(Some(reliability.value), 0.8);
}

#[test]
fn cronbachs_alpha_is_the_one_computed_by_hand() {
    // 3/2 of 1 less the sum 7.25 of the items' variances over the variance 18.75 of the totals 6 10 12 18.
    let reliability = of(&[vec![1, 2, 3], vec![2, 3, 5], vec![3, 5, 4], vec![4, 6, 8]], 8).reliability.unwrap();
    assert_eq!(reliability.coefficient, Coefficient::CronbachAlpha);
    near(Some(reliability.value), 0.92);
}

#[test]
fn items_that_do_not_discriminate_are_flagged() {
    let rows = [[1, 1, 1, 0], [1, 1, 1, 0], [1, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 1]].map(|row| row.to_vec());
    let flags: Vec<Vec<Flag>> = of(&rows, 1).items.into_iter().map(|item| item.flags).collect();
    assert_eq!(flags, [vec![], vec![], vec![], vec![Flag::LowDiscrimination]]);
}

#[test]
fn what_cannot_be_computed_is_absent() {
    assert_eq!(of(&[], 1).mean_share, None);
    let one = of(&[vec![1, 0]], 1);
    assert_eq!((one.items[0].discrimination, one.reliability), (None, None));
    let same = of(&[vec![1, 1], vec![1, 1], vec![1, 1]], 1);
    assert_eq!((same.items[0].discrimination, same.reliability), (None, None));
}

#[test]
fn voided_and_pending_items_are_left_out() {
    let mut attempts: Vec<Taken<'_>> =
        guttman().iter().map(|row| taken(&row.iter().copied().map(Some).collect::<Vec<_>>(), 1)).collect();
    for attempt in &mut attempts {
        attempt.score.questions[0].outcome = Outcome::Voided;
        attempt.score.questions[3].outcome = Outcome::Pending;
    }
    let found = statistics(&quiz(4), &attempts);
    assert_eq!(found.items.iter().map(|item| item.question.as_str()).collect::<Vec<_>>(), ["q1", "q2"]);
}

#[test]
fn attempts_that_drew_other_items_are_compared_by_what_they_share() {
    let rows = [[Some(1), Some(1), None], [Some(0), None, Some(0)], [None, Some(0), Some(0)], [Some(1), None, Some(1)]];
    let attempts: Vec<Taken<'_>> = rows.iter().map(|row| taken(row, 1)).collect();
    let found = statistics(&quiz(3), &attempts);
    assert_eq!(found.items.iter().map(|item| item.asked).collect::<Vec<_>>(), [3, 2, 3]);
    near(found.items[0].discrimination, 1.0);
}

#[test]
fn options_are_counted_by_their_place_in_the_file_however_they_were_shown() {
    let text = "title: x\nshuffle: true\nquestions:
- {id: a, kind: single, prompt: p, options: [{text: right, correct: true}, {text: wrong}, {text: odd}]}
- {id: b, kind: numeric, prompt: p, answer: 1}
";
    let quiz = parse(text).unwrap();
    let taken = |seed: u64| {
        // Those who fail elsewhere choose the right option, and the others the wrong one.
        let (text, number) = if seed.is_multiple_of(4) { ("right", "2") } else { ("wrong", "1") };
        let answers = Answers::from([
            ("a".to_owned(), Answer::Choice(vec![Pick::Text(text.to_owned())])),
            ("b".to_owned(), Answer::Text(number.to_owned())),
        ]);
        Taken { quiz: &quiz, score: score(&quiz, &answers, seed), elapsed_ms: BTreeMap::from([("a".to_owned(), seed)]) }
    };
    let item = statistics(&quiz, &(0..20).map(taken).collect::<Vec<_>>()).items.remove(0);
    let chosen: Vec<(&str, usize)> = item.options.iter().map(|option| (option.text.as_str(), option.chosen)).collect();
    assert_eq!(chosen, [("right", 5), ("wrong", 15), ("odd", 0)]);
    assert_eq!((item.options[0].mean_rest, item.options[1].mean_rest), (Some(0.0), Some(1.0)));
    assert_eq!(item.flags, [Flag::LowDiscrimination, Flag::StrongDistractor(1), Flag::UnusedDistractor(2)]);
    assert_eq!(item.times, Some(Times { median_ms: 9, mean_ms: 9, count: 20 }));
}

#[test]
fn an_option_is_the_same_one_after_others_were_put_before_it() {
    let quiz = |options: &str| {
        parse(&format!("title: x\nquestions:\n- {{id: a, kind: single, prompt: p, options: [{options}]}}\n")).unwrap()
    };
    let asked = quiz("{text: right, correct: true}, {text: wrong}, {text: gone}");
    let served = quiz("{text: new}, {text: wrong}, {text: right, correct: true}");
    let taken = |text: &str| {
        let answers = Answers::from([("a".to_owned(), Answer::Choice(vec![Pick::Text(text.to_owned())]))]);
        Taken { quiz: &asked, score: score(&asked, &answers, 3), elapsed_ms: BTreeMap::new() }
    };
    let item = statistics(&served, &["right", "wrong", "wrong", "gone"].map(taken)).items.remove(0);
    let found = |option: &OptionChoice| (option.text.clone(), option.offered, option.chosen);
    let found: Vec<(String, usize, usize)> = item.options.iter().map(found).collect();
    let expected = [("new", 0, 0), ("wrong", 4, 2), ("right", 4, 1)];
    assert_eq!(found, expected.map(|(text, offered, chosen)| (text.to_owned(), offered, chosen)));
    assert!((item.options[1].share - 0.5).abs() < 1e-9);
    let many: Vec<Taken<'_>> = (0..30).map(|_| taken("right")).collect();
    let item = statistics(&served, &many).items.remove(0);
    assert_eq!(item.flags, [Flag::UnusedDistractor(1)], "nobody could choose the new one");
}

#[test]
fn predicted_tables_are_counted_too() {
    let text = "title: x\nquestions:\n- {id: a, kind: predict, prompt: p, query: one, distractors: [{query: two}]}\n";
    let quiz = parse(text).unwrap();
    let results = Results::of(quiz.executions(), |execution| {
        let table = crate::execution::Table {
            columns: vec!["c".to_owned()],
            rows: vec![vec![Some(execution.statement.clone())]],
        };
        crate::execution::Executed::Table(table)
    });
    let quiz = quiz.with_results(results).unwrap();
    let answers = Answers::from([("a".to_owned(), Answer::Choice(vec![Pick::Text("c; two".to_owned())]))]);
    let taken = Taken { quiz: &quiz, score: score(&quiz, &answers, 3), elapsed_ms: BTreeMap::new() };
    let chosen: Vec<usize> = statistics(&quiz, &[taken]).items[0].options.iter().map(|option| option.chosen).collect();
    assert_eq!(chosen, [0, 1]);
}

#[test]
fn the_time_between_two_saves_is_the_later_questions() {
    let saves = [("b", 5_000), ("a", 2_000), ("a", 9_000)];
    assert_eq!(elapsed(1_000, &saves), BTreeMap::from([("a".to_owned(), 5_000), ("b".to_owned(), 3_000)]));
}

fn rows() -> impl Strategy<Value = Vec<Vec<u32>>> {
    (2_usize..6).prop_flat_map(|items| prop::collection::vec(prop::collection::vec(0_u32..=4, items), 0..12))
}

proptest! {
    #[test]
    fn figures_stay_in_their_bounds(rows in rows()) {
        let found = of(&rows, 4);
        for item in &found.items {
            prop_assert!((0.0..=1.0).contains(&item.difficulty));
            prop_assert!(item.discrimination.is_none_or(|r| (-1.0..=1.0).contains(&r)));
            let is_low = item.discrimination.is_some_and(|r| r < LEAST_DISCRIMINATION);
            prop_assert_eq!(item.flags.contains(&Flag::LowDiscrimination), is_low);
        }
        prop_assert!(found.reliability.is_none_or(|alpha| alpha.value <= 1.0 + 1e-9));
    }

    #[test]
    fn parallel_items_have_an_alpha_of_one_and_discriminate_wholly(
        points in prop::collection::vec(0_u32..=4, 3..10),
        items in 2_usize..6,
    ) {
        prop_assume!(points.iter().any(|one| *one != points[0]));
        let rows: Vec<Vec<u32>> = points.iter().map(|points| vec![*points; items]).collect();
        let found = of(&rows, 4);
        near(found.reliability.map(|alpha| alpha.value), 1.0);
        for item in found.items {
            near(item.discrimination, 1.0);
        }
    }

    #[test]
    fn alpha_is_the_formula_of_the_books_where_all_had_the_same_items(rows in rows()) {
        let items = rows.first().map_or(0, Vec::len) as f64;
        let column = |index: usize| rows.iter().map(|row| f64::from(row[index])).collect::<Vec<_>>();
        let variances: f64 = (0..items as usize).filter_map(|index| correlation::variance(&column(index))).sum();
        let totals: Vec<f64> = rows.iter().map(|row| f64::from(row.iter().sum::<u32>())).collect();
        let total = correlation::variance(&totals).unwrap_or_default();
        prop_assume!(total > 1e-6 && rows.len() > 1);
        near(of(&rows, 4).reliability.map(|alpha| alpha.value), items / (items - 1.0) * (1.0 - variances / total));
    }

    #[test]
    fn the_order_of_the_attempts_changes_nothing(
        (rows, shuffled) in rows().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let (one, other) = (of(&rows, 4), of(&shuffled, 4));
        for (one, other) in one.items.iter().zip(&other.items) {
            prop_assert!((one.difficulty - other.difficulty).abs() < 1e-9);
            prop_assert_eq!(one.discrimination.is_some(), other.discrimination.is_some());
        }
        prop_assert_eq!(one.reliability.is_some(), other.reliability.is_some());
    }

    #[test]
    fn times_add_up_to_the_last_save(saves in prop::collection::vec((0_usize..4, 0_i64..10_000), 0..12)) {
        let names = ["a", "b", "c", "d"];
        let saves: Vec<(&str, i64)> = saves.into_iter().map(|(name, at)| (names[name], at)).collect();
        let last = saves.iter().map(|(_, at)| *at).max().unwrap_or_default();
        prop_assert_eq!(elapsed(0, &saves).values().sum::<u64>(), last as u64);
    }
}
