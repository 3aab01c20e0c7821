//! DECLARE VARIABLE, SET VARIABLE and DROP TEMPORARY VARIABLE: values that the session keeps under a name.
//!
//! A value is kept as the text that casts to the variable's type, so the types are those with such a text.

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::{Expr, SelectItem, SetExpr};

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{self, DeclareVariable, Lexed, SetVariable};
use crate::evidence::StatementFacts;

use super::super::errors::{internal, nearest};
use super::super::journal::Variable;
use super::super::planning::{Planner, cast_to_named, select_nothing};
use super::super::types::{self, type_name};
use super::super::{Session, filled};
use super::{Output, Result};

pub async fn declare(session: &mut Session, declare: &DeclareVariable) -> Result<Output> {
    let taken = declare.names.iter().find(|name| session.journal.variables.contains_key(&name.to_lowercase()));
    if let Some(name) = taken.filter(|_| !declare.or_replace) {
        let message = format!("Cannot create the variable `{name}` because it already exists.");
        return Err(Diagnostic::new("VARIABLE_ALREADY_EXISTS", "42723", message)
            .with_hint("Write DECLARE OR REPLACE VARIABLE, or SET VARIABLE to give it another value.")
            .at(declare.position));
    }
    let text = declare.default.as_deref().unwrap_or("NULL");
    let (found, value) = of_text(session, text, declare.type_text.as_deref(), declare.position).await?;
    for name in &declare.names {
        let variable = Variable {
            name: name.clone(),
            type_name: found.clone(),
            value: value.clone(),
            default: declare.default.clone(),
        };
        session.journal.variables.insert(name.to_lowercase(), variable);
    }
    Ok(Output::default())
}

/// All values are computed before the first is set.
pub async fn set(
    session: &mut Session,
    assignments: &[SetVariable],
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let mut values = Vec::new();
    for SetVariable { name, position, value } in assignments {
        let key = name.to_lowercase();
        let Some(variable) = session.journal.variables.get(&key).cloned() else {
            return Err(unknown(session, name).at(*position));
        };
        let wanted = Some(variable.type_name.as_str());
        let value = match value {
            Some(expr) => evaluate(session, expr.clone(), wanted, lexed, facts).await?.1,
            None => of_text(session, variable.default.as_deref().unwrap_or("NULL"), wanted, *position).await?.1,
        };
        values.push((key, value));
    }
    for (key, value) in values {
        if let Some(variable) = session.journal.variables.get_mut(&key) {
            variable.value = value;
        }
    }
    Ok(Output::default())
}

pub fn drop(session: &mut Session, name: &str, if_exists: bool) -> Result<Output> {
    if session.journal.variables.remove(&name.to_lowercase()).is_some() || if_exists {
        return Ok(Output::default());
    }
    let message = format!("The variable `system`.`session`.`{name}` cannot be found.");
    Err(Diagnostic::new("VARIABLE_NOT_FOUND", "42883", message)
        .with_hint("To tolerate it: DROP TEMPORARY VARIABLE IF EXISTS name."))
}

fn unknown(session: &Session, name: &str) -> Diagnostic {
    let message = format!("Cannot resolve variable `{name}` on search path [`system`.`session`].");
    let names = session.journal.variables.values().map(|variable| variable.name.as_str());
    let hint = match nearest(name, names) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Make it first: DECLARE VARIABLE {name} INT DEFAULT 0."),
    };
    Diagnostic::new("UNRESOLVED_VARIABLE", "42883", message).with_hint(hint)
}

/// Type and value of an expression's text.
async fn of_text(
    session: &mut Session,
    text: &str,
    wanted: Option<&str>,
    place: Position,
) -> Result<(String, Option<String>)> {
    let lexed = filled::lexed(text, session.options.limits.max_nesting)?;
    let expr = dialect::parse_expression(text)?;
    let mut facts = StatementFacts::default();
    evaluate(session, expr, wanted, &lexed, &mut facts).await.map_err(|diagnostic| diagnostic.at(place))
}

/// The type that a variable has or gets, and the value as a text; NULL where the expression gives no row.
async fn evaluate(
    session: &mut Session,
    expr: Expr,
    wanted: Option<&str>,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<(String, Option<String>)> {
    let name = match wanted {
        Some(name) => type_name(&kept_type(name)?),
        None => {
            let planned = Planner::new(session, lexed, facts).query(select(expr.clone())).await?;
            type_name(&kept_type(&type_name(planned.plan.schema().field(0).data_type()))?)
        }
    };
    let text = cast_to_named(cast_to_named(expr, &name), "STRING");
    let planned = Planner::new(session, lexed, facts).query(select(text)).await?;
    let collected = session.collect(planned.plan, 1, lexed).await?;
    let Some(batch) = collected.batches.first().filter(|batch| batch.num_rows() > 0) else { return Ok((name, None)) };
    let column = batch.column(0);
    let texts = column.as_string_opt::<i32>().ok_or_else(|| internal("a text is none"))?;
    Ok((name, texts.is_valid(0).then(|| texts.value(0).to_owned())))
}

/// # Errors
/// UNSUPPORTED_FEATURE for a type whose values have no text that casts back.
fn kept_type(name: &str) -> Result<DataType> {
    let data_type = types::arrow_type(&dialect::parse_type(name)?)?;
    if data_type.is_nested() || matches!(data_type, DataType::Binary | DataType::Null | DataType::Interval(_)) {
        let message = format!("A variable of type {} is not available.", type_name(&data_type));
        return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
            .with_hint("Variables hold numbers, texts, dates, times and BOOLEAN; keep other values in a temp view."));
    }
    Ok(data_type)
}

/// `SELECT expression`
fn select(expr: Expr) -> datafusion::sql::sqlparser::ast::Query {
    let mut query = select_nothing();
    if let SetExpr::Select(select) = query.body.as_mut() {
        select.projection = vec![SelectItem::UnnamedExpr(expr)];
    }
    query
}
