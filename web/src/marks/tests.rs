use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sandbar_grader::report::Visibility;
use sandbar_grader::rubric::HintLevel;
use sandbar_grader::{ReplayToken, Status};

use super::*;
use crate::store::lab_policies::Late;

/// A report with a check for each pair of points reached and possible in hundredths, two checks a task.
pub fn report(points: &[(u32, u32)]) -> Report {
    let checks: Vec<CheckReport> = (0..).zip(points).map(|(place, points)| check(place, *points)).collect();
    let sum = |of: fn(&CheckReport) -> Points, task: Option<u32>| -> Points {
        checks.iter().filter(|check| task.is_none_or(|task| check.task == task)).map(of).sum()
    };
    let tasks = (1..=checks.last().map_or(0, |check| check.task)).map(|number| TaskReport {
        number,
        title: format!("task {number}"),
        score: sum(|check| check.points, Some(number)),
        max_score: sum(|check| check.max_points, Some(number)),
        repaired: false,
    });
    Report {
        lab: "delta".into(),
        title: "Delta".into(),
        score: sum(|check| check.points, None),
        max_score: sum(|check| check.max_points, None),
        tasks: tasks.collect(),
        stopped: None,
        findings: Vec::new(),
        replay: ReplayToken { release: "r1".into(), seed: 1, engine: "0".into(), submission: "ff".into() },
        checks,
    }
}

fn check(place: u32, (points, most): (u32, u32)) -> CheckReport {
    CheckReport {
        id: format!("check-{place}"),
        task: place / 2 + 1,
        points: Points::from_hundredths(points.min(most)),
        max_points: Points::from_hundredths(most),
        status: if points >= most { Status::Passed } else { Status::Failed },
        claim: format!("Claim {place} holds."),
        message: format!("Message {place}."),
        feedback_key: None,
        expected: None,
        found: None,
        next_step: None,
        comparison: None,
        contract: None,
        place: None,
        visibility: Visibility::Public,
        counterexample: None,
    }
}

fn set(place: u32, points: u32) -> Set {
    (format!("check-{place}"), points)
}

/// The mark with nothing taken off.
fn under(report: &Report, sets: &[Set]) -> Mark {
    effective(report, &Layers::from(sets))
}

fn whole(points: u32) -> Points {
    Points::whole(points)
}

#[test]
fn of_opened_hints_the_dearest_is_paid_and_never_more_than_the_task_has() {
    let report = report(&[(400, 400), (600, 600), (100, 1_000), (0, 1_000)]);
    let opened =
        [(1, HintLevel::Concept), (1, HintLevel::Skeleton), (1, HintLevel::Clause), (2, HintLevel::Difference)];
    let hints = hint_prices(&report, &opened);
    assert_eq!(
        hints.iter().map(|price| (price.task, price.points)).collect::<Vec<_>>(),
        [(1, whole(1)), (2, whole(4))]
    );
    let mark = effective(&report, &Layers { hints, ..Layers::default() });
    assert_eq!(mark.tasks, [whole(9), Points::ZERO]);
    assert_eq!((mark.score, mark.hint_points()), (whole(9), whole(2)));
    assert!(
        hint_prices(&report, &[(1, HintLevel::Concept), (9, HintLevel::Difference)]).is_empty(),
        "free, or no task"
    );
}

#[test]
fn each_day_that_has_begun_costs_its_share_up_to_the_most() {
    let due: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
    let late = Late { percent_a_day: 10, most_percent: 25 };
    let day = 24 * 60 * 60;
    for (seconds, percent) in [(-1, 0), (0, 0), (1, 10), (day, 10), (day + 1, 20), (2 * day + 1, 25), (900 * day, 25)] {
        let at = due + SignedDuration::from_secs(seconds);
        assert_eq!(late_percent(late, Some(due), at), percent, "{seconds}");
        assert_eq!(late_percent(late, None, at), 0);
        assert_eq!(late_percent(Late::default(), Some(due), at), 0);
    }
    assert_eq!(late_percent(late, Some(due), due + SignedDuration::from_millis(1)), 10);
}

#[test]
fn a_person_takes_back_what_hints_and_lateness_cost() {
    let report = report(&[(400, 400), (600, 600)]);
    let hints = hint_prices(&report, &[(1, HintLevel::Difference)]);
    let layers = Layers { hints, late_percent: 50, ..Layers::default() };
    let mark = effective(&report, &layers);
    assert_eq!((mark.score, mark.late.unwrap().points, mark.is_adjusted()), (whole(4), whole(4), false));
    let sets = vec![(waived_hints(1), 0), (WAIVED_LATE.to_owned(), 0)];
    let waived = effective(&report, &Layers { sets, ..layers });
    assert_eq!((waived.score, waived.is_adjusted()), (whole(10), true));
    assert!(waived.hints[0].waived && waived.late.unwrap().waived);
}

