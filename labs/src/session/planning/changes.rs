//! `table_changes('name', start [, end])`: which versions a call means, and the rows that changed in them.

use datafusion::arrow::array::RecordBatch;
use datafusion::sql::sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, TableFunctionArgs, UnaryOperator, Value};

use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;
use crate::evidence::Scan;

use super::super::time_travel;
use super::{Planner, Result};

/// The name of the function.
const NAME: &str = "table_changes";

/// What a call reads: the table, and one or two versions or times. `None` for a call of another function.
///
/// # Errors
/// When the arguments are not those of the function.
pub fn arguments(function: &TableName, call: &TableFunctionArgs) -> Result<Option<(TableName, Vec<Expr>)>> {
    if function.parts.len() != 1 || function.name() != NAME {
        return Ok(None);
    }
    let unnamed = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    let mut arguments = call.args.iter().map(unnamed).collect::<Option<Vec<Expr>>>().unwrap_or_default();
    let name = arguments.first().and_then(text);
    let (Some(name), 2..=3) = (name, arguments.len()) else {
        let message = "table_changes takes the table's name as a string, a start, and an end if you like.";
        let diagnostic = Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", message)
            .with_hint("For example: SELECT * FROM table_changes('name', 1, 3).");
        return Err(match function.position {
            Some(position) => diagnostic.at(position),
            None => diagnostic,
        });
    };
    let parts = name.split('.').map(|part| part.trim_matches('`').to_owned()).collect();
    Ok(Some((TableName { parts, position: function.position }, arguments.split_off(1))))
}

fn text(expr: &Expr) -> Option<String> {
    let Expr::Value(value) = expr else { return None };
    match &value.value {
        Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => Some(text.clone()),
        _ => None,
    }
}

/// A version, where the argument is a whole number.
fn number(expr: &Expr) -> Option<i64> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) | Value::SingleQuotedString(digits) => digits.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => number(expr).map(|number| -number),
        _ => None,
    }
}

impl Planner<'_> {
    /// The rows that changed in a range of versions, with `_change_type`, `_commit_version` and `_commit_timestamp`.
    ///
    /// # Errors
    /// DELTA_INVALID_CDC_RANGE, DELTA_MISSING_CHANGE_DATA, and when there is no such table.
    pub(super) async fn changes(&mut self, name: &TableName, range: &[Expr]) -> Result<RecordBatch> {
        let key = self.session.find_table(name)?;
        let relation = self.session.table(&key)?.name.clone();
        self.facts.scans.push(Scan { relation, pin: None });
        let latest = self.session.table(&key)?.version();
        let start = match range.first() {
            Some(expr) => self.bound(&key, expr, true).await?,
            None => 0,
        };
        let end = match range.get(1) {
            Some(expr) => self.bound(&key, expr, false).await?,
            None => i64::try_from(latest).unwrap_or(i64::MAX),
        };
        let (Ok(first), Ok(last)) = (u64::try_from(start), u64::try_from(end)) else {
            return Err(invalid(format!("The range from {start} to {end} is invalid: versions begin at 0.")));
        };
        if first > latest {
            return Err(invalid(format!(
                "Provided Start version({first}) for reading change data is invalid. Start version cannot be greater than the latest \
                 version of the table({latest})."
            )));
        }
        if last < first {
            return Err(invalid(format!(
                "CDC range from start {first} to end {last} was invalid. End cannot be before start."
            )));
        }
        self.session.changes(&key, first, last.min(latest)).await
    }

    /// A start or end: a version as it is, a time as the first version not before it or the last one not after it.
    async fn bound(&mut self, key: &str, expr: &Expr, start: bool) -> Result<i64> {
        if let Some(number) = number(expr) {
            return Ok(number);
        }
        let instant = self.instant(expr.clone()).await?;
        let table = self.session.table(key)?;
        let version = if start {
            time_travel::version_from(table, instant).await?
        } else {
            time_travel::version_until(table, instant).await?
        };
        Ok(i64::try_from(version).unwrap_or(i64::MAX))
    }
}

fn invalid(message: String) -> Diagnostic {
    Diagnostic::new("DELTA_INVALID_CDC_RANGE", "22003", message)
        .with_hint("DESCRIBE HISTORY shows the versions that there are.")
}
