//! YAML 1.2 as a tree with positions, safe against alias bombs and deep nesting.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, NonFiniteFloatPolicy, Options, RenderOptions, SnippetMode, Spanned};

use super::{Entry, MAX_DEPTH, Node, Value, syntax};
use crate::diagnostic::{Finding, Position};

/// Fewer than in JSON, which is read ten times as fast.
const MAX_NODES: usize = 100_000;
/// Enough for [`MAX_DEPTH`] levels in a build without optimisation.
const STACK_BYTES: usize = 32 * 1024 * 1024;

/// Reads one YAML document.
///
/// Keys that occur twice are kept; [`Fields`](super::Fields) reports them. `yes`, `on` and `0755` stay text, as
/// YAML 1.2 has it.
///
/// # Errors
/// A finding `BAD_SYNTAX` at the first place that cannot be read, or `TOO_LARGE`.
pub fn parse(text: &str) -> Result<Node, Finding> {
    let read = || serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options()).map(node);
    // A level of nesting is several frames of the library; a thread of the server has 2 MiB for all of its own.
    stacker::grow(STACK_BYTES, read).map_err(|error| finding(&error, text))
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: MAX_DEPTH,
            flow_nesting_limit: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_recorded_anchor_events: MAX_NODES,
            max_documents: 2,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_NODES,
            max_replay_stack_depth: 16,
        },
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
    }
}

fn finding(error: &serde_saphyr::Error, text: &str) -> Finding {
    let mut error = error.without_snippet();
    while let serde_saphyr::Error::AliasError { error: inner, .. } = error {
        error = inner.without_snippet();
    }
    let mut render = RenderOptions::default();
    render.snippets = SnippetMode::Off;
    let shown = error.render_with_options(render);
    let is_size = matches!(
        error,
        serde_saphyr::Error::Budget { .. }
            | serde_saphyr::Error::AliasReplayLimitExceeded { .. }
            | serde_saphyr::Error::AliasReplayStackDepthExceeded { .. }
    );
    let finding = if is_size {
        let message =
            format!("The file holds more than {MAX_NODES} values or is nested deeper than {MAX_DEPTH} levels.");
        Finding::error("TOO_LARGE", "", message)
    } else {
        let explained = syntax::explain(&shown);
        let mut finding = Finding::error("BAD_SYNTAX", "", format!("Not valid YAML: {}.", explained.message));
        finding.hint = explained.hint.map(str::to_owned);
        finding
    };
    match error.location() {
        Some(location) if location != Location::UNKNOWN => {
            let at = position(location);
            let is_tab = finding.message.contains(syntax::TAB);
            finding.at(tab_near(text, at).filter(|_| is_tab).unwrap_or(at))
        }
        _ => finding,
    }
}

/// The tab that a reader stumbled over: the first in its line, else the first that indents a line.
fn tab_near(text: &str, at: Position) -> Option<Position> {
    let lines = || (1..).zip(text.lines());
    let tab = |(line, text): (u32, &str)| {
        let column = u32::try_from(text.chars().position(|c| c == '\t')? + 1).ok()?;
        Some(Position { line, column })
    };
    let here = lines().filter(|(line, _)| *line == at.line).find_map(tab);
    here.or_else(|| lines().map(|(line, text)| (line, &text[..text.len() - text.trim_start().len()])).find_map(tab))
}

fn position(location: Location) -> Position {
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Position { line: narrow(location.line()).max(1), column: narrow(location.column()).max(1) }
}

fn node(spanned: Spanned<Raw>) -> Node {
    Node { position: position(spanned.referenced), value: spanned.value.0 }
}

