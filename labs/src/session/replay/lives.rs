//! The life of every table of a replay, written down version by version as it happens.
//!
//! A version is read right after the statement that made it, so a later DROP or VACUUM takes nothing from the record.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::Value;

use crate::evidence::{StatementKind, StatementRef, TableEvidence, VersionEvidence};
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::sandbox::RunRequest;
use crate::session::relation_text::quoted_name;
use crate::session::{EngineFault, Session};

pub struct Lives {
    store: Arc<dyn ObjectStore>,
    /// In order of creation; a dropped and re-created table is two.
    tables: Vec<TableEvidence>,
}

/// What a commit's own file says.
#[derive(Default)]
struct Commit {
    table_id: Option<String>,
    added: u64,
    removed: u64,
}

impl Lives {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, tables: Vec::new() }
    }

    /// Writes down one version of a live table.
    ///
    /// # Errors
    /// When the version cannot be read back.
    pub async fn observe(
        &mut self,
        session: &mut Session,
        table: &str,
        version: u64,
        made_by: Option<StatementRef>,
    ) -> Result<(), EngineFault> {
        let commit = self.commit(table, version).await?;
        let name = qualified(table);
        let rows = read(session, &format!("SELECT * FROM {name} VERSION AS OF {version}")).await;
        let history = read(session, &format!("DESCRIBE HISTORY {name}")).await.map_err(EngineFault::internal)?;
        let entry = Entry::find(&history, version)
            .ok_or_else(|| EngineFault::internal(format!("the history of {table} has no version {version}")))?;
        let (schema, rows) = match rows {
            Ok(relation) => (relation.columns, Some(relation.rows)),
            Err(_) => (Vec::new(), None),
        };
        self.life(table, commit.table_id).versions.push(VersionEvidence {
            version,
            operation: entry.text("operation"),
            operation_parameters: entry.map("operationParameters"),
            operation_metrics: entry.map("operationMetrics"),
            schema,
            rows,
            files_added: commit.added,
            files_removed: commit.removed,
            made_by,
        });
        Ok(())
    }

    /// Marks a table as dropped when the statement dropped it.
    pub fn follow_drop(&mut self, outcome: &StatementOutcome) {
        let Some(facts) = outcome.facts.as_ref().filter(|_| outcome.error.is_none()) else { return };
        if facts.kind == StatementKind::DropTable
            && let Some(target) = &facts.target
            && let Some(life) = self.tables.iter_mut().rev().find(|life| !life.dropped && same(&life.name, target))
        {
            life.dropped = true;
        }
    }

    /// Latest version of every live table, by lower-case name.
    pub fn versions(&self) -> BTreeMap<String, u64> {
        let live = self.tables.iter().filter(|life| !life.dropped);
        live.filter_map(|life| Some((life.name.to_lowercase(), life.versions.last()?.version))).collect()
    }

    /// By lower-case name, then in order of creation.
    pub fn into_evidence(mut self) -> Vec<TableEvidence> {
        self.tables.sort_by_key(|life| life.name.to_lowercase());
        self.tables
    }

    /// The live table of that name. A new id means that it was dropped and created again.
    fn life(&mut self, table: &str, id: Option<String>) -> &mut TableEvidence {
        let known = self.tables.iter().rposition(|life| !life.dropped && same(&life.name, table));
        let index = match (known, id) {
            (Some(index), None) => index,
            (Some(index), Some(id)) if self.tables[index].id == id => index,
            (known, id) => {
                if let Some(index) = known {
                    self.tables[index].dropped = true;
                }
                let (name, id) = (short(table).to_owned(), id.unwrap_or_default());
                self.tables.push(TableEvidence { name, id, dropped: false, versions: Vec::new() });
                self.tables.len() - 1
            }
        };
        &mut self.tables[index]
    }

    async fn commit(&self, table: &str, version: u64) -> Result<Commit, EngineFault> {
        let path = self.log_entry(table, version).await?;
        let fault = |error: object_store::Error| EngineFault::internal(error.to_string());
        let bytes = self.store.get(&path).await.map_err(fault)?.bytes().await.map_err(fault)?;
        let mut commit = Commit::default();
        for action in serde_json::Deserializer::from_slice(&bytes).into_iter::<Value>() {
            let action = action.map_err(|error| EngineFault::internal(error.to_string()))?;
            commit.added += u64::from(action.get("add").is_some());
            commit.removed += u64::from(action.get("remove").is_some());
            if let Some(id) = action.pointer("/metaData/id").and_then(Value::as_str) {
                commit.table_id = Some(id.to_owned());
            }
        }
        Ok(commit)
    }

    /// `schema/table/_delta_log/00000000000000000007.json`, whatever the case of the folders.
    async fn log_entry(&self, table: &str, version: u64) -> Result<Path, EngineFault> {
        let wanted = format!("{}/_delta_log/{version:020}.json", folder(table));
        let objects: Vec<_> =
            self.store.list(None).try_collect().await.map_err(|error| EngineFault::internal(error.to_string()))?;
        let found = objects.into_iter().find(|object| object.location.as_ref().to_lowercase() == wanted);
        found
            .map(|object| object.location)
            .ok_or_else(|| EngineFault::internal(format!("{table} has no log entry for version {version}")))
    }
}

/// One row of DESCRIBE HISTORY.
struct Entry<'a> {
    history: &'a Relation,
    row: &'a [Value],
}

impl<'a> Entry<'a> {
    fn find(history: &'a Relation, version: u64) -> Option<Self> {
        let index = history.column_index("version")?;
        let row = history.rows.iter().find(|row| row.get(index).and_then(Value::as_u64) == Some(version))?;
        Some(Self { history, row })
    }

    fn value(&self, column: &str) -> Option<&'a Value> {
        self.row.get(self.history.column_index(column)?)
    }

    fn text(&self, column: &str) -> String {
        self.value(column).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn map(&self, column: &str) -> BTreeMap<String, String> {
        let Some(entries) = self.value(column).and_then(Value::as_object) else { return BTreeMap::new() };
        entries.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
    }
}

async fn read(session: &mut Session, sql: &str) -> Result<Relation, String> {
    let request =
        RunRequest { sql: sql.to_owned(), parameters: BTreeMap::new(), user_name: String::new(), keep_going: false };
    match session.run(&request).await.pop() {
        Some(outcome) => match outcome.error {
            Some(error) => Err(error.to_string()),
            None => Ok(outcome.relation),
        },
        None => Err(format!("nothing came of: {sql}")),
    }
}

fn parts(table: &str) -> impl Iterator<Item = &str> {
    table.split('.').map(|part| part.trim_matches('`'))
}

fn qualified(table: &str) -> String {
    parts(table).map(quoted_name).collect::<Vec<_>>().join(".")
}

/// A table's name without the schema when that is `default`.
fn short(table: &str) -> &str {
    let name = table.strip_prefix("spark_catalog.").unwrap_or(table);
    name.strip_prefix("default.").unwrap_or(name).trim_matches('`')
}

fn same(one: &str, other: &str) -> bool {
    short(one).eq_ignore_ascii_case(short(other))
}

fn folder(table: &str) -> String {
    let name = short(table).to_lowercase();
    match name.split_once('.') {
        Some((schema, table)) => format!("{schema}/{table}"),
        None => format!("default/{name}"),
    }
}
