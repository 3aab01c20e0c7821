//! How much one run may be, whatever its job asks for: the job is a student's, and the run is gone through in our own
//! process.

use std::collections::BTreeMap;

use super::super::propagate::TaskResult;
use super::{Place, Run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunLimits {
    /// Of all its tasks and inputs together.
    pub attempts: usize,
    /// Of what all its attempts see, together.
    pub parameter_bytes: usize,
    /// Of a for_each task; those behind them are left out.
    pub inputs: usize,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self { attempts: 20_000, parameter_bytes: 64 * 1024 * 1024, inputs: 5_000 }
    }
}

/// What a run has come to so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    attempts: usize,
    parameter_bytes: usize,
    /// Whether it was ended because that was too much.
    pub too_much: bool,
}

impl Run {
    /// Whether the run was ended because it came to more than a run may be.
    pub fn was_too_much(&self) -> bool {
        self.spent.too_much
    }

    /// Counts an attempt that is to begin. Where that is one too many, the run ends as one whose time is up.
    pub(super) fn may_begin(&mut self, place: Place, parameters: &BTreeMap<String, String>) -> bool {
        let (spent, limits) = (&mut self.spent, self.settings.limits);
        spent.attempts += 1;
        spent.parameter_bytes += parameters.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if spent.attempts <= limits.attempts && spent.parameter_bytes <= limits.parameter_bytes {
            return true;
        }
        spent.too_much = true;
        let RunLimits { attempts, parameter_bytes, .. } = limits;
        self.tasks[place.task].error = Some(format!(
            "The run has come to more than {attempts} attempts, or {parameter_bytes} bytes of their parameters."
        ));
        self.stop(TaskResult::TimedOut);
        false
    }
}
