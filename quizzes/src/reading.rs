//! YAML as a tree with positions, safe against alias bombs and deep nesting.

mod fields;

pub(crate) use fields::{Fields, nearest};

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, NonFiniteFloatPolicy, RenderOptions, SnippetMode, Spanned};

use crate::mistake::Mistake;

/// Of an authored file.
pub(crate) const MAX_BYTES: usize = 2 * 1024 * 1024;
const MAX_NODES: usize = 100_000;
const MAX_DEPTH: usize = 16;

#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Line and column, from 1.
    pub place: (u32, u32),
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, (u32, u32), Node)>),
}

impl Node {
    /// What the value is, for a sentence.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }
}

/// Reads one YAML document.
pub(crate) fn tree(text: &str) -> Result<Node, Mistake> {
    if text.len() > MAX_BYTES {
        return Err(Mistake::new("TOO_LARGE", "", (1, 1), format!("A quiz has at most {} MiB.", MAX_BYTES >> 20)));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_depth: MAX_DEPTH, flow_nesting_limit: MAX_DEPTH, max_nodes: MAX_NODES, max_documents: 2 },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_NODES, max_replay_stack_depth: 8 },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    };
    serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options).map(node).map_err(|error| {
        let mut render = RenderOptions::default();
        render.snippets = SnippetMode::Off;
        let shown = error.without_snippet().render_with_options(render);
        let place = error.location().map_or((1, 1), place);
        let shown = shown.rsplit_once(" at line ").map_or(shown.as_str(), |(message, _)| message);
        Mistake::new("BAD_SYNTAX", "", place, format!("Not valid YAML: {shown}."))
            .with_hint("Compare the indentation with the lines above; a text that holds ': ' or begins with a mark needs quotation marks.")
    })
}

fn place(location: serde_saphyr::Location) -> (u32, u32) {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).max(1);
    (narrow(location.line()), narrow(location.column()))
}

fn node(spanned: Spanned<Raw>) -> Node {
    Node { place: place(spanned.referenced), value: spanned.value.0 }
}

struct Raw(Value);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw(Value::Integer(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw(Value::Text(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(node(element));
        }
        Ok(Raw(Value::List(elements)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Raw, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            entries.push((key.value, place(key.referenced), node(access.next_value()?)));
        }
        Ok(Raw(Value::Map(entries)))
    }
}
