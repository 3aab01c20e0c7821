//! `job_retries`: the task is tried again a bounded number of times, after a pause.

use super::mended::mended;
use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobRetries {
    task: String,
    minimum: i64,
    maximum: i64,
}

pub fn read(section: &mut Section<'_, '_>) -> JobRetries {
    let task = section.required("task");
    let (minimum, maximum) = (section.integer("minimum").unwrap_or(1), section.integer("maximum").unwrap_or(3));
    JobRetries { task, minimum, maximum }
}

impl Rule for JobRetries {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &mended(work, &[&self.task]),
            Err(verdict) => return verdict,
        };
        let task = match job::task(job, &self.task) {
            Ok(task) => task,
            Err(verdict) => return verdict,
        };
        let (key, retries) = (&self.task, task.max_retries.unwrap_or(0));
        let expected = format!("max_retries {} to {}", self.minimum, self.maximum);
        let fault = |reason: &str, message: String| {
            Fault::new(reason, message).expected(&expected).found(format!("max_retries {retries}")).failed()
        };
        if retries < 0 {
            return fault("endless", format!("`{key}` is retried for ever: a broken input never becomes a failure."));
        }
        if retries < self.minimum {
            return fault("too_few", format!("`{key}` is not retried."));
        }
        if retries > self.maximum {
            return fault("too_many", format!("`{key}` is retried {retries} times."));
        }
        if task.min_retry_interval_millis.unwrap_or(0) <= 0 {
            let fault = Fault::new("no_pause", format!("`{key}` is retried at once, without a pause."));
            return fault.expected("min_retry_interval_millis above 0").found("no pause").failed();
        }
        Verdict::Passed
    }

    fn about(&self) -> About<'_> {
        About::Job(Some(&self.task))
    }
}
