//! Notebooks: the document, and the file formats that it is read from and written to.
//!
//! Formats: Databricks' source format (`.sql`, `.py`), Jupyter's `.ipynb` (nbformat 4) and a plain `.sql` script.
//! Invariant: what [`write_sql`] and [`write_ipynb`] write, [`read`] reads as the same cells. Runs nothing.

mod document;
mod ipynb;
mod settle;
mod source;
#[cfg(test)]
mod tests;

pub use document::{Cell, CellLanguage, Notebook};
pub use ipynb::write as write_ipynb;
pub use settle::settle;
pub use source::write as write_sql;

use crate::diagnostic::{Finding, Position};

/// A larger file is refused before it is looked at.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
pub const MAX_CELLS: usize = 2_000;

/// Reads a notebook of any known format. The content decides the format, the name's ending only where it is silent.
///
/// Cells without title and text are left out. Line ends become `\n`. Ids are unique; they are the file's own where it
/// has any (nbformat 4.5).
///
/// # Errors
/// Findings that name the file: `NOTEBOOK_TOO_LARGE`, `NOT_UTF8`, `NOT_A_NOTEBOOK`, `BAD_SYNTAX`, `WRONG_TYPE`.
pub fn read(file_name: &str, bytes: &[u8]) -> Result<Notebook, Vec<Finding>> {
    let notebook = text_of(bytes).map_err(|finding| vec![finding]).and_then(|text| read_text(file_name, &text));
    let notebook =
        notebook.and_then(
            |notebook| if notebook.cells.len() > MAX_CELLS { Err(vec![too_many(&notebook)]) } else { Ok(notebook) },
        );
    notebook.map_err(|findings| findings.into_iter().map(|finding| finding.in_file(file_name)).collect())
}

fn read_text(file_name: &str, text: &str) -> Result<Notebook, Vec<Finding>> {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    if let Some(format) = source::recognise(text) {
        return Ok(source::read(text, format));
    }
    match ending.as_deref() {
        Some("ipynb") => ipynb::read(text),
        _ if text.trim_start().starts_with('{') => ipynb::read(text),
        Some("sql") => Ok(source::read_plain(text)),
        Some("py") => Err(vec![not_a_notebook(
            "A Python file must be a notebook in Databricks' source format.",
            "Its first line is `# Databricks notebook source`. Export the notebook again as source file, or as .ipynb.",
        )]),
        _ => Err(vec![not_a_notebook(
            "This is neither a notebook in source format nor an .ipynb file.",
            "Export the notebook as SQL source file (.sql) or as Jupyter notebook (.ipynb).",
        )]),
    }
}

fn not_a_notebook(message: &str, hint: &str) -> Finding {
    Finding::error("NOT_A_NOTEBOOK", "", message).with_hint(hint).at(Position { line: 1, column: 1 })
}

fn too_many(notebook: &Notebook) -> Finding {
    let message = format!("The notebook has {} cells; at most {MAX_CELLS} are read.", notebook.cells.len());
    let line = notebook.cells.get(MAX_CELLS).map_or(1, |cell| cell.first_line);
    Finding::error("NOTEBOOK_TOO_LARGE", "", message)
        .with_hint("Hand in the lab's notebook only.")
        .at(Position { line, column: 1 })
}

/// The bytes as text with `\n` line ends and without a byte-order mark.
fn text_of(bytes: &[u8]) -> Result<String, Finding> {
    if bytes.len() > MAX_BYTES {
        let megabytes = bytes.len().div_ceil(1024 * 1024);
        let message = format!("The file has {megabytes} MiB; a notebook has at most {} MiB.", MAX_BYTES / 1024 / 1024);
        return Err(Finding::error("NOTEBOOK_TOO_LARGE", "", message)
            .with_hint("Clear the outputs of all cells before you export the notebook."));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(not_a_notebook(
            "This is a zip archive (perhaps a .dbc export), not a notebook.",
            "Export the notebook as SQL source file (.sql) or as Jupyter notebook (.ipynb).",
        ));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        not_utf8(&String::from_utf8_lossy(before))
    })?;
    if let Some((before, _)) = text.split_once('\0') {
        return Err(not_utf8(before));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() })
}

fn not_utf8(before: &str) -> Finding {
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Finding::error("NOT_UTF8", "", "The file is not text in UTF-8.")
        .with_hint("Save it again with the encoding UTF-8, or export the notebook again.")
        .at(Position { line: narrow(line), column: narrow(column) })
}
