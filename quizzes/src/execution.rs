//! SQL that has to be run for a quiz, and what came of it: values that go out of this crate and come back.
//!
//! Whoever has an engine runs each [`Execution`] in a fresh workspace and keeps what it gave in [`Results`]. Nothing
//! here runs or reads SQL. An execution is its own key, so that results of other SQL are never taken for these.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One run in a fresh workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Execution {
    /// Statements parted by semicolons; may be empty.
    pub setup: String,
    /// The one statement that matters, run after the setup; empty for none. Whoever runs it fails it when it is
    /// several: it may be a student's.
    pub statement: String,
    pub observe: Observe,
}

/// What an execution gives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Observe {
    /// The rows that the statement returns.
    Statement,
    /// The rows of this query, run after the statement.
    Query(String),
    /// The files of a table's `_delta_log`: the commits from the first to the last of these versions, both included.
    Log { table: String, first: u32, last: Option<u32> },
}

/// What an execution gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Executed {
    Table(Table),
    /// In the order of their versions.
    Log(Vec<LogFile>),
    Failed(SqlFailure),
    /// There was no engine, or it was stopped: says nothing about the SQL.
    Unavailable(String),
}

/// Rows as a result shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Table {
    pub columns: Vec<String>,
    /// As many cells as there are columns; `None` for NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

/// A commit file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogFile {
    /// `00000000000000000003.json`
    pub name: String,
    /// One action a line, as JSON.
    pub text: String,
}

/// An error of the SQL, in the terms that a student sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqlFailure {
    pub stage: Stage,
    /// `DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE`
    pub class: String,
    pub message: String,
}

/// The part of an execution that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Setup,
    Statement,
    Observation,
}

impl Table {
    /// The cell of a table that has only one.
    pub fn value(&self) -> Option<&Option<String>> {
        match self.rows.as_slice() {
            [row] if self.columns.len() == 1 && row.len() == 1 => row.first(),
            _ => None,
        }
    }

    /// Whether both have as many columns and the same rows; in the same order if `ordered`. Names of columns do not
    /// count, nor zeros at the end of a fraction: `1.50` is `1.5`.
    pub fn has_rows_of(&self, other: &Table, ordered: bool) -> bool {
        let of = |table: &Table| {
            let mut rows: Vec<Vec<Option<String>>> =
                table.rows.iter().map(|row| row.iter().map(|cell| cell.as_deref().map(plain)).collect()).collect();
            if !ordered {
                rows.sort();
            }
            rows
        };
        self.columns.len() == other.columns.len() && of(self) == of(other)
    }
}

/// `id, name; 1, ada; 2, NULL`: a table in one line, for sheets of answers and messages.
impl std::fmt::Display for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.columns.join(", "))?;
        for row in &self.rows {
            let cells: Vec<&str> = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL")).collect();
            write!(f, "; {}", cells.join(", "))?;
        }
        Ok(())
    }
}

/// A cell without zeros at the end of its fraction.
fn plain(cell: &str) -> String {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is_fraction = digits.split_once('.').is_some_and(|(whole, part)| {
        let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        all_digits(whole) && all_digits(part)
    });
    if is_fraction { cell.trim_end_matches('0').trim_end_matches('.').to_owned() } else { cell.to_owned() }
}

/// What executions gave. As JSON a list of `{"execution", "executed"}`, so that it can be kept beside a quiz.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Results(BTreeMap<Execution, Executed>);

#[derive(Serialize, Deserialize)]
struct Entry {
    execution: Execution,
    executed: Executed,
}

impl From<Vec<Entry>> for Results {
    fn from(entries: Vec<Entry>) -> Self {
        Self(entries.into_iter().map(|entry| (entry.execution, entry.executed)).collect())
    }
}

impl From<Results> for Vec<Entry> {
    fn from(results: Results) -> Self {
        results.0.into_iter().map(|(execution, executed)| Entry { execution, executed }).collect()
    }
}

impl Results {
    /// Runs each execution once with what the caller has for an engine.
    pub fn of(executions: impl IntoIterator<Item = Execution>, mut run: impl FnMut(&Execution) -> Executed) -> Self {
        let mut results = Self::default();
        for execution in executions {
            results.0.entry(execution).or_insert_with_key(&mut run);
        }
        results
    }

