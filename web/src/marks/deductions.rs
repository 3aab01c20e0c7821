//! What a mark loses: the price of opened hints, and the share that late work loses.

use jiff::Timestamp;
use sandbar_grader::rubric::HintLevel;
use sandbar_grader::{Points, Report};

use crate::store::lab_policies::Late;
use crate::store::overrides::Set;

const DAY_MILLIS: i64 = 24 * 60 * 60 * 1_000;

/// What stands before the name of something taken off, where an override has the name of a check.
pub const DEDUCTION: &str = "deduction:";

/// The name under which a person takes back what lateness cost.
pub const WAIVED_LATE: &str = "deduction:late";

/// The same for the hints of a task.
pub fn waived_hints(task: u32) -> String {
    format!("{DEDUCTION}hints-{task}")
}

/// What the hints of a task cost by what was said before they were opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HintPrice {
    pub task: u32,
    /// The dearest level that was opened; the others cost nothing beside it.
    pub level: HintLevel,
    /// That share of the whole task's points.
    pub points: Points,
}

/// What the hints of a task took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HintCost {
    pub price: HintPrice,
    pub points: Points,
    /// Whether a person took it back.
    pub waived: bool,
}

/// What lateness took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LateCost {
    pub percent: u32,
    /// The share, also where it was taken back.
    pub share: Points,
    pub points: Points,
    /// Whether a person took it back.
    pub waived: bool,
}

/// The price of a level in a task with so many points, rounded down to a hundredth.
pub fn price(level: HintLevel, most: Points) -> Points {
    share(level.price_percent(), most)
}

/// What the opened hints of each task of the report cost; free ones are left out. The report is the whole one, also where
/// only its public part is shown.
pub fn hint_prices(report: &Report, opened: &[(u32, HintLevel)]) -> Vec<HintPrice> {
    let task = |task: &sandbar_grader::TaskReport| {
        let own = opened.iter().filter(|(number, _)| *number == task.number);
        let level = own.map(|(_, level)| *level).max()?;
        Some(HintPrice { task: task.number, level, points: price(level, task.max_score) })
    };
    report.tasks.iter().filter_map(task).filter(|price| price.points > Points::ZERO).collect()
}

/// What work of that instant loses, in percent: the daily share for each day that has begun since it was due.
pub fn late_percent(late: Late, due: Option<Timestamp>, handed_in: Timestamp) -> u32 {
    let Some(due) = due.filter(|due| handed_in > *due) else { return 0 };
    let over = handed_in.as_millisecond().saturating_sub(due.as_millisecond());
    let begun = u32::try_from(over.saturating_add(DAY_MILLIS - 1) / DAY_MILLIS).unwrap_or(u32::MAX);
    begun.saturating_mul(late.percent_a_day).min(late.most_percent).min(100)
}

/// What each price takes from the points that its task has.
pub(super) fn hint_costs(prices: &[HintPrice], tasks: &[(u32, Points)], sets: &[Set]) -> Vec<HintCost> {
    let cost = |price: &HintPrice| {
        let (_, reached) = tasks.iter().find(|(number, _)| *number == price.task)?;
        let waived = is_waived(&waived_hints(price.task), sets);
        let points = if waived { Points::ZERO } else { price.points.min(*reached) };
        Some(HintCost { price: *price, points, waived })
    };
    prices.iter().filter_map(cost).collect()
}

pub(super) fn late_cost(percent: u32, reached: Points, sets: &[Set]) -> Option<LateCost> {
    let waived = is_waived(WAIVED_LATE, sets);
    let share = share(percent.min(100), reached);
    let points = if waived { Points::ZERO } else { share };
    (percent > 0).then_some(LateCost { percent, share, points, waived })
}

pub(super) fn without(points: Points, taken: Points) -> Points {
    Points::from_hundredths(points.hundredths().saturating_sub(taken.hundredths()))
}

fn is_waived(name: &str, sets: &[Set]) -> bool {
    sets.iter().any(|(id, _)| id == name)
}

fn share(percent: u32, of: Points) -> Points {
    let hundredths = u64::from(of.hundredths()) * u64::from(percent) / 100;
    Points::from_hundredths(u32::try_from(hundredths).unwrap_or(u32::MAX))
}
