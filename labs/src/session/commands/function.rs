//! CREATE FUNCTION and DROP FUNCTION: SQL functions, whose calls are replaced by their bodies.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::Expr;

use crate::diagnostic::Diagnostic;
use crate::dialect::{self, CreateFunction, DropFunction, TableName};

use super::super::journal::Function;
use super::super::{Session, catalog, engine, filled, types};
use super::{Output, Result, rewrite};

impl Session {
    /// The SQL function that a call means, unless a built-in one has the name.
    pub(in crate::session) fn function(&self, name: &TableName) -> Option<Function> {
        let bare = name.name().to_lowercase();
        if name.parts.len() == 1 && is_built_in(&bare) {
            return None;
        }
        let temporary = self.journal.temp_functions.get(&bare).filter(|_| name.parts.len() == 1);
        let key = self.key_of(name).ok()?;
        temporary.or_else(|| self.journal.functions.get(&key)).cloned()
    }
}

impl Session {
    /// Whether an expression calls a function that other readers of a table do not have.
    pub(in crate::session) fn calls_sql_function(&self, expr: &Expr) -> bool {
        let own = |expr: &Expr| match expr {
            Expr::Function(call) => self.function(&TableName::from_object_name(&call.name)).is_some(),
            _ => false,
        };
        filled::reads(expr, own)
    }
}

fn is_built_in(name: &str) -> bool {
    let known = engine::functions();
    let random = ["rand", "random", "uuid"].contains(&name);
    random
        || known.scalar_functions().contains_key(name)
        || known.aggregate_functions().contains_key(name)
        || known.window_functions().contains_key(name)
        || known.higher_order_functions().contains_key(name)
}

pub async fn create(session: &mut Session, create: &CreateFunction) -> Result<Output> {
    catalog::check_name(&create.name)?;
    let written = session.written(&create.name)?;
    let name = if create.temporary { create.name.name().to_owned() } else { written };
    let key = name.to_lowercase();
    if is_built_in(&create.name.name().to_lowercase()) {
        return Err(placed(exists(&name, "a built-in function has this name"), create));
    }
    let journal = &session.journal;
    let kept = if create.temporary { &journal.temp_functions } else { &journal.functions };
    if kept.contains_key(&key) && !create.or_replace {
        if create.if_not_exists {
            return Ok(Output::default().with_note(format!("The function {name} is there already; nothing was done.")));
        }
        return Err(placed(exists(&name, "a function of this name exists"), create));
    }
    check(session, create).await?;
    let function = Function {
        name: name.clone(),
        parameters: create.parameters.iter().map(|one| (one.name.clone(), one.type_text.clone())).collect(),
        returns: create.returns.clone(),
        body: create.body.clone(),
        comment: create.comment.clone(),
    };
    let journal = &mut session.journal;
    let kept = if create.temporary { &mut journal.temp_functions } else { &mut journal.functions };
    kept.insert(key, function);
    Ok(Output::default())
}

fn placed(diagnostic: Diagnostic, create: &CreateFunction) -> Diagnostic {
    match create.name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    }
}

fn exists(name: &str, why: &str) -> Diagnostic {
    Diagnostic::new("ROUTINE_ALREADY_EXISTS", "42723", format!("Cannot create the function `{name}`: {why}."))
        .with_hint("Choose another name, or write CREATE OR REPLACE FUNCTION for a function of your own.")
}

