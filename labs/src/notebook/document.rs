//! A notebook as cells in order; independent of the file format it came from.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notebook {
    pub cells: Vec<Cell>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Stable within the notebook; new cells get a fresh one.
    pub id: String,
    pub language: CellLanguage,
    /// `Task 5: upsert`, from `-- DBTITLE 1,Task 5: upsert` or the cell's metadata.
    pub title: Option<String>,
    /// The text without title, magic prefix and trailing newline.
    pub source: String,
    /// Line of the source's first line in the file it was read from, from 1; 1 for a cell made in the browser.
    pub first_line: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellLanguage {
    Sql,
    Python,
    Markdown,
}

impl Cell {
    /// Whether the cell's first line is `-- expect-error` (`# expect-error` in Python): it succeeds only on a student's error.
    pub fn expects_error(&self) -> bool {
        let first = self.source.lines().next().unwrap_or_default().trim();
        matches!(first, "-- expect-error" | "# expect-error")
    }

    /// The number in a title `Task 5`, `Task 5: any words` or `task 5 any words`, in letters of any case: what follows is
    /// no letter, no digit and no `_` (`Task 5a`).
    pub fn task_number(&self) -> Option<u32> {
        let (number, after) = self.near_task()?;
        (!after.starts_with(|c: char| c.is_alphanumeric() || c == '_')).then_some(number)
    }

    /// The number that a title begins with as a task's does, and what stands behind it.
    pub fn near_task(&self) -> Option<(u32, &str)> {
        let title = self.title.as_deref()?.trim();
        let word = title.get(..4).filter(|word| word.eq_ignore_ascii_case("task"))?;
        let rest = title[word.len()..].trim_start();
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some((digits.parse().ok()?, &rest[digits.len()..]))
    }
}
