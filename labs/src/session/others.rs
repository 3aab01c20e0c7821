//! What other sessions of the same workspace did: seen before a statement, and told when it came in between.
//!
//! Every commit creates the next log entry or fails, so no two sessions make the same version and no update is lost. A
//! statement that only adds rows takes the next free version, and so does any behind commits that changed nothing; any other
//! that was overtaken fails, because it was computed from rows that are no more. It runs anew on what the other one left.

use datafusion::sql::sqlparser::tokenizer::Token;
use deltalake::DeltaTableError;
use deltalake::kernel::Action;

use crate::diagnostic::Diagnostic;
use crate::dialect::Lexed;

use super::Session;
use super::errors::from_delta;
use super::snapshot::Snapshot;
use super::table::Table;

type Result<T> = std::result::Result<T, Diagnostic>;

impl Session {
    /// Brings the tables that a statement names, and all when it names a view, to what is stored.
    ///
    /// # Errors
    /// When a log cannot be read.
    pub(super) async fn catch_up(&mut self, lexed: &Lexed) -> Result<()> {
        let words: Vec<String> = lexed
            .tokens
            .iter()
            .filter_map(|token| match &token.token {
                Token::Word(word) => Some(word.value.to_lowercase()),
                // `table_changes('sales.orders', 0)`, IDENTIFIER('orders')
                Token::SingleQuotedString(text) => text.rsplit('.').next().map(str::to_lowercase),
                _ => None,
            })
            .collect();
        let named = |key: &String| {
            let name = key.rsplit('.').next().unwrap_or(key);
            words.iter().any(|word| word == name)
        };
        let all = self.journal.views.keys().chain(self.journal.stored_views.keys()).any(named);
        let keys: Vec<String> = self.tables.keys().filter(|key| all || named(key)).cloned().collect();
        for key in keys {
            if let Some(table) = self.tables.get_mut(&key)
                && !table.catch_up().await?
            {
                self.tables.remove(&key);
            }
        }
        Ok(())
    }

    /// Where a statement can be committed after others were faster: behind commits that changed nothing, such as a RESTORE
    /// of what is there, and one that only adds rows behind those that changed rows.
    ///
    /// # Errors
    /// When they changed what the statement rests on.
    pub(super) async fn behind_the_others(&self, key: &str, base: &Snapshot, adds_only: bool) -> Result<Snapshot> {
        let winning = self.winning(key, base.version).await?;
        let all = winning.concat();
        let rests_on = |action: &Action| match action {
            // A VACUUM may have deleted files that this statement has written and not committed.
            Action::CommitInfo(info) => {
                !adds_only && info.operation.as_deref().is_some_and(|operation| operation.starts_with("VACUUM"))
            }
            Action::Metadata(_) | Action::Protocol(_) => true,
            _ => !adds_only,
        };
        if all.iter().any(rests_on) {
            return Err(conflict_with(&all));
        }
        let mut latest = base.clone();
        for actions in &winning {
            latest = latest.next(actions)?;
        }
        self.check_room(&latest, 1)?;
        Ok(latest)
    }

    /// What was committed to a table after a version, commit by commit.
    async fn winning(&self, key: &str, version: u64) -> Result<Vec<Vec<Action>>> {
        let mut winning = Vec::new();
        let Some(table) = self.tables.get(key) else { return Ok(winning) };
        for version in version + 1.. {
            let actions = table.actions(version).await?;
            if actions.is_empty() {
                break;
            }
            winning.push(actions);
        }
        Ok(winning)
    }
}

/// Whether another session made the version that a commit wanted to make.
pub fn is_conflict(error: &DeltaTableError) -> bool {
    matches!(error, DeltaTableError::VersionAlreadyExists(_) | DeltaTableError::Transaction { .. })
}

/// In the order in which Delta looks for conflicts.
fn conflict_with(winning: &[Action]) -> Diagnostic {
    let any = |wanted: fn(&Action) -> bool| winning.iter().any(wanted);
    let (class, what) = if any(|action| matches!(action, Action::Protocol(_))) {
        ("DELTA_PROTOCOL_CHANGED", "changed the protocol of the table")
    } else if any(|action| matches!(action, Action::Metadata(_))) {
        ("DELTA_METADATA_CHANGED", "changed the table's columns or properties")
    } else if any(|action| matches!(action, Action::Add(add) if add.data_change)) {
        ("DELTA_CONCURRENT_APPEND", "added rows to the table")
    } else if any(|action| matches!(action, Action::Remove(_))) {
        ("DELTA_CONCURRENT_DELETE_READ", "deleted or moved rows that this one had read")
    } else {
        ("DELTA_CONCURRENT_WRITE", "changed the table")
    };
    let message = format!("A statement of another session {what} while this one ran; nothing was changed by this one.");
    Diagnostic::new(class, "2D521", message).with_hint("Run the cell again.")
}

impl Table {
    /// Takes the commits that others made. Gives `false` when the table is gone.
    ///
    /// # Errors
    /// When the log cannot be read.
    async fn catch_up(&mut self) -> Result<bool> {
        let there = |entry: deltalake::DeltaResult<Option<_>>| match entry {
            Ok(entry) => Ok(entry.is_some()),
            Err(error) => Err(from_delta(&error)),
        };
        let version = self.version();
        if there(self.log_store().read_commit_entry(version + 1).await)? {
            return self.reload().await.map(|()| true);
        }
        if there(self.log_store().read_commit_entry(version).await)? {
            return Ok(true);
        }
        // Dropped, and perhaps created anew with fewer versions.
        if !there(self.log_store().read_commit_entry(0).await)? {
            return Ok(false);
        }
        self.reload().await.map(|()| true)
    }
}
