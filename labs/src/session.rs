//! A student's session: tables, views and widgets of one workspace, and the statements that read and change them.
//!
//! It runs inside the worker over an object store that the parent serves, and in tests over one in memory. Invariant: a
//! session can be rebuilt from the store alone; every change is one commit of one table. It must not know where the store
//! is, who else has one, or what a lab asks for.

mod catalog;
mod changes;
mod clock;
mod commands;
mod commit;
mod constraints;
mod data_files;
mod engine;
mod errors;
mod execute;
mod filled;
mod functions;
mod history;
mod journal;
mod others;
mod planning;
pub mod probe;
mod protocol;
pub mod replay;
mod rows;
mod run;
mod seed;
mod snapshot;
mod struct_fields;
mod table;
mod time_travel;
mod types;
mod values;
mod widgets;

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::execution::session_state::SessionState;
use object_store::ObjectStore;

use crate::sandbox::Limits;

pub use clock::Clock;
pub use errors::EngineFault;
pub use filled::may_read_the_seed;
pub use types::{SIMPLE_TYPES, printed as printed_type};

use clock::Watch;
pub(crate) use journal::Journal;
use table::Table;

#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Shown as `userName` in a table's history and given by `current_user()`.
    pub user_name: String,
    pub limits: Limits,
    pub clock: Clock,
}

pub struct Session {
    /// How long one statement may take, where nobody outside watches over each.
    patience: Option<std::time::Duration>,
    /// In a replay: how many bytes of rows the results of queries may still have.
    result_bytes_left: Option<usize>,
    store: Arc<dyn ObjectStore>,
    options: SessionOptions,
    state: SessionState,
    watch: Watch,
    /// By lower-case name.
    tables: BTreeMap<String, Table>,
    /// Tables that others wrote with what cannot be read here, and what whoever names one is told.
    unreadable: BTreeMap<String, crate::diagnostic::Diagnostic>,
    journal: Journal,
    /// The journal as it is in the store.
    saved: Journal,
    /// A statement was given up in the middle: what is in memory may be behind the store.
    unsettled: bool,
    /// Names of widgets and parameters that statements have bound, in lower case.
    parameters_read: std::collections::BTreeSet<String>,
    /// In a replay: what dropped tables were.
    graveyard: Option<Vec<replay::Grave>>,
    /// Tables that got another name, oldest first: the key before, and after.
    renamed: Vec<(String, String)>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("tables", &self.tables.keys()).finish_non_exhaustive()
    }
}

impl Session {
    /// Opens a workspace.
    ///
    /// # Errors
    /// When the workspace cannot be read.
    pub async fn open(store: Arc<dyn ObjectStore>, options: SessionOptions) -> Result<Self, EngineFault> {
        let journal = Journal::load(&store).await?;
        let catalog::Discovered { tables, unreadable } = catalog::discover(&store, &journal).await?;
        let mut session = Self {
            patience: None,
            result_bytes_left: None,
            // The rest is for what is not counted there: the process itself, and what a plan holds outside the pool.
            state: engine::state(options.limits.memory_bytes / 2),
            watch: Watch::new(options.clock),
            saved: journal.clone(),
            unsettled: false,
            parameters_read: std::collections::BTreeSet::new(),
            graveyard: None,
            renamed: Vec::new(),
            store,
            options,
            tables,
            unreadable,
            journal,
        };
        session.tell_time();
        Ok(session)
    }

    /// Tells plans what time it is: the same throughout a statement.
    fn tell_time(&mut self) {
        self.state.execution_props_mut().query_execution_start_time = Some(self.watch.now());
    }

    /// Reads the workspace anew after a statement was given up.
    async fn settle(&mut self) -> Result<(), EngineFault> {
        if self.unsettled {
            self.journal = Journal::load(&self.store).await?;
            self.saved = self.journal.clone();
            let found = catalog::discover(&self.store, &self.journal).await?;
            (self.tables, self.unreadable) = (found.tables, found.unreadable);
            self.unsettled = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
