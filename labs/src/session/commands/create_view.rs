//! CREATE TEMP VIEW: a name for a query, kept in the session's journal.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::dialect::{CreateView, Lexed};
use crate::evidence::StatementFacts;

use super::super::errors::duplicate_column;
use super::super::journal::View;
use super::super::planning::Planner;
use super::super::{Session, catalog};
use super::{Output, Result};

pub async fn run(
    session: &mut Session,
    create: &CreateView,
    lexed: &Lexed,
    facts: &mut StatementFacts,
    parameters: BTreeMap<String, String>,
) -> Result<Output> {
    catalog::check_name(&create.name)?;
    if !create.temporary {
        return stored(session, create, lexed, facts, parameters).await;
    }
    if create.name.parts.len() > 1 {
        return Err(Diagnostic::new(
            "TEMP_VIEW_NAME_TOO_MANY_NAME_PARTS",
            "428EK",
            "A temp view has no schema: give it a single name.",
        ));
    }
    let key = create.name.name().to_lowercase();
    if session.journal.views.contains_key(&key) && !create.or_replace {
        if create.if_not_exists {
            return Ok(Output::default());
        }
        return Err(exists(create.name.name()));
    }
    let planned = Planner::new(session, lexed, facts).query((*create.query).clone()).await?;
    let columns = columns(create, planned.names)?;
    let reads_itself =
        facts.scans.iter().any(|scan| scan.relation.to_lowercase() == key) && session.journal.views.contains_key(&key);
    if reads_itself {
        let message = format!("The view `{}` would read itself.", create.name.name());
        return Err(Diagnostic::new("RECURSIVE_VIEW", "42K0H", message).with_hint("Give the new view another name."));
    }
    let view = view(session, create, create.name.name().to_owned(), columns, parameters);
    session.journal.views.insert(key, view);
    Ok(Output::default())
}

fn view(
    session: &Session,
    create: &CreateView,
    name: String,
    columns: Vec<String>,
    parameters: BTreeMap<String, String>,
) -> View {
    let schema = session.journal.current_schema.clone();
    View { name, columns, text: create.text.clone(), parameters, schema, comment: create.comment.clone() }
}

/// A view that stays in the workspace.
async fn stored(
    session: &mut Session,
    create: &CreateView,
    lexed: &Lexed,
    facts: &mut StatementFacts,
    parameters: BTreeMap<String, String>,
) -> Result<Output> {
    let name = session.written(&create.name)?;
    let key = name.to_lowercase();
    let there = session.journal.stored_views.contains_key(&key);
    if session.tables.contains_key(&key) || there && !create.or_replace {
        if create.if_not_exists {
            return Ok(Output::default().with_note(format!("{name} is there already; nothing was done.")));
        }
        let message = format!("Cannot create table or view `{}` because it already exists.", create.name.name());
        return Err(Diagnostic::new("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07", message)
            .with_hint("Write CREATE OR REPLACE VIEW to replace a view; a table has to be dropped first."));
    }
    let variables = std::mem::take(&mut session.journal.variables);
    let functions = std::mem::take(&mut session.journal.temp_functions);
    let planned = Planner::new(session, lexed, facts).query((*create.query).clone()).await;
    session.journal.variables = variables;
    session.journal.temp_functions = functions;
    let columns = columns(create, planned?.names)?;
    check_scans(session, &name, facts)?;
    let view = view(session, create, name, columns, parameters);
    session.journal.stored_views.insert(key, view);
    Ok(Output::default())
}

/// # Errors
/// When a view that stays would read one that does not, or itself.
fn check_scans(session: &Session, name: &str, facts: &StatementFacts) -> Result<()> {
    for scan in &facts.scans {
        let read = scan.relation.to_lowercase();
        if session.journal.views.contains_key(&read) {
            let message = format!(
                "Cannot create the persistent object `{name}` because it references the temporary object `{}`.",
                scan.relation
            );
            return Err(Diagnostic::new("INVALID_TEMP_OBJ_REFERENCE", "42K0F", message)
                .with_hint("Write CREATE TEMP VIEW, or make the view that it reads one that stays."));
        }
        if read == name.to_lowercase() {
            let message = format!("The view `{name}` would read itself.");
            return Err(
                Diagnostic::new("RECURSIVE_VIEW", "42K0H", message).with_hint("Give the new view another name.")
            );
        }
    }
    Ok(())
}

fn exists(name: &str) -> Diagnostic {
    Diagnostic::new(
        "TEMP_TABLE_OR_VIEW_ALREADY_EXISTS",
        "42P07",
        format!("Cannot create the temporary view `{name}` because it already exists."),
    )
    .with_hint("Write CREATE OR REPLACE TEMP VIEW.")
}

/// The view's columns: those it names, else the query's.
fn columns(create: &CreateView, names: Vec<String>) -> Result<Vec<String>> {
    if !create.columns.is_empty() && create.columns.len() != names.len() {
        let message = format!("The view names {} columns, and its query gives {}.", create.columns.len(), names.len());
        return Err(Diagnostic::new("CREATE_VIEW_COLUMN_ARITY_MISMATCH.NOT_ENOUGH_DATA_COLUMNS", "21S01", message));
    }
    let columns = if create.columns.is_empty() { names } else { create.columns.clone() };
    let mut seen = std::collections::HashSet::new();
    match columns.iter().find(|column| !seen.insert(column.to_lowercase())) {
        Some(twice) => Err(duplicate_column(twice)),
        None => Ok(columns),
    }
}
