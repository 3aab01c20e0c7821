//! Where an instant of a run lies on an axis. Stretches in which nothing happens are drawn short, so that a repair a
//! day
//! later leaves the minutes of the run readable.

use jiff::Timestamp;

use crate::job_runs::instants::millis;

/// A gap is drawn short when it is longer than this share of what happens, and than a minute.
const LONG_SHARE: f64 = 0.35;
const LONG_MILLIS: i64 = 60_000;
/// How wide a short-drawn gap is.
const GAP_WIDTH: f64 = 44.0;

/// A stretch of the axis: instants from `from` to `to` lie between `x` and `x + width`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    pub x: f64,
    pub width: f64,
    /// Whether it is a gap that is drawn short.
    pub short: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// One after the other, without holes.
    pub stretches: Vec<Stretch>,
}

impl Scale {
    /// For what happens in these spans, on an axis from `left` to `right`. `None` when nothing happens.
    pub fn of(spans: &[(Timestamp, Timestamp)], left: f64, right: f64) -> Option<Self> {
        let busy = merged(spans);
        let (first, last) = (busy.first()?.0, busy.last()?.1);
        let total: i64 = busy.iter().map(|(from, to)| millis(*from, *to)).sum();
        let mut parts = vec![(first, first, false)];
        for (from, to) in busy {
            let (_, end, _) = parts[parts.len() - 1];
            let gap = millis(end, from);
            if gap > LONG_MILLIS && to_f64(gap) > LONG_SHARE * to_f64(total) {
                parts.extend([(end, from, true), (from, to, false)]);
            } else if let Some(open) = parts.last_mut() {
                open.1 = to;
            }
        }
        debug_assert_eq!(parts.last().map(|part| part.1), Some(last));
        Some(Self { stretches: placed(&parts, left, right) })
    }

    pub fn x(&self, at: Timestamp) -> f64 {
        let inside = self.stretches.iter().find(|stretch| at <= stretch.to).or(self.stretches.last());
        inside.map_or(0.0, |stretch| {
            let length = to_f64(millis(stretch.from, stretch.to)).max(1.0);
            stretch.x + stretch.width * (to_f64(millis(stretch.from, at)) / length).clamp(0.0, 1.0)
        })
    }
}

fn placed(parts: &[(Timestamp, Timestamp, bool)], left: f64, right: f64) -> Vec<Stretch> {
    let gaps = to_f64(i64::try_from(parts.iter().filter(|part| part.2).count()).unwrap_or(i64::MAX));
    let gap_width = GAP_WIDTH.min((right - left) / 2.0 / gaps.max(1.0));
    let room = right - left - gaps * gap_width;
    let total: i64 = parts.iter().filter(|part| !part.2).map(|(from, to, _)| millis(*from, *to)).sum();
    let mut x = left;
    let place = |&(from, to, short): &(Timestamp, Timestamp, bool)| {
        let share = to_f64(millis(from, to)) / to_f64(total.max(1));
        let width = if short { gap_width } else { room * share };
        let stretch = Stretch { from, to, x, width, short };
        x += width;
        stretch
    };
    parts.iter().map(place).collect()
}

/// The spans in order, those that touch or overlap as one.
fn merged(spans: &[(Timestamp, Timestamp)]) -> Vec<(Timestamp, Timestamp)> {
    let mut sorted = spans.to_vec();
    sorted.sort();
    let mut merged: Vec<(Timestamp, Timestamp)> = Vec::new();
    for (from, to) in sorted {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Milliseconds of a calendar are far below what an `f64` counts exactly.
#[expect(clippy::cast_precision_loss, reason = "an axis needs no more")]
fn to_f64(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn a_day_without_anything_is_drawn_short_and_a_minute_between_attempts_is_not() {
        let scale = Scale::of(&[(at(0), at(300)), (at(360), at(400)), (at(90_000), at(90_300))], 0.0, 844.0).unwrap();
        let short: Vec<bool> = scale.stretches.iter().map(|stretch| stretch.short).collect();
        assert_eq!(short, [false, true, false]);
        assert_eq!((scale.x(at(0)), scale.x(at(90_300))), (0.0, 844.0));
        assert!((scale.x(at(90_000)) - scale.x(at(400)) - GAP_WIDTH).abs() < 1e-6);
    }

    #[test]
    fn where_nothing_happens_there_is_no_axis_and_an_instant_alone_has_one() {
        assert_eq!(Scale::of(&[], 0.0, 100.0), None);
        assert_eq!(Scale::of(&[(at(5), at(5))], 10.0, 100.0).unwrap().x(at(5)), 10.0);
    }

    proptest! {
        #[test]
        fn later_lies_further_right_and_everything_lies_on_the_axis(
            spans in prop::collection::vec((0_i64..500_000, 0_i64..2_000), 1..20),
            instants in prop::collection::vec(-10_i64..600_000, 2..20),
        ) {
            let spans: Vec<_> = spans.iter().map(|(from, length)| (at(*from), at(from + length))).collect();
            let scale = Scale::of(&spans, 100.0, 900.0).unwrap();
            let mut instants = instants;
            instants.sort_unstable();
            let places: Vec<f64> = instants.iter().map(|second| scale.x(at(*second))).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1] + 1e-6), "{:?}", places);
            prop_assert!(places.iter().all(|x| (99.9..=900.1).contains(x)), "{:?}", places);
        }
    }
}
