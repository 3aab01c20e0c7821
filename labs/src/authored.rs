//! Authored files (jobs, rubrics, notebooks' JSON) as trees of values with positions.
//!
//! [`yaml`] and [`json`] read a text into a [`Node`]; [`Fields`] reads typed values out of it and collects everything
//! that is wrong instead of stopping at the first mistake. Knows nothing of jobs or notebooks.
//!
//! Invariant: a tree is at most [`MAX_DEPTH`] deep and has at most [`MAX_NODES`] nodes, whatever the input, so that
//! recursion over it is safe.

mod fields;
pub mod json;
mod nearest;
mod place;
mod syntax;
pub mod yaml;

pub use fields::{Fields, shorten};
pub use nearest::nearest;
pub use place::place_within;

use crate::diagnostic::Position;

pub const MAX_DEPTH: usize = 64;
pub const MAX_NODES: usize = 250_000;

/// A value and where it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub position: Position,
    pub value: Value,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    /// Fractions, and integers too large for [`Value::Integer`].
    Float(f64),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; keys may occur twice.
    Map(Vec<Entry>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub key: String,
    pub key_position: Position,
    pub value: Node,
}

impl Node {
    /// The first entry of that key; `None` when the node is no map.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The map's entries; none when the node is something else.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The list's elements; none when the node is something else.
    pub fn elements(&self) -> &[Node] {
        if let Value::List(elements) = &self.value { elements } else { &[] }
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = &self.value { Some(text) } else { None }
    }

    /// What the value is, for a sentence: "a list".
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Float(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The value as plain JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::Text(text) => text.as_str().into(),
            Value::List(elements) => elements.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries
                .iter()
                .map(|entry| (entry.key.clone(), entry.value.to_json()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Where the value at a path like `tasks[2].depends_on[0].task_key` begins, or its nearest ancestor when the path
    /// does not exist in the file.
    pub fn locate(&self, path: &str) -> Position {
        let mut node = self;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let (key, indexes) = step.split_once('[').map_or((step, ""), |(key, rest)| (key, rest));
            let Some(next) = node.get(key) else { return node.position };
            node = next;
            for index in indexes.split('[').filter_map(|index| index.trim_end_matches(']').parse::<usize>().ok()) {
                let Some(next) = node.elements().get(index) else { return node.position };
                node = next;
            }
        }
        node.position
    }
}
