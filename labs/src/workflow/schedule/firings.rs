//! The instants at which a schedule fires in its time zone.
//!
//! A local time that does not exist (the hour skipped in spring) does not fire; of a local time that occurs twice (the
//! hour repeated in autumn) the first one fires.

use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ZonedDateTime};

use super::quartz::{CronError, Quartz};
use crate::authored::{nearest, shorten};

/// More firings are not computed at once.
pub const MAX_COUNT: usize = 1_000;
/// Quartz knows no later year.
const LAST_YEAR: i16 = 2099;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error(transparent)]
    Cron(#[from] CronError),
    #[error(transparent)]
    Zone(#[from] ZoneError),
}

impl ScheduleError {
    pub fn hint(&self) -> &str {
        match self {
            ScheduleError::Cron(error) => &error.hint,
            ScheduleError::Zone(error) => &error.hint,
        }
    }

    /// The expression or the zone that was probably meant, in place of the one that is refused.
    pub fn instead(&self) -> Option<&str> {
        match self {
            ScheduleError::Cron(error) => error.instead.as_deref(),
            ScheduleError::Zone(error) => error.instead.as_deref(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("There is no time zone {name:?}.")]
pub struct ZoneError {
    pub name: String,
    pub hint: String,
    /// The zone that was probably meant.
    pub instead: Option<String>,
}

/// The IANA time zone of that name, written exactly as the database has it.
///
/// # Errors
/// An unknown name, with the nearest known one.
pub fn zone(name: &str) -> Result<TimeZone, ZoneError> {
    let unknown = |hint: String, instead: Option<String>| ZoneError { name: shorten(name), hint, instead };
    match TimeZone::get(name) {
        Ok(zone) => match zone.iana_name() {
            Some(known) if known != name && known.eq_ignore_ascii_case(name) => {
                Err(unknown(format!("Write it as {known}."), Some(known.to_owned())))
            }
            _ => Ok(zone),
        },
        Err(_) if name.is_empty() => Err(unknown(WRITE_A_ZONE.to_owned(), None)),
        Err(_) => Err(match abbreviated(name).map(str::to_owned).or_else(|| nearest_zone(name)) {
            Some(near) => unknown(format!("Did you mean {near}?"), Some(near)),
            None => unknown(WRITE_A_ZONE.to_owned(), None),
        }),
    }
}

const WRITE_A_ZONE: &str = "Write a name of the IANA database, for example Europe/Berlin or UTC.";

/// The zone that people mean by an abbreviation, which names an offset and not a place.
fn abbreviated(name: &str) -> Option<&'static str> {
    const ZONES: [(&str, &str); 14] = [
        ("PST", "America/Los_Angeles"),
        ("PDT", "America/Los_Angeles"),
        ("PT", "America/Los_Angeles"),
        ("MDT", "America/Denver"),
        ("CST", "America/Chicago"),
        ("CDT", "America/Chicago"),
        ("EDT", "America/New_York"),
        ("CEST", "Europe/Berlin"),
        ("MEZ", "Europe/Berlin"),
        ("MESZ", "Europe/Berlin"),
        ("EEST", "Europe/Helsinki"),
        ("BST", "Europe/London"),
        ("IST", "Asia/Kolkata"),
        ("JST", "Asia/Tokyo"),
    ];
    ZONES.iter().find(|(short, _)| short.eq_ignore_ascii_case(name)).map(|(_, zone)| *zone)
}

/// By the whole name, or by its last part: `Berlin`.
fn nearest_zone(name: &str) -> Option<String> {
    let names: Vec<String> = jiff::tz::db().available().map(|known| known.as_str().to_owned()).collect();
    let city = |known: &str| known.rsplit('/').next().unwrap_or_default().to_owned();
    let cities: Vec<String> = names.iter().map(|known| city(known)).collect();
    let of_city = |wanted: &str| {
        cities.iter().position(|city| city.eq_ignore_ascii_case(wanted)).and_then(|place| names.get(place))
    };
    nearest(name, names.iter().map(String::as_str))
        .map(str::to_owned)
        .or_else(|| of_city(name).cloned())
        .or_else(|| nearest(name, cities.iter().map(String::as_str)).and_then(of_city).cloned())
}

/// The next firings after (not at) an instant, ascending; fewer than `count` when the schedule ends, and at most
/// [`MAX_COUNT`].
///
/// # Errors
/// An expression or a zone that does not exist.
pub fn next_firings(
    quartz: &str,
    zone_name: &str,
    after: Timestamp,
    count: usize,
) -> Result<Vec<ZonedDateTime>, ScheduleError> {
    let quartz = Quartz::parse(quartz)?;
    let zone = zone(zone_name)?;
    let count = count.min(MAX_COUNT);
    let mut firings = Vec::new();
    let start = after.to_zoned_datetime(zone.clone()).date();
    // The day before: its last firing may lie behind `after` by the clock and before it by the calendar.
    let mut day = start.yesterday().ok();
    while let Some(date) = day.filter(|date| date.year() <= LAST_YEAR && firings.len() < count) {
        if quartz.includes(date) {
            firings
                .extend(quartz.on(date, &zone).filter(|firing| firing.timestamp() > after).take(count - firings.len()));
        }
        day = date.tomorrow().ok();
    }
    Ok(firings)
}

impl Quartz {
    /// The firings of a local day, ascending.
    fn on<'a>(&'a self, date: Date, zone: &'a TimeZone) -> impl Iterator<Item = ZonedDateTime> + 'a {
        let narrow = |number: u16| i8::try_from(number).unwrap_or(0);
        let times = self.hours.iter().flat_map(move |hour| {
            self.minutes.iter().flat_map(move |minute| {
                self.seconds
                    .iter()
                    .filter_map(move |second| Time::new(narrow(*hour), narrow(*minute), narrow(*second), 0).ok())
            })
        });
        times.filter_map(move |time| {
            let ambiguous = zone.to_ambiguous_zoned_datetime(date.to_datetime(time));
            match ambiguous.offset() {
                AmbiguousOffset::Gap { .. } => None,
                AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => ambiguous.earlier().ok(),
            }
        })
    }
}
