//! The one type that the branches of a CASE, the arguments of `greatest` and its like, and the queries of a UNION have
//! together, where texts meet other types, or DOUBLEs meet DECIMALs. `coalesce` and inline tables ask [`together`] themselves.
//!
//! DataFusion turns the others into texts, and DOUBLEs into DECIMALs. ANSI's rule is the other way round: beside a whole number a text is a BIGINT, beside
//! any other number a DOUBLE, beside a date, a timestamp or a boolean the same. It goes before DataFusion's own coercion.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result};
use datafusion::logical_expr::{Expr, ExprSchemable, Like, LogicalPlan, LogicalPlanBuilder, Union, cast, lit};
use datafusion::optimizer::AnalyzerRule;

use super::super::errors::{raise, unexpected};
use super::super::functions::conversion::is_text;
use super::super::functions::rows::common_type;
use super::super::types::type_name;
use super::comparisons::compared_as;
use super::families::{apart, different_columns, different_types};
use super::nodes::rewrite_expressions;

#[derive(Debug)]
pub struct CommonTypes;

impl AnalyzerRule for CommonTypes {
    fn name(&self) -> &str {
        "common_types"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        plan.transform_up_with_subqueries(|plan| match plan {
            LogicalPlan::Union(union) => queries(union),
            plan => rewrite_expressions(plan, branches),
        })
        .map(|plan| plan.data)
    }
}

/// Gives the values that an expression chooses from one type.
///
/// # Errors
/// DATATYPE_MISMATCH.DATA_DIFF_TYPES for values that have none together.
fn branches(mut expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let (of, values): (&str, Vec<&mut Expr>) = match &mut expr {
        Expr::Case(case) => {
            let results = case.when_then_expr.iter_mut().map(|(_, result)| result.as_mut());
            ("casewhen", results.chain(case.else_expr.as_deref_mut()).collect())
        }
        Expr::ScalarFunction(function) => {
            let of = match function.name() {
                "greatest" => "greatest",
                "least" => "least",
                _ => return Ok(Transformed::no(expr)),
            };
            (of, function.args.iter_mut().collect())
        }
        Expr::InList(list) => ("in", std::iter::once(list.expr.as_mut()).chain(&mut list.list).collect()),
        Expr::Like(like) => return texts_to_match(like.clone(), schema),
        _ => return Ok(Transformed::no(expr)),
    };
    let types: Result<Vec<DataType>> = values.iter().map(|value| value.get_type(schema)).collect();
    let Ok(types) = types else { return Ok(Transformed::no(expr)) };
    if let Some((one, other)) = apart(&types) {
        return Err(raise(different_types(of, one, other)));
    }
    if of == "in" && !is_compared_otherwise(&types) {
        return Ok(Transformed::no(expr));
    }
    let one_type = |wanted: &DataType| types.iter().all(|own| own == wanted).then(|| wanted.clone());
    let target = together(&types).or_else(|| types.first().filter(|_| of == "in").and_then(one_type));
    let Some(target) = target else { return Ok(Transformed::no(expr)) };
    for value in values {
        if value.get_type(schema).is_ok_and(|own| own != target) {
            *value = cast(std::mem::take(value), target.clone());
        }
        if of == "in" {
            *value = one_zero(std::mem::take(value), &target);
        }
    }
    Ok(Transformed::yes(expr))
}

/// Whether the types of an IN list are brought together here: texts beside numbers and times are read elsewhere, and what the engine compares as it should
/// keeps its own type, so that files can be skipped.
fn is_compared_otherwise(types: &[DataType]) -> bool {
    let otherwise = |other: &DataType| compared_as(&types[0], other).is_some();
    if types.iter().any(is_text) {
        return types.contains(&DataType::Boolean);
    }
    types.iter().any(DataType::is_floating) || types.iter().any(otherwise)
}

/// A floating number whose zero has no sign: a list is searched by its bits.
fn one_zero(value: Expr, of: &DataType) -> Expr {
    match of {
        DataType::Float64 => value + lit(0.0_f64),
        DataType::Float32 => value + lit(0.0_f32),
        _ => value,
    }
}

/// `LIKE` compares texts: a number or a date is printed.
///
/// # Errors
/// DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for what cannot be printed.
fn texts_to_match(mut like: Like, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let mut printed = false;
    for side in [&mut like.expr, &mut like.pattern] {
        let own = side.get_type(schema).unwrap_or(DataType::Null);
        if own.is_nested() || matches!(own, DataType::Interval(_)) {
            let why = format!("LIKE compares texts, and \"{}\" is none", type_name(&own));
            return Err(raise(unexpected(&why)));
        }
        if !is_text(&own) && !own.is_null() {
            **side = cast(std::mem::take(side.as_mut()), DataType::Utf8);
            printed = true;
        }
    }
    Ok(if printed { Transformed::yes(Expr::Like(like)) } else { Transformed::no(Expr::Like(like)) })
}

