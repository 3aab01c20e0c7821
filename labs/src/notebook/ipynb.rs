//! Jupyter's notebook format (nbformat 4), as Databricks and Jupyter write it.

use serde::Serialize;
use serde_json::json;

use super::document::{Cell, CellLanguage, Notebook};
use super::settle::settle;
use super::source::{is_blank, title_of};
use crate::authored::{Node, Value, json as authored_json};
use crate::diagnostic::{Finding, Position};

const CELL_METADATA: &str = "application/vnd.databricks.v1+cell";
const NOTEBOOK_METADATA: &str = "application/vnd.databricks.v1+notebook";

pub(super) fn read(text: &str) -> Result<Notebook, Vec<Finding>> {
    let root = authored_json::parse(text).map_err(|finding| vec![finding])?;
    let cells = cells_of(&root).map_err(|finding| vec![finding])?;
    let default = default_language(&root);
    let mut findings = Vec::new();
    let mut notebook = Notebook::default();
    for (index, node) in cells.iter().enumerate() {
        match read_cell(node, index, default) {
            Ok(cell) if is_blank(&cell) => {}
            Ok(cell) => notebook.cells.push(cell),
            Err(finding) => findings.push(finding),
        }
    }
    if !findings.is_empty() {
        return Err(findings);
    }
    give_ids(&mut notebook);
    Ok(notebook)
}

fn cells_of(root: &Node) -> Result<&[Node], Finding> {
    let version = root.get("nbformat").map(|node| &node.value);
    let hint = "Save the notebook with a current Jupyter, or export it from Databricks as .ipynb.";
    if matches!(version, Some(Value::Integer(1..=3))) {
        let message = "The notebook is in an old format of Jupyter (before nbformat 4).";
        return Err(Finding::error("NOT_A_NOTEBOOK", "nbformat", message).with_hint(hint).at(root.locate("nbformat")));
    }
    match root.get("cells").map(|node| &node.value) {
        Some(Value::List(cells)) => Ok(cells),
        Some(_) => Err(Finding::error("NOT_A_NOTEBOOK", "cells", "`cells` must be a list.").at(root.locate("cells"))),
        None => Err(Finding::error("NOT_A_NOTEBOOK", "", "This is JSON, but not a notebook: it has no `cells`.")
            .with_hint(hint)
            .at(root.position)),
    }
}

fn default_language(root: &Node) -> CellLanguage {
    let metadata = root.get("metadata");
    let databricks = metadata.and_then(|node| node.get(NOTEBOOK_METADATA)).and_then(|node| node.get("language"));
    let info = metadata.and_then(|node| node.get("language_info")).and_then(|node| node.get("name"));
    match databricks.or(info).and_then(Node::as_text) {
        Some(name) if name.eq_ignore_ascii_case("sql") => CellLanguage::Sql,
        _ => CellLanguage::Python,
    }
}

fn read_cell(node: &Node, index: usize, default: CellLanguage) -> Result<Cell, Finding> {
    let path = format!("cells[{index}]");
    let language = match node.get("cell_type").and_then(Node::as_text) {
        Some("code") => default,
        Some("markdown" | "raw") => CellLanguage::Markdown,
        _ => {
            let message = "A cell needs a `cell_type`: \"code\", \"markdown\" or \"raw\".";
            return Err(Finding::error("WRONG_TYPE", format!("{path}.cell_type"), message).at(node.position));
        }
    };
    let lines = source_of(node).ok_or_else(|| {
        let message = "A cell's `source` must be text, or a list of texts.";
        Finding::error("WRONG_TYPE", format!("{path}.source"), message).at(node.locate("source"))
    })?;
    let text: String = lines.iter().map(|(line, _)| *line).collect();
    let text = text.replace("\r\n", "\n");
    let settled = settle(&text, language);
    let first_line = line_in_file(&lines, settled.skipped_lines).unwrap_or(node.position.line);
    let id = node.get("id").and_then(Node::as_text).unwrap_or_default().to_owned();
    let title = settled.title.or_else(|| metadata_title(node));
    Ok(Cell { id, language: settled.language, title, source: settled.source, first_line })
}

/// The pieces of the source, each with its place in the file.
fn source_of(cell: &Node) -> Option<Vec<(&str, Position)>> {
    let source = cell.get("source")?;
    match &source.value {
        Value::Text(text) => Some(vec![(text, source.position)]),
        Value::List(pieces) => pieces.iter().map(|piece| Some((piece.as_text()?, piece.position))).collect(),
        _ => None,
    }
}

/// The line of the file that holds the source's line `skipped` (from 0). Jupyter writes one piece for each line.
fn line_in_file(pieces: &[(&str, Position)], skipped: u32) -> Option<u32> {
    let mut before = 0;
    for (piece, position) in pieces {
        let lines = u32::try_from(piece.matches('\n').count()).unwrap_or(0);
        if before + lines > skipped || (before == skipped && !piece.is_empty()) {
            return Some(position.line);
        }
        before += lines;
    }
    pieces.last().map(|(_, position)| position.line)
}

fn metadata_title(cell: &Node) -> Option<String> {
    let metadata = cell.get("metadata")?;
    let title = metadata.get(CELL_METADATA).and_then(|node| node.get("title")).or_else(|| metadata.get("title"))?;
    Some(title.as_text()?.trim().to_owned()).filter(|title| !title.is_empty())
}

/// Keeps the ids that are fit and unique, and gives the others one.
fn give_ids(notebook: &mut Notebook) {
    let mut taken = std::collections::HashSet::new();
    for cell in &mut notebook.cells {
        if !is_fit(&cell.id) || !taken.insert(cell.id.clone()) {
            cell.id.clear();
        }
    }
    let mut next = 1;
    for cell in notebook.cells.iter_mut().filter(|cell| cell.id.is_empty()) {
        while !taken.insert(format!("cell-{next}")) {
            next += 1;
        }
        cell.id = format!("cell-{next}");
    }
}

/// nbformat 4.5: 1 to 64 letters, digits, `-` and `_`.
fn is_fit(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The notebook as .ipynb (nbformat 4.5) of a SQL notebook. Cells without title and text are left out.
pub fn write(notebook: &Notebook) -> String {
    let mut notebook = Notebook { cells: notebook.cells.iter().filter(|cell| !is_blank(cell)).cloned().collect() };
    give_ids(&mut notebook);
    let document = json!({
        "cells": notebook.cells.iter().map(write_cell).collect::<Vec<_>>(),
        "metadata": {
            NOTEBOOK_METADATA: { "language": "sql", "notebookMetadata": {}, "widgets": {} },
            "language_info": { "name": "sql" },
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    });
    let mut bytes = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let written = document.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, formatter));
    debug_assert!(written.is_ok(), "a JSON value is always writable to memory");
    let mut text = String::from_utf8(bytes).unwrap_or_default();
    text.push('\n');
    text
}

fn write_cell(cell: &Cell) -> serde_json::Value {
    let magic = match cell.language {
        CellLanguage::Python => "%python\n",
        CellLanguage::Sql | CellLanguage::Markdown => "",
    };
    let mut metadata = json!({});
    if let Some(title) = title_of(cell) {
        metadata = json!({ CELL_METADATA: { "showTitle": true, "title": title }, "title": title });
    }
    let source = format!("{magic}{}", cell.source);
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    if cell.language == CellLanguage::Markdown {
        return json!({ "cell_type": "markdown", "id": cell.id, "metadata": metadata, "source": lines });
    }
    json!({
        "cell_type": "code", "execution_count": null, "id": cell.id, "metadata": metadata, "outputs": [], "source": lines,
    })
}
