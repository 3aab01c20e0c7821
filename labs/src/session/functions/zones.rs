//! Time zones as texts name them: `Z`, `+02`, `+02:00`, `+0200`, `UTC`, `Europe/Berlin`.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};

#[derive(Clone, Debug)]
pub enum Zone {
    /// Seconds east of UTC.
    Offset(i64),
    Named(jiff::tz::TimeZone),
}

impl Zone {
    /// The zone that a whole text names.
    pub fn of(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("z") {
            return Some(Self::Offset(0));
        }
        if text.starts_with(['+', '-']) {
            return offset(text).filter(|(_, rest)| rest.is_empty()).map(|(seconds, _)| Self::Offset(seconds));
        }
        // `GMT+1`
        let offset = ["UTC", "GMT", "UT"].into_iter().find_map(|prefix| text.strip_prefix(prefix));
        if let Some(offset) = offset.filter(|offset| offset.starts_with(['+', '-'])) {
            return Self::of(offset);
        }
        jiff::tz::TimeZone::get(text).ok().map(Self::Named)
    }

    /// What a local time in the zone is in UTC.
    pub fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        match self {
            Self::Offset(seconds) => local.and_utc().checked_sub_signed(TimeDelta::seconds(*seconds)),
            Self::Named(zone) => {
                let text = local.format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
                let zoned = zone.to_zoned_datetime(text.parse().ok()?).ok()?;
                DateTime::from_timestamp_micros(zoned.timestamp().as_microsecond())
            }
        }
    }

    /// What a clock in the zone shows at an instant, as if it were UTC.
    pub fn local(&self, time: DateTime<Utc>) -> DateTime<Utc> {
        let seconds = match self {
            Self::Offset(seconds) => *seconds,
            Self::Named(zone) => {
                let known = jiff::Timestamp::from_microsecond(time.timestamp_micros());
                known.map_or(0, |known| i64::from(zone.to_offset(known).seconds()))
            }
        };
        time + TimeDelta::seconds(seconds)
    }
}

/// `+2`, `+02`, `+0200` or `+02:00` at the start of a text, in seconds, and the rest.
pub fn offset(text: &str) -> Option<(i64, &str)> {
    let sign = match text.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, rest) = two_digits(&text[1..])?;
    let minutes = two_digits(rest.strip_prefix(':').unwrap_or(rest)).filter(|(minutes, _)| *minutes < 60);
    let (minutes, rest) = minutes.unwrap_or((0, rest));
    (hours <= 18).then_some((sign * (hours * 3_600 + minutes * 60), rest))
}

/// One digit, or two.
fn two_digits(text: &str) -> Option<(i64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).take(2).count();
    let (number, rest) = text.split_at(digits);
    Some((number.parse().ok()?, rest))
}
