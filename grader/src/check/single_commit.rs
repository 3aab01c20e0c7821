//! `single_commit`: the task is one atomic commit of the right operation.

use super::{Rule, Section};
use crate::feedback::{count, list};
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

#[derive(Debug)]
pub struct SingleCommit {
    table: String,
    operations: Vec<String>,
    /// `(parameter, value)` of the commit: `mode` is `Append`.
    parameters: Vec<(String, String)>,
}

pub fn read(section: &mut Section<'_, '_>) -> SingleCommit {
    let (table, operations) = (section.required("table"), section.operations());
    SingleCommit { table, operations, parameters: section.text_map("parameters") }
}

impl Rule for SingleCommit {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let commits = scene.commits(scene.task, &self.table);
        let names: Vec<&str> = commits.iter().map(|commit| commit.version.operation.as_str()).collect();
        let wanted = list(&self.operations);
        let fault = |reason: &str, message: String| {
            let found = if names.is_empty() { "no commit".to_owned() } else { names.join(", then ") };
            Fault::new(reason, message).expected(format!("one commit: {wanted}{}", self.with_parameters())).found(found)
        };
        let [commit] = commits.as_slice() else {
            let reason = if commits.is_empty() { "no_commit" } else { "many_commits" };
            let message = match commits.len() {
                0 => format!("This task made no new version of `{}`.", self.table),
                more => format!("This task made {}, so others could see a state in between.", count(more, "commit")),
            };
            return fault(reason, message).failed();
        };
        let operation = &commit.version.operation;
        if !self.operations.contains(operation) {
            let message = format!("The rows may be right, but the form is another: the history says {operation}.");
            return fault("other_form", message).failed();
        }
        let held = &commit.version.operation_parameters;
        let other = self.parameters.iter().find(|(name, value)| {
            !held.get(name).is_some_and(|found| found.trim_matches('"').eq_ignore_ascii_case(value))
        });
        match other {
            None => Verdict::Passed,
            Some((name, value)) => {
                let found = held.get(name).map_or("nothing", String::as_str);
                let message = format!("The history says {operation} with {name} {found}, not {value}.");
                fault("other_form", message).found(format!("{operation} with {name} {found}")).failed()
            }
        }
    }
}

impl SingleCommit {
    /// ` with mode Append`; nothing where none is asked for.
    fn with_parameters(&self) -> String {
        let each = self.parameters.iter().map(|(name, value)| format!("{name} {value}"));
        let all = each.collect::<Vec<_>>().join(", ");
        if all.is_empty() { all } else { format!(" with {all}") }
    }
}
