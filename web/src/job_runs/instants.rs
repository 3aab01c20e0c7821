//! Instants and lengths on a run's clock, in the job's own time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sandbar_labs::workflow::Job;

/// How the instants of one run are written.
#[derive(Clone, Debug)]
pub struct Clock {
    pub zone: TimeZone,
    pub zone_name: String,
    /// What happens on another day than this is written with its date.
    pub day: Timestamp,
}

impl Clock {
    /// In the zone of the job's schedule; in UTC where it has none.
    pub fn of(job: Option<&Job>, day: Timestamp) -> Self {
        let named = job.and_then(|job| job.schedule.as_ref()).map(|schedule| schedule.timezone_id.clone());
        let known = named.and_then(|name| Some((TimeZone::get(&name).ok()?, name)));
        let (zone, zone_name) = known.unwrap_or((TimeZone::UTC, "UTC".to_owned()));
        Self { zone, zone_name, day }
    }

    /// `Tue 24 Nov 2026, 06:00:15 CET`
    pub fn long(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%a %-d %b %Y, %H:%M:%S %Z").to_string()
    }

    /// `06:00:15`, with the date when it is another day's.
    pub fn short(&self, at: Timestamp) -> String {
        self.format(at, self.day, "%H:%M:%S")
    }

    /// For an axis whose label before this one was at `before`.
    pub fn tick(&self, at: Timestamp, before: Timestamp, with_seconds: bool) -> String {
        self.format(at, before, if with_seconds { "%H:%M:%S" } else { "%H:%M" })
    }

    fn format(&self, at: Timestamp, day: Timestamp, time: &str) -> String {
        let local = at.to_zoned_datetime(self.zone.clone());
        let is_same_day = local.date() == day.to_zoned_datetime(self.zone.clone()).date();
        let date = if is_same_day { "" } else { "%-d %b " };
        local.strftime(&format!("{date}{time}")).to_string()
    }
}

pub fn millis(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond() - from.as_millisecond()
}

/// `15 s`, `4 min 15 s`, `2 h`, `3 d 4 h`: the two largest units.
pub fn length(millis: i64) -> String {
    let seconds = (millis.max(0) + 500) / 1_000;
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let first = parts.iter().position(|(number, _)| *number > 0).unwrap_or(parts.len() - 1);
    let shown = parts[first..].iter().take(2).enumerate().filter(|(place, (number, _))| *place == 0 || *number > 0);
    shown.map(|(_, (number, unit))| format!("{number} {unit}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_its_two_largest_units() {
        let told = [0, 15, 240, 255, 3_600, 3_605, 90_061].map(|seconds| length(seconds * 1_000));
        assert_eq!(told, ["0 s", "15 s", "4 min", "4 min 15 s", "1 h", "1 h", "1 d 1 h"]);
    }

    #[test]
    fn an_instant_of_another_day_in_the_jobs_zone_has_its_date() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let clock = Clock {
            zone: TimeZone::get("Europe/Berlin").unwrap(),
            zone_name: String::new(),
            day: at("2026-11-24T05:00:00Z"),
        };
        assert_eq!(clock.short(at("2026-11-24T22:59:00Z")), "23:59:00");
        assert_eq!(clock.short(at("2026-11-24T23:01:00Z")), "25 Nov 00:01:00");
        assert_eq!(clock.long(at("2026-11-24T05:00:00Z")), "Tue 24 Nov 2026, 06:00:00 CET");
    }
}
