//! Points as exact hundredths.

use serde::{Deserialize, Serialize};

/// Hundredths of a point: `Points(150)` is 1.5 points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Points(pub u32);

impl Points {
    pub const ZERO: Points = Points(0);

    /// The part `right` of `all`, rounded to the nearest hundredth, a half upwards. Never more than the whole.
    pub fn share(self, right: u64, all: u64) -> Points {
        if all == 0 || right >= all {
            return self;
        }
        let rounded = (2 * u128::from(self.0) * u128::from(right) + u128::from(all)) / (2 * u128::from(all));
        Points(u32::try_from(rounded).unwrap_or(self.0))
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        Points(points.fold(0, |sum, points| sum.saturating_add(points.0)))
    }
}

/// `2`, `1.5`, `0.33`
impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_are_written_as_people_write_them() {
        let written: Vec<String> = [0, 5, 33, 100, 150, 1205].map(|points| Points(points).to_string()).to_vec();
        assert_eq!(written, ["0", "0.05", "0.33", "1", "1.5", "12.05"]);
    }

    #[test]
    fn a_share_is_rounded_to_the_nearest_hundredth() {
        assert_eq!(Points(100).share(1, 3), Points(33));
        assert_eq!(Points(100).share(2, 3), Points(67));
        assert_eq!(Points(1).share(1, 2), Points(1));
    }

    proptest! {
        #[test]
        fn shares_are_bounded_and_monotone(points in any::<u32>(), all in 1_u64..1_000, right in 0_u64..1_000) {
            let share = Points(points).share(right, all);
            prop_assert!(share <= Points(points));
            prop_assert!(share <= Points(points).share(right + 1, all));
            prop_assert_eq!(Points(points).share(0, all), Points::ZERO);
            prop_assert_eq!(Points(points).share(all, all), Points(points));
        }
    }
}
