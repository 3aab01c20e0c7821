//! When two relations are the same: the written contract of every comparison.
//!
//! Bag or ordered, columns by name or by position, a tolerance for fractions, NULL equals NULL, and type families
//! (`INT` and `BIGINT` are one, text and numbers are not). The sentence that a student reads comes from the same value
//! that compares: [`Contract::sentence`].

mod align;
mod conform;
mod matching;
mod value;

use sandbar_labs::relation::Relation;
use serde_json::Value;

pub use align::{Aligned, align, alignments, renamed};
pub use conform::conform;
pub use value::{Cell, Family};

/// Two numbers are equal when they are no further apart than the tolerance plus this share, which covers what is lost
/// when a decimal becomes a binary fraction.
pub const BINARY_FORM: f64 = 1e-9;

#[derive(Clone, Debug, PartialEq)]
pub struct Contract {
    pub order: Order,
    /// Whether columns are found by their names; else by position, whatever they are called.
    pub by_name: bool,
    /// How far apart two numbers may be, when at least one of them is a fraction.
    pub tolerance: f64,
    /// Whether text that reads as a number may stand for one (a slip that another check counts).
    pub lenient_types: bool,
    /// Columns that identify a row, to say which row differs. May be empty.
    pub key: Vec<String>,
}

/// Whether the order of rows counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Any,
    /// Row by row.
    All,
    /// By these columns only: rows that are equal in them may stand in any order.
    By(Vec<String>),
}

impl Default for Contract {
    fn default() -> Self {
        Self { order: Order::Any, by_name: true, tolerance: 0.0, lenient_types: false, key: Vec::new() }
    }
}

impl Contract {
    /// The columns that it names.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        let ordered = if let Order::By(columns) = &self.order { columns.as_slice() } else { &[] };
        self.key.iter().chain(ordered)
    }

    /// The contract as shown to students.
    pub fn sentence(&self) -> String {
        let order = match &self.order {
            Order::Any => "in any order".to_owned(),
            Order::All => "in order".to_owned(),
            Order::By(columns) => format!("in the order of {}", crate::feedback::list(columns)),
        };
        let columns = if self.by_name { "columns by name" } else { "columns by position" };
        let tolerance = if self.tolerance > 0.0 {
            format!("numbers at most {} apart", self.tolerance)
        } else {
            "numbers equal".to_owned()
        };
        format!("Rows are compared {order}, {columns}, {tolerance}, NULL equal to NULL.")
    }
}

/// The first way in which the actual relation is not the expected one. Rows are given with the expected columns.
#[derive(Clone, Debug, PartialEq)]
pub enum Difference {
    Columns {
        missing: Vec<String>,
        unexpected: Vec<String>,
    },
    ColumnCount {
        expected: usize,
        found: usize,
    },
    Type {
        column: String,
        expected: String,
        found: String,
    },
    Rows {
        columns: Vec<String>,
        missing: Vec<Vec<Value>>,
        unexpected: Vec<Vec<Value>>,
    },
    /// The same rows, but in another order from this row on (from 0).
    Order {
        row: usize,
        columns: Vec<String>,
        expected: Vec<Value>,
        found: Vec<Value>,
    },
}

/// Compares under the contract; `None` when they are the same.
pub fn compare(expected: &Relation, actual: &Relation, contract: &Contract) -> Option<Difference> {
    let picked = match pick_columns(expected, actual, contract) {
        Ok(picked) => picked,
        Err(difference) => return Some(difference),
    };
    let families: Vec<Family> = expected.columns.iter().map(|column| Family::of(&column.type_name)).collect();
    if let Some(difference) = types_differ(expected, actual, &picked, &families, contract) {
        return Some(difference);
    }
    let wanted: Vec<Vec<Cell>> = expected.rows.iter().map(|row| cells(row.iter(), &families)).collect();
    let given: Vec<Vec<Cell>> =
        actual.rows.iter().map(|row| cells(picked.iter().filter_map(|&index| row.get(index)), &families)).collect();
    rows_differ(expected, actual, &picked, &wanted, &given, contract)
}

