//! What the snippets of a lesson give: run in their order in one fresh workspace, with clock and random functions from
//! a fixed seed, so that what is shown of them is the same each time. Nobody writes it down.
//!
//! Invariant: outputs know the texts that they were made from, and are shown beside no others.

use std::collections::BTreeMap;

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_labs::evidence::CellEvidence;
use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan, Sandbox};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::lesson::Lesson;

/// Of every run: a reader who comes back finds what was there before.
const SEED: u64 = 1;
/// Rows of a result that are kept; how many there are in all is known beside them.
const MAX_ROWS: usize = 50;

/// What each snippet of a lesson gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outputs {
    /// The key of the lesson that they were made from.
    of: String,
    /// In the order of the lesson, a snippet's statements each. Times that they took are 0: they tell of a machine.
    snippets: Vec<Vec<StatementOutcome>>,
}

impl Outputs {
    /// Whether the lesson's snippets are those that gave this, under this version of the engine.
    pub fn fit(&self, lesson: &Lesson) -> bool {
        self.of == key(lesson)
    }

    /// Whether the lesson has no snippets.
    pub fn is_empty(&self) -> bool {
        self.snippets.is_empty()
    }

    /// Of the snippet with that number, from 1.
    pub fn of_snippet(&self, number: usize) -> Option<&[StatementOutcome]> {
        self.snippets.get(number.checked_sub(1)?).map(Vec::as_slice)
    }
}

/// What outputs depend on: the texts of all snippets, the errors that their author expects, and the version of the engine.
pub fn key(lesson: &Lesson) -> String {
    let mut hasher = Sha256::new();
    hasher.update(env!("CARGO_PKG_VERSION"));
    for snippet in lesson.snippets() {
        for text in [snippet.sql.as_str(), snippet.expected_error.as_deref().unwrap_or_default()] {
            hasher.update((text.len() as u64).to_le_bytes());
            hasher.update(text);
        }
    }
    hex::encode(hasher.finalize())
}

/// Runs all snippets of the lesson.
///
/// # Errors
/// A finding for each snippet that does not end as its author says, with file and line; or that the engine failed.
pub async fn run(sandbox: &Sandbox, lesson: &Lesson) -> Result<Outputs, Vec<Finding>> {
    let file = format!("lessons/{}.md", lesson.slug);
    let cells = ran(sandbox, lesson, &file).await.map_err(|finding| vec![finding.in_file(&file)])?;
    let snippets: Vec<_> = lesson.snippets().collect();
    let faults = cells.iter().filter_map(|cell| {
        let snippet = snippets.get(cell.index as usize)?;
        fault(cell, snippet.expected_error.as_deref()).map(|finding| finding.in_file(&file))
    });
    let faults: Vec<Finding> = faults.collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    Ok(Outputs { of: key(lesson), snippets: cells.into_iter().map(|cell| kept(cell.statements)).collect() })
}

/// The snippets as the cells of a notebook, run to its end.
async fn ran(sandbox: &Sandbox, lesson: &Lesson, file: &str) -> Result<Vec<CellEvidence>, Finding> {
    let cells: Vec<Cell> = lesson
        .snippets()
        .map(|snippet| Cell {
            id: snippet.id.clone(),
            language: CellLanguage::Sql,
            title: None,
            source: snippet.sql.clone(),
            first_line: snippet.line,
        })
        .collect();
    if cells.is_empty() {
        return Ok(Vec::new());
    }
    // One that fails does not hide those behind it.
    let may_fail = (0..u32::try_from(cells.len()).unwrap_or(u32::MAX)).collect();
    let run = NotebookRun {
        name: file.to_owned(),
        notebook: Notebook { cells },
        parameters: BTreeMap::new(),
        repairs: Vec::new(),
        may_fail,
    };
    let plan = ReplayPlan { seed: SEED, user_name: "student".to_owned(), tables: Vec::new(), runs: vec![run] };
    match sandbox.replay(plan).await {
        Ok(Ok(evidence)) => Ok(evidence.runs.into_iter().flat_map(|run| run.cells).filter(|cell| cell.ran).collect()),
        Ok(Err(limit)) => Err(Finding::error("SNIPPET_FAILS", "", limit.to_string())),
        Err(fault) => Err(Finding::error("UNAVAILABLE", "", fault.to_string())),
    }
}

fn kept(statements: Vec<StatementOutcome>) -> Vec<StatementOutcome> {
    let bounded = |mut outcome: StatementOutcome| {
        outcome.relation.rows.truncate(MAX_ROWS);
        StatementOutcome { elapsed_us: 0, ..outcome }
    };
    statements.into_iter().map(bounded).collect()
}

fn fault(cell: &CellEvidence, expected: Option<&str>) -> Option<Finding> {
    let failed = cell.statements.iter().find_map(|statement| statement.error.as_ref().map(|error| (statement, error)));
    let message = match (failed, expected) {
        (None, None) => return None,
        (None, Some(class)) => format!("The snippet is meant to fail with {class}, but it succeeds."),
        (Some((_, error)), Some(class)) if error.class == class => return None,
        (Some((_, error)), Some(class)) => {
            format!("The snippet is meant to fail with {class}, but it fails with {error}")
        }
        (Some((_, error)), None) => format!("The snippet fails: {error}"),
    };
    let first = Position { line: 1, column: 1 };
    let at =
        failed.map_or(first, |(statement, error)| error.position.unwrap_or(Position { line: statement.line, ..first }));
    let line = cell.first_line + at.line.saturating_sub(1);
    Some(Finding::error("SNIPPET_FAILS", "", message).at(Position { line, ..at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(sql: &str) -> Lesson {
        let text = format!("---\ntitle: x\nminutes: 1\nsummary: s\n---\n```sql run\n{sql}\n```\n");
        crate::lesson::parse("x", &text, "f").unwrap()
    }

    #[test]
    fn outputs_are_those_of_the_texts_that_gave_them_and_of_no_others() {
        let (one, other) = (lesson("SELECT 1"), lesson("SELECT 2"));
        let outputs = Outputs { of: key(&one), snippets: vec![Vec::new()] };
        assert!(outputs.fit(&one) && !outputs.fit(&other));
        assert!(outputs.of_snippet(1).is_some() && outputs.of_snippet(0).is_none() && outputs.of_snippet(2).is_none());
    }

    #[test]
    fn long_results_are_cut_and_their_whole_length_is_known() {
        let rows = (0..200).map(|n| vec![serde_json::json!(n)]).collect();
        let text = serde_json::json!({
            "sql": "SELECT 1", "line": 1, "column": 1, "relation": {"columns": [], "rows": []}, "total_rows": 200,
            "error": null, "notes": [], "commits": [], "facts": null, "elapsed_us": 7
        });
        let mut outcome: StatementOutcome = serde_json::from_value(text).unwrap();
        outcome.relation.rows = rows;
        let kept = kept(vec![outcome]).remove(0);
        assert_eq!((kept.relation.rows.len(), kept.total_rows, kept.elapsed_us), (MAX_ROWS, 200, 0));
    }
}
