//! `job_schedule`: the job fires at exactly the instants that the rubric lists, in particular around clock changes.

use sandbar_labs::workflow::job::PauseStatus;
use sandbar_labs::workflow::schedule;

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
        let (quartz, zone) = (&given.quartz_cron_expression, &given.timezone_id);
        if given.pause_status == PauseStatus::Paused {
            return Fault::new("paused", "The schedule is paused, so the job never starts by itself.").failed();
        }
        for window in &self.windows {
            let count = window.firings.len();
            let firings = match schedule::next_firings(quartz, zone, window.after, count) {
                Ok(firings) => firings,
                Err(error) => return Fault::new("bad_schedule", error.to_string()).found(quartz).failed(),
            };
            let found: Vec<jiff::Timestamp> = firings.iter().map(|firing| firing.timestamp()).collect();
            if found != window.firings {
                let message = format!("`{quartz}` in {zone} fires at other times.");
                let fault = Fault::new("other_times", message).expected(instants(&window.firings));
                return fault.found(instants(&found)).failed();
            }
        }
        Verdict::Passed
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}

fn instants(instants: &[jiff::Timestamp]) -> String {
    instants.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
