//! What a caller asks of the sandbox.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::notebook::Notebook;
use crate::relation::Relation;

/// A workspace: a prefix `course/user/lab/attempt` of the object store. Each part is `[A-Za-z0-9_-]{1,64}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct WorkspaceKey(String);

impl WorkspaceKey {
    /// `None` when a part is empty, too long or holds another character, or when there is no part.
    pub fn new<'a>(parts: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let parts: Vec<&str> = parts.into_iter().collect();
        let fits = |part: &&str| {
            (1..=64).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        };
        (!parts.is_empty() && parts.iter().all(fits)).then(|| Self(parts.join("/")))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Text to run in a live workspace: one or several statements parted by `;`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunRequest {
    pub sql: String,
    /// Values for `:name`, over the widgets' own.
    pub parameters: BTreeMap<String, String>,
    /// Shown as `userName` in a table's history and given by `current_user()`.
    pub user_name: String,
    /// Go on after a failed statement.
    pub keep_going: bool,
    #[serde(default)]
    pub session: SessionKind,
}

/// Which of a workspace's two sessions a request goes on with. Tables are the workspace's; temp views and functions,
/// widgets, variables, options and the current schema are each session's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionKind {
    /// Of the notebooks, and of whatever a page asks.
    #[default]
    Notebook,
    /// Of a job's task, as the request before left it.
    Task,
    /// Of a job's task that begins: the task before it has left nothing.
    NewTask,
}

impl SessionKind {
    /// The session of what is left of a request.
    pub fn continued(self) -> Self {
        match self {
            Self::NewTask => Self::Task,
            other => other,
        }
    }
}

/// A submission to run in a fresh workspace that is thrown away, with clock and random functions from the seed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplayPlan {
    pub seed: u64,
    pub user_name: String,
    /// Tables that exist before the first run (the lab's data sets), by name; each is a Delta table at version 0.
    pub tables: Vec<(String, Relation)>,
    pub runs: Vec<NotebookRun>,
}

/// One pass over a notebook. Runs of a plan share the workspace's tables; views and widgets are each run's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotebookRun {
    pub name: String,
    pub notebook: Notebook,
    pub parameters: BTreeMap<String, String>,
    /// In the order of their cells.
    #[serde(default)]
    pub repairs: Vec<Repair>,
    /// Indexes in the notebook of the cells after whose failure the run goes on.
    #[serde(default)]
    pub may_fail: Vec<u32>,
}

/// Statements of the course's own that bring a run on where a submission's state cannot carry the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// Index in the notebook of the cell behind which they run; whether it fails does not count.
    pub cell: u32,
    /// From that cell up to this index cells may fail; the statements run once more behind the last of them.
    pub until: u32,
    pub sql: String,
    /// The cells are left out, and the statements run in their place.
    #[serde(default)]
    pub instead: bool,
}

/// A reference query over given relations, evaluated in a worker that holds no student code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// The asker's own key for the answer.
    pub id: String,
    pub relations: Vec<(String, Relation)>,
    pub sql: String,
}