/// # Errors
/// When the body cannot be computed from the parameters, or does not give the type.
async fn check(session: &mut Session, create: &CreateFunction) -> Result<()> {
    let mut seen = HashSet::new();
    let mut fields = Vec::new();
    for parameter in &create.parameters {
        if !seen.insert(parameter.name.to_lowercase()) {
            let message = format!("Found duplicate parameter `{}`.", parameter.name);
            return Err(Diagnostic::new("DUPLICATE_ROUTINE_PARAMETER_NAMES", "42734", message).at(parameter.position));
        }
        let data_type = types::arrow_type(&dialect::parse_type(&parameter.type_text)?);
        let data_type = data_type.map_err(|diagnostic| diagnostic.at(parameter.position))?;
        fields.push(Field::new(&parameter.name, data_type, true));
    }
    let place = create.body_position;
    check_body(&dialect::parse_expression(&create.body)?, &seen).map_err(|diagnostic| diagnostic.at(place))?;
    let empty = RecordBatch::new_empty(Arc::new(Schema::new(if fields.is_empty() { vec![blank()] } else { fields })));
    let lexed = filled::lexed(&create.body, session.options.limits.max_nesting)?;
    let plan = session.plan_over(&lexed, &create.body, &empty).await.map_err(|diagnostic| diagnostic.at(place))?;
    let mixes_rows = |node: &LogicalPlan| Ok(matches!(node, LogicalPlan::Aggregate(_) | LogicalPlan::Window(_)));
    if plan.exists(mixes_rows).unwrap_or(true) {
        return Err(unfit("an aggregate or window function").at(place));
    }
    let Some(returns) = &create.returns else { return Ok(()) };
    let wanted = types::arrow_type(&dialect::parse_type(returns)?)?;
    let found = plan.schema().field(0).data_type().clone();
    rewrite::check_assignable(&found, &Field::new(create.name.name().to_lowercase(), wanted, true))
        .map_err(|diagnostic| diagnostic.at(place))
}

/// The printed name of the type that a function gives: what it says, or what its body has.
///
/// # Errors
/// When a function that its body calls is no longer there.
pub async fn result_type(session: &mut Session, function: &Function) -> Result<String> {
    if let Some(returns) = &function.returns {
        return Ok(returns.to_uppercase());
    }
    let mut fields = vec![blank()];
    for (name, type_text) in &function.parameters {
        fields.push(Field::new(name, types::arrow_type_named(type_text)?, true));
    }
    let empty = RecordBatch::new_empty(Arc::new(Schema::new(fields)));
    let lexed = filled::lexed(&function.body, session.options.limits.max_nesting)?;
    let plan = session.plan_over(&lexed, &function.body, &empty).await?;
    Ok(types::type_name(plan.schema().field(0).data_type()))
}

/// A column for functions without parameters, so that there is a row to compute over.
fn blank() -> Field {
    Field::new("__blank", datafusion::arrow::datatypes::DataType::Int32, true)
}

/// # Errors
/// When a body reads more than its parameters, or hides one of them.
fn check_body(body: &Expr, parameters: &HashSet<String>) -> Result<()> {
    if filled::reads(body, filled::is_subquery) {
        return Err(unfit("a subquery"));
    }
    let hides = |expr: &Expr| match expr {
        Expr::Lambda(lambda) => lambda.params.iter().any(|one| parameters.contains(&one.name.value)),
        _ => false,
    };
    if filled::reads(body, hides) {
        Err(unfit("a lambda whose parameter has the name of the function's"))
    } else {
        Ok(())
    }
}

fn unfit(what: &str) -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", format!("The body of a SQL function cannot hold {what} here."))
        .with_hint("A function computes one value from its arguments; write the rest in the query that calls it.")
}

pub fn drop(session: &mut Session, drop: &DropFunction) -> Result<Output> {
    let key = if drop.temporary { drop.name.name().to_lowercase() } else { session.key_of(&drop.name)? };
    let journal = &mut session.journal;
    let kept = if drop.temporary { &mut journal.temp_functions } else { &mut journal.functions };
    if kept.remove(&key).is_some() || drop.if_exists {
        return Ok(Output::default());
    }
    let message = format!(
        "The routine {} cannot be found. Verify the spelling and correctness of the schema and catalog.",
        drop.name
    );
    let diagnostic = Diagnostic::new("ROUTINE_NOT_FOUND", "42883", message)
        .with_hint("Write DROP FUNCTION IF EXISTS to tolerate it.");
    Err(match drop.name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    })
}
