//! Another key for a task, with every dependency on it and every `{{tasks.KEY...}}`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::source::Source;
use super::write::scalar;
use super::{Syntax, dependencies, key_of, parse, settings, tasks};
use crate::authored::{Node, Value};

pub fn rename(text: &str, syntax: Syntax, from: &str, to: &str) -> Option<String> {
    let root = parse(text, syntax).ok()?;
    let source = Source::new(text, syntax);
    // By their place, for what an alias stands for is met more than once.
    let mut changes: BTreeMap<usize, (usize, String)> = BTreeMap::new();
    for task in tasks(&root) {
        for named in std::iter::once(task).chain(dependencies(task)).filter(|node| key_of(node) == Some(from)) {
            let key = named.get("task_key")?;
            let (start, end) = (source.at(key.position)?, source.end(key, source.is_flow(named))?);
            let new = match source.rest(start).chars().next()? {
                '"' => serde_json::Value::from(to).to_string(),
                '\'' => format!("'{to}'"),
                _ => scalar(to, syntax),
            };
            changes.insert(start, (end, new));
        }
    }
    for (start, references) in texts(&source, settings(&root)?, from)? {
        for range in places(&text[start..], from).take(references) {
            changes.insert(start + range.start, (start + range.end, to.to_owned()));
        }
    }
    let mut renamed = text.to_owned();
    for (start, (end, new)) in changes.into_iter().rev() {
        renamed.replace_range(start..end, &new);
    }
    Some(renamed)
}

/// Where each text that refers to the task begins, and how often it does.
fn texts(source: &Source<'_>, node: &Node, task: &str) -> Option<Vec<(usize, usize)>> {
    let children: Vec<&Node> = match &node.value {
        Value::Text(text) => {
            let references = places(text, task).count();
            return if references == 0 {
                Some(Vec::new())
            } else {
                Some(vec![(source.at(node.position)?, references)])
            };
        }
        Value::Map(entries) => entries.iter().map(|entry| &entry.value).collect(),
        Value::List(elements) => elements.iter().collect(),
        _ => return Some(Vec::new()),
    };
    let mut found = Vec::new();
    for child in children {
        found.extend(texts(source, child, task)?);
    }
    Some(found)
}

/// A value with the references renamed.
pub fn in_value(value: &str, from: &str, to: &str) -> String {
    let mut renamed = value.to_owned();
    for range in places(value, from).collect::<Vec<_>>().into_iter().rev() {
        renamed.replace_range(range, to);
    }
    renamed
}

/// Where the key stands in each `{{tasks.KEY.` or `{{tasks.[KEY].` of a text.
fn places<'a>(text: &'a str, key: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    text.match_indices("{{").filter_map(move |(at, _)| {
        let inside = text[at + 2..].split("}}").next()?;
        let reference = inside.trim_start().strip_prefix("tasks.")?;
        let named = reference.strip_prefix('[').unwrap_or(reference);
        let rest = named.strip_prefix(key)?;
        let ends = if named.len() < reference.len() { rest.starts_with(']') } else { rest.starts_with('.') };
        let start = at + 2 + (inside.len() - named.len());
        ends.then_some(start..start + key.len())
    })
}
