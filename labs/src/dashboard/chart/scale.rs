//! An axis' ticks: round numbers at equal distances that hold all values between them.

use super::number;

/// A range smaller than this part of its values cannot be told apart by the numbers on an axis.
const LEAST_SPAN: f64 = 1e-9;
/// Beyond, a step would not be a number any more.
const LARGEST: f64 = 1e300;

/// At least two ticks, ascending; each is a whole multiple of `mantissa * 10^exponent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ticks {
    pub values: Vec<f64>,
    /// 1, 2 or 5.
    pub mantissa: i64,
    pub exponent: i32,
}

impl Ticks {
    /// Ticks for values from `low` to `high`, in about `wanted` steps. What is no number counts as 0.
    pub fn over(low: f64, high: f64, wanted: u32) -> Self {
        let (low, high) = widened(usable(low).min(usable(high)), usable(low).max(usable(high)));
        let (mantissa, exponent) = step((high - low) / f64::from(wanted.max(1)));
        let at = |number: i64| multiple(number.saturating_mul(mantissa), exponent);
        let step = at(1);
        let (mut first, mut last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
        // The quotients are rounded.
        while at(first) > low {
            first -= 1;
        }
        while at(last) < high {
            last += 1;
        }
        Self { values: (first..=last).map(at).collect(), mantissa, exponent }
    }

    pub fn first(&self) -> f64 {
        self.values.first().copied().unwrap_or_default()
    }

    pub fn last(&self) -> f64 {
        self.values.last().copied().unwrap_or_default()
    }

    /// Where a value lies, from 0 at the first tick to 1 at the last.
    pub fn share(&self, value: f64) -> f64 {
        // Halves first, so that the difference of the largest values is a number.
        let span = self.last() / 2.0 - self.first() / 2.0;
        ((value / 2.0 - self.first() / 2.0) / span).clamp(0.0, 1.0)
    }

    pub fn labels(&self) -> Vec<String> {
        number::of_ticks(&self.values, self.exponent)
    }
}

/// A finite number that is neither too large nor too near zero to have a power of ten.
fn usable(value: f64) -> f64 {
    let is_number = value.is_finite() && value.abs() >= 1.0 / LARGEST;
    if is_number { value.clamp(-LARGEST, LARGEST) } else { 0.0 }
}

/// A range with room between its ends.
fn widened(low: f64, high: f64) -> (f64, f64) {
    let magnitude = low.abs().max(high.abs());
    if magnitude < 1.0 / LARGEST {
        return (0.0, 1.0);
    }
    if high - low > magnitude * LEAST_SPAN { (low, high) } else { (low - magnitude / 2.0, high + magnitude / 2.0) }
}

/// The smallest round step that is not below `raw`.
fn step(raw: f64) -> (i64, i32) {
    let exponent = raw.log10().floor() as i32;
    let fits = |mantissa: &i64| multiple(*mantissa, exponent) >= raw * (1.0 - 1e-12);
    match [1, 2, 5].into_iter().find(fits) {
        Some(mantissa) => (mantissa, exponent),
        None => (1, exponent + 1),
    }
}

/// By a power of ten that is exact where there is one.
fn multiple(number: i64, exponent: i32) -> f64 {
    let number = number as f64;
    if exponent >= 0 { number * 10f64.powi(exponent) } else { number / 10f64.powi(-exponent) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn ticks_are_the_numbers_that_a_person_would_write() {
        let labels = |low, high| Ticks::over(low, high, 5).labels();
        assert_eq!(labels(0.0, 97.0), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(-3.0, 7.5), ["−5", "0", "5", "10"]);
        assert_eq!(labels(0.0, 1.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, 12_345.0), ["0", "5,000", "10,000", "15,000"]);
        assert_eq!(labels(0.0, 2_400_000.0), ["0.0 M", "0.5 M", "1.0 M", "1.5 M", "2.0 M", "2.5 M"]);
        assert_eq!(labels(0.0, 0.0), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, -2e-309), labels(0.0, 0.0));
        assert_eq!(labels(0.0, f64::NAN), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    }

    fn values() -> impl Strategy<Value = f64> {
        prop_oneof![
            -1e6..1e6_f64,
            -1.0..1.0_f64,
            any::<f64>(),
            (-1_000..1_000_i32).prop_map(f64::from),
            (0..40_i32).prop_map(|power| 10f64.powi(power - 20)),
        ]
    }

    proptest! {
        #[test]
        fn ticks_cover_the_range_ascend_and_are_round(low in values(), high in values(), wanted in 1..12_u32) {
            let ticks = Ticks::over(low, high, wanted);
            let (least, most) = (usable(low).min(usable(high)), usable(low).max(usable(high)));
            prop_assert!(ticks.first() <= least && ticks.last() >= most, "{ticks:?}");
            prop_assert!(ticks.values.windows(2).all(|pair| pair[0] < pair[1]), "{ticks:?}");
            prop_assert!((2..=wanted as usize + 3).contains(&ticks.values.len()), "{ticks:?}");
            prop_assert!([1, 2, 5].contains(&ticks.mantissa));
            let step = multiple(ticks.mantissa, ticks.exponent);
            for value in &ticks.values {
                let times = value / step;
                prop_assert!((times - times.round()).abs() < 1e-6, "{value} is no multiple of {step}");
            }
            prop_assert!(ticks.labels().windows(2).all(|pair| pair[0] != pair[1]), "{:?}", ticks.labels());
        }

        #[test]
        fn a_greater_value_never_lies_before_a_smaller_one(mut all in prop::collection::vec(-1e9..1e9_f64, 2..20)) {
            all.sort_by(f64::total_cmp);
            let ticks = Ticks::over(all[0], all[all.len() - 1], 5);
            let shares: Vec<f64> = all.iter().map(|value| ticks.share(*value)).collect();
            prop_assert!(shares.is_sorted() && shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
        }
    }
}
