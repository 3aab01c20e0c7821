//! Names of the workspace: which tables and views there are, and what a name means.
//!
//! Names are found without regard to case and shown as their author wrote them. There is one catalog, `workspace`, with the
//! schema `default` and those that were created. A name's key is in lower case, with the schema in front unless that is
//! `default`: `orders`, `sales.orders`; no name holds a point.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;

use super::Session;
use super::errors::{EngineFault, UNREADABLE, from_store, internal, table_not_found};
use super::journal::{Journal, View};
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
    /// A temp view.
    View(String),
    /// A view that stays.
    StoredView(String),
}

/// Schema and name of a key, or of a name as it is written.
pub fn split(key: &str) -> (&str, &str) {
    key.split_once('.').unwrap_or((SCHEMA, key))
}

/// A name with its schema in front, unless that is `default`.
fn joined(schema: &str, name: &str) -> String {
    if schema.eq_ignore_ascii_case(SCHEMA) { name.to_owned() } else { format!("{schema}.{name}") }
}

/// A name's folder in the store, unless a renamed table has it.
fn own_folder(name: &str) -> String {
    let (schema, name) = split(name);
    format!("{}/{}", schema.to_lowercase(), name.to_lowercase())
}

/// A table's place as it is shown.
pub fn location(key: &str) -> String {
    let (schema, name) = split(key);
    format!("{CATALOG}:/{schema}/{name}")
}

/// Catalog, schema and name.
pub fn full_name(name: &str) -> String {
    let (schema, name) = split(name);
    format!("{CATALOG}.{schema}.{name}")
}

/// The tables of a workspace by key; beside them those that use what cannot be read here, and how that is said.
#[derive(Default)]
pub struct Discovered {
    pub tables: BTreeMap<String, Table>,
    pub unreadable: BTreeMap<String, Diagnostic>,
}

/// Loads every table of a workspace, and finishes drops that were cut short.
///
/// # Errors
/// When the store cannot be read.
pub async fn discover(store: &Arc<dyn ObjectStore>, journal: &Journal) -> std::result::Result<Discovered, EngineFault> {
    let fault = |error: &dyn std::fmt::Display| EngineFault::internal(format!("the workspace's tables: {error}"));
    let mut discovered = Discovered::default();
    for schema in std::iter::once(SCHEMA).chain(journal.schemas.keys().map(String::as_str)) {
        let (found, dropped) = folders(store, schema).await.map_err(|error| fault(&error))?;
        for folder in &dropped {
            remove_files(store, folder).await.map_err(|diagnostic| fault(&diagnostic))?;
        }
        for folder in found.difference(&dropped) {
            let Some(key) = key_of_folder(folder, journal) else { continue };
            let name = journal.names.get(&key).unwrap_or(&key);
            match Table::load(store, folder, name).await {
                Ok(table) => drop(discovered.tables.insert(key, table)),
                Err(diagnostic) if diagnostic.class == UNREADABLE => {
                    discovered.unreadable.insert(key, diagnostic);
                }
                Err(diagnostic) => return Err(fault(&diagnostic)),
            }
        }
    }
    Ok(discovered)
}

/// Folders of a schema that hold a table's log, and those whose table is dropped.
async fn folders(
    store: &Arc<dyn ObjectStore>,
    schema: &str,
) -> object_store::Result<(BTreeSet<String>, BTreeSet<String>)> {
    let objects: Vec<_> = store.list(Some(&Path::from(schema))).try_collect().await?;
    let (mut found, mut dropped) = (BTreeSet::new(), BTreeSet::new());
    for object in &objects {
        let parts: Vec<String> = object.location.parts().map(|part| part.as_ref().to_owned()).collect();
        match parts.as_slice() {
            [_, table, log, file] if log == "_delta_log" && file.ends_with(".json") => {
                found.insert(format!("{schema}/{table}"));
            }
            [_, table, mark] if mark == DROPPED => {
                dropped.insert(format!("{schema}/{table}"));
            }
            _ => {}
        }
    }
    Ok((found, dropped))
}

