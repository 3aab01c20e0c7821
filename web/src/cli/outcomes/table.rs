//! Results as aligned tables and errors with the place they point at.

use std::fmt::Write;
use std::io::IsTerminal;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use sandbar_labs::diagnostic::{Diagnostic, Position};
use sandbar_labs::outcome::StatementOutcome;
use serde_json::Value;

use super::Source;

/// Characters of one value that are shown; the jsonl format has it whole.
const WIDEST_VALUE: usize = 120;

pub fn heading(cell: usize, title: Option<&str>) -> String {
    match title {
        Some(title) => format!("── cell {cell} · {title}"),
        None => format!("── cell {cell}"),
    }
}

/// What goes to standard output: the rows and a line about them, or nothing for a failed statement.
pub fn result(outcome: &StatementOutcome) -> String {
    if outcome.error.is_some() {
        return String::new();
    }
    let mut text = String::new();
    if !outcome.relation.columns.is_empty() {
        text.push_str(&rows(outcome));
        text.push('\n');
    }
    text.push_str(&summary(outcome));
    text.push_str("\n\n");
    text
}

fn rows(outcome: &StatementOutcome) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(outcome.relation.columns.iter().map(|column| Cell::new(shown_text(&column.name))));
    for row in &outcome.relation.rows {
        table.add_row(row.iter().map(|value| {
            let alignment = if value.is_number() { CellAlignment::Right } else { CellAlignment::Left };
            Cell::new(shown(value)).set_alignment(alignment)
        }));
    }
    table.to_string()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => shown_text(text),
        other => shown_text(&other.to_string()),
    }
}

/// One line without control characters, so that a value can neither break the table nor the terminal.
fn shown_text(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars().take(WIDEST_VALUE) {
        match c {
            '\n' => shown.push('⏎'),
            c if c.is_control() => shown.push('\u{FFFD}'),
            c => shown.push(c),
        }
    }
    if text.chars().nth(WIDEST_VALUE).is_some() {
        shown.push('…');
    }
    shown
}

fn summary(outcome: &StatementOutcome) -> String {
    let mut parts = Vec::new();
    let shown = outcome.relation.rows.len() as u64;
    if outcome.relation.columns.is_empty() {
        parts.push("OK".to_owned());
    } else if outcome.total_rows > shown {
        parts.push(format!("{shown} of {} rows", outcome.total_rows));
    } else {
        parts.push(format!("{shown} {}", if shown == 1 { "row" } else { "rows" }));
    }
    for commit in &outcome.commits {
        parts.push(format!("{} is at version {} ({})", commit.table, commit.version, commit.operation));
    }
    let milliseconds = std::time::Duration::from_micros(outcome.elapsed_us).as_secs_f64() * 1000.0;
    parts.push(format!("{milliseconds:.1} ms"));
    parts.join(" · ")
}

/// What goes to standard error: notes, and the error with its place.
pub fn remarks(source: &Source<'_>, outcome: &StatementOutcome) -> String {
    let mut text = String::new();
    for note in &outcome.notes {
        let _ = writeln!(text, "note: {note}");
    }
    if let Some(diagnostic) = &outcome.error {
        let styled = std::io::stderr().is_terminal();
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        text.push_str(&error(source, outcome, diagnostic, &renderer.decor_style(DecorStyle::Unicode)));
        text.push_str("\n\n");
    }
    text
}

pub(super) fn error(
    source: &Source<'_>,
    outcome: &StatementOutcome,
    diagnostic: &Diagnostic,
    renderer: &Renderer,
) -> String {
    let at = diagnostic.position.unwrap_or(Position { line: outcome.line, column: outcome.column });
    let mut snippet = Snippet::source(source.text).line_start(source.first_line as usize).path(source.name);
    if let Some(span) = word_at(source.text, at) {
        snippet = snippet.annotation(AnnotationKind::Primary.span(span));
    }
    let class = format!("{} {}", diagnostic.class, diagnostic.sqlstate);
    let error = Level::ERROR.primary_title(diagnostic.message.as_str()).id(class).element(snippet);
    let mut groups = vec![error];
    if let Some(hint) = &diagnostic.hint {
        groups.push(Group::with_title(Level::HELP.secondary_title(hint.as_str())));
    }
    renderer.render(&groups)
}

/// Bytes of the word, or of the one character, that stands at a place.
fn word_at(text: &str, at: Position) -> Option<std::ops::Range<usize>> {
    let before = usize::try_from(at.line.checked_sub(1)?).ok()?;
    let line_start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let line = text.get(line_start..)?.lines().next().unwrap_or_default();
    let column = usize::try_from(at.column.checked_sub(1)?).ok()?;
    let start = line.char_indices().nth(column).map_or(line.len(), |(offset, _)| offset);
    let rest = line.get(start..)?;
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let length = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
    Some(line_start + start..line_start + start + length)
}
