//! `job_alerts`: someone hears of a failed run.

use super::{Rule, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobAlerts;

impl Rule for JobAlerts {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &work.job,
            Err(verdict) => return verdict,
        };
        let email = job.email_notifications.as_ref().is_some_and(|email| !email.on_failure.is_empty());
        let webhook = job.webhook_notifications.as_ref().is_some_and(|webhook| !webhook.on_failure.is_empty());
        let task = |task: &sandbar_labs::workflow::job::Task| {
            task.email_notifications.as_ref().is_some_and(|email| !email.on_failure.is_empty())
                || task.webhook_notifications.as_ref().is_some_and(|webhook| !webhook.on_failure.is_empty())
        };
        if email || webhook || (!job.tasks.is_empty() && job.tasks.iter().all(task)) {
            return Verdict::Passed;
        }
        Fault::new("nobody", "Nobody is told when a run fails.")
            .expected("email_notifications.on_failure or webhook_notifications.on_failure on the job")
            .found("no alert on failure")
            .failed()
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}
