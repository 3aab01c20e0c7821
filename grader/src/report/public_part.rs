//! What may be shown of a report while the results of its hidden checks may not.
//!
//! Invariant: nothing in it comes from a hidden check but how many hold and how many do not. The seed is gone, because it
//! makes the hidden data.

use super::{CheckReport, Report, Visibility};
use crate::outcome::Status;
use crate::replay::ReplayToken;

/// How many checks hold, and how many do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
}

/// The counts of both kinds of checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    pub public: Counts,
    pub hidden: Counts,
}

impl Report {
    pub fn receipt(&self) -> Receipt {
        Receipt { public: self.counts(Visibility::Public), hidden: self.counts(Visibility::Hidden) }
    }

    fn counts(&self, visibility: Visibility) -> Counts {
        let of = self.checks.iter().filter(|check| check.visibility == visibility);
        let (passed, failed): (Vec<_>, Vec<_>) = of.partition(|check| check.status == Status::Passed);
        Counts { passed: passed.len(), failed: failed.len() }
    }

    /// The report as if it had its public checks only: their points, and no token to make it again.
    #[must_use]
    pub fn public_part(&self) -> Self {
        let claims: Vec<&str> = self.hidden().map(|check| check.claim.as_str()).collect();
        let public = self.checks.iter().filter(|check| check.visibility == Visibility::Public);
        let checks: Vec<CheckReport> = public.map(|check| without_claims(check, &claims)).collect();
        let tasks = self.tasks.iter().map(|task| {
            let of = |check: &&CheckReport| check.task == task.number;
            super::TaskReport {
                score: checks.iter().filter(of).map(|check| check.points).sum(),
                max_score: checks.iter().filter(of).map(|check| check.max_points).sum(),
                ..task.clone()
            }
        });
        Self {
            tasks: tasks.collect(),
            score: checks.iter().map(|check| check.points).sum(),
            max_score: checks.iter().map(|check| check.max_points).sum(),
            replay: ReplayToken {
                release: String::new(),
                seed: 0,
                engine: String::new(),
                submission: self.replay.submission.clone(),
            },
            checks,
            ..self.clone()
        }
    }

    fn hidden(&self) -> impl Iterator<Item = &CheckReport> {
        self.checks.iter().filter(|check| check.visibility == Visibility::Hidden)
    }
}

/// A check that waited for a hidden one says so in that one's words.
fn without_claims(check: &CheckReport, claims: &[&str]) -> CheckReport {
    let mut check = check.clone();
    if claims.iter().any(|claim| !claim.is_empty() && check.message.contains(claim)) {
        "This can only be looked at when another check holds.".clone_into(&mut check.message);
    }
    check
}
