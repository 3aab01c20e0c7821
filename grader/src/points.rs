//! Points as exact hundredths, so that a sum never drifts.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of points, at least 0, exact to a hundredth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Points(u32);

impl Points {
    pub const ZERO: Self = Self(0);

    pub const fn whole(points: u32) -> Self {
        Self(points.saturating_mul(100))
    }

    pub const fn from_hundredths(hundredths: u32) -> Self {
        Self(hundredths)
    }

    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// So many thousandths of it, rounded down to a hundredth of a point; never more than all.
    pub fn share(self, per_mille: u32) -> Self {
        let share = u64::from(self.0) * u64::from(per_mille.min(1_000)) / 1_000;
        Self(u32::try_from(share).unwrap_or(self.0))
    }

    /// `12`, `12.5` or `12.25`; `None` for anything else, also for more than two decimals.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) || decimals.len() > 2 {
            return None;
        }
        let hundredths: u32 = format!("{decimals:0<2}").parse().ok()?;
        whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths).map(Self)
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        let text = match rest {
            0 => whole.to_string(),
            rest if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
            rest => format!("{whole}.{rest:02}"),
        };
        f.pad(&text)
    }
}

impl Add for Points {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Points {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

/// An integer when whole, else a number with at most two decimals.
impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::parse(&number.to_string()).ok_or_else(|| serde::de::Error::custom("points have at most two decimals"))
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn points_read_as_they_are_written() {
        for text in ["0", "12", "12.5", "0.25", "3.07"] {
            assert_eq!(Points::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "-1", "1.234", "a", ".5", "1.x", "99999999999"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_sum_of_tenths_is_exact() {
        let tenths: Points = (0..10).map(|_| Points::parse("0.1").unwrap()).sum();
        assert_eq!(tenths, Points::whole(1));
        assert_eq!(serde_json::to_string(&tenths).unwrap(), "1");
    }

    #[test]
    fn a_share_is_rounded_down_and_never_more_than_all() {
        let share = |points: &str, per_mille| Points::parse(points).unwrap().share(per_mille).to_string();
        assert_eq!((share("6", 500), share("1", 333), share("0.01", 999)), ("3".into(), "0.33".into(), "0".into()));
        assert_eq!((share("6", 1_000), share("6", u32::MAX)), ("6".into(), "6".into()));
    }

    #[test]
    fn points_cross_json_unchanged() {
        for hundredths in [0, 5, 10, 125, 9_999, 10_000] {
            let points = Points::from_hundredths(hundredths);
            let text = serde_json::to_string(&points).unwrap();
            assert_eq!(serde_json::from_str::<Points>(&text).unwrap(), points, "{text}");
        }
    }
}