/// The type that values of these types have together, where DataFusion would choose another: there is a text among other
/// types, a fraction of one kind beside a number of another, or a date beside a timestamp.
pub fn together(types: &[DataType]) -> Option<DataType> {
    let others: Vec<&DataType> = types.iter().filter(|one| !is_text(one) && !one.is_null()).collect();
    let first = *others.first()?;
    if others.iter().all(|other| other.is_nested()) {
        return nested_together(&others);
    }
    let texts = types.iter().any(is_text);
    if others.iter().all(|other| other.is_numeric()) {
        let whole = others.iter().all(|other| other.is_integer());
        let mixed = others.iter().any(|other| other.is_floating()) && others.iter().any(|other| *other != first);
        return match (texts, whole) {
            (true, true) => Some(DataType::Int64),
            (true, false) => Some(DataType::Float64),
            (false, _) if mixed => Some(DataType::Float64),
            (false, _) => decimals_together(&others),
        };
    }
    let is_date = |one: &&&DataType| ***one == DataType::Date32;
    if let Some(moment) = others.iter().find(|other| matches!(other, DataType::Timestamp(..)))
        && others.iter().any(|other| is_date(&other))
        && others.iter().all(|other| is_date(&other) || other == moment)
    {
        return Some((*moment).clone());
    }
    let same = others.iter().all(|other| *other == first);
    let readable = matches!(first, DataType::Boolean | DataType::Date32 | DataType::Timestamp(..) | DataType::Binary);
    (texts && same && readable).then(|| first.clone())
}

/// The type of DECIMALs, and of whole numbers beside them. What has more than 38 digits keeps those before the point; the engine would
/// keep those behind it.
fn decimals_together(types: &[&DataType]) -> Option<DataType> {
    let (first, rest) = types.split_first()?;
    if rest.iter().all(|other| other == first) || types.iter().all(|one| one.is_integer()) {
        return None;
    }
    rest.iter().try_fold((*first).clone(), |one, other| common_type(&one, other))
}

/// The type of arrays or maps whose elements differ; the engine would make DOUBLEs among DECIMALs DECIMALs. Structs are brought
/// together by the names of their fields, which the engine does.
fn nested_together(types: &[&DataType]) -> Option<DataType> {
    let (first, rest) = types.split_first()?;
    if rest.iter().all(|other| other == first) {
        return None;
    }
    let found = rest.iter().try_fold((*first).clone(), |one, other| common_type(&one, other))?;
    (!type_name(&found).contains("STRUCT")).then_some(found)
}

/// Gives the columns of a UNION's queries one type, by position.
fn queries(union: Union) -> Result<Transformed<LogicalPlan>> {
    let width = union.schema.fields().len();
    let mut targets: Vec<Option<DataType>> = Vec::with_capacity(width);
    for at in 0..width {
        let column = |input: &Arc<LogicalPlan>| input.schema().fields().get(at).map(|field| field.data_type().clone());
        let types: Vec<DataType> = union.inputs.iter().filter_map(column).collect();
        if let Some((one, other)) = apart(&types) {
            return Err(raise(different_columns(at + 1, one, other)));
        }
        targets.push(if types.len() == union.inputs.len() { together(&types) } else { None });
    }
    if targets.iter().all(Option::is_none) {
        return Ok(Transformed::no(LogicalPlan::Union(union)));
    }
    let inputs = union.inputs.into_iter().map(|input| read(input, &targets)).collect::<Result<Vec<_>>>()?;
    Ok(Transformed::yes(LogicalPlan::Union(Union::try_new_with_loose_types(inputs)?)))
}

/// A query whose columns are cast to the targets; names and qualifiers stay.
fn read(input: Arc<LogicalPlan>, targets: &[Option<DataType>]) -> Result<Arc<LogicalPlan>> {
    let columns = input.schema().columns().into_iter().zip(targets).zip(input.schema().fields().iter());
    let columns: Vec<Expr> = columns
        .map(|((column, target), field)| match target {
            Some(target) if field.data_type() != target => {
                let (relation, name) = (column.relation.clone(), column.name.clone());
                cast(Expr::Column(column), target.clone()).alias_qualified(relation, name)
            }
            _ => Expr::Column(column),
        })
        .collect();
    LogicalPlanBuilder::from(Arc::unwrap_or_clone(input)).project(columns)?.build().map(Arc::new)
}
