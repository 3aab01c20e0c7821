//! SHOW TABLES, VIEWS, SCHEMAS, PARTITIONS, TBLPROPERTIES, CREATE TABLE and COLUMNS.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Lexed, TableName};
use crate::evidence::StatementFacts;
use crate::relation::{Column, Relation};

use super::super::catalog::{self, Found};
use super::super::errors::table_not_found;
use super::super::journal::View;
use super::super::planning::{Planner, select_all};
use super::super::snapshot::Snapshot;
use super::super::types::type_name;
use super::super::{Session, filled, protocol};
use super::{Output, Result};

/// The schema that a statement names, or the current one.
pub fn schema_of(session: &Session, schema: Option<&str>) -> Result<String> {
    match schema {
        Some(schema) => session.find_schema(schema).ok_or_else(|| catalog::schema_not_found(schema)),
        None => Ok(session.schema().to_owned()),
    }
}

/// Whether a name is of a schema and fits a pattern.
pub fn is_shown(name: &str, schema: &str, pattern: Option<&str>) -> bool {
    let (own, name) = catalog::split(name);
    own.eq_ignore_ascii_case(schema) && matches(name, pattern)
}

pub fn tables(session: &Session, schema: Option<&str>, pattern: Option<&str>) -> Result<Output> {
    let schema = schema_of(session, schema)?;
    let stored = session.journal.stored_views.values().map(|view| &view.name);
    let mut names: Vec<&String> = session.tables.values().map(|table| &table.name).chain(stored).collect();
    names.sort_by_key(|name| name.to_lowercase());
    let names = names.into_iter().filter(|name| is_shown(name, &schema, pattern));
    let mut rows: Vec<Vec<Value>> =
        names.map(|name| vec![json!(schema), json!(catalog::split(name).1), json!(false)]).collect();
    for view in session.journal.views.values().filter(|view| matches(&view.name, pattern)) {
        rows.push(vec![json!(""), json!(view.name), json!(true)]);
    }
    let columns = vec![
        Column::new("database", "STRING"),
        Column::new("tableName", "STRING"),
        Column::new("isTemporary", "BOOLEAN"),
    ];
    Ok(Output::of(Relation { columns, rows }))
}

pub fn views(session: &Session, schema: Option<&str>, pattern: Option<&str>) -> Result<Output> {
    let schema = schema_of(session, schema)?;
    let stored = session.journal.stored_views.values().filter(|view| is_shown(&view.name, &schema, pattern));
    let stored = stored.map(|view| vec![json!(schema), json!(catalog::split(&view.name).1), json!(false)]);
    let views = session.journal.views.values().filter(|view| matches(&view.name, pattern));
    let rows = stored.chain(views.map(|view| vec![json!(""), json!(view.name), json!(true)])).collect();
    let columns = vec![
        Column::new("namespace", "STRING"),
        Column::new("viewName", "STRING"),
        Column::new("isTemporary", "BOOLEAN"),
    ];
    Ok(Output::of(Relation { columns, rows }))
}

pub fn schemas(session: &Session, pattern: Option<&str>) -> Output {
    let mut names: Vec<&str> = session.journal.schemas.values().map(String::as_str).collect();
    names.push(catalog::SCHEMA);
    names.sort_by_key(|name| name.to_lowercase());
    let schemas = names.into_iter().filter(|name| matches(name, pattern));
    let rows = schemas.map(|name| vec![json!(name)]).collect();
    Output::of(Relation { columns: vec![Column::new("databaseName", "STRING")], rows })
}

/// One row for each combination of partition values that a live file has, in their order.
///
/// # Errors
/// When the table is not partitioned.
pub fn partitions(session: &mut Session, name: &TableName) -> Result<Output> {
    let key = session.find_table(name)?;
    let snapshot = session.table(&key)?.latest().clone();
    if snapshot.partition_columns().is_empty() {
        let message = format!("SHOW PARTITIONS is not allowed on `{}`, which is not partitioned.", name.name());
        return Err(Diagnostic::new("DELTA_SHOW_PARTITION_IN_NON_PARTITIONED_TABLE", "42809", message)
            .with_hint("A table gets partitions by PARTITIONED BY when it is created."));
    }
    let values = |add: &deltalake::kernel::Add| -> Vec<Option<String>> {
        snapshot.partition_columns().iter().map(|column| add.partition_values.get(column).cloned().flatten()).collect()
    };
    let rows: std::collections::BTreeSet<Vec<Option<String>>> = snapshot.files.iter().map(values).collect();
    let columns = snapshot.partition_columns().iter().map(|column| Column::new(column, "STRING")).collect();
    let rows = rows.into_iter().map(|row| row.into_iter().map(|value| json!(value)).collect()).collect();
    Ok(Output::of(Relation { columns, rows }))
}

/// Spark's pattern: `*` stands for anything, `|` parts alternatives.
pub fn matches(name: &str, pattern: Option<&str>) -> bool {
    let Some(pattern) = pattern else { return true };
    let name = name.to_lowercase();
    pattern.to_lowercase().split('|').any(|one| {
        let parts: Vec<&str> = one.split('*').collect();
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
        if parts.len() == 1 {
            return name == one;
        }
        let Some(mut rest) = name.strip_prefix(first) else { return false };
        for middle in &parts[1..parts.len() - 1] {
            match rest.find(middle) {
                Some(at) => rest = &rest[at + middle.len()..],
                None => return false,
            }
        }
        rest.ends_with(last)
    })
}

