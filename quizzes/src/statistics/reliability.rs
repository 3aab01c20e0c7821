//! How much of the differences between attempts is more than chance: Cronbach's alpha, which is KR-20 where every item
//! is right or wrong for the same points.
//!
//! Alpha is computed from the mean variance v of the items and the mean covariance c of their pairs, for k items in an
//! attempt: k c / (v + (k - 1) c). Where all attempts had the same items this is the usual formula; where they drew
//! different ones it is what is left of it, as each pair then rests on the attempts that had both.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Taken, correlation, counted};
use crate::points::Points;
use crate::quiz::Quiz;

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reliability {
    pub coefficient: Coefficient,
    /// At most 1. Below 0 when items contradict each other.
    pub value: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coefficient {
    Kr20,
    CronbachAlpha,
}

/// Points by attempt.
type Column = BTreeMap<usize, f64>;

pub(super) fn of(quiz: &Quiz, attempts: &[Taken<'_>]) -> Option<Reliability> {
    let columns: Vec<Column> = quiz.questions.iter().map(|question| column(&question.id, attempts)).collect();
    let columns: Vec<Column> = columns.into_iter().filter(|column| column.len() >= 2).collect();
    let variances: Vec<f64> = columns.iter().filter_map(variance).collect();
    let mut covariances = Vec::new();
    for (index, one) in columns.iter().enumerate() {
        covariances.extend(columns[index + 1..].iter().filter_map(|other| covariance(one, other)));
    }
    let items = columns.iter().map(Column::len).sum::<usize>() as f64 / attempts.len().max(1) as f64;
    let (variance, covariance) = (correlation::mean(&variances)?, correlation::mean(&covariances)?);
    let of_attempts = variance + (items - 1.0) * covariance;
    let coefficient = if is_dichotomous(attempts) { Coefficient::Kr20 } else { Coefficient::CronbachAlpha };
    // Points differ by more than this, or not at all.
    (of_attempts > 1e-9).then(|| Reliability { coefficient, value: items * covariance / of_attempts })
}

fn column(question: &str, attempts: &[Taken<'_>]) -> Column {
    let points = |(index, attempt): (usize, &Taken<'_>)| {
        let found = counted(&attempt.score).find(|asked| asked.id == question)?;
        Some((index, f64::from(found.points.0)))
    };
    attempts.iter().enumerate().filter_map(points).collect()
}

fn variance(column: &Column) -> Option<f64> {
    correlation::variance(&column.values().copied().collect::<Vec<_>>())
}

fn covariance(one: &Column, other: &Column) -> Option<f64> {
    let pairs: Vec<(f64, f64)> =
        one.iter().filter_map(|(attempt, points)| Some((*points, *other.get(attempt)?))).collect();
    if pairs.len() < 2 { None } else { correlation::covariance(&pairs) }
}

fn is_dichotomous(attempts: &[Taken<'_>]) -> bool {
    let scores = || attempts.iter().flat_map(|attempt| counted(&attempt.score));
    let max_points = scores().map(|score| score.max_points).next();
    scores().all(|score| {
        Some(score.max_points) == max_points && (score.points == Points::ZERO || score.points == score.max_points)
    })
}
