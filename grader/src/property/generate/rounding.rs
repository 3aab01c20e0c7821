//! Numbers at which the ways of rounding part: what truncates, rounds half up or rounds half to even gives different
//! results for at least one of them, and so does what trusts a binary fraction to be its decimal.

use crate::rubric::Section;

/// A decimal factor as a fraction: 1.05 is 105 / 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    numerator: i128,
    denominator: i128,
}

impl Factor {
    /// The factor in the field `times`, when it is given.
    pub fn read(section: &mut Section<'_, '_>) -> Option<Self> {
        let number = section.number("times")?;
        let factor = Self::parse(&number.to_string());
        if factor.is_none() {
            section.wrong("times", "`times` is a factor above 0 with at most 6 decimals, such as 1.05.".to_owned());
        }
        factor
    }

    fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let decimals = u32::try_from(fraction.len()).ok().filter(|decimals| *decimals <= 6)?;
        let numerator = format!("{whole}{fraction}").parse().ok().filter(|numerator| *numerator > 0)?;
        Some(Self { numerator, denominator: 10i128.pow(decimals) })
    }

    /// What is lost when the product is cut to a whole number of steps.
    fn rest(self, steps: i64) -> i128 {
        (i128::from(steps) * self.numerator).rem_euclid(self.denominator)
    }

    fn is_half(self, steps: i64) -> bool {
        2 * self.rest(steps) == self.denominator
    }

    fn is_odd(self, steps: i64) -> bool {
        (i128::from(steps) * self.numerator).div_euclid(self.denominator) % 2 != 0
    }
}

/// Numbers in a row that are looked at for what the factor leaves over: it comes again after so many as the factor has
/// parts, 100 for 1.05.
const LOOKED_AT: usize = 400;

/// Numbers in a row that are looked at for a binary fraction beside its decimal. With two decimals one of a few is
/// enough; with one decimal there is none however far one looks.
const BINARY_LOOKED_AT: usize = 10_000;

/// Steps of the last decimal between the bounds, the same kinds from wherever one begins to look: those whose product
/// with the factor is cut most, cut least, just above and just below a half, and a half with an even and an odd number
/// before it; and those whose binary fraction is below and above the decimal. A kind that the range lacks is left out.
pub fn worst(least: i64, most: i64, decimals: u32, times: Option<Factor>, from: i64) -> Vec<i64> {
    let all = || (from..=most).chain(least..from);
    let mut found = Vec::new();
    if let Some(factor) = times {
        // What is left over, with its number, where something is.
        let rests = all().take(LOOKED_AT).map(|steps| (factor.rest(steps), steps)).filter(|(rest, _)| *rest > 0);
        let rests: Vec<(i128, i64)> = rests.collect();
        let (above, below): (Vec<_>, Vec<_>) = rests.iter().partition(|(rest, _)| 2 * rest > factor.denominator);
        let half =
            |odd: bool| all().take(LOOKED_AT).find(|steps| factor.is_half(*steps) && factor.is_odd(*steps) == odd);
        let below = below.into_iter().filter(|(rest, _)| 2 * rest < factor.denominator);
        let ends = [rests.iter().max().copied(), rests.iter().min().copied(), above.into_iter().min(), below.max()];
        found.extend(ends.into_iter().flatten().map(|(_, steps)| steps));
        found.extend([half(false), half(true)].into_iter().flatten());
    }
    if decimals > 0 {
        let scale = 10f64.powi(i32::try_from(decimals).unwrap_or_default());
        let some = || all().take(BINARY_LOOKED_AT);
        found.extend(some().find(|steps| binary(*steps, scale) < 0.0));
        found.extend(some().find(|steps| binary(*steps, scale) > 0.0));
    }
    found.dedup();
    found
}

/// How far the binary fraction lies from its decimal, in steps.
#[expect(clippy::cast_precision_loss, reason = "an author's bounds are small numbers")]
fn binary(steps: i64, scale: f64) -> f64 {
    steps as f64 / scale * scale - steps as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(steps: i64, way: fn(f64) -> f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let product = (steps * 105) as f64 / 100.0;
        way(product)
    }

    #[test]
    fn every_way_of_rounding_is_told_from_the_others_wherever_one_begins() {
        let factor = Factor::parse("1.05");
        assert_eq!(factor, Some(Factor { numerator: 105, denominator: 100 }));
        for from in (100..=30_000).step_by(97) {
            let numbers = worst(100, 30_000, 2, factor, from);
            assert!(numbers.iter().all(|steps| (100..=30_000).contains(steps)), "{numbers:?}");
            let differ = |one: fn(f64) -> f64, other: fn(f64) -> f64| {
                numbers.iter().any(|steps| (rounded(*steps, one) - rounded(*steps, other)).abs() > 0.5)
            };
            assert!(differ(f64::round, f64::floor) && differ(f64::round, f64::ceil), "{numbers:?}");
            assert!(differ(f64::round, f64::round_ties_even), "{numbers:?}");
            // Further from the product than half a step, which is the tolerance of prices in cents.
            let cut = |steps: &i64| (steps * 105) % 100 > 90;
            assert!(numbers.iter().any(cut), "{numbers:?}");
            let trusting = |steps: &i64| binary(*steps, 100.0) < 0.0;
            assert!(numbers.iter().any(trusting), "{numbers:?}");
        }
    }

    /// To the end of such a range one would look for years.
    #[test]
    fn a_wide_range_without_a_kind_is_not_looked_through() {
        assert_eq!(worst(0, i64::MAX - 1, 1, None, 5), Vec::<i64>::new());
    }

    #[test]
    fn what_the_range_lacks_is_left_out() {
        assert!(worst(1, 3, 0, None, 2).is_empty());
        assert!(worst(20, 20, 0, Factor::parse("1.05"), 20).is_empty());
        assert_eq!(worst(10, 10, 0, Factor::parse("1.05"), 10), vec![10_i64]);
        assert_eq!(Factor::parse("-1.05"), None);
        assert_eq!(Factor::parse("0"), None);
    }
}
