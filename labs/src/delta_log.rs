//! A table's `_delta_log` folder, as its files say it: the commits with their actions, and which data files count.
//!
//! Invariant: whatever a file holds, it is read to its end; what is no action of the protocol keeps its name and nothing
//! else. It is for showing a log to people: sessions read tables with the engine. It must not know where files come from.

mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The log of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableLog {
    /// The table's name, with its schema in front unless that is `default`.
    pub table: String,
    /// In the order of their versions.
    pub commits: Vec<Commit>,
    /// Versions that have a checkpoint, in order.
    pub checkpoints: Vec<u64>,
    /// Data files that lie in the table's folder, live or not, by their paths relative to it.
    pub stored: BTreeSet<String>,
}

/// One file of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    pub version: u64,
    /// `00000000000000000003.json`
    pub file: String,
    /// In the order of the file's lines.
    pub actions: Vec<Action>,
    /// The file's lines as they are, each cut where it is long.
    pub lines: Vec<String>,
}

/// One file of the log, as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitFile {
    /// `00000000000000000003.json`
    pub name: String,
    pub text: String,
}

/// A line of a commit, as much of it as people are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    CommitInfo {
        /// As in DESCRIBE HISTORY: `MERGE`.
        operation: String,
        metrics: BTreeMap<String, String>,
    },
    Protocol {
        reader: u64,
        writer: u64,
    },
    Metadata {
        id: String,
        /// Names and types of the columns, as the log writes them: `price double`.
        columns: Vec<String>,
        properties: BTreeMap<String, String>,
    },
    Add {
        path: String,
        bytes: u64,
        /// By the file's statistics, where there are some.
        rows: Option<u64>,
    },
    Remove {
        path: String,
    },
    /// An action that is not shown in detail, by its name: `cdc`, `txn`, `domainMetadata`.
    Other(String),
}

impl Action {
    /// As the log writes it.
    pub fn name(&self) -> &str {
        match self {
            Self::CommitInfo { .. } => "commitInfo",
            Self::Protocol { .. } => "protocol",
            Self::Metadata { .. } => "metaData",
            Self::Add { .. } => "add",
            Self::Remove { .. } => "remove",
            Self::Other(name) => name,
        }
    }
}

impl Commit {
    /// A commit from its file's text.
    pub fn of(version: u64, file: impl Into<String>, text: &str) -> Self {
        read::commit(version, file.into(), text)
    }

    /// The operation that the commit names; empty when it names none.
    pub fn operation(&self) -> &str {
        let named = self.actions.iter().find_map(|action| match action {
            Action::CommitInfo { operation, .. } => Some(operation.as_str()),
            _ => None,
        });
        named.unwrap_or_default()
    }
}

impl TableLog {
    /// The id that the table got when it was made; empty when no commit has one.
    pub fn id(&self) -> &str {
        let named = self.commits.iter().flat_map(|commit| &commit.actions).find_map(|action| match action {
            Action::Metadata { id, .. } => Some(id.as_str()),
            _ => None,
        });
        named.unwrap_or_default()
    }

    pub fn latest(&self) -> Option<u64> {
        self.commits.last().map(|commit| commit.version)
    }

    /// Paths of the data files that are the table after that version.
    pub fn live_at(&self, version: u64) -> BTreeSet<&str> {
        let mut live = BTreeSet::new();
        for action in self.commits.iter().filter(|commit| commit.version <= version).flat_map(|commit| &commit.actions)
        {
            match action {
                Action::Add { path, .. } => {
                    live.insert(path.as_str());
                }
                Action::Remove { path } => {
                    live.remove(path.as_str());
                }
                _ => {}
            }
        }
        live
    }

    /// How many rows these files have, where each has statistics.
    pub fn rows_at(&self, version: u64) -> Option<u64> {
        let live = self.live_at(version);
        let rows: std::collections::BTreeMap<&str, Option<u64>> =
            self.commits.iter().flat_map(|commit| &commit.actions).filter_map(added).collect();
        live.iter().map(|path| rows.get(path).copied().flatten()).sum()
    }

    /// The log as it was after that version, as if no later commit had been made.
    pub fn until(&self, version: u64) -> Self {
        let commits: Vec<Commit> = self.commits.iter().filter(|commit| commit.version <= version).cloned().collect();
        let later = self.commits.iter().filter(|commit| commit.version > version).flat_map(|commit| &commit.actions);
        let path = |(path, _)| path;
        let added_later: BTreeSet<&str> = later.filter_map(added).map(path).collect();
        let added_before: BTreeSet<&str> =
            commits.iter().flat_map(|commit| &commit.actions).filter_map(added).map(path).collect();
        let is_later = |path: &str| added_later.contains(path) && !added_before.contains(path);
        Self {
            table: self.table.clone(),
            checkpoints: self.checkpoints.iter().copied().filter(|checkpoint| *checkpoint <= version).collect(),
            stored: self.stored.iter().filter(|path| !is_later(path)).cloned().collect(),
            commits,
        }
    }
}

/// The path of an added file, and how many rows it has.
fn added(action: &Action) -> Option<(&str, Option<u64>)> {
    if let Action::Add { path, rows, .. } = action { Some((path, *rows)) } else { None }
}
