//! What an operation means for the values of a file, whatever its text looks like.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{Operation, name_of, path, rename};
use crate::authored::Node;
use crate::workflow::job::RunIf;

/// The file's values after the operation. `None` when the file holds no job to change.
pub fn changed(root: &Node, operation: &Operation) -> Option<Value> {
    use Operation as Op;
    let mut values = root.to_json();
    let settings = path(root).iter().try_fold(&mut values, |value, name| value.get_mut(name))?;
    match operation {
        Op::SetDependencies { task, add, remove } => {
            let task = task_of(settings, task)?;
            if !add.is_empty() {
                wait_for(list(task, "depends_on")?, add);
            }
            let gone: HashSet<&str> = remove.iter().map(String::as_str).collect();
            forget(task, |key| gone.contains(key));
        }
        Op::SetRunIf { task, run_if } => {
            let value = Some(*run_if).filter(|run_if| *run_if != RunIf::default());
            set(task_of(settings, task)?, "run_if", value.map(|run_if| json!(name_of(run_if))))?;
        }
        Op::SetMaxRetries { task, retries } => {
            set(task_of(settings, task)?, "max_retries", retries.map(|number| json!(number)))?;
        }
        Op::SetTimeout { task, seconds } => {
            set(task_of(settings, task)?, "timeout_seconds", seconds.map(|number| json!(number)))?;
        }
        Op::AddTask { task, notebook } => {
            let mut added = json!({ "task_key": task });
            if let Some(notebook) = notebook {
                added["notebook_task"] = json!({ "notebook_path": notebook });
            }
            list(settings, "tasks")?.push(added);
        }
        Op::RemoveTask { task } => {
            let tasks = list(settings, "tasks")?;
            let at = tasks.iter().position(|known| key_of(known) == Some(task))?;
            tasks.remove(at);
            tasks.iter_mut().for_each(|other| forget(other, |key| key == task));
        }
        Op::RenameTask { task, to } => renamed(settings, task, to)?,
    }
    Some(values)
}

fn key_of(value: &Value) -> Option<&str> {
    value.get("task_key")?.as_str()
}

fn task_of<'a>(settings: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    settings.get_mut("tasks")?.as_array_mut()?.iter_mut().find(|task| key_of(task) == Some(key))
}

/// The list of that name; an empty one takes the place of none.
fn list<'a>(map: &'a mut Value, name: &str) -> Option<&'a mut Vec<Value>> {
    let entry = map.as_object_mut()?.entry(name).or_insert(Value::Null);
    if entry.is_null() {
        *entry = json!([]);
    }
    entry.as_array_mut()
}

fn set(map: &mut Value, name: &str, value: Option<Value>) -> Option<()> {
    let map = map.as_object_mut()?;
    match value {
        Some(value) => map.insert(name.to_owned(), value),
        None => map.remove(name),
    };
    Some(())
}

/// What is not waited for yet comes at the end.
fn wait_for(waits: &mut Vec<Value>, add: &[String]) {
    let mut known: HashSet<String> = waits.iter().filter_map(key_of).map(str::to_owned).collect();
    waits.extend(add.iter().filter(|on| known.insert((*on).clone())).map(|on| json!({ "task_key": on })));
}

/// The task does not wait for those others any more.
fn forget(task: &mut Value, is_gone: impl Fn(&str) -> bool) {
    let Some(waits) = task.get_mut("depends_on").and_then(Value::as_array_mut) else { return };
    let before = waits.len();
    waits.retain(|dependency| !key_of(dependency).is_some_and(&is_gone));
    if before > 0
        && waits.is_empty()
        && let Some(task) = task.as_object_mut()
    {
        task.remove("depends_on");
    }
}

fn renamed(settings: &mut Value, from: &str, to: &str) -> Option<()> {
    every_text(settings, &mut |text| *text = rename::in_value(text, from, to));
    for task in settings.get_mut("tasks")?.as_array_mut()? {
        if key_of(task) == Some(from) {
            task["task_key"] = json!(to);
        }
        let waits = task.get_mut("depends_on").and_then(Value::as_array_mut);
        for dependency in waits.into_iter().flatten().filter(|dependency| key_of(dependency) == Some(from)) {
            dependency["task_key"] = json!(to);
        }
    }
    Some(())
}

fn every_text(value: &mut Value, change: &mut impl FnMut(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(values) => values.iter_mut().for_each(|value| every_text(value, change)),
        Value::Object(map) => map.values_mut().for_each(|value| every_text(value, change)),
        _ => {}
    }
}
