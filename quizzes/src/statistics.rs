//! Item statistics: how hard a question is, how well it tells strong from weak attempts, what is chosen, how long it
//! takes.
//!
//! Attempts may have been asked different questions: each figure rests on the attempts that were asked. Voided
//! questions and those that wait for their results are left out. Which attempts are looked at (all, the first of each
//! student) is the caller's choice.

mod correlation;
mod elapsed;
mod options;
mod reliability;

pub use elapsed::{Times, elapsed};
pub use options::OptionChoice;
pub use reliability::{Coefficient, Reliability};

use std::collections::BTreeMap;

use serde::Serialize;

use self::options::Offered;
use crate::points::Points;
use crate::quiz::Quiz;
use crate::scoring::{Outcome, QuestionScore, Score};

/// An item below it does not tell strong attempts from weak ones.
pub const LEAST_DISCRIMINATION: f64 = 0.1;
/// From so many attempts on, an option that nobody chose is a finding.
const ENOUGH_ATTEMPTS: usize = 20;

/// A scored attempt with the time that its questions took.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken<'a> {
    /// As it was asked.
    pub quiz: &'a Quiz,
    pub score: Score,
    /// In milliseconds, by question id; see [`elapsed`].
    pub elapsed_ms: BTreeMap<String, u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statistics {
    pub attempts: usize,
    /// Mean share of the points, from 0 to 1; `None` without attempts.
    pub mean_share: Option<f64>,
    /// `None` when fewer than two items or attempts can be compared, or all are the same.
    pub reliability: Option<Reliability>,
    /// In the order of the file; only questions that were asked.
    pub items: Vec<ItemStatistics>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemStatistics {
    pub question: String,
    pub topic: String,
    /// How many attempts were asked it.
    pub asked: usize,
    pub answered: usize,
    /// p: the mean share of its points, from 0 (nobody) to 1 (everybody). Unanswered counts 0.
    pub difficulty: f64,
    /// Correlation, from -1 to 1, of the share of its points with the share of the rest of the attempt; for an item
    /// that is right or wrong this is the point-biserial one. `None` for fewer than three attempts, or when either is
    /// the same in all.
    pub discrimination: Option<f64>,
    /// In the order of the file; none for kinds without options.
    pub options: Vec<OptionChoice>,
    /// `None` when no times are known.
    pub times: Option<Times>,
    pub flags: Vec<Flag>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// Discrimination below [`LEAST_DISCRIMINATION`].
    LowDiscrimination,
    /// Of at least twenty attempts that were offered this wrong option none chose it.
    UnusedDistractor(usize),
    /// Those who chose this wrong option did better elsewhere than those who chose the right one.
    StrongDistractor(usize),
}

/// One item in one attempt.
struct Answered<'a> {
    score: &'a QuestionScore,
    share: f64,
    /// Share of the points of the attempt's other questions; `None` when it had no others.
    rest: Option<f64>,
    elapsed_ms: Option<u64>,
    options: Offered,
}

/// The statistics of these attempts at the quiz.
pub fn statistics(quiz: &Quiz, attempts: &[Taken<'_>]) -> Statistics {
    let mut answered: BTreeMap<&str, Vec<Answered<'_>>> = BTreeMap::new();
    for attempt in attempts {
        for question in counted(&attempt.score) {
            answered.entry(&question.id).or_default().push(one(attempt, question));
        }
    }
    let item = |id: &String| answered.get(id.as_str()).map(|answered| item(quiz, answered));
    Statistics {
        attempts: attempts.len(),
        mean_share: correlation::mean(&attempts.iter().filter_map(|attempt| total(&attempt.score)).collect::<Vec<_>>()),
        reliability: reliability::of(quiz, attempts),
        items: quiz.questions.iter().filter_map(|question| item(&question.id)).collect(),
    }
}

fn counted(score: &Score) -> impl Iterator<Item = &QuestionScore> {
    score.questions.iter().filter(|question| !matches!(question.outcome, Outcome::Voided | Outcome::Pending))
}

fn share(points: Points, max_points: Points) -> Option<f64> {
    (max_points > Points::ZERO).then(|| f64::from(points.0) / f64::from(max_points.0))
}

fn total(score: &Score) -> Option<f64> {
    share(
        counted(score).map(|question| question.points).sum(),
        counted(score).map(|question| question.max_points).sum(),
    )
}

fn one<'a>(attempt: &'a Taken<'_>, question: &'a QuestionScore) -> Answered<'a> {
    let others = || counted(&attempt.score).filter(|other| other.id != question.id);
    Answered {
        score: question,
        share: share(question.points, question.max_points).unwrap_or_default(),
        rest: share(others().map(|other| other.points).sum(), others().map(|other| other.max_points).sum()),
        elapsed_ms: attempt.elapsed_ms.get(&question.id).copied(),
        options: Offered::of(attempt.quiz, question),
    }
}

fn item(quiz: &Quiz, answered: &[Answered<'_>]) -> ItemStatistics {
    let first = answered.first().map(|one| one.score);
    let id = first.map(|score| score.id.clone()).unwrap_or_default();
    let shares: Vec<f64> = answered.iter().map(|one| one.share).collect();
    let pairs: Vec<(f64, f64)> = answered.iter().filter_map(|one| Some((one.share, one.rest?))).collect();
    let times: Vec<u64> = answered.iter().filter_map(|one| one.elapsed_ms).collect();
    let discrimination = correlation::pearson(&pairs);
    let options = options::of(quiz, &id, answered);
    let is_low = discrimination.is_some_and(|discrimination| discrimination < LEAST_DISCRIMINATION);
    let flags = is_low.then_some(Flag::LowDiscrimination).into_iter();
    ItemStatistics {
        topic: first.map(|score| score.topic.clone()).unwrap_or_default(),
        asked: answered.len(),
        answered: answered.iter().filter(|one| one.score.outcome != Outcome::Unanswered).count(),
        difficulty: correlation::mean(&shares).unwrap_or_default(),
        discrimination,
        times: Times::of(times),
        flags: flags.chain(option_flags(&options)).collect(),
        options,
        question: id,
    }
}

fn option_flags(options: &[OptionChoice]) -> Vec<Flag> {
    let right: Vec<f64> =
        options.iter().filter(|option| option.correct).filter_map(|option| option.mean_rest).collect();
    let right = correlation::mean(&right);
    let flag = |option: &OptionChoice| {
        if option.chosen == 0 && option.offered >= ENOUGH_ATTEMPTS {
            Some(Flag::UnusedDistractor(option.option))
        } else if option.mean_rest? > right? {
            Some(Flag::StrongDistractor(option.option))
        } else {
            None
        }
    };
    options.iter().filter(|option| !option.correct).filter_map(flag).collect()
}

#[cfg(test)]
mod tests;
