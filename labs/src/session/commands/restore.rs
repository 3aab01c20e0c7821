//! RESTORE TABLE: a new version with the files and the schema of an old one.

use std::collections::HashSet;

use deltalake::kernel::{Action, Add};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Lexed, Restore, RestorePoint};
use crate::evidence::StatementFacts;

use super::super::commit::Change;
use super::super::planning::Planner;
use super::super::snapshot::Snapshot;
use super::super::{Session, data_files, time_travel};
use super::{Output, Result};

pub async fn run(
    session: &mut Session,
    restore: &Restore,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let key = session.find_table(&restore.table)?;
    let (version, version_text, time_text) = point(session, &key, restore, lexed, facts).await?;
    let latest = session.table(&key)?.latest().clone();
    let old = session.table(&key)?.at(version).await?;
    let removed = without(&latest, &old);
    let restored = without(&old, &latest);
    let size = |files: &[Add]| files.iter().map(|add| add.size).sum::<i64>();
    let output = Output::counts([
        ("table_size_after_restore", usize::try_from(old.bytes()).unwrap_or_default()),
        ("num_of_files_after_restore", old.files.len()),
        ("num_removed_files", removed.len()),
        ("num_restored_files", restored.len()),
        ("removed_files_size", usize::try_from(size(&removed)).unwrap_or_default()),
        ("restored_files_size", usize::try_from(size(&restored)).unwrap_or_default()),
    ]);
    if version == latest.version {
        return Ok(output.with_note("The table is at this version already; nothing was done."));
    }
    data_files::check_present(session.table(&key)?.log_store().object_store(None).as_ref(), &restored).await?;
    let mut change = Change::new("RESTORE")
        .parameter("version", version_text)
        .parameter("timestamp", time_text)
        .metric("tableSizeAfterRestore", old.bytes())
        .metric("numOfFilesAfterRestore", old.files.len())
        .metric("numRemovedFiles", removed.len())
        .metric("numRestoredFiles", restored.len())
        .metric("removedFilesSize", size(&removed))
        .metric("restoredFilesSize", size(&restored));
    if old.metadata != latest.metadata {
        change = change.action(Action::Metadata(old.metadata.as_ref().clone()));
    }
    let change = change.removing(&removed, session.watch.now().timestamp_millis()).adding(&restored);
    let commit = session.commit(&key, &latest, change).await?;
    Ok(output.with_commit(commit))
}

async fn point(
    session: &mut Session,
    key: &str,
    restore: &Restore,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<(u64, String, String)> {
    match &restore.to {
        RestorePoint::Version(version) => {
            let latest = session.table(key)?.version();
            if *version > latest {
                let message = format!("Cannot restore table to version {version}. Available versions: [0, {latest}].");
                return Err(Diagnostic::new("DELTA_CANNOT_RESTORE_TABLE_VERSION", "22003", message)
                    .with_hint(format!("Choose a version from 0 to {latest}; DESCRIBE HISTORY shows what each did.")));
            }
            Ok((*version, version.to_string(), "null".to_owned()))
        }
        RestorePoint::Timestamp(expr) => {
            let instant = Planner::new(session, lexed, facts).instant(expr.clone()).await?;
            let version = time_travel::version_at(session.table(key)?, instant).await?;
            Ok((version, "null".to_owned(), time_travel::text(instant.timestamp_millis())))
        }
    }
}

/// Files of one version that another does not have.
fn without(of: &Snapshot, other: &Snapshot) -> Vec<Add> {
    let others: HashSet<&str> = other.files.iter().map(|add| add.path.as_str()).collect();
    of.files.iter().filter(|add| !others.contains(add.path.as_str())).cloned().collect()
}
