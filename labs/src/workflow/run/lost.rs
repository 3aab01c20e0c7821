//! A cluster that goes away while attempts run on it: all of them fail with it.

use std::collections::HashSet;

use super::super::propagate::TaskResult;
use super::attempt::LOST;
use super::clusters::Compute;
use super::{Event, Place, Run};

impl Run {
    /// The cluster of a piece of work is lost now. Gives the other work that runs on it.
    pub(super) fn lose_cluster(&mut self, place: Place) -> Vec<Place> {
        let Some(compute) = self.computes[place.task].clone() else { return Vec::new() };
        if !self.clusters.lose(&compute, self.now) {
            return Vec::new();
        }
        let places = self.running_on(&compute);
        self.events.retain(|_, event| !matches!(event, Event::End(place) if places.contains(place)));
        let mut places: Vec<Place> = places.into_iter().collect();
        places.sort_unstable();
        places
    }

    /// Every attempt that ran on a cluster which is lost is over.
    pub(super) fn end_with_their_cluster(&mut self, places: Vec<Place>) {
        for place in places {
            if let Some(attempt) = self.tasks[place.task].unit_mut(place.unit).attempts.last_mut() {
                (attempt.outcome, attempt.lost) = (TaskResult::Failed, true);
                (attempt.error, attempt.condition) = (Some(LOST.to_owned()), None);
            }
            self.end(place);
        }
    }

    fn running_on(&self, compute: &Compute) -> HashSet<Place> {
        let mut found = HashSet::new();
        let on_it = |task: &usize| self.computes[*task].as_ref() == Some(compute);
        for task in (0..self.tasks.len()).filter(on_it) {
            let units = self.tasks[task].units.iter().enumerate();
            let open = units.filter(|(_, unit)| unit.attempts.last().is_some_and(|last| last.end.is_none()));
            found.extend(open.map(|(unit, _)| Place { task, unit }));
        }
        found
    }
}
