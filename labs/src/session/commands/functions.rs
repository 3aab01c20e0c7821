//! `SHOW FUNCTIONS` and `DESCRIBE FUNCTION`, from the catalogue and from what CREATE FUNCTION made.

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::dialect::{ShowFunctions, TableName};
use crate::relation::{Column, Relation};

use super::super::Session;
use super::super::catalog::{self, CATALOG};
use super::super::errors::{nearest, unresolved_routine};
use super::super::functions::catalogue;
use super::super::journal::Function;
use super::{Output, Result, function, show};

/// One row a function, by name: a workspace's own with schema and catalog, those of the session by their bare name.
///
/// # Errors
/// SCHEMA_NOT_FOUND.
pub fn list(session: &Session, asked: &ShowFunctions) -> Result<Output> {
    let schema = show::schema_of(session, asked.schema.as_deref())?;
    let pattern = asked.pattern.as_deref();
    let mut names: Vec<String> = Vec::new();
    if asked.system {
        let known = catalogue::all().map(|entry| entry.name).filter(|name| show::matches(name, pattern));
        names.extend(known.map(str::to_owned));
    }
    if asked.user {
        let journal = &session.journal;
        let kept = journal.functions.values().filter(|function| show::is_shown(&function.name, &schema, pattern));
        names.extend(kept.map(full_name));
        let temporary = journal.temp_functions.values().map(|function| &function.name);
        names.extend(temporary.filter(|name| show::matches(name, pattern)).cloned());
    }
    names.sort_by_key(|name| name.to_lowercase());
    let rows = names.into_iter().map(|name| vec![json!(name)]).collect();
    Ok(Output::of(Relation { columns: vec![Column::new("function", "STRING")], rows }))
}

fn full_name(function: &Function) -> String {
    let (schema, name) = catalog::split(&function.name);
    format!("{CATALOG}.{schema}.{name}")
}

/// What a function is called with and what it gives; extended, with an example or with its body.
///
/// # Errors
/// UNRESOLVED_ROUTINE.
pub async fn describe(session: &mut Session, name: &TableName, extended: bool) -> Result<Output> {
    let lines = match session.function(name) {
        Some(function) => of_sql(session, name, &function, extended).await?,
        None => built_in(session, name, extended)?,
    };
    let rows = lines.into_iter().map(|line| vec![Value::String(line)]).collect();
    Ok(Output::of(Relation { columns: vec![Column::new("function_desc", "STRING")], rows }))
}

fn built_in(session: &Session, name: &TableName, extended: bool) -> Result<Vec<String>> {
    let bare = name.name().to_lowercase();
    let entry = catalogue::find(&bare).filter(|_| name.parts.len() == 1);
    let entry = entry.ok_or_else(|| unknown(session, name))?;
    let mut lines = vec![format!("Function: {}", entry.name), format!("Usage: {} - {}", entry.usage(), entry.sentence)];
    if extended {
        lines.push(format!("Extended Usage: Family: {}. Example: {};", entry.family, entry.statement()));
    }
    Ok(lines)
}

/// A function of the workspace's own whose name is near is what was meant, before any that every session has.
fn unknown(session: &Session, name: &TableName) -> Diagnostic {
    let journal = &session.journal;
    let own = journal.functions.values().chain(journal.temp_functions.values());
    let mut near = own.filter(|function| {
        let bare = catalog::split(&function.name).1;
        nearest(name.name(), std::iter::once(bare)).is_some()
    });
    let diagnostic = unresolved_routine(name.name());
    let diagnostic = match near.next() {
        Some(near) => diagnostic.with_hint(format!("Did you mean {}()?", near.name)),
        None => diagnostic,
    };
    match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    }
}

async fn of_sql(session: &mut Session, name: &TableName, function: &Function, extended: bool) -> Result<Vec<String>> {
    let bare = name.name().to_lowercase();
    let temporary = name.parts.len() == 1 && session.journal.temp_functions.contains_key(&bare);
    let shown = if temporary { function.name.clone() } else { full_name(function) };
    let inputs: Vec<String> =
        function.parameters.iter().map(|(name, type_text)| format!("{name} {}", type_text.to_uppercase())).collect();
    let mut lines = vec![
        format!("Function: {shown}"),
        "Type: SCALAR".to_owned(),
        format!("Input: {}", if inputs.is_empty() { "()".to_owned() } else { inputs.join(", ") }),
        format!("Returns: {}", function::result_type(session, function).await?),
    ];
    if extended {
        lines.extend(function.comment.iter().map(|comment| format!("Comment: {comment}")));
        lines.push(format!("Body: {}", function.body));
    }
    Ok(lines)
}