    pub fn insert(&mut self, execution: Execution, executed: Executed) {
        self.0.insert(execution, executed);
    }

    pub fn get(&self, execution: &Execution) -> Option<&Executed> {
        self.0.get(execution)
    }

    /// These and the others; the others where both have one.
    pub fn with(&self, others: &Results) -> Results {
        let mut all = self.clone();
        all.0.extend(others.0.clone());
        all
    }

    /// Those of these executions, as far as they are known.
    pub fn of_these(&self, executions: impl IntoIterator<Item = Execution>) -> Results {
        let known =
            executions.into_iter().filter_map(|execution| Some((execution.clone(), self.get(&execution)?.clone())));
        Results(known.collect())
    }

    /// Those of the executions that no result is known of, each once.
    pub fn missing(&self, executions: impl IntoIterator<Item = Execution>) -> Vec<Execution> {
        let mut missing: Vec<Execution> = Vec::new();
        for execution in executions {
            let is_known = self.get(&execution).is_some_and(|known| !matches!(known, Executed::Unavailable(_)));
            if !is_known && !missing.contains(&execution) {
                missing.push(execution);
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(rows: &[&[&str]]) -> Table {
        let cell = |cell: &&str| (*cell != "NULL").then(|| (*cell).to_owned());
        let columns = rows.first().map_or(0, |row| row.len());
        Table {
            columns: (0..columns).map(|column| format!("c{column}")).collect(),
            rows: rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        }
    }

    #[test]
    fn rows_count_in_any_order_unless_the_order_is_asked() {
        let (one, other) = (table(&[&["1", "a"], &["2", "b"]]), table(&[&["2", "b"], &["1", "a"]]));
        assert!(one.has_rows_of(&other, false) && !one.has_rows_of(&other, true));
        assert!(!one.has_rows_of(&table(&[&["1", "a"], &["2", "b"], &["2", "b"]]), false));
    }

    #[test]
    fn zeros_behind_a_fraction_do_not_count_but_those_of_a_text_do() {
        assert!(table(&[&["1.50"]]).has_rows_of(&table(&[&["1.5"]]), true));
        assert!(table(&[&["-2.00"]]).has_rows_of(&table(&[&["-2"]]), true));
        assert!(!table(&[&["100"]]).has_rows_of(&table(&[&["1"]]), true));
        assert!(!table(&[&["v1.0.0"]]).has_rows_of(&table(&[&["v1.0"]]), true));
        assert!(!table(&[&["NULL"]]).has_rows_of(&table(&[&[""]]), true));
    }

    #[test]
    fn results_are_kept_by_the_whole_execution() {
        let execution = |setup: &str| Execution {
            setup: setup.to_owned(),
            statement: "SELECT 1".to_owned(),
            observe: Observe::Statement,
        };
        let mut runs = 0;
        let results = Results::of([execution("a"), execution("a")], |_| {
            runs += 1;
            Executed::Table(table(&[&["1"]]))
        });
        assert_eq!(runs, 1);
        assert_eq!(results.missing([execution("a"), execution("b"), execution("b")]), [execution("b")]);
        let stored = serde_json::to_string(&results).unwrap();
        assert_eq!(serde_json::from_str::<Results>(&stored).unwrap(), results);
    }

    proptest! {
        #[test]
        fn a_table_has_the_rows_of_its_own_permutations(
            (rows, shuffled) in prop::collection::vec(
                prop::collection::vec(prop::option::of("[0-9a-z.]{0,4}"), 2),
                0..6,
            ).prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
        ) {
            let columns = vec!["a".to_owned(), "b".to_owned()];
            let of = |rows: &Vec<Vec<Option<String>>>| Table { columns: columns.clone(), rows: rows.clone() };
            prop_assert!(of(&rows).has_rows_of(&of(&shuffled), false));
            prop_assert_eq!(of(&rows).has_rows_of(&of(&shuffled), true), of(&shuffled).has_rows_of(&of(&rows), true));
        }
    }
}
