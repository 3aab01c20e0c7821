//! The smallest data that shows a mistake, as it is shown: before, expected and got side by side.

use sandbar_labs::relation::Relation;
use serde::{Deserialize, Serialize};

use crate::compare::{Contract, Difference, compare};
use crate::feedback::show;

/// Titles of the results.
const EXPECTED: &str = "expected";
const GOT: &str = "got";

/// Data on which the student's statement and the reference differ, with what both give.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterexample {
    /// The statement that was tried.
    pub statement: String,
    /// The data, then what is expected and what came.
    pub tables: Vec<ShownTable>,
    /// The same data for a workspace in which it can be tried; `None` where it is too much for a report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setup: Option<Setup>,
}

/// What a workspace holds before the statement runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// Tables at version 0.
    pub tables: Vec<NamedRelation>,
    /// Statements that make the rest: later versions, views, widgets.
    pub statements: Vec<String>,
    /// The table that the statement writes or reads.
    pub table: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedRelation {
    pub name: String,
    #[serde(flatten)]
    pub relation: Relation,
}

/// Rows of all tables together that a report carries.
const MAX_SETUP_ROWS: usize = 200;

impl Setup {
    /// `None` when there are too many rows for a report.
    pub fn new(table: &str, tables: Vec<(String, Relation)>, statements: Vec<String>) -> Option<Self> {
        let rows: usize = tables.iter().map(|(_, relation)| relation.rows.len()).sum();
        let tables = tables.into_iter().map(|(name, relation)| NamedRelation { name, relation }).collect();
        (rows <= MAX_SETUP_ROWS).then(|| Self { tables, statements, table: table.to_owned() })
    }
}

/// A small table of text. Every row has as many values as there are columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownTable {
    pub title: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Rows, from 0, that the difference is about.
    pub marked: Vec<usize>,
}

impl ShownTable {
    pub fn new(title: impl Into<String>, relation: &Relation) -> Self {
        Self {
            title: title.into(),
            columns: relation.columns.iter().map(|column| column.name.clone()).collect(),
            rows: relation.rows.iter().map(|row| row.iter().map(show).collect()).collect(),
            marked: Vec::new(),
        }
    }

    /// Where the given rows stand in the table; their columns are those of `like`.
    fn places_of(&self, rows: &[Vec<serde_json::Value>], like: &Relation) -> Vec<usize> {
        let place = |name: &str| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        let places: Vec<Option<usize>> = like.columns.iter().map(|column| place(&column.name)).collect();
        let is_one = |shown: &Vec<String>| {
            let same = |row: &Vec<serde_json::Value>| {
                places.iter().zip(row).all(|(place, value)| place.is_some_and(|place| shown[place] == show(value)))
            };
            rows.iter().any(same)
        };
        (0..self.rows.len()).filter(|at| is_one(&self.rows[*at])).collect()
    }
}

impl Counterexample {
    /// The data with both results; rows of only one of them are marked, and so are the rows of the data with their key.
    pub fn new(
        statement: &str,
        data: &[(String, Relation)],
        expected: &Relation,
        got: Option<&Relation>,
        contract: &Contract,
    ) -> Self {
        let difference = got.and_then(|got| compare(expected, got, contract));
        let (missing, unexpected) = match &difference {
            Some(Difference::Rows { missing, unexpected, .. }) => (missing.as_slice(), unexpected.as_slice()),
            _ => (&[][..], &[][..]),
        };
        let mut tables: Vec<ShownTable> = data.iter().map(|(name, relation)| ShownTable::new(name, relation)).collect();
        tables.push(ShownTable::new(EXPECTED, expected));
        tables.extend(got.map(|got| ShownTable::new(GOT, got)));
        let about = |rows: &[Vec<serde_json::Value>]| -> Vec<Vec<String>> {
            rows.iter().map(|row| key_of(row, expected, contract)).collect()
        };
        let keys: Vec<Vec<String>> = about(missing).into_iter().chain(about(unexpected)).collect();
        for (at, table) in tables.iter_mut().enumerate() {
            let places: Vec<usize> =
                contract.key.iter().filter_map(|key| table.columns.iter().position(|name| name == key)).collect();
            let is_about = |row: &Vec<String>| {
                let key: Vec<String> = places.iter().map(|place| row[*place].clone()).collect();
                !key.is_empty() && keys.contains(&key)
            };
            table.marked = match at.checked_sub(data.len()) {
                None => (0..table.rows.len()).filter(|at| is_about(&table.rows[*at])).collect(),
                Some(0) => table.places_of(missing, expected),
                Some(_) => table.places_of(unexpected, expected),
            };
        }
        Self { statement: statement.trim().to_owned(), tables, setup: None }
    }

    /// The same with other names for what was expected and what came.
    pub fn with_titles(mut self, expected: &str, got: &str) -> Self {
        for table in &mut self.tables {
            match table.title.as_str() {
                EXPECTED => expected.clone_into(&mut table.title),
                GOT => got.clone_into(&mut table.title),
                _ => {}
            }
        }
        self
    }
}

fn key_of(row: &[serde_json::Value], columns: &Relation, contract: &Contract) -> Vec<String> {
    contract.key.iter().filter_map(|key| columns.column_index(key)).filter_map(|at| row.get(at)).map(show).collect()
}

#[cfg(test)]
mod tests {
    use sandbar_labs::relation::Column;
    use serde_json::{Value, json};

    use super::*;

    fn rows(rows: Value) -> Relation {
        let columns = vec![Column::new("sku", "STRING"), Column::new("price", "INT")];
        Relation { columns, rows: serde_json::from_value(rows).unwrap() }
    }

    #[test]
    fn of_the_results_only_rows_that_differ_are_marked_and_of_the_data_those_with_their_key() {
        let contract = Contract { key: vec!["sku".to_owned()], ..Contract::default() };
        let marked = |expected: Value, got: Value| {
            let data = [("before".to_owned(), rows(json!([["b", 1], ["a", 1]])))];
            let shown = Counterexample::new("MERGE", &data, &rows(expected), Some(&rows(got)), &contract);
            shown.tables.into_iter().map(|table| table.marked).collect::<Vec<_>>()
        };
        let twice = marked(json!([["a", 1], ["b", 1]]), json!([["a", 1], ["b", 1], ["a", 2]]));
        assert_eq!(twice, [vec![1], vec![], vec![2]]);
        let changed = marked(json!([["a", 1], ["b", 1]]), json!([["b", 3], ["a", 1]]));
        assert_eq!(changed, [vec![0], vec![1], vec![0]]);
    }
}
