//! `job_schedule`: the job fires at exactly the instants that the rubric lists, in particular around clock changes.

use sandbar_labs::workflow::job::{PauseStatus, Schedule};
use sandbar_labs::workflow::schedule::{self, ScheduleError};

use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobSchedule {
    windows: Vec<Window>,
}

/// The firings after an instant, as instants.
#[derive(Debug)]
struct Window {
    after: jiff::Timestamp,
    firings: Vec<jiff::Timestamp>,
}

pub fn read(section: &mut Section<'_, '_>) -> JobSchedule {
    let mut windows = Vec::new();
    section.each("windows", |window| {
        let (after, firings) = (window.required("after"), window.texts("firings"));
        let parsed: Result<Vec<jiff::Timestamp>, _> = firings.iter().map(|firing| firing.parse()).collect();
        match (after.parse(), parsed) {
            (Ok(after), Ok(firings)) if !firings.is_empty() => windows.push(Window { after, firings }),
            _ => {
                window.wrong("firings", "`after` and every firing must be an instant, 2025-03-29T05:00:00Z.".to_owned())
            }
        }
    });
    if windows.is_empty() {
        section.missing("windows");
    }
    JobSchedule { windows }
}

impl Rule for JobSchedule {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &work.job,
            Err(verdict) => return verdict,
        };
        let Some(given) = &job.schedule else {
            return Fault::new("no_schedule", "The job has no schedule.").failed();
        };
        self.fault(given).map_or(Verdict::Passed, Fault::failed)
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}

impl JobSchedule {
    fn fault(&self, given: &Schedule) -> Option<Fault> {
        let (quartz, zone) = &meant(given);
        if given.pause_status == PauseStatus::Paused {
            return Fault::new("paused", "The schedule is paused, so the job never starts by itself.")
                .next("Take `pause_status: PAUSED` out of the schedule, or write UNPAUSED.")
                .into();
        }
        for window in &self.windows {
            let count = window.firings.len();
            let firings = match schedule::next_firings(quartz, zone, window.after, count) {
                Ok(firings) => firings,
                Err(error) => {
                    let found = if matches!(error, ScheduleError::Zone(_)) { zone } else { quartz };
                    let fault = Fault::new("bad_schedule", error.to_string()).next(error.hint());
                    return Some(fault.found(found));
                }
            };
            let found: Vec<jiff::Timestamp> = firings.iter().map(|firing| firing.timestamp()).collect();
            if found != window.firings {
                let message = format!("`{quartz}` in {zone} fires at other times.");
                let next = "The expression can be read. Compare its hour, its days and `timezone_id` with what is \
                            asked for; the instants are in UTC.";
                let fault = Fault::new("other_times", message).expected(instants(&window.firings)).next(next);
                return Some(fault.found(instants(&found)));
            }
        }
        None
    }
}

/// Expression and zone, as they were probably meant where they are refused: of that validation tells.
fn meant(given: &Schedule) -> (String, String) {
    let (mut quartz, mut zone) = (given.quartz_cron_expression.clone(), given.timezone_id.clone());
    for _ in 0..2 {
        let Err(error) = schedule::next_firings(&quartz, &zone, jiff::Timestamp::UNIX_EPOCH, 1) else { break };
        let Some(instead) = error.instead() else { break };
        let refused = if matches!(error, ScheduleError::Zone(_)) { &mut zone } else { &mut quartz };
        instead.clone_into(refused);
    }
    (quartz, zone)
}

fn instants(instants: &[jiff::Timestamp]) -> String {
    instants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_schedule_has_its_own_next_step() {
        let instant = |text: &str| text.parse().unwrap();
        let (after, firing) = (instant("2025-03-28T12:00:00Z"), instant("2025-03-29T05:00:00Z"));
        let rule = JobSchedule { windows: vec![Window { after, firings: vec![firing] }] };
        let schedule = |quartz: &str, zone: &str, pause_status| Schedule {
            quartz_cron_expression: quartz.to_owned(),
            timezone_id: zone.to_owned(),
            pause_status,
        };
        let on = PauseStatus::Unpaused;
        assert_eq!(rule.fault(&schedule("0 0 6 * * ?", "Europe/Berlin", on)), None);
        for (quartz, zone) in [("0 6 * * *", "Berlin"), ("0 0 6 * * *", "Europe/Berlin")] {
            assert_eq!(rule.fault(&schedule(quartz, zone, on)), None, "validation tells of {quartz} in {zone}");
        }
        for (given, reason, next) in [
            (schedule("0 0 6 * * ?", "UTC", on), "other_times", "timezone_id"),
            (schedule("0 0 6 * * ?", "Europe/Berlin", PauseStatus::Paused), "paused", "UNPAUSED"),
            (schedule("0 0 25 * * ?", "Europe/Berlin", on), "bad_schedule", "0 to 23"),
            (schedule("0 0 6 * * ?", "Middle-earth", on), "bad_schedule", "Europe/Berlin"),
            (schedule("0 18 * * *", "Europe/Berlin", on), "other_times", "hour"),
        ] {
            let fault = rule.fault(&given).unwrap();
            assert_eq!(fault.reason, reason);
            assert!(fault.next_step.unwrap().contains(next), "{reason}");
        }
    }
}
