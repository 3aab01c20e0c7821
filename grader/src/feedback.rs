//! Words and small tables for a check that did not pass: what was expected, what the student's own table holds.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::relation::Relation;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::compare::{Contract, Difference, compare};
use crate::outcome::Fault;

/// Rows shown in one comparison; the rest is a number in the sentence.
const MAX_SHOWN_ROWS: usize = 5;
/// Rows told in one sentence.
const MAX_TOLD_ROWS: usize = 3;
const MAX_SHOWN_CHARACTERS: usize = 60;

/// Rows that differ, side by side. Every present row has as many values as there are columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub columns: Vec<String>,
    pub rows: Vec<ComparedRow>,
}

/// One row as expected and as found; one side is absent when only the other has the row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    pub expected: Option<Vec<String>>,
    pub found: Option<Vec<String>>,
}

/// A value as a person writes it: `NULL`, text without quotation marks, long text cut.
pub fn show(value: &Value) -> String {
    let text = match value {
        Value::Null => return "NULL".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if text.chars().count() <= MAX_SHOWN_CHARACTERS {
        return text;
    }
    text.chars().take(MAX_SHOWN_CHARACTERS - 1).chain(['…']).collect()
}

fn show_row(row: &[Value]) -> Vec<String> {
    row.iter().map(show).collect()
}

/// `1 row`, `3 rows`.
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// ``"`a`, `b` and `c`"``.
pub fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The engine's own words: class, message, SQLSTATE.
pub fn error_text(diagnostic: &Diagnostic) -> String {
    diagnostic.to_string()
}

/// A difference as a fault; the reason is one of `columns`, `types`, `rows`, `order`.
pub fn explain(difference: &Difference, contract: &Contract) -> Fault {
    match difference {
        Difference::Columns { missing, unexpected } => columns_fault(missing, unexpected),
        Difference::ColumnCount { expected, found } => {
            Fault::new("columns", format!("The result has {}, not {expected}.", count(*found, "column")))
                .expected(count(*expected, "column"))
                .found(count(*found, "column"))
        }
        Difference::Type { column, expected, found } => {
            Fault::new("types", format!("Column `{column}` has another kind of type."))
                .expected(format!("`{column}` {expected}"))
                .found(format!("`{column}` {found}"))
        }
        Difference::Rows { columns, missing, unexpected } => rows_fault(columns, missing, unexpected, contract),
        Difference::Order { row, columns, expected, found } => {
            let mut fault = Fault::new("order", format!("The rows are right, but row {} is out of order.", row + 1));
            fault.comparison = Some(Comparison {
                columns: columns.clone(),
                rows: vec![ComparedRow { expected: Some(show_row(expected)), found: Some(show_row(found)) }],
            });
            fault
        }
    }
}

fn is_or_are(names: &[String]) -> &'static str {
    if names.len() == 1 { "is" } else { "are" }
}

fn columns_fault(missing: &[String], unexpected: &[String]) -> Fault {
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("{} {} missing", list(missing), is_or_are(missing)));
    }
    if !unexpected.is_empty() {
        parts.push(format!("{} {} not asked for", list(unexpected), is_or_are(unexpected)));
    }
    if parts.is_empty() {
        parts.push("a column occurs twice".to_owned());
    }
    Fault::new("columns", format!("The columns are not the ones asked for: {}.", parts.join("; ")))
}

fn rows_fault(columns: &[String], missing: &[Vec<Value>], unexpected: &[Vec<Value>], contract: &Contract) -> Fault {
    let pairs = pair_by_key(columns, missing, unexpected, &contract.key);
    let both = pairs.iter().filter(|(want, have)| want.is_some() && have.is_some()).count();
    let only_expected = pairs.iter().filter(|(want, have)| want.is_some() && have.is_none()).count();
    let only_found = pairs.len() - both - only_expected;
    let mut parts = Vec::new();
    if both > 0 {
        parts.push(format!("{} with other values", count(both, "row")));
    }
    if only_expected > 0 {
        parts.push(format!("{} missing", count(only_expected, "row")));
    }
    if only_found > 0 {
        parts.push(format!("{} too many", count(only_found, "row")));
    }
    let mut fault = Fault::new("rows", format!("The rows differ: {}.", parts.join(", ")));
    if let Some((want, have)) = pairs.first() {
        fault.expected = want.map(|row| sentence(columns, row)).or(Some("no such row".to_owned()));
        fault.found = have.map(|row| sentence(columns, row)).or(Some("no such row".to_owned()));
    }
    let rows = pairs
        .iter()
        .take(MAX_SHOWN_ROWS)
        .map(|(want, have)| ComparedRow { expected: want.map(show_row), found: have.map(show_row) });
    fault.comparison = Some(Comparison { columns: columns.to_vec(), rows: rows.collect() });
    fault
}

