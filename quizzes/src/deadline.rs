//! Until when an attempt takes answers. Times are arguments, in milliseconds since 1970 by the server's clock.

/// An answer that was sent in time may arrive a little later.
pub const GRACE_MS: i64 = 5_000;

/// What bounds an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    pub started_ms: i64,
    /// The quiz's own limit.
    pub minutes: Option<u32>,
    /// The student's share of the limit: 100 for all, 150 for half as much again.
    pub factor_percent: u32,
    /// Given while it runs.
    pub extra_minutes: u32,
    /// When the quiz is due, if it is.
    pub due_ms: Option<i64>,
}

impl Timing {
    /// The moment of the attempt's end: its time is up or the quiz is due, whichever is first. `None` for never.
    pub fn ends_ms(&self) -> Option<i64> {
        let limit = self.minutes.map(|minutes| {
            let own = i64::from(minutes) * 60_000 * i64::from(self.factor_percent) / 100;
            self.started_ms.saturating_add(own).saturating_add(i64::from(self.extra_minutes) * 60_000)
        });
        match (limit, self.due_ms) {
            (Some(limit), Some(due)) => Some(limit.min(due.max(self.started_ms))),
            (limit, due) => limit.or(due),
        }
    }

    /// What is left at that moment; `None` without an end, 0 when it is over.
    pub fn remaining_ms(&self, now_ms: i64) -> Option<i64> {
        self.ends_ms().map(|end| end.saturating_sub(now_ms).max(0))
    }

    pub fn is_over(&self, now_ms: i64) -> bool {
        self.remaining_ms(now_ms) == Some(0)
    }

    /// Whether an answer that arrives at that moment still counts.
    pub fn accepts(&self, arrived_ms: i64) -> bool {
        self.ends_ms().is_none_or(|end| arrived_ms <= end.saturating_add(GRACE_MS))
    }
}

/// Whether another attempt may begin.
pub fn may_start(allowed: Option<u32>, made: u32, now_ms: i64, due_ms: Option<i64>) -> bool {
    allowed.is_none_or(|allowed| made < allowed) && due_ms.is_none_or(|due| now_ms < due)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FIFTEEN: Timing =
        Timing { started_ms: 1_000_000, minutes: Some(15), factor_percent: 100, extra_minutes: 0, due_ms: None };

    #[test]
    fn an_attempt_ends_when_its_minutes_are_over() {
        assert_eq!(FIFTEEN.ends_ms(), Some(1_900_000));
        assert_eq!(FIFTEEN.remaining_ms(1_840_000), Some(60_000));
        assert!(!FIFTEEN.is_over(1_899_999) && FIFTEEN.is_over(1_900_000));
        assert!(FIFTEEN.accepts(1_905_000) && !FIFTEEN.accepts(1_905_001));
    }

    #[test]
    fn a_students_factor_and_extra_minutes_lengthen_it() {
        let timing = Timing { factor_percent: 150, extra_minutes: 2, ..FIFTEEN };
        assert_eq!(timing.ends_ms(), Some(1_000_000 + 22 * 60_000 + 30_000 + 2 * 60_000));
    }

    #[test]
    fn the_due_date_cuts_it_and_a_quiz_without_limits_never_ends() {
        assert_eq!(Timing { due_ms: Some(1_200_000), ..FIFTEEN }.ends_ms(), Some(1_200_000));
        let free = Timing { minutes: None, ..FIFTEEN };
        assert_eq!((free.ends_ms(), free.is_over(i64::MAX), free.accepts(i64::MAX)), (None, false, true));
    }

    #[test]
    fn attempts_begin_while_some_are_left_and_the_quiz_is_not_due() {
        assert!(may_start(Some(3), 2, 10, Some(11)) && may_start(None, 99, 10, None));
        assert!(!may_start(Some(3), 3, 10, None) && !may_start(Some(3), 0, 11, Some(11)));
    }

    proptest! {
        #[test]
        fn an_answer_in_time_counts_and_one_after_it_does_not(
            started_ms in 0_i64..1_000_000,
            minutes in 1_u32..100,
            late_ms in 1_i64..1_000_000,
        ) {
            let timing = Timing { started_ms, minutes: Some(minutes), ..FIFTEEN };
            let end = timing.ends_ms().unwrap();
            prop_assert!(timing.accepts(end) && timing.accepts(started_ms) && timing.accepts(end + GRACE_MS));
            prop_assert!(!timing.accepts(end + GRACE_MS + late_ms));
        }

        #[test]
        fn more_time_never_ends_earlier(
            start in 0_i64..1_000_000,
            minutes in 1_u32..100,
            factor in 100_u32..300,
            extra in 0_u32..60,
        ) {
            let base = Timing { started_ms: start, minutes: Some(minutes), ..FIFTEEN };
            let longer = Timing { factor_percent: factor, extra_minutes: extra, ..base };
            prop_assert!(longer.ends_ms() >= base.ends_ms());
        }
    }
}
