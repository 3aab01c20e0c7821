//! The rows that a SQL task gives to the tasks after it: `{{tasks.T.output.rows}}` and
//! `{{tasks.T.output.first_row.COLUMN}}`.
//!
//! So many as Databricks' documentation of dynamic value references passes on.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::relation::Relation;

/// More rows are not passed on.
const MAX_ROWS: usize = 1_000;
/// As JSON.
const MAX_BYTES: usize = 48 * 1024;

/// The result of a SQL task's last query.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutputRows {
    /// Each with its columns' names; the first ones, where there are more than are passed on.
    pub rows: Vec<Map<String, Value>>,
    /// How many the result has.
    pub total: u64,
}

impl OutputRows {
    /// `total` is how many rows the result had, also where the relation was cut.
    pub fn of(relation: &Relation, total: u64) -> Self {
        let mut bytes = 0;
        let row = |row: &Vec<Value>| -> Map<String, Value> {
            relation.columns.iter().zip(row).map(|(column, value)| (column.name.clone(), value.clone())).collect()
        };
        let fits = |row: &Map<String, Value>| {
            bytes += serde_json::to_string(row).map_or(MAX_BYTES, |text| text.len() + 1);
            bytes <= MAX_BYTES
        };
        let rows = relation.rows.iter().take(MAX_ROWS).map(row).take_while(fits).collect();
        Self { rows, total }
    }

    /// What a reference means whose segments come after `output`; `None` for one that means nothing.
    ///
    /// # Errors
    /// In words: for a column or a row that is not there, and more rows than are passed on.
    pub fn meaning(&self, rest: &[&str]) -> Option<Result<String, String>> {
        match rest {
            ["rows"] => Some(self.all()),
            ["first_row", column] => Some(self.first(column)),
            _ => None,
        }
    }

    fn all(&self) -> Result<String, String> {
        if u64::try_from(self.rows.len()).unwrap_or(u64::MAX) < self.total {
            let kib = MAX_BYTES / 1024;
            return Err(format!(
                "The result has {} rows; at most {MAX_ROWS} rows and {kib} KiB are passed on.",
                self.total
            ));
        }
        serde_json::to_string(&self.rows).map_err(|error| error.to_string())
    }

    fn first(&self, column: &str) -> Result<String, String> {
        let Some(row) = self.rows.first() else {
            return Err(if self.total == 0 {
                "The result has no row.".to_owned()
            } else {
                format!("The first row has more than {} KiB.", MAX_BYTES / 1024)
            });
        };
        let found = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
        let known = || row.keys().map(String::as_str).collect::<Vec<_>>().join("`, `");
        let (_, value) = found.ok_or_else(|| format!("The result has no column `{column}`. It has `{}`.", known()))?;
        Ok(super::context::shown(value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn output(rows: &[Value], total: u64) -> OutputRows {
        OutputRows { rows: rows.iter().map(|row| row.as_object().cloned().unwrap()).collect(), total }
    }

    #[test]
    fn the_first_row_is_read_by_column_and_all_rows_as_json() {
        let output = output(&[json!({ "day": "2024-01-15", "n": 7 }), json!({ "day": null, "n": 8 })], 2);
        let meaning = |rest: &[&str]| output.meaning(rest).unwrap().unwrap();
        assert_eq!((meaning(&["first_row", "N"]), meaning(&["first_row", "day"])), ("7".into(), "2024-01-15".into()));
        assert_eq!(meaning(&["rows"]), r#"[{"day":"2024-01-15","n":7},{"day":null,"n":8}]"#);
        let told = output.meaning(&["first_row", "m"]).unwrap().unwrap_err();
        assert_eq!(told, "The result has no column `m`. It has `day`, `n`.");
        assert_eq!(output.meaning(&["alert_state"]), None);
    }

    #[test]
    fn rows_that_are_missing_are_told_and_never_left_out() {
        assert_eq!(output(&[], 0).meaning(&["first_row", "n"]).unwrap().unwrap_err(), "The result has no row.");
        assert_eq!(output(&[], 0).meaning(&["rows"]).unwrap().unwrap(), "[]");
        let cut = output(&[json!({ "n": 1 })], 5_000);
        assert_eq!(cut.meaning(&["first_row", "n"]).unwrap().unwrap(), "1");
        assert!(cut.meaning(&["rows"]).unwrap().unwrap_err().starts_with("The result has 5000 rows; at most 1000"));
    }
}
