//! Changes to a job's file that leave the file its author's: one setting is another, and every other character is as it
//! was, comments and the order of names included.
//!
//! A change is made twice: on the tree of values ([`change`]), and on the text by the positions that the reader gives
//! ([`write`], [`rename`]). Invariant: the new text reads as the changed tree and has all comments of the old one but
//! those of a task that was taken out, or the change is refused. A way of writing that is not understood here is
//! therefore never damaged.

mod change;
mod comments;
mod rename;
mod source;
#[cfg(test)]
mod tests;
mod write;

use std::collections::HashSet;

use super::Syntax;
use super::job::RunIf;
use crate::authored::{Node, json, yaml};
use crate::diagnostic::Finding;

/// Longer task keys are refused by the Jobs API.
const MAX_KEY: usize = 100;

/// One change of a job's settings. `task` is the key of the task that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The task waits for those, too, and for these no more. What it waits for already, or never did, stays as it is.
    SetDependencies {
        task: String,
        add: Vec<String>,
        remove: Vec<String>,
    },
    /// The default is not written.
    SetRunIf {
        task: String,
        run_if: RunIf,
    },
    /// `None` takes the setting away.
    SetMaxRetries {
        task: String,
        retries: Option<i64>,
    },
    SetTimeout {
        task: String,
        seconds: Option<i64>,
    },
    /// With a notebook to run, or without work so far.
    AddTask {
        task: String,
        notebook: Option<String>,
    },
    /// With what waits for it.
    RemoveTask {
        task: String,
    },
    /// With every dependency on it and every reference to its values.
    RenameTask {
        task: String,
        to: String,
    },
}

/// Why a text was not changed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    #[error("The text cannot be read, so it was not changed: {}", .0.message)]
    Unreadable(Finding),
    #[error("There is no task `{0}` in the text any more.")]
    NoTask(String),
    #[error("There is a task `{0}` already.")]
    Taken(String),
    #[error("`{0}` is no task key. Use up to {MAX_KEY} letters, digits, `-` and `_`.")]
    BadKey(String),
    #[error("A task cannot wait for itself.")]
    Itself,
    #[error("The text is written in a way that this form does not change safely. Change it in the text.")]
    ByHand,
}

/// The text with just that change.
///
/// # Errors
/// When the text cannot be read, the operation does not fit the job, or the text's way of writing is not understood.
pub fn apply(text: &str, syntax: Syntax, operation: &Operation) -> Result<String, Refusal> {
    let syntax = written_in(text, syntax);
    let nothing = is_empty(text);
    let before = parse(if nothing { "{}" } else { text }, syntax).map_err(Refusal::Unreadable)?;
    check(&before, operation)?;
    let expected = change::changed(&before, operation).ok_or(Refusal::ByHand)?;
    let new = written(text, syntax, operation).ok_or(Refusal::ByHand)?;
    let after = parse(&new, syntax).map_err(|_| Refusal::ByHand)?;
    let kept = syntax == Syntax::Json || comments::texts(&new) == remaining(text, operation);
    if kept && after.to_json() == expected { Ok(new) } else { Err(Refusal::ByHand) }
}

/// JSON that was pasted into a file for YAML stays JSON.
fn written_in(text: &str, syntax: Syntax) -> Syntax {
    let is_json = || text.trim_start().starts_with('{') && json::parse(text).is_ok();
    if syntax == Syntax::Yaml && is_json() { Syntax::Json } else { syntax }
}

/// Whether nothing but comments is in the text.
fn is_empty(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
}

/// The comments of a YAML text that a change leaves in it: all but those of a task that is taken out.
fn remaining<'a>(text: &'a str, operation: &Operation) -> Vec<&'a str> {
    let gone = match operation {
        Operation::RemoveTask { task } => write::own_lines(text, Syntax::Yaml, task).unwrap_or_default(),
        _ => 0..0,
    };
    let ranges = comments::ranges(text).into_iter().filter(|range| !gone.contains(&range.start));
    ranges.map(|range| text[range].trim_end()).collect()
}

fn parse(text: &str, syntax: Syntax) -> Result<Node, Finding> {
    match syntax {
        Syntax::Yaml => yaml::parse(text),
        Syntax::Json => json::parse(text),
    }
}