/// What is wrong with rows that a query lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lists {
    /// They should be there.
    Missing,
    /// They should not be there.
    Unexpected,
}

/// Rows of one relation in words, the first of them with their values and the rest as a number, and side by side.
pub fn shown_rows(relation: &Relation, lists: Lists) -> (String, Comparison) {
    let columns: Vec<String> = relation.columns.iter().map(|column| column.name.clone()).collect();
    let told: Vec<String> = relation.rows.iter().take(MAX_TOLD_ROWS).map(|row| sentence(&columns, row)).collect();
    let more = match relation.rows.len() - told.len() {
        0 => String::new(),
        more => format!("; and {}", count(more, "more row")),
    };
    let row = |row: &Vec<Value>| match lists {
        Lists::Missing => ComparedRow { expected: Some(show_row(row)), found: None },
        Lists::Unexpected => ComparedRow { expected: None, found: Some(show_row(row)) },
    };
    let rows = relation.rows.iter().take(MAX_SHOWN_ROWS).map(row).collect();
    (format!("{}{more}", told.join("; ")), Comparison { columns, rows })
}

/// `sku A-1, price 10.5`.
fn sentence(columns: &[String], row: &[Value]) -> String {
    let parts: Vec<String> = columns.iter().zip(row).map(|(name, value)| format!("{name} {}", show(value))).collect();
    parts.join(", ")
}

type Pair<'a> = (Option<&'a [Value]>, Option<&'a [Value]>);

/// Rows with the same key are one row with other values; the rest stands alone. Pairs come first.
fn pair_by_key<'a>(
    columns: &[String],
    missing: &'a [Vec<Value>],
    unexpected: &'a [Vec<Value>],
    key: &[String],
) -> Vec<Pair<'a>> {
    let places: Vec<usize> =
        key.iter().filter_map(|name| columns.iter().position(|c| c.eq_ignore_ascii_case(name))).collect();
    let key_of = |row: &[Value]| -> Vec<String> { places.iter().filter_map(|&p| row.get(p)).map(show).collect() };
    let mut left: Vec<&[Value]> = unexpected.iter().map(Vec::as_slice).collect();
    let mut pairs: Vec<Pair> = Vec::new();
    let mut alone: Vec<Pair> = Vec::new();
    for row in missing {
        let partner = left.iter().position(|other| !places.is_empty() && key_of(other) == key_of(row));
        match partner {
            Some(index) => pairs.push((Some(row), Some(left.remove(index)))),
            None => alone.push((Some(row), None)),
        }
    }
    pairs.extend(alone);
    pairs.extend(left.into_iter().map(|row| (None, Some(row))));
    pairs
}

/// Compares and explains in one step.
pub fn difference(expected: &Relation, actual: &Relation, contract: &Contract) -> Option<Fault> {
    compare(expected, actual, contract).map(|found| explain(&found, contract))
}

#[cfg(test)]
mod tests {
    use sandbar_labs::relation::Column;
    use serde_json::json;

    use super::*;

    fn priced(rows: Value) -> Relation {
        let columns = vec![Column::new("sku", "STRING"), Column::new("price", "DOUBLE")];
        Relation { columns, rows: serde_json::from_value(rows).unwrap() }
    }

    #[test]
    fn a_row_with_other_values_is_shown_beside_the_expected_one() {
        let contract = Contract { key: vec!["sku".into()], ..Contract::default() };
        let fault =
            difference(&priced(json!([["a", 1], ["b", 2]])), &priced(json!([["b", 3], ["c", 4]])), &contract).unwrap();
        assert_eq!(fault.reason, "rows");
        assert_eq!(fault.message, "The rows differ: 1 row with other values, 1 row missing, 1 row too many.");
        assert_eq!(fault.expected.as_deref(), Some("sku b, price 2"));
        assert_eq!(fault.found.as_deref(), Some("sku b, price 3"));
        assert_eq!(fault.comparison.unwrap().rows.len(), 3);
    }

    #[test]
    fn rows_are_told_with_their_values_and_the_rest_as_a_number() {
        let (told, shown) = shown_rows(
            &priced(json!([["a", 1], ["b", null], ["c", 3], ["d", 4], ["e", 5], ["f", 6]])),
            Lists::Unexpected,
        );
        assert_eq!(told, "sku a, price 1; sku b, price NULL; sku c, price 3; and 3 more rows");
        assert_eq!(shown.rows.len(), MAX_SHOWN_ROWS);
        assert_eq!(shown_rows(&priced(json!([["a", 1]])), Lists::Missing).0, "sku a, price 1");
    }

    #[test]
    fn names_read_as_a_sentence() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(count(1, "row"), "1 row");
    }
}
