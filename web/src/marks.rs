//! The mark of a submission: the grader's report, what people set above it, what opened hints cost, and what lateness
//! costs. The one place where these meet.
//!
//! Invariants: everything here is a function of its arguments. Points that a person set for a check hold whatever a
//! regrade finds, up to the check's most; a check that nobody touched has the grader's points. Hints never take more than
//! their task has, lateness never more than the rest; either is taken back by an override of its own.

mod deductions;

use sandbar_grader::{CheckReport, Points, Report, TaskReport};

pub use deductions::{
    DEDUCTION, HintCost, HintPrice, LateCost, WAIVED_LATE, hint_prices, late_percent, price, waived_hints,
};

use crate::store::lab_policies::Counting;
use crate::store::overrides::Set;

/// What lies above a report.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// What people set, the latest last.
    pub sets: Vec<Set>,
    /// Of each task in which a hint was opened before handing in.
    pub hints: Vec<HintPrice>,
    /// What the submission loses for being late.
    pub late_percent: u32,
}

impl From<&[Set]> for Layers {
    fn from(sets: &[Set]) -> Self {
        Self { sets: sets.to_vec(), ..Self::default() }
    }
}

/// What counts of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// With everything taken off.
    pub score: Points,
    pub max_score: Points,
    /// As many as the report has, in its order; with the cost of hints taken off.
    pub tasks: Vec<Points>,
    pub checks: Vec<CheckMark>,
    pub hints: Vec<HintCost>,
    pub late: Option<LateCost>,
}

/// What counts of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckMark {
    pub id: String,
    pub points: Points,
    /// What the grader gave.
    pub graded: Points,
    pub set_by_person: bool,
}

impl Mark {
    pub fn check(&self, id: &str) -> Option<&CheckMark> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// Whether a person set anything in it.
    pub fn is_adjusted(&self) -> bool {
        let waived = self.hints.iter().any(|cost| cost.waived) || self.late.is_some_and(|cost| cost.waived);
        waived || self.checks.iter().any(|check| check.set_by_person)
    }

    /// What opened hints cost altogether.
    pub fn hint_points(&self) -> Points {
        self.hints.iter().map(|cost| cost.points).sum()
    }

    /// The checks whose points differ from those in another mark of the same submission, in order.
    pub fn differences<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = &'a str> {
        let gone = other.checks.iter().filter(|check| self.check(&check.id).is_none());
        let differs = |check: &&CheckMark| other.check(&check.id).is_none_or(|it| it.points != check.points);
        self.checks.iter().filter(differs).chain(gone).map(|check| check.id.as_str())
    }
}

/// The mark that a report has under the layers above it. What was set for a check that the report does not have counts
/// for nothing.
pub fn effective(report: &Report, layers: &Layers) -> Mark {
    let checks: Vec<CheckMark> = report.checks.iter().map(|check| check_mark(check, &layers.sets)).collect();
    let task = |task: &TaskReport| {
        let own = report.checks.iter().zip(&checks).filter(|(check, _)| check.task == task.number);
        moved(task.score, task.max_score, own.map(|(_, mark)| mark))
    };
    let before: Vec<(u32, Points)> = report.tasks.iter().map(|it| (it.number, task(it))).collect();
    let hints = deductions::hint_costs(&layers.hints, &before, &layers.sets);
    let tasks = before.iter().map(|(number, points)| {
        let own = hints.iter().filter(|cost| cost.price.task == *number);
        deductions::without(*points, own.map(|cost| cost.points).sum())
    });
    let reached = moved(report.score, report.max_score, checks.iter());
    let kept = deductions::without(reached, hints.iter().map(|cost| cost.points).sum());
    let late = deductions::late_cost(layers.late_percent, kept, &layers.sets);
    Mark {
        score: deductions::without(kept, late.map_or(Points::ZERO, |cost| cost.points)),
        max_score: report.max_score,
        tasks: tasks.collect(),
        checks,
        hints,
        late,
    }
}

fn check_mark(check: &CheckReport, sets: &[Set]) -> CheckMark {
    let set = sets.iter().rev().find(|(id, _)| *id == check.id);
    CheckMark {
        id: check.id.clone(),
        points: set.map_or(check.points, |(_, points)| Points::from_hundredths(*points).min(check.max_points)),
        graded: check.points,
        set_by_person: set.is_some(),
    }
}

/// The sum with each check's change in it, within its bounds.
fn moved<'a>(score: Points, most: Points, checks: impl Iterator<Item = &'a CheckMark>) -> Points {
    let change = |check: &CheckMark| i64::from(check.points.hundredths()) - i64::from(check.graded.hundredths());
    let sum = i64::from(score.hundredths()) + checks.map(change).sum::<i64>();
    Points::from_hundredths(u32::try_from(sum.max(0)).unwrap_or(u32::MAX)).min(most)
}

/// The place of the submission that counts among a student's graded ones, given by number and score.
pub fn counting(policy: Counting, graded: &[(i64, u32)]) -> Option<usize> {
    let best = |(_, (number, score)): &(usize, &(i64, u32))| match policy {
        Counting::Best => (*score, *number),
        Counting::Last => (0, *number),
    };
    graded.iter().enumerate().max_by_key(best).map(|(place, _)| place)
}

#[cfg(test)]
pub mod tests;
