//! CREATE, DROP, USE and DESCRIBE SCHEMA. Schemas are names in the session's journal and folders in the store.

use serde_json::json;

use crate::diagnostic::Diagnostic;
use crate::dialect::{CreateSchema, DropSchema, TableName};
use crate::relation::{Column, Relation};

use super::super::Session;
use super::super::catalog::{self, schema_not_found};
use super::{Output, Result, drop_table};

/// The schema's own name, behind the one catalog's if that is written.
fn name_of(name: &TableName) -> Result<&str> {
    let placed = |diagnostic: Diagnostic| match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    };
    match name.parts.as_slice() {
        [schema] => Ok(schema),
        [catalog, schema] if catalog::is_catalog(catalog) => Ok(schema),
        _ => Err(placed(schema_not_found(&name.parts.join(".")))),
    }
}

pub fn create(session: &mut Session, create: &CreateSchema) -> Result<Output> {
    let name = name_of(&create.name)?;
    catalog::check_name(&create.name)?;
    if name.starts_with('_') {
        let message = format!("`{name}` is not a valid name for a schema here: it begins with _.");
        return Err(Diagnostic::new("INVALID_SCHEMA_OR_RELATION_NAME", "42602", message));
    }
    if session.find_schema(name).is_some() || name.eq_ignore_ascii_case("information_schema") {
        if create.if_not_exists {
            return Ok(Output::default().with_note(format!("The schema {name} is there already; nothing was done.")));
        }
        let message = format!("Cannot create schema `{name}` because it already exists.");
        return Err(Diagnostic::new("SCHEMA_ALREADY_EXISTS", "42P06", message)
            .with_hint("Choose a different name, or write CREATE SCHEMA IF NOT EXISTS."));
    }
    let key = name.to_lowercase();
    if let Some(comment) = &create.comment {
        session.journal.schema_comments.insert(key.clone(), comment.clone());
    }
    session.journal.schemas.insert(key, name.to_owned());
    Ok(Output::default())
}

pub async fn drop(session: &mut Session, drop: &DropSchema) -> Result<Output> {
    let name = name_of(&drop.name)?;
    let Some(name) = session.find_schema(name) else {
        if drop.if_exists {
            return Ok(Output::default());
        }
        return Err(schema_not_found(name));
    };
    if name == catalog::SCHEMA {
        return Err(Diagnostic::new(
            "UNSUPPORTED_FEATURE.DROP_DATABASE",
            "0A000",
            "The schema default cannot be dropped.",
        )
        .with_hint("Drop its tables one by one: DROP TABLE name."));
    }
    let key = name.to_lowercase();
    let within = |one: &String| catalog::split(one).0 == key;
    let tables: Vec<String> = session.tables.keys().filter(|one| within(one)).cloned().collect();
    let journal = &session.journal;
    let others = journal.stored_views.keys().chain(journal.functions.keys()).any(|one| within(one));
    if !drop.cascade && (others || !tables.is_empty()) {
        let message = format!("Cannot drop a schema `{name}` because it contains objects.");
        return Err(Diagnostic::new("SCHEMA_NOT_EMPTY", "2BP01", message)
            .with_hint("DROP SCHEMA name CASCADE drops all that is in it too."));
    }
    for table in tables {
        drop_table::by_key(session, &table).await?;
    }
    let journal = &mut session.journal;
    journal.stored_views.retain(|one, _| catalog::split(one).0 != key);
    journal.functions.retain(|one, _| catalog::split(one).0 != key);
    journal.schemas.remove(&key);
    journal.schema_comments.remove(&key);
    if journal.current_schema.as_ref() == Some(&key) {
        journal.current_schema = None;
    }
    Ok(Output::default())
}

/// `USE schema`, `USE catalog.schema`; a catalog alone changes nothing, there is one.
pub fn choose(session: &mut Session, name: &TableName) -> Result<Output> {
    if let [catalog] = name.parts.as_slice()
        && session.find_schema(catalog).is_none()
        && catalog::is_catalog(catalog)
    {
        return Ok(Output::default());
    }
    let schema = name_of(name)?;
    let Some(found) = session.find_schema(schema) else {
        let diagnostic = schema_not_found(schema);
        return Err(name.position.map_or(diagnostic.clone(), |position| diagnostic.at(position)));
    };
    session.journal.current_schema = (found != catalog::SCHEMA).then(|| found.to_lowercase());
    Ok(Output::default())
}

pub fn choose_catalog(session: &mut Session, catalog: &str) -> Result<Output> {
    if !catalog::is_catalog(catalog) {
        let message = format!("The catalog `{catalog}` cannot be found.");
        return Err(Diagnostic::new("CATALOG_NOT_FOUND", "42P08", message)
            .with_hint("Your workspace has one catalog, workspace: leave the statement out."));
    }
    session.journal.current_schema = None;
    Ok(Output::default())
}

pub fn describe(session: &Session, name: &TableName) -> Result<Output> {
    let schema = name_of(name)?;
    let found = session.find_schema(schema).ok_or_else(|| schema_not_found(schema))?;
    let comment = session.journal.schema_comments.get(&found.to_lowercase()).cloned().unwrap_or_default();
    let rows = [
        ("Catalog Name", catalog::CATALOG.to_owned()),
        ("Namespace Name", found.clone()),
        ("Comment", comment),
        ("Location", format!("{}:/{}", catalog::CATALOG, found.to_lowercase())),
        ("Owner", session.options.user_name.clone()),
    ];
    let columns = ["database_description_item", "database_description_value"];
    Ok(Output::of(Relation {
        columns: columns.map(|name| Column::new(name, "STRING")).to_vec(),
        rows: rows.into_iter().map(|(item, value)| vec![json!(item), json!(value)]).collect(),
    }))
}
