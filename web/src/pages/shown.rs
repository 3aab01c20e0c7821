//! What several pages show alike: times, points, results of statements, checks.

pub mod chart;
pub mod checks;
pub mod csv;
pub mod film;
pub mod history;
pub mod inspector;
pub mod job_graph;
pub mod job_run;
pub mod output;
pub mod questions;
pub mod results;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::view::layout::Moment;

/// An instant in the server's time zone, with the zone's name.
pub fn moment(at: Timestamp) -> Moment {
    let local = at.to_zoned_datetime(TimeZone::system());
    Moment { iso: at.to_string(), text: local.strftime("%a %-d %b, %H:%M %Z").to_string() }
}

/// Whole points, or with up to two decimals.
pub fn points(hundredths: u32) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// From 0 to 100; complete only when everything was reached.
pub fn percent(part: u32, whole: u32) -> u32 {
    let share = u64::from(part) * 100 / u64::from(whole.max(1));
    u32::try_from(share).unwrap_or(100).min(100)
}

/// `12 ms`, `1.4 s`.
pub fn elapsed(microseconds: u64) -> String {
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        _ => format!("{}.{} s", microseconds / 1_000_000, microseconds / 100_000 % 10),
    }
}

/// `1 row`, `2 rows`, `40,000 rows`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(number))
}

/// With a comma between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn points_are_shown_as_short_as_they_are_exact() {
        let shown: Vec<String> = [0, 1200, 750, 325, 10].into_iter().map(points).collect();
        assert_eq!(shown, ["0", "12", "7.5", "3.25", "0.1"]);
    }

    #[test]
    fn a_share_is_complete_only_when_nothing_is_missing() {
        assert_eq!((percent(9_999, 10_000), percent(10_000, 10_000), percent(0, 0)), (99, 100, 0));
    }

    #[test]
    fn durations_have_the_unit_that_a_person_reads() {
        let shown: Vec<String> = [900, 12_345, 1_449_000].into_iter().map(elapsed).collect();
        assert_eq!(shown, ["900 µs", "12 ms", "1.4 s"]);
    }

    proptest! {
        #[test]
        fn a_grouped_number_without_commas_is_the_number(number: u64) {
            let text = grouped(number);
            prop_assert_eq!(text.replace(',', ""), number.to_string());
            prop_assert!(text.split(',').skip(1).all(|group| group.len() == 3));
        }
    }
}