/// The key of the table in a folder: the one that it was given, else the folder's own name. A folder with another name
/// than a table can have belongs to none that was kept.
fn key_of_folder(folder: &str, journal: &Journal) -> Option<String> {
    if let Some(key) = journal.moved.get(folder) {
        return Some(key.clone());
    }
    let (schema, name) = folder.split_once('/')?;
    (!name.contains('.')).then(|| joined(schema, name))
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
        let key = self.key_of(name)?;
        if self.journal.stored_views.contains_key(&key) {
            return Ok(Some(Found::StoredView(key)));
        }
        if let Some(diagnostic) = self.unreadable.get(&key) {
            return Err(diagnostic.clone());
        }
        Ok(self.tables.contains_key(&key).then_some(Found::Table(key)))
    }

    /// The view of a name that was found.
    pub(super) fn view(&self, found: &Found) -> Option<&View> {
        match found {
            Found::View(key) => self.journal.views.get(key),
            Found::StoredView(key) => self.journal.stored_views.get(key),
            Found::Table(_) => None,
        }
    }

    /// The key that a table or view of that name has or would have.
    ///
    /// # Errors
    /// SCHEMA_NOT_FOUND.
    pub(super) fn key_of(&self, name: &TableName) -> Result<String> {
        Ok(self.written(name)?.to_lowercase())
    }

    /// A name as its author wrote it, with the schema in front unless that is `default`.
    ///
    /// # Errors
    /// SCHEMA_NOT_FOUND.
    pub(super) fn written(&self, name: &TableName) -> Result<String> {
        let place = &name.parts[..name.parts.len().saturating_sub(1)];
        let schema = match place {
            [] => self.schema().to_owned(),
            [schema] | [_, schema] => self.find_schema(schema).ok_or_else(|| schema_not_found(&place.join(".")))?,
            _ => return Err(schema_not_found(&place.join("."))),
        };
        if let [catalog, _] = place
            && !is_catalog(catalog)
        {
            return Err(schema_not_found(&place.join(".")));
        }
        Ok(joined(&schema, name.name()))
    }

    /// The schema where names without one are looked up, as written.
    pub(super) fn schema(&self) -> &str {
        let current = self.journal.current_schema.as_ref().and_then(|key| self.journal.schemas.get(key));
        current.map_or(SCHEMA, String::as_str)
    }

    /// A schema's name as written.
    pub(super) fn find_schema(&self, name: &str) -> Option<String> {
        if name.eq_ignore_ascii_case(SCHEMA) {
            return Some(SCHEMA.to_owned());
        }
        self.journal.schemas.get(&name.to_lowercase()).cloned()
    }

    /// The folder that a new table gets: its own, unless a renamed table lives there.
    pub(super) fn new_folder(&self, name: &str) -> String {
        let own = own_folder(name);
        let taken = |folder: &String| self.tables.values().any(|table| &table.folder == folder);
        if !taken(&own) {
            return own;
        }
        let numbered = (2_u32..).map(|number| format!("{own}.{number}"));
        numbered.into_iter().find(|folder| !taken(folder)).unwrap_or(own)
    }

    /// Keeps how a table's name is written and where it is.
    pub(super) fn remember(&mut self, name: &str, folder: &str) {
        let key = name.to_lowercase();
        if name == key {
            self.journal.names.remove(&key);
        } else {
            self.journal.names.insert(key.clone(), name.to_owned());
        }
        if folder == own_folder(name) {
            self.journal.moved.remove(folder);
        } else {
            self.journal.moved.insert(folder.to_owned(), key);
        }
    }

    /// Forgets a table that is gone, or that has another name now.
    pub(super) fn forget(&mut self, key: &str) -> Option<Table> {
        self.journal.names.remove(key);
        self.journal.moved.retain(|_, moved| moved != key);
        self.tables.remove(key)
    }

    /// The table of that name.
    ///
    /// # Errors
    /// TABLE_OR_VIEW_NOT_FOUND; or that it is a view.
    pub(super) fn find_table(&self, name: &TableName) -> Result<String> {
        let found = match self.find(name) {
            Ok(Some(Found::Table(key))) => Ok(key),
            Ok(Some(Found::View(_))) => Err(is_a_view(name.name(), "temp view")),
            Ok(Some(Found::StoredView(_))) => Err(is_a_view(name.name(), "view")),
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
        let views = self.journal.views.values().chain(self.journal.stored_views.values());
        tables.chain(views.map(|view| view.name.clone())).collect()
    }
}

fn is_a_view(name: &str, kind: &str) -> Diagnostic {
    Diagnostic::new(
        "EXPECT_TABLE_NOT_VIEW.NO_ALTERNATIVE",
        "42809",
        format!("`{name}` is a {kind}, and this needs a table."),
    )
    .with_hint("A view only shows rows; change the table that it reads.")
}

/// Whether a name is one of the one catalog's.
pub fn is_catalog(name: &str) -> bool {
    matches!(name.to_lowercase().as_str(), CATALOG | "main" | "hive_metastore" | "spark_catalog")
}

pub fn schema_not_found(name: &str) -> Diagnostic {
    let message = format!(
        "The schema `{name}` cannot be found. Verify the spelling and correctness of the schema and catalog name."
    );
    Diagnostic::new("SCHEMA_NOT_FOUND", "42704", message).with_hint(
        "SHOW SCHEMAS lists what is there; CREATE SCHEMA makes one. Without a schema's name the current one is meant.",
    )
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
