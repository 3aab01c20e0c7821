//! `history_operation`: the history has the operation at a version or within the task, with metrics inside bounds.

use super::{Rule, Section};
use crate::feedback::list;
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::{Scene, TableAt};

#[derive(Debug)]
pub struct HistoryOperation {
    table: String,
    /// At this version of the table; else at any commit of the task.
    version: Option<u64>,
    operations: Vec<String>,
    /// Least value of each metric, and the most.
    metrics: Vec<(String, u64)>,
    most: Vec<(String, u64)>,
}

pub fn read(section: &mut Section<'_, '_>) -> HistoryOperation {
    let table = section.required("table");
    let version = section.count_if_given("version").and_then(|version| u64::try_from(version).ok());
    let operations = section.operations();
    let metrics = section.metrics("metrics_at_least", &operations);
    let most = section.metrics("metrics_at_most", &operations);
    HistoryOperation { table, version, operations, metrics, most }
}

impl HistoryOperation {
    fn candidates<'a>(&self, scene: &Scene<'a>) -> Vec<TableAt<'a>> {
        let Some(version) = self.version else { return scene.commits(scene.task, &self.table) };
        let Some(at) = scene.table_at(&self.table, Moment::After) else { return Vec::new() };
        let found = at.table.versions.iter().find(|entry| entry.version == version);
        found.map(|version| TableAt { table: at.table, version }).into_iter().collect()
    }
}

impl Rule for HistoryOperation {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let candidates = self.candidates(scene);
        let wanted = list(&self.operations);
        if candidates.is_empty() {
            let message = format!("The history of `{}` has no such entry.", self.table);
            return Fault::new("no_commit", message).expected(wanted).found("no entry").failed();
        }
        let wanted_ones = candidates.iter().filter(|c| self.operations.contains(&c.version.operation));
        let commits: Vec<&TableAt<'_>> = wanted_ones.collect();
        if commits.is_empty() {
            let found: Vec<&str> = candidates.iter().map(|c| c.version.operation.as_str()).collect();
            let message = format!("The history of `{}` says {}.", self.table, list(&found));
            return Fault::new("other_operation", message).expected(wanted).found(list(&found)).failed();
        }
        // How many statements a task may take is another check's to say: here they count together.
        let metric = |name: &str| {
            let values = commits.iter().filter_map(|commit| commit.version.operation_metrics.get(name));
            values.filter_map(|value| value.parse::<u64>().ok()).reduce(u64::saturating_add)
        };
        let below = self.metrics.iter().find(|(name, least)| metric(name).unwrap_or(0) < *least);
        let above = self.most.iter().find(|(name, most)| metric(name).unwrap_or(0) > *most);
        let outside = below.map(|bound| (bound, "least")).or_else(|| above.map(|bound| (bound, "most")));
        match outside {
            None => Verdict::Passed,
            Some(((name, bound), side)) => {
                let found = metric(name).map_or("absent".to_owned(), |value| value.to_string());
                let message = format!("The history says that {name} is {found}.");
                let fault = Fault::new(name.clone(), message).expected(format!("{name} at {side} {bound}"));
                fault.found(format!("{name} {found}")).failed()
            }
        }
    }
}