pub fn properties(session: &mut Session, name: &TableName, key: Option<&str>) -> Result<Output> {
    let table = session.find_table(name)?;
    let snapshot = session.table(&table)?.latest().clone();
    let mut properties: BTreeMap<String, String> = snapshot.properties().clone().into_iter().collect();
    properties.extend(protocol::as_properties(&snapshot.protocol));
    properties.insert("delta.minReaderVersion".to_owned(), snapshot.protocol.min_reader_version().to_string());
    properties.insert("delta.minWriterVersion".to_owned(), snapshot.protocol.min_writer_version().to_string());
    let missing = |key: &str| format!("Table {} does not have property: {key}", name.name());
    let rows = match key {
        Some(key) => {
            let value = properties.get(key).cloned().unwrap_or_else(|| missing(key));
            vec![vec![json!(key), json!(value)]]
        }
        None => properties.into_iter().map(|(key, value)| vec![json!(key), json!(value)]).collect(),
    };
    Ok(Output::of(Relation { columns: vec![Column::new("key", "STRING"), Column::new("value", "STRING")], rows }))
}

/// `[a=1,b=2]`
pub fn property_list(snapshot: &Snapshot) -> String {
    let properties: BTreeMap<String, String> = snapshot.properties().clone().into_iter().collect();
    let pairs: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={value}")).collect();
    format!("[{}]", pairs.join(","))
}

/// The statement that makes a stored view; a temp view has none, as in Databricks.
fn create_view(key: &str, view: &View) -> String {
    let quote = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let is_plain = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    let named = |name: &String| if is_plain(name) { format!("  {name}") } else { format!("  `{name}`") };
    let columns: Vec<String> = view.columns.iter().map(named).collect();
    let comment = view.comment.as_ref().map(|text| format!("COMMENT '{}'\n", quote(text))).unwrap_or_default();
    format!("CREATE VIEW {} (\n{})\n{comment}AS {}", catalog::full_name(key), columns.join(",\n"), view.text)
}

pub fn create_table(session: &mut Session, name: &TableName) -> Result<Output> {
    if let Some(Found::StoredView(key)) = session.find(name)?
        && let Some(view) = session.journal.stored_views.get(&key)
    {
        return Ok(statement(create_view(&key, view)));
    }
    let key = session.find_table(name)?;
    let table = session.table(&key)?;
    let (table_name, snapshot) = (table.name.clone(), table.latest().clone());
    let quote = |text: &str| text.replace('\\', "\\\\").replace('\'', "\\'");
    let columns: Vec<String> = snapshot
        .schema
        .fields()
        .iter()
        .zip(snapshot.kernel_schema.fields())
        .map(|(field, kernel)| {
            let null = if field.is_nullable() { "" } else { " NOT NULL" };
            let comment =
                kernel.metadata().get("comment").map(|text| format!(" COMMENT '{}'", quote(&text.to_string())));
            let default = filled::default_of(kernel).map(|text| format!(" DEFAULT {text}")).unwrap_or_default();
            let generated = filled::generation_of(kernel).map(|text| format!(" GENERATED ALWAYS AS ({text})"));
            let generated = generated.unwrap_or_default();
            let comment = comment.unwrap_or_default();
            format!("  {} {}{default}{generated}{null}{comment}", field.name(), type_name(field.data_type()))
        })
        .collect();
    let mut text = format!("CREATE TABLE {} (\n{})\nUSING delta", catalog::full_name(&table_name), columns.join(",\n"));
    if !snapshot.partition_columns().is_empty() {
        text.push_str(&format!("\nPARTITIONED BY ({})", snapshot.partition_columns().join(", ")));
    }
    if let Some(comment) = snapshot.metadata.description() {
        text.push_str(&format!("\nCOMMENT '{}'", quote(comment)));
    }
    let mut properties: BTreeMap<String, String> = snapshot.properties().clone().into_iter().collect();
    properties.extend(protocol::as_properties(&snapshot.protocol));
    if !properties.is_empty() {
        let pairs: Vec<String> =
            properties.iter().map(|(key, value)| format!("  '{}' = '{}'", quote(key), quote(value))).collect();
        text.push_str(&format!("\nTBLPROPERTIES (\n{})", pairs.join(",\n")));
    }
    Ok(statement(text))
}

fn statement(text: String) -> Output {
    let (columns, rows) = (vec![Column::new("createtab_stmt", "STRING")], vec![vec![Value::String(text)]]);
    Output::of(Relation { columns, rows })
}

pub async fn columns(
    session: &mut Session,
    name: &TableName,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let names = match session.find(name)? {
        Some(Found::Table(key)) => session.table(&key)?.latest().clone().column_names(),
        Some(Found::View(_) | Found::StoredView(_)) => {
            Planner::new(session, lexed, facts).query(select_all(&name.parts)).await?.names
        }
        None => return Err(table_not_found(name.name(), &session.relation_names())),
    };
    let rows = names.into_iter().map(|name| vec![Value::String(name)]).collect();
    Ok(Output::of(Relation { columns: vec![Column::new("col_name", "STRING")], rows }))
}