/// For each expected column its index in the actual relation.
fn pick_columns(expected: &Relation, actual: &Relation, contract: &Contract) -> Result<Vec<usize>, Difference> {
    if !contract.by_name {
        let (expected, found) = (expected.columns.len(), actual.columns.len());
        return if expected == found {
            Ok((0..found).collect())
        } else {
            Err(Difference::ColumnCount { expected, found })
        };
    }
    let picked: Vec<Option<usize>> = expected.columns.iter().map(|column| actual.column_index(&column.name)).collect();
    let names = |columns: &[sandbar_labs::relation::Column], keep: &dyn Fn(&str) -> bool| -> Vec<String> {
        columns.iter().filter(|column| keep(&column.name)).map(|column| column.name.clone()).collect()
    };
    let missing = names(&expected.columns, &|name| actual.column_index(name).is_none());
    let unexpected = names(&actual.columns, &|name| expected.column_index(name).is_none());
    if missing.is_empty() && unexpected.is_empty() && actual.columns.len() == expected.columns.len() {
        Ok(picked.into_iter().flatten().collect())
    } else {
        Err(Difference::Columns { missing, unexpected })
    }
}

fn types_differ(
    expected: &Relation,
    actual: &Relation,
    picked: &[usize],
    families: &[Family],
    contract: &Contract,
) -> Option<Difference> {
    for ((column, &index), family) in expected.columns.iter().zip(picked).zip(families) {
        let found = &actual.columns.get(index)?.type_name;
        let found_family = Family::of(found);
        let stands_in = contract.lenient_types && *family == Family::Number && found_family == Family::Text;
        if *family != found_family && *family != Family::Void && found_family != Family::Void && !stands_in {
            return Some(Difference::Type {
                column: column.name.clone(),
                expected: column.type_name.clone(),
                found: found.clone(),
            });
        }
    }
    None
}

fn cells<'a>(values: impl Iterator<Item = &'a Value>, families: &[Family]) -> Vec<Cell> {
    values.zip(families).map(|(value, family)| Cell::read(value, *family)).collect()
}

fn rows_differ(
    expected: &Relation,
    actual: &Relation,
    picked: &[usize],
    wanted: &[Vec<Cell>],
    given: &[Vec<Cell>],
    contract: &Contract,
) -> Option<Difference> {
    let columns: Vec<String> = expected.columns.iter().map(|column| column.name.clone()).collect();
    let shown = |index: usize| -> Vec<Value> {
        let row = &actual.rows[index];
        picked.iter().map(|&column| row.get(column).cloned().unwrap_or(Value::Null)).collect()
    };
    let unmatched = matching::match_bags(wanted, given, contract.tolerance);
    if !unmatched.expected.is_empty() || !unmatched.actual.is_empty() {
        let missing = unmatched.expected.iter().map(|&index| expected.rows[index].clone()).collect();
        let unexpected = unmatched.actual.iter().map(|&index| shown(index)).collect();
        return Some(Difference::Rows { columns, missing, unexpected });
    }
    let places: Vec<usize> = match &contract.order {
        Order::Any => return None,
        Order::All => (0..columns.len()).collect(),
        Order::By(names) => names.iter().filter_map(|name| expected.column_index(name)).collect(),
    };
    let ordering = |row: &Vec<Cell>| -> Vec<Cell> { places.iter().map(|place| row[*place].clone()).collect() };
    let same = |want, have| matching::row_equal(&ordering(want), &ordering(have), contract.tolerance);
    let row = wanted.iter().zip(given).position(|(want, have)| !same(want, have))?;
    Some(Difference::Order { row, columns, expected: expected.rows[row].clone(), found: shown(row) })
}

#[cfg(test)]
mod tests;