#[test]
fn what_a_person_set_moves_the_check_its_task_and_the_score() {
    let report = report(&[(400, 400), (0, 600), (100, 200)]);
    let mark = under(&report, &[set(1, 550)]);
    assert_eq!(mark.score, Points::from_hundredths(1_050));
    assert_eq!(mark.tasks, [Points::from_hundredths(950), Points::from_hundredths(100)]);
    let changed = mark.check("check-1").unwrap();
    assert_eq!((changed.points.hundredths(), changed.graded.hundredths(), changed.set_by_person), (550, 0, true));
    assert_eq!(mark.differences(&under(&report, &[])).collect::<Vec<_>>(), ["check-1"]);
}

#[test]
fn a_check_that_the_report_does_not_have_moves_nothing() {
    let report = report(&[(400, 400), (0, 600)]);
    assert_eq!(under(&report, &[set(7, 600)]), under(&report, &[]));
}

#[test]
fn the_best_counts_and_of_equals_the_latest_or_else_the_last() {
    let graded = [(1, 500), (3, 100), (2, 500)];
    assert_eq!(counting(Counting::Best, &graded), Some(2));
    assert_eq!(counting(Counting::Last, &graded), Some(1));
    assert_eq!(counting(Counting::Best, &[]), None);
}

/// Points possible of each check, twice graded, and what people set.
fn graded_twice() -> impl Strategy<Value = (Report, Report, Vec<Set>)> {
    proptest::collection::vec((0..=1_000_u32, 0..=1_000_u32, 1..=1_000_u32, proptest::option::of(0..=1_000_u32)), 1..8)
        .prop_map(|checks| {
            let first: Vec<_> = checks.iter().map(|(points, _, most, _)| (*points, *most)).collect();
            let second: Vec<_> = checks.iter().map(|(_, points, most, _)| (*points, *most)).collect();
            let sets = (0..).zip(&checks).filter_map(|(place, (.., points))| points.map(|points| set(place, points)));
            (report(&first), report(&second), sets.collect())
        })
}

proptest! {
    #[test]
    fn what_a_person_set_survives_any_regrade((first, second, sets) in graded_twice()) {
        let (was, is) = (under(&first, &sets), under(&second, &sets));
        for (id, points) in &sets {
            let most = second.checks.iter().find(|check| check.id == *id).unwrap().max_points.hundredths();
            prop_assert_eq!(is.check(id).unwrap().points.hundredths(), *points.min(&most));
            prop_assert_eq!(is.check(id).unwrap().points, was.check(id).unwrap().points);
        }
        for check in is.checks.iter().filter(|check| !check.set_by_person) {
            prop_assert_eq!(check.points, check.graded);
        }
    }

    #[test]
    fn a_mark_is_the_sum_of_its_checks_and_of_its_tasks((report, _, sets) in graded_twice()) {
        let mark = under(&report, &sets);
        prop_assert_eq!(mark.score, mark.checks.iter().map(|check| check.points).sum::<Points>());
        prop_assert_eq!(mark.score, mark.tasks.iter().copied().sum::<Points>());
        prop_assert!(mark.score <= mark.max_score);
    }

    #[test]
    fn without_anything_set_the_mark_is_the_report((report, _, _) in graded_twice()) {
        let mark = under(&report, &[]);
        prop_assert_eq!(mark.score, report.score);
        prop_assert!(!mark.is_adjusted());
    }

    #[test]
    fn what_is_taken_off_is_between_nothing_and_everything_and_adds_up(
        (report, _, sets) in graded_twice(),
        levels in proptest::collection::vec(0..4_usize, 0..6),
        late_percent in 0..=120_u32,
    ) {
        let opened: Vec<(u32, HintLevel)> = (1..).zip(levels).map(|(task, level)| (task, HintLevel::ALL[level])).collect();
        let layers = Layers { sets: sets.clone(), hints: hint_prices(&report, &opened), late_percent };
        let (mark, before) = (effective(&report, &layers), under(&report, &sets));
        let late = mark.late.map_or(Points::ZERO, |cost| cost.points);
        prop_assert_eq!(mark.score + late + mark.hint_points(), before.score);
        prop_assert_eq!(mark.tasks.iter().copied().sum::<Points>(), mark.score + late);
        for cost in &mark.hints {
            let task = report.tasks.iter().find(|task| task.number == cost.price.task).unwrap();
            prop_assert!(cost.points <= cost.price.points);
            prop_assert!(cost.price.points.hundredths() * 5 <= task.max_score.hundredths());
        }
        if late_percent == 0 && opened.is_empty() {
            prop_assert_eq!(mark, before);
        }
    }
}