fn check(root: &Node, operation: &Operation) -> Result<(), Refusal> {
    use Operation as Op;
    let exists = |key: &str| task(root, key).is_some();
    let existing = |key: &String| if exists(key) { Ok(()) } else { Err(Refusal::NoTask(key.clone())) };
    let free = |key: &String| {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if key.is_empty() || key.len() > MAX_KEY || !key.chars().all(fits) {
            return Err(Refusal::BadKey(key.chars().take(MAX_KEY).collect()));
        }
        if exists(key) { Err(Refusal::Taken(key.clone())) } else { Ok(()) }
    };
    match operation {
        Op::SetDependencies { task, add, .. } if add.contains(task) => Err(Refusal::Itself),
        Op::SetDependencies { task, add, .. } => existing(task).and_then(|()| {
            let (waits, keys) = (keys_before(root, task), keys(root));
            let unknown = |on: &&String| !waits.contains(on.as_str()) && !keys.contains(on.as_str());
            add.iter().find(unknown).map_or(Ok(()), |on| Err(Refusal::NoTask(on.clone())))
        }),
        Op::AddTask { task, .. } => free(task),
        Op::RenameTask { task, to } => existing(task).and_then(|()| free(to)),
        Op::SetRunIf { task, .. }
        | Op::SetMaxRetries { task, .. }
        | Op::SetTimeout { task, .. }
        | Op::RemoveTask { task } => existing(task),
    }
}

/// One step after the other, each on the text that the one before gave.
fn written(text: &str, syntax: Syntax, operation: &Operation) -> Option<String> {
    use Operation as Op;
    match operation {
        Op::SetDependencies { task, add, remove } => {
            // First what is new, so that the list is not taken away and written anew.
            let text = write::add_dependencies(text, syntax, task, add)?;
            write::remove_dependencies(&text, syntax, task, remove)
        }
        Op::SetRunIf { task, run_if } => {
            let value = Some(*run_if).filter(|run_if| *run_if != RunIf::default()).map(name_of);
            write::set(text, syntax, task, "run_if", value.map(|name| write::scalar(name, syntax)))
        }
        Op::SetMaxRetries { task, retries } => {
            write::set(text, syntax, task, "max_retries", retries.map(|number| number.to_string()))
        }
        Op::SetTimeout { task, seconds } => {
            write::set(text, syntax, task, "timeout_seconds", seconds.map(|number| number.to_string()))
        }
        Op::AddTask { task, notebook } if is_empty(text) => {
            Some(write::first_task(text, syntax, task, notebook.as_deref()))
        }
        Op::AddTask { task, notebook } => write::add_task(text, syntax, task, notebook.as_deref()),
        Op::RemoveTask { task } => {
            let mut text = text.to_owned();
            for dependent in dependents(&parse(&text, syntax).ok()?, task) {
                text = write::remove_dependencies(&text, syntax, &dependent, std::slice::from_ref(task))?;
            }
            write::remove_task(&text, syntax, task)
        }
        Op::RenameTask { task, to } => rename::rename(text, syntax, task, to),
    }
}

fn name_of(run_if: RunIf) -> &'static str {
    RunIf::ALL.into_iter().find(|(_, known)| *known == run_if).map_or("ALL_SUCCESS", |(name, _)| name)
}

/// The names that lead from the root of the file to the job's settings.
fn path(root: &Node) -> Vec<String> {
    let is_bare = root.get("tasks").is_some();
    if let (false, Some(jobs)) = (is_bare, root.get("resources").and_then(|resources| resources.get("jobs"))) {
        let first = jobs.entries().first().map(|entry| entry.key.clone());
        return ["resources".to_owned(), "jobs".to_owned()].into_iter().chain(first).collect();
    }
    let wrapper = ["settings", "new_settings"].into_iter().find(|name| !is_bare && root.get(name).is_some());
    wrapper.into_iter().map(str::to_owned).collect()
}

fn settings(root: &Node) -> Option<&Node> {
    path(root).iter().try_fold(root, |node, name| node.get(name))
}

fn tasks(root: &Node) -> &[Node] {
    settings(root).and_then(|settings| settings.get("tasks")).map(Node::elements).unwrap_or_default()
}

fn key_of(node: &Node) -> Option<&str> {
    node.get("task_key").and_then(Node::as_text)
}

/// The first task of that key.
fn task<'a>(root: &'a Node, key: &str) -> Option<&'a Node> {
    tasks(root).iter().find(|task| key_of(task) == Some(key))
}

fn dependencies(task: &Node) -> &[Node] {
    task.get("depends_on").map(Node::elements).unwrap_or_default()
}

/// Keys of all tasks.
fn keys(root: &Node) -> HashSet<&str> {
    tasks(root).iter().filter_map(key_of).collect()
}

/// Keys that a task waits for.
fn keys_before<'a>(root: &'a Node, key: &str) -> HashSet<&'a str> {
    task(root, key).map(dependencies).unwrap_or_default().iter().filter_map(key_of).collect()
}

/// Keys of the other tasks that wait for that one.
fn dependents(root: &Node, key: &str) -> Vec<String> {
    let waits = |task: &&Node| dependencies(task).iter().any(|dependency| key_of(dependency) == Some(key));
    let others = tasks(root).iter().filter(waits).filter_map(key_of).filter(|other| *other != key);
    others.map(str::to_owned).collect()
}
