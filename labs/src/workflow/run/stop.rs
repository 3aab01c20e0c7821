//! Runs that end before their end: cancelled, out of time, or broken off with the program that drove them.

use jiff::Timestamp;

use super::super::propagate::{RunResult, TaskResult};
use super::attempt::{LifeCycle, after};
use super::record::{RunRecord, TaskRecord};
use super::{Event, Order, Performed, Run};

impl Run {
    /// Somebody cancels the run while the work of that order is done; what it did until then is kept. What handles
    /// failures still runs.
    pub fn cancel(&mut self, order: &Order, performed: Performed) {
        if self.ended.is_some() {
            return;
        }
        let place = order.place;
        let Some(attempt) = self.tasks[place.task].unit_mut(place.unit).attempts.last_mut() else { return };
        let until = after(attempt.running_from, performed.millis.max(0));
        attempt.take(performed, None);
        while let Some(end) = self.first_end(until) {
            if let Some(Event::End(place)) = self.events.remove(&end) {
                self.now = self.now.max(end.0);
                self.end(place);
            }
        }
        self.now = self.now.max(until);
        self.stop(TaskResult::Canceled);
    }

    /// The next attempt that is over by then.
    fn first_end(&self, until: Timestamp) -> Option<(Timestamp, u64)> {
        let due = self.events.range(..=(until, u64::MAX));
        due.filter(|(_, event)| matches!(event, Event::End(_))).map(|(at, _)| *at).next()
    }

    /// Ends everything that is under way, and what waits to be tried again. Handlers of failures still run after a
    /// cancellation; after the run's time is up nothing does.
    pub(super) fn stop(&mut self, result: TaskResult) {
        self.events.retain(|_, event| !matches!(event, Event::Start(_) | Event::Ready(_) | Event::End(_)));
        match result {
            TaskResult::TimedOut => self.timed_out = true,
            _ => self.canceled = true,
        }
        let now = self.now;
        for progress in self.tasks.iter_mut().filter(|progress| progress.result.is_none()) {
            if progress.decided {
                progress.stop(result, now);
            } else if self.timed_out {
                progress.decided = true;
                progress.result = Some(TaskResult::Canceled);
            }
        }
        self.settle(0..self.graph.len());
        self.release_clusters();
    }
}

impl RunRecord {
    /// Ends a run whose driver is no more: what was under way has failed for that reason, what had not begun is
    /// cancelled, and everything else stays as it was, so that the run can be repaired.
    pub fn break_off(&mut self, reason: &str) {
        self.close(RunResult::Failed, reason);
    }

    /// Ends a run, or its repair, of which nothing has begun: all that would have run is cancelled.
    pub fn cancel(&mut self) {
        self.close(RunResult::Canceled, "It was cancelled.");
    }

    fn close(&mut self, result: RunResult, reason: &str) {
        if self.end.is_some() {
            return;
        }
        let now = self.latest();
        self.tasks.iter_mut().filter(|task| task.result.is_none()).for_each(|task| break_off(task, now, reason));
        self.clusters.iter_mut().filter(|cluster| cluster.end.is_none()).for_each(|cluster| cluster.end = Some(now));
        self.end = Some(now);
        self.result = Some(result);
    }

    /// How far the run's clock came.
    pub fn latest(&self) -> Timestamp {
        let attempts = self.tasks.iter().flat_map(|task| &task.attempts);
        let known = attempts.map(|attempt| attempt.end.unwrap_or(attempt.running_from));
        known.chain(self.end).max().unwrap_or(self.start).max(self.start)
    }
}

fn break_off(task: &mut TaskRecord, now: Timestamp, reason: &str) {
    let under_way = task.attempts.last_mut().filter(|last| last.end.is_none());
    let Some(last) = under_way else {
        (task.result, task.life_cycle) = (Some(TaskResult::Canceled), LifeCycle::Terminated);
        return;
    };
    last.end = Some(now);
    (last.outcome, last.error) = (TaskResult::Failed, Some(reason.to_owned()));
    (task.result, task.life_cycle) = (Some(TaskResult::Failed), LifeCycle::InternalError);
    task.error = Some(reason.to_owned());
}
