//! `job_alerts`: someone hears of a failed run.

use super::{Rule, job};
use crate::feedback::list;
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
        let silent: Vec<&str> = job.tasks.iter().filter(|of| !task(of)).map(|of| of.task_key.as_str()).collect();
        if email || webhook || (!job.tasks.is_empty() && silent.is_empty()) {
            return Verdict::Passed;
        }
        let expected = "email_notifications.on_failure or webhook_notifications.on_failure on the job";
        let fault = if silent.len() == job.tasks.len() {
            Fault::new("nobody", "Nobody is told when a run fails.").found("no alert on failure")
        } else {
            let message = format!("Nobody is told when a run fails in {}.", list(&silent));
            Fault::new("nobody", message).found("alerts of some tasks only")
        };
        fault.expected(expected).failed()
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}