/// A value of any type, as YAML's core schema resolves it.
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

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
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

    fn visit_i128<E>(self, value: i128) -> Result<Raw, E> {
        Ok(Raw(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Raw, E> {
        Ok(Raw(i64::try_from(value).map_or(Value::Float(value as f64), Value::Integer)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
        Ok(Raw(Value::Float(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw(Value::Text(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Raw, E> {
        Ok(Raw(Value::Text(value)))
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
            let value = node(access.next_value()?);
            entries.push(Entry { key_position: position(key.referenced), key: key.value, value });
        }
        Ok(Raw(Value::Map(entries)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_keys_know_where_they_begin() {
        let node = parse("# a comment\ntasks:\n  - task_key: etl\n    retries: 2\n  - {task_key: \"é\", run_if: X}\n")
            .unwrap();
        assert_eq!(node.locate("tasks[0].retries"), Position { line: 4, column: 14 });
        assert_eq!(node.locate("tasks[1].run_if"), Position { line: 5, column: 29 });
        assert_eq!(node.entries()[0].key_position, Position { line: 2, column: 1 });
        assert_eq!(node.get("tasks").unwrap().elements()[0].entries()[1].key_position, Position { line: 4, column: 5 });
    }

    #[test]
    fn scalars_have_the_types_of_yaml_1_2() {
        let node =
            parse("[null, ~, true, no, 12, -3, 0.5, 007, 1_000, .inf, 12.0, '12', 99999999999999999999]").unwrap();
        let expected = [
            Value::Null,
            Value::Null,
            Value::Bool(true),
            Value::Text("no".into()),
            Value::Integer(12),
            Value::Integer(-3),
            Value::Float(0.5),
            Value::Text("007".into()),
            Value::Text("1_000".into()),
            Value::Text(".inf".into()),
            Value::Float(12.0),
            Value::Text("12".into()),
            Value::Float(1e20),
        ];
        assert_eq!(node.elements().iter().map(|element| element.value.clone()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_alias_stands_for_its_anchor_and_a_merge_key_is_merged() {
        let node = parse("base: &b {retries: 2}\ntasks:\n  - *b\n  - <<: *b\n    name: x\n").unwrap();
        assert_eq!(node.get("tasks").unwrap().elements()[0].get("retries").unwrap().value, Value::Integer(2));
        assert_eq!(node.get("tasks").unwrap().elements()[1].get("retries").unwrap().value, Value::Integer(2));
        assert_eq!(node.locate("tasks[0]"), Position { line: 3, column: 5 });
    }

    #[test]
    fn a_key_that_occurs_twice_is_kept_twice() {
        assert_eq!(parse("a: 1\na: 2\n").unwrap().entries().len(), 2);
    }

    #[test]
    fn a_tab_is_told_where_it_stands() {
        for (text, place) in
            [("a:\n\t- x\n", (2, 1)), ("a:\n  b: 1\n\tc: 2\n", (3, 1)), ("a:\n  -\tb: 1\n\t  c: 2\n", (2, 4))]
        {
            let finding = parse(text).unwrap_err();
            assert!(finding.message.contains("a tab stands"), "{text}: {finding:?}");
            assert_eq!((finding.line, finding.column), (Some(place.0), Some(place.1)), "{text}");
        }
    }

    #[test]
    fn a_mistake_has_line_and_column() {
        for (text, line) in
            [("a: 1\nb: [1, 2\nc: 3\n", 3), ("a:\n\t- x\n", 2), ("a: b: c\n", 1), ("a: *nowhere\n", 1), ("a: 'x\n", 1)]
        {
            let finding = parse(text).unwrap_err();
            assert_eq!(finding.code, "BAD_SYNTAX", "{text}");
            assert!(finding.line.is_some_and(|found| found >= line), "{text}: {finding:?}");
            assert!(finding.hint.is_some() && !finding.message.contains("at line"), "{text}: {finding:?}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..12 {
            let inner = vec![format!("*a{}", level - 1); 10].join(",");
            bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        let deep = "[".repeat(1_000_000);
        let nested: String = (0..5_000).map(|level| format!("{}a:\n", " ".repeat(level % 400))).collect();
        let wide: String = (0..100_000).map(|index| format!("- task_key: t{index}\n")).collect();
        // Unfolded, it would be 10^12 texts: no test would see the end of that.
        assert_eq!(parse(&bomb).unwrap_err().code, "TOO_LARGE", "{:?}", parse(&bomb));
        assert!(parse(&deep).is_err());
        assert!(parse(&nested).is_err());
        assert_eq!(parse(&wide).unwrap_err().code, "TOO_LARGE", "{:?}", parse(&wide).map(|_| ()));
    }
}
