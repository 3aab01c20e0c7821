//! Names of the workspace: which tables and views there are, and what a name means.
//!
//! Names are found without regard to case and shown as their author wrote them. There is one catalog, `workspace`, and
//! one schema, `default`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;

use super::Session;
use super::errors::{EngineFault, from_store, internal, table_not_found};
use super::table::Table;

type Result<T> = std::result::Result<T, Diagnostic>;

pub const CATALOG: &str = "workspace";
pub const SCHEMA: &str = "default";
/// An object in a table's folder that says: this table is dropped, its files are being deleted.
const DROPPED: &str = "_dropped";

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Table(String),
    View(String),
}

/// A table's folder in the store.
pub fn folder(name: &str) -> String {
    format!("{SCHEMA}/{}", name.to_lowercase())
}

/// Loads every table of a workspace, and finishes drops that were cut short.
///
/// # Errors
/// When the store cannot be read.
pub async fn discover(
    store: &Arc<dyn ObjectStore>,
    names: &BTreeMap<String, String>,
) -> std::result::Result<BTreeMap<String, Table>, EngineFault> {
    let fault = |error: &dyn std::fmt::Display| EngineFault::internal(format!("the workspace's tables: {error}"));
    let objects: Vec<_> = store.list(Some(&Path::from(SCHEMA))).try_collect().await.map_err(|error| fault(&error))?;
    let (mut found, mut dropped) = (BTreeSet::new(), BTreeSet::new());
    for object in &objects {
        let parts: Vec<String> = object.location.parts().map(|part| part.as_ref().to_owned()).collect();
        match parts.as_slice() {
            [_, table, log, file] if log == "_delta_log" && file.ends_with(".json") => {
                found.insert(table.clone());
            }
            [_, table, mark] if mark == DROPPED => {
                dropped.insert(table.clone());
            }
            _ => {}
        }
    }
    for table in &dropped {
        remove_files(store, &folder(table)).await.map_err(|diagnostic| fault(&diagnostic))?;
    }
    let mut tables = BTreeMap::new();
    for key in found.difference(&dropped) {
        let name = names.get(key).unwrap_or(key);
        let table = Table::load(store, &folder(key), name).await.map_err(|diagnostic| fault(&diagnostic))?;
        tables.insert(key.clone(), table);
    }
    Ok(tables)
}

/// Deletes a table's files: first a mark that makes the drop final, last the mark itself.
///
/// # Errors
/// When the store refuses.
pub async fn remove_table(store: &Arc<dyn ObjectStore>, folder: &str) -> Result<()> {
    let mark = Path::from(format!("{folder}/{DROPPED}"));
    store.put(&mark, PutPayload::from_static(b"")).await.map_err(|error| from_store(&error))?;
    remove_files(store, folder).await
}

async fn remove_files(store: &Arc<dyn ObjectStore>, folder: &str) -> Result<()> {
    let mark = Path::from(format!("{folder}/{DROPPED}"));
    let objects: Vec<_> =
        store.list(Some(&Path::from(folder))).try_collect().await.map_err(|error| from_store(&error))?;
    for object in objects.iter().filter(|object| object.location != mark) {
        store.delete(&object.location).await.map_err(|error| from_store(&error))?;
    }
    match store.delete(&mark).await {
        Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(from_store(&error)),
    }
}

impl Session {
    /// What a name means, if anything.
    pub(super) fn find(&self, name: &TableName) -> Result<Option<Found>> {
        let key = name.name().to_lowercase();
        if name.parts.len() == 1 && self.journal.views.contains_key(&key) {
            return Ok(Some(Found::View(key)));
        }
        check_schema(name)?;
        Ok(self.tables.contains_key(&key).then_some(Found::Table(key)))
    }

    /// The table of that name.
    ///
    /// # Errors
    /// TABLE_OR_VIEW_NOT_FOUND; or that it is a view.
    pub(super) fn find_table(&self, name: &TableName) -> Result<String> {
        let found = match self.find(name) {
            Ok(Some(Found::Table(key))) => Ok(key),
            Ok(Some(Found::View(_))) => Err(is_a_view(name.name())),
            Ok(None) => Err(table_not_found(name.name(), &self.relation_names())),
            Err(diagnostic) => Err(diagnostic),
        };
        found.map_err(|diagnostic| match name.position {
            Some(position) => diagnostic.at(position),
            None => diagnostic,
        })
    }

    pub(super) fn table(&mut self, key: &str) -> Result<&mut Table> {
        self.tables.get_mut(key).ok_or_else(|| internal("a table went away"))
    }

    /// Names of tables and views, as written.
    pub(super) fn relation_names(&self) -> Vec<String> {
        let tables = self.tables.values().map(|table| table.name.clone());
        tables.chain(self.journal.views.values().map(|view| view.name.clone())).collect()
    }
}

fn is_a_view(name: &str) -> Diagnostic {
    Diagnostic::new(
        "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
        "42809",
        format!("`{name}` is a temp view, and this needs a table."),
    )
    .with_hint("A view only shows rows; change the table that it reads.")
}

/// # Errors
/// When the name is in a schema or catalog that is not there.
pub fn check_schema(name: &TableName) -> Result<()> {
    let schema = name.parts.len().checked_sub(2).map(|at| name.parts[at].to_lowercase());
    let catalog = name.parts.len().checked_sub(3).map(|at| name.parts[at].to_lowercase());
    let known_catalog =
        |catalog: &String| matches!(catalog.as_str(), CATALOG | "main" | "hive_metastore" | "spark_catalog");
    if schema.as_ref().is_none_or(|schema| schema == SCHEMA) && catalog.as_ref().is_none_or(known_catalog) {
        return Ok(());
    }
    let full = name.parts[..name.parts.len() - 1].join(".");
    Err(Diagnostic::new("SCHEMA_NOT_FOUND", "42704", format!("The schema `{full}` cannot be found."))
        .with_hint("Your workspace has one schema, default: leave the schema's name away."))
}

/// # Errors
/// When a name is none that a table or view can have.
pub fn check_name(name: &TableName) -> Result<()> {
    let last = name.name();
    let fits = !last.is_empty() && last.len() <= 255 && last.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if fits && !last.starts_with("__") {
        return Ok(());
    }
    let message =
        format!("`{last}` is not a valid name for tables or views. Valid names only contain letters, digits and _.");
    let diagnostic = Diagnostic::new("INVALID_SCHEMA_OR_RELATION_NAME", "42602", message);
    Err(match name.position {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    })
}
