//! Dates and timestamps as CAST reads them from texts: `2024-1-5`, `2024-01-05 10:30`, `2024-01-05T10:30:00.5+02:00`.
//!
//! Month, day and time may be missing from the right; a date may go on with a time, which it ignores.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::zones::Zone;

/// The date at the start of a text.
pub fn date(text: &str) -> Option<NaiveDate> {
    let (date, rest) = leading_date(text.trim())?;
    (rest.is_empty() || rest.starts_with([' ', 'T'])).then_some(date)
}

/// The instant that a text means, in UTC where it names no zone.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (date, rest) = leading_date(text.trim())?;
    if rest.is_empty() {
        return Some(date.and_time(NaiveTime::MIN).and_utc());
    }
    let (time, zone) = time_and_zone(rest.strip_prefix([' ', 'T'])?)?;
    zone.instant(date.and_time(time))
}

/// A time to the end of the text. Only behind seconds there may be a zone.
fn time_and_zone(text: &str) -> Option<(NaiveTime, Zone)> {
    let (time, rest) = leading_time(text)?;
    let zone = rest.trim_start();
    if zone.is_empty() {
        return Some((time, Zone::Offset(0)));
    }
    let has_seconds = text[..text.len() - rest.len()].matches(':').count() == 2;
    if has_seconds { Some((time, Zone::of(zone)?)) } else { None }
}

/// The time of a text that has no day, as `T10`, `10:30` and `T10:30:15Z` are: such a text is a time of the day it is read on.
pub fn without_day(text: &str) -> Option<&str> {
    let text = text.trim();
    let time = text.strip_prefix('T').or(text.contains(':').then_some(text))?;
    time_and_zone(time).map(|_| time)
}

/// Digits at the start of a text, as many as may stand there.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(u32, &str)> {
    let there = text.bytes().take_while(u8::is_ascii_digit).count();
    if !digits.contains(&there) {
        return None;
    }
    let (number, rest) = text.split_at(there);
    Some((number.parse().ok()?, rest))
}

/// `-5` of `2024-5`; 1 when there is none.
fn part(text: &str) -> Option<(u32, &str)> {
    match text.strip_prefix('-') {
        Some(rest) => number(rest, 1..=2),
        None => Some((1, text)),
    }
}

fn leading_date(text: &str) -> Option<(NaiveDate, &str)> {
    let (year, rest) = number(text, 4..=6)?;
    let (month, rest) = part(rest)?;
    let (day, rest) = part(rest)?;
    Some((NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?, rest))
}

fn leading_time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = number(text, 1..=2)?;
    let Some(minutes) = rest.strip_prefix(':') else {
        return Some((NaiveTime::from_hms_opt(hour, 0, 0)?, rest));
    };
    let (minute, rest) = number(minutes, 1..=2)?;
    let Some(seconds) = rest.strip_prefix(':') else {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, rest));
    };
    let (second, rest) = number(seconds, 1..=2)?;
    let (micros, rest) = match rest.strip_prefix('.') {
        Some(fraction) => micros(fraction),
        None => (0, rest),
    };
    Some((NaiveTime::from_hms_micro_opt(hour, minute, second, micros)?, rest))
}

/// Digits behind the point; those beyond microseconds are cut.
fn micros(text: &str) -> (u32, &str) {
    let there = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(there);
    let six: String = digits.chars().chain(std::iter::repeat('0')).take(6).collect();
    (six.parse().unwrap_or_default(), rest)
}

#[cfg(test)]
mod tests {
    use super::{date, instant, without_day};

    #[test]
    fn texts_are_read_as_cast_reads_them() {
        for (text, time) in [
            ("2024", "2024-01-01 00:00:00"),
            ("2024-2", "2024-02-01 00:00:00"),
            (" 2024-2-3 ", "2024-02-03 00:00:00"),
            ("2024-02-03 4:05", "2024-02-03 04:05:00"),
            ("2024-02-03 4", "2024-02-03 04:00:00"),
            ("2024-02-03T04:05:06.5", "2024-02-03 04:05:06.500"),
            ("2024-02-03 04:05:06.1234567Z", "2024-02-03 04:05:06.123456"),
            ("2024-02-03 04:05:06+02:00", "2024-02-03 02:05:06"),
            ("2024-02-03 04:05:06 -0130", "2024-02-03 05:35:06"),
            ("2024-07-03 04:05:06 Europe/Berlin", "2024-07-03 02:05:06"),
        ] {
            assert_eq!(instant(text).unwrap().format("%F %T%.f").to_string(), time, "{text}");
        }
        for text in [
            "",
            "24-01-01",
            "2024-13-01",
            "2024-02-30",
            "2024-02-03 25:00",
            "2024-02-03x",
            "soon",
            "20240203",
            "2024-",
            "2024-02-03 4:",
            "2024-02-03T",
            "10:30",
            "2024-02-03 4Z",
            "2024-02-03 4:05+01:00",
        ] {
            assert_eq!(instant(text), None, "{text}");
        }
    }

    #[test]
    fn a_time_without_a_day_is_told_from_a_year() {
        for (text, time) in [("T10", "10"), (" 10:30 ", "10:30"), ("T10:30:15.5Z", "10:30:15.5Z")] {
            assert_eq!(without_day(text), Some(time), "{text}");
        }
        for text in ["10", "10:", "25:00", "T", "2024-01-01 10:30", "10:30 nowhere", "10:30Z", "T10 UTC"] {
            assert_eq!(without_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_date_ignores_the_time_behind_it() {
        assert_eq!(date("2024-2-3 whatever").unwrap().to_string(), "2024-02-03");
        assert_eq!(date("2024-02-03T04:05").unwrap().to_string(), "2024-02-03");
        assert_eq!(date("2024-02-03x"), None);
    }
}
