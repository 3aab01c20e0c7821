//! Refuses casts that ANSI does not know, and conditions that are neither true nor false.
//!
//! DataFusion counts the days of a date, shows the bytes of a number and takes 1 for TRUE. It goes first, while the only casts
//! of a plan are those that the student wrote and those that stand for what an operator means.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::expr::{Cast, TryCast};
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::super::errors::{mismatch_of, raise};
use super::super::functions::conversion::is_text;
use super::super::types::type_name;
use crate::diagnostic::Diagnostic;

#[derive(Debug)]
pub struct CheckedTypes;

impl AnalyzerRule for CheckedTypes {
    fn name(&self) -> &str {
        "checked_types"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.apply_with_subqueries(|node| {
            let schema = merge_schema(&node.inputs());
            node.apply_expressions(|expr| expr.apply(|expr| check(expr, &schema).map(|()| TreeNodeRecursion::Continue)))
        })?;
        Ok(plan)
    }
}

fn check(expr: &Expr, schema: &DFSchema) -> Result<()> {
    match expr {
        Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) => {
            let (Ok(from), to) = (expr.get_type(schema), field.data_type()) else { return Ok(()) };
            if matches!(from, DataType::Interval(_)) && is_text(to) {
                return Err(raise(no_text_of_intervals()));
            }
            if is_cast(&from, to) { Ok(()) } else { Err(raise(no_cast(&from, to))) }
        }
        Expr::Case(case) if case.expr.is_none() => {
            case.when_then_expr.iter().try_for_each(|(condition, _)| check_condition(condition, schema))
        }
        Expr::ScalarFunction(call) if matches!(call.name(), "hash" | "xxhash64") => {
            let types = call.args.iter().filter_map(|value| value.get_type(schema).ok());
            if types.into_iter().any(|given| has_map(&given)) {
                let why = format!("`{}` takes no MAP: equal ones may hold their keys in another order", call.name());
                return Err(raise(mismatch_of("HASH_MAP_TYPE", &why)));
            }
            Ok(())
        }
        Expr::AggregateFunction(call) => {
            call.params.filter.iter().try_for_each(|condition| check_filter(condition, schema))
        }
        _ => Ok(()),
    }
}

fn has_map(given: &DataType) -> bool {
    match given {
        DataType::Map(..) => true,
        DataType::List(item) => has_map(item.data_type()),
        DataType::Struct(fields) => fields.iter().any(|field| has_map(field.data_type())),
        _ => false,
    }
}

fn check_condition(condition: &Expr, schema: &DFSchema) -> Result<()> {
    match condition.get_type(schema) {
        Ok(given) if !matches!(given, DataType::Boolean | DataType::Null) => Err(raise(no_condition(&given))),
        _ => Ok(()),
    }
}

fn check_filter(condition: &Expr, schema: &DFSchema) -> Result<()> {
    match condition.get_type(schema) {
        Ok(given) if given != DataType::Boolean => {
            let text =
                format!("The FILTER of an aggregate must be a condition, and this is \"{}\".", type_name(&given));
            let diagnostic = Diagnostic::new("INVALID_AGGREGATE_FILTER.NOT_BOOLEAN", "42903", text);
            Err(raise(diagnostic.with_hint("Compare the value with something: FILTER (WHERE x > 0).")))
        }
        _ => Ok(()),
    }
}

/// Whether ANSI casts one type to another. Types that no student writes are left to the engine.
fn is_cast(from: &DataType, to: &DataType) -> bool {
    use DataType::{Binary, Boolean, Date32, List, Map, Null, Struct, Timestamp};
    match (from, to) {
        (from, to) if from == to || *from == Null => true,
        (List(from), List(to)) => is_cast(from.data_type(), to.data_type()),
        (Map(from, _), Map(to, _)) => is_cast(from.data_type(), to.data_type()),
        (Struct(from), Struct(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| is_cast(from.data_type(), to.data_type()))
        }
        (_, to) if is_text(to) => true,
        (from, to) if from.is_nested() || to.is_nested() => !is_plain(from) || !is_plain(to),
        (from, _) if is_text(from) => true,
        (Date32 | Timestamp(..), Boolean) | (Boolean, Date32 | Timestamp(..)) => false,
        (Date32, to) => !to.is_numeric() && *to != Binary,
        (from, Date32) => !from.is_numeric() && *from != Binary,
        (Timestamp(_, None), to) | (to, Timestamp(_, None)) if to.is_numeric() => false,
        (from, Binary) | (Binary, from) => !is_plain(from),
        _ => true,
    }
}

/// A type of single values that a column may have.
fn is_plain(data_type: &DataType) -> bool {
    use DataType::{Binary, Boolean, Date32, List, Map, Struct, Timestamp};
    let single = matches!(data_type, Boolean | Binary | Date32 | Timestamp(..));
    single || data_type.is_numeric() || is_text(data_type) || matches!(data_type, List(_) | Map(..) | Struct(_))
}

/// Spark's text says from which unit to which, `INTERVAL '1 02' DAY TO HOUR`; the engine's intervals do not know.
fn no_text_of_intervals() -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "An INTERVAL cannot be cast to STRING here.")
        .with_hint("Take its parts: extract(DAY FROM i), extract(HOUR FROM i); or count with datediff.")
}

fn no_cast(from: &DataType, to: &DataType) -> Diagnostic {
    let (from_name, to_name) = (type_name(from), type_name(to));
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: cannot cast \"{from_name}\" to \"{to_name}\"."
    );
    let instead = match (from, to) {
        (DataType::Date32, to) if to.is_numeric() => "unix_date",
        (from, DataType::Date32) if from.is_numeric() => "date_from_unix_date",
        _ => {
            return Diagnostic::new("DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION", "42K09", text).with_hint(
                "No value of the one type stands for a value of the other: choose another type or another column.",
            );
        }
    };
    let text = format!("{text} To convert values from \"{from_name}\" to \"{to_name}\", you can use {instead}().");
    Diagnostic::new("DATATYPE_MISMATCH.CAST_WITH_FUNC_SUGGESTION", "42K09", text)
        .with_hint(format!("DESCRIBE FUNCTION {instead} says what it counts."))
}

/// A condition of a type that is neither true nor false.
fn no_condition(given: &DataType) -> Diagnostic {
    let text = format!(
        "Cannot resolve the expression due to data type mismatch: a condition requires the \"BOOLEAN\" type, however it \
         has the type \"{}\".",
        type_name(given)
    );
    Diagnostic::new("DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE", "42K09", text)
        .with_hint("A condition is true or false: compare the value with something.")
}
