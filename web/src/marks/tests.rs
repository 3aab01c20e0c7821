use proptest::prelude::*;
use sandbar_grader::report::Visibility;
use sandbar_grader::{ReplayToken, Status};

use super::*;

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
        place: None,
        visibility: Visibility::Public,
        counterexample: None,
    }
}

fn set(place: u32, points: u32) -> Set {
    (format!("check-{place}"), points)
}

#[test]
fn what_a_person_set_moves_the_check_its_task_and_the_score() {
    let report = report(&[(400, 400), (0, 600), (100, 200)]);
    let mark = effective(&report, &[set(1, 550)]);
    assert_eq!(mark.score, Points::from_hundredths(1_050));
    assert_eq!(mark.tasks, [Points::from_hundredths(950), Points::from_hundredths(100)]);
    let changed = mark.check("check-1").unwrap();
    assert_eq!((changed.points.hundredths(), changed.graded.hundredths(), changed.set_by_person), (550, 0, true));
    assert_eq!(mark.differences(&effective(&report, &[])).collect::<Vec<_>>(), ["check-1"]);
}

#[test]
fn a_check_that_the_report_does_not_have_moves_nothing() {
    let report = report(&[(400, 400), (0, 600)]);
    assert_eq!(effective(&report, &[set(7, 600)]), effective(&report, &[]));
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
        let (was, is) = (effective(&first, &sets), effective(&second, &sets));
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
        let mark = effective(&report, &sets);
        prop_assert_eq!(mark.score, mark.checks.iter().map(|check| check.points).sum::<Points>());
        prop_assert_eq!(mark.score, mark.tasks.iter().copied().sum::<Points>());
        prop_assert!(mark.score <= mark.max_score);
    }

    #[test]
    fn without_anything_set_the_mark_is_the_report((report, _, _) in graded_twice()) {
        let mark = effective(&report, &[]);
        prop_assert_eq!(mark.score, report.score);
        prop_assert!(!mark.is_adjusted());
    }
}
