//! Files put in the place of those that hold changed rows: what DELETE, UPDATE, MERGE and REPLACE WHERE share.

use std::time::Instant;

use datafusion::arrow::array::RecordBatch;
use deltalake::kernel::Add;

use crate::outcome::TableCommit;

use super::super::commit::Change;
use super::super::snapshot::Snapshot;
use super::super::{Session, changes, data_files};
use super::Result;
use super::rewrite;
use super::target::{Fate, Target};

/// What a statement changes, and when it began.
pub struct Rewrite<'a> {
    pub target: &'a Target,
    /// The table as it will be: the target's own, or with columns behind it that the statement brings.
    pub snapshot: &'a Snapshot,
    /// What becomes of changed rows, in the order of their numbers.
    pub fates: &'a [Fate],
    /// Rows that take the place of changed ones, and then those that are added.
    pub new: &'a RecordBatch,
    /// The first of `new` that is added.
    pub added_from: usize,
    pub started: Instant,
}

/// Files that a statement took away and those that it wrote.
pub struct Rewritten {
    pub removed: Vec<Add>,
    pub written: Vec<Add>,
    /// Rows of the files written.
    pub rows: usize,
    removed_at: i64,
    scan_ms: u128,
    total_ms: u128,
}

/// What an operation's metrics of files are called in a history.
pub struct MetricNames {
    files_added: &'static str,
    files_removed: &'static str,
    bytes_added: &'static str,
    bytes_removed: &'static str,
}

pub const OF_ROWS: MetricNames = MetricNames {
    files_added: "numAddedFiles",
    files_removed: "numRemovedFiles",
    bytes_added: "numAddedBytes",
    bytes_removed: "numRemovedBytes",
};

pub const OF_MERGE: MetricNames = MetricNames {
    files_added: "numTargetFilesAdded",
    files_removed: "numTargetFilesRemoved",
    bytes_added: "numTargetBytesAdded",
    bytes_removed: "numTargetBytesRemoved",
};

impl Rewrite<'_> {
    /// Writes the touched files anew, without committing them.
    ///
    /// # Errors
    /// When a row breaks a constraint, or the store refuses.
    pub async fn write(&self, session: &mut Session, key: &str) -> Result<Rewritten> {
        let scan_ms = rewrite::elapsed_ms(session, self.started);
        let changed: Vec<usize> = self.fates.iter().map(|(row, _)| *row).collect();
        let files = self.target.touched(&changed);
        let mut picks = self.target.replaced(&files, self.fates);
        picks.append(self.added_from..self.new.num_rows());
        let old = data_files::conform(&self.target.rows, &self.snapshot.schema)?;
        let rows = picks.rows(&self.snapshot.schema, &old, self.new)?;
        let written = rewrite::write(session, key, self.snapshot, &rows).await?;
        Ok(Rewritten {
            removed: self.target.adds(&files).cloned().collect(),
            written,
            rows: rows.num_rows(),
            removed_at: session.watch.now().timestamp_millis(),
            scan_ms,
            total_ms: rewrite::elapsed_ms(session, self.started),
        })
    }

    /// Commits the new files, and the changes beside them where the table keeps them.
    ///
    /// # Errors
    /// When another session changed the table meanwhile, or the store refuses.
    pub async fn commit(
        &self,
        session: &mut Session,
        key: &str,
        rewritten: &Rewritten,
        change: Change,
    ) -> Result<TableCommit> {
        let mut change = change.removing(&rewritten.removed, rewritten.removed_at).adding(&rewritten.written);
        if changes::are_kept(&self.target.snapshot) {
            change.actions.extend(session.keep_changes(key, self.snapshot, &self.changes()?).await?);
        }
        session.commit(key, &self.target.snapshot, change).await
    }

    /// The kinds of changes with their rows, under the table's columns as they will be: a replaced row before and
    /// after, one that goes, one that comes.
    ///
    /// # Errors
    /// When rows do not fit the columns.
    fn changes(&self) -> Result<[(&'static str, RecordBatch); 4]> {
        let old = |goes: bool| {
            let rows = self.fates.iter().filter(|(_, new)| new.is_none() == goes).map(|(row, _)| *row);
            data_files::conform(&self.target.rows_at(rows)?, &self.snapshot.schema)
        };
        let added = self.new.num_rows() - self.added_from;
        Ok([
            (changes::BEFORE, old(false)?),
            (changes::AFTER, self.new.slice(0, self.added_from)),
            (changes::DELETE, old(true)?),
            (changes::INSERT, self.new.slice(self.added_from, added)),
        ])
    }
}

impl Rewritten {
    /// Counts and sizes of the files, and the times that they took, as a history shows them.
    pub fn measured(&self, change: Change, names: &MetricNames) -> Change {
        let bytes = |files: &[Add]| files.iter().map(|add| add.size).sum::<i64>();
        change
            .metric(names.files_added, self.written.len())
            .metric(names.files_removed, self.removed.len())
            .metric(names.bytes_added, bytes(&self.written))
            .metric(names.bytes_removed, bytes(&self.removed))
            .metric("executionTimeMs", self.total_ms)
            .metric("scanTimeMs", self.scan_ms)
            .metric("rewriteTimeMs", self.total_ms.saturating_sub(self.scan_ms))
    }
}
