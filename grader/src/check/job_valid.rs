//! `job_valid`: validation has no error among its findings.

use sandbar_labs::diagnostic::Severity;

use super::{Rule, job};
use crate::feedback::count;
use crate::outcome::{Fault, Place, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobValid;

impl Rule for JobValid {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let work = match job::job(scene) {
            Ok(work) => work,
            Err(verdict) => return verdict,
        };
        let errors: Vec<_> = work.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
        let Some(first) = errors.first() else { return Verdict::Passed };
        let lines = errors.iter().take(5).map(|finding| {
            let line = finding.line.map(|line| format!("line {line}: ")).unwrap_or_default();
            format!("{line}{} ({})", finding.message, finding.code)
        });
        let message = format!("Validation finds {}. {}", count(errors.len(), "error"), first.message);
        let mut fault = Fault::new(first.code.to_lowercase(), message).expected("no error");
        fault = fault.found(lines.collect::<Vec<_>>().join("; "));
        fault.next_step.clone_from(&first.hint);
        fault.place = first.line.map(|line| Place::new(&work.path, line, first.column.unwrap_or(1)));
        fault.failed()
    }

    fn about(&self) -> About<'_> {
        About::Job(None)
    }
}
