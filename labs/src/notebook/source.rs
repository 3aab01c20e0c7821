//! Databricks' source format: a script whose comments part it into cells, and plain SQL scripts.
//!
//! ```sql
//! -- Databricks notebook source
//! -- MAGIC %md
//! -- MAGIC # Text
//!
//! -- COMMAND ----------
//!
//! -- DBTITLE 1,Task 5: upsert
//! MERGE INTO ...
//! ```

use super::document::{Cell, CellLanguage, Notebook};
use super::settle::{settle, title_in};

/// What the comments of a source file begin with, and what a cell without magic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SourceFormat {
    comment: &'static str,
    language: CellLanguage,
}

const SQL: SourceFormat = SourceFormat { comment: "--", language: CellLanguage::Sql };
const PYTHON: SourceFormat = SourceFormat { comment: "#", language: CellLanguage::Python };

impl SourceFormat {
    /// What follows `-- ` in a line of the format's own comments.
    fn comment_of<'a>(&self, line: &'a str) -> Option<&'a str> {
        line.strip_prefix(self.comment)?.strip_prefix(' ')
    }

    fn is_header(&self, line: &str) -> bool {
        self.comment_of(line).is_some_and(|rest| rest.trim_end() == "Databricks notebook source")
    }

    fn is_separator(&self, line: &str) -> bool {
        self.comment_of(line).and_then(|rest| rest.strip_prefix("COMMAND ")).is_some_and(|dashes| {
            let dashes = dashes.trim_end();
            dashes.len() >= 5 && dashes.bytes().all(|byte| byte == b'-')
        })
    }

    /// The text of a line `-- MAGIC text`.
    fn magic_of<'a>(&self, line: &'a str) -> Option<&'a str> {
        let rest = self.comment_of(line)?.strip_prefix("MAGIC")?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix(' ') }
    }
}

/// The format of a text whose first line that is not blank is a header.
pub(super) fn recognise(text: &str) -> Option<SourceFormat> {
    let first = text.lines().find(|line| !line.trim().is_empty())?;
    [SQL, PYTHON].into_iter().find(|format| format.is_header(first))
}

pub(super) fn read(text: &str, format: SourceFormat) -> Notebook {
    let mut parts = Parts::default();
    let mut header_seen = false;
    for (number, line) in (1..).zip(text.split('\n')) {
        if !header_seen {
            header_seen = format.is_header(line);
            parts.next_line = number + 1;
        } else if format.is_separator(line) {
            parts.close(number, format);
        } else {
            parts.push(line);
        }
    }
    parts.close(0, format);
    parts.notebook
}

/// A script without header: one cell for each `-- DBTITLE` part (and `-- COMMAND` part, if it has any).
pub(super) fn read_plain(text: &str) -> Notebook {
    let mut parts = Parts { next_line: 1, ..Parts::default() };
    for (number, line) in (1..).zip(text.split('\n')) {
        if SQL.is_separator(line) {
            parts.close(number, SQL);
            continue;
        }
        if title_in(line).is_some() {
            parts.close(number - 1, SQL);
        }
        parts.push(line);
    }
    parts.close(0, SQL);
    parts.notebook
}

/// The cells so far, and the lines of the one that is being read.
#[derive(Default)]
struct Parts<'a> {
    notebook: Notebook,
    lines: Vec<&'a str>,
    /// Number of the first of `lines`.
    next_line: u32,
}

impl<'a> Parts<'a> {
    fn push(&mut self, line: &'a str) {
        self.lines.push(line);
    }

    /// Ends a cell; the next one begins after line `last`.
    fn close(&mut self, last: u32, format: SourceFormat) {
        let lines: Vec<&str> =
            std::mem::take(&mut self.lines).into_iter().map(|line| format.magic_of(line).unwrap_or(line)).collect();
        let settled = settle(&lines.join("\n"), format.language);
        let first_line = self.next_line + settled.skipped_lines;
        self.next_line = last + 1;
        if settled.title.is_none() && settled.source.is_empty() {
            return;
        }
        self.notebook.cells.push(Cell {
            id: format!("cell-{}", self.notebook.cells.len() + 1),
            language: settled.language,
            title: settled.title,
            source: settled.source,
            first_line,
        });
    }
}

/// The notebook as a Databricks SQL source file. Cells without title and text are left out.
pub fn write(notebook: &Notebook) -> String {
    let cells: Vec<String> = notebook.cells.iter().filter(|cell| !is_blank(cell)).map(write_cell).collect();
    format!("-- Databricks notebook source\n{}\n", cells.join("\n\n-- COMMAND ----------\n\n"))
}

pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.title.as_deref().unwrap_or_default().trim().is_empty() && cell.source.trim().is_empty()
}

fn write_cell(cell: &Cell) -> String {
    let mut lines = Vec::new();
    if let Some(title) = title_of(cell) {
        lines.push(format!("-- DBTITLE 1,{title}"));
    }
    match cell.language {
        CellLanguage::Sql if cell.source.starts_with('%') => lines.extend(cell.source.split('\n').map(as_magic)),
        CellLanguage::Sql => lines.extend(cell.source.split('\n').map(as_text)),
        CellLanguage::Python => lines.extend(["%python"].into_iter().chain(cell.source.split('\n')).map(as_magic)),
        CellLanguage::Markdown => lines.extend(["%md"].into_iter().chain(cell.source.split('\n')).map(as_magic)),
    }
    lines.join("\n")
}

/// The title on one line; `None` when there is nothing in it.
pub(super) fn title_of(cell: &Cell) -> Option<String> {
    let title = cell.title.as_deref()?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then_some(title)
}

fn as_magic(line: &str) -> String {
    if line.is_empty() { "-- MAGIC".to_owned() } else { format!("-- MAGIC {line}") }
}

/// A line that would part the cell or be taken for magic is kept harmless by a blank before it.
fn as_text(line: &str) -> String {
    let means_something = SQL.is_separator(line) || SQL.magic_of(line).is_some();
    if means_something { format!(" {line}") } else { line.to_owned() }
}
