//! VACUUM: deletes data files that no version within the retention needs.
//!
//! A file goes when the latest version does not have it and either its removal is older than the retention, or no log
//! entry ever named it and it has been lying there for longer than that. The log stays, so DESCRIBE HISTORY still lists
//! versions whose files are gone. VACUUM START and VACUUM END are commits of their own, as on Databricks with logging on.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use deltalake::kernel::Action;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::json;

use crate::diagnostic::Diagnostic;
use crate::dialect::Vacuum;
use crate::relation::{Column, Relation};

use super::super::commit::Change;
use super::super::errors::from_store;
use super::super::snapshot::Snapshot;
use super::super::table::Table;
use super::super::{Session, catalog};
use super::{Output, Result, set_option};

/// Hours that removed files are kept where the table does not say otherwise.
const DEFAULT_HOURS: u64 = 168;
pub const RETENTION_PROPERTY: &str = "delta.deletedFileRetentionDuration";

/// A file that nothing needs any more.
struct Leftover {
    /// Below the table's folder.
    path: Path,
    bytes: u64,
}

pub async fn run(session: &mut Session, vacuum: &Vacuum) -> Result<Output> {
    let key = session.find_table(&vacuum.table)?;
    let snapshot = session.table(&key)?.latest().clone();
    let default_hours = retention_of(&snapshot);
    let hours = vacuum.retain_hours.unwrap_or(default_hours);
    let checked = !set_option::value(session, set_option::RETENTION_CHECK).eq_ignore_ascii_case("false");
    if checked && hours < default_hours {
        return Err(too_short(hours, default_hours));
    }
    let leftovers = leftovers(session, &key, &snapshot, hours).await?;
    let place = catalog::location(&key);
    if vacuum.dry_run {
        let paths = leftovers.iter().map(|leftover| format!("{place}/{}", leftover.path));
        let note = format!("{} file(s) would be deleted; nothing was done.", leftovers.len());
        return Ok(listed(paths).with_note(note));
    }
    // Its end is to be logged as well, before anything is deleted.
    session.check_room(&snapshot, 2)?;
    let started = session.commit(&key, &snapshot, start(&leftovers, vacuum, checked, default_hours)).await?;
    delete(session.table(&key)?, &leftovers).await?;
    let latest = session.table(&key)?.latest().clone();
    let end = Change::new("VACUUM END")
        .parameter("status", "COMPLETED")
        .metric("numDeletedFiles", leftovers.len())
        .metric("numVacuumedDirectories", directories(&leftovers));
    let ended = session.commit(&key, &latest, end).await?;
    Ok(listed(std::iter::once(place)).with_commit(started).with_commit(ended))
}

fn listed(paths: impl Iterator<Item = String>) -> Output {
    let rows = paths.map(|path| vec![json!(path)]).collect();
    Output::of(Relation { columns: vec![Column::new("path", "STRING")], rows })
}

fn start(leftovers: &[Leftover], vacuum: &Vacuum, checked: bool, default_hours: u64) -> Change {
    let millis = |hours: u64| hours.saturating_mul(3_600_000).to_string();
    let mut change = Change::new("VACUUM START")
        .parameter("retentionCheckEnabled", checked.to_string())
        .parameter("defaultRetentionMillis", millis(default_hours));
    if let Some(hours) = vacuum.retain_hours {
        change = change.parameter("specifiedRetentionMillis", millis(hours));
    }
    change
        .metric("numFilesToDelete", leftovers.len())
        .metric("sizeOfDataToDelete", leftovers.iter().map(|leftover| leftover.bytes).sum::<u64>())
}

/// The table itself, and each partition's folder that held one.
fn directories(leftovers: &[Leftover]) -> usize {
    let folder = |path: &Path| path.as_ref().rsplit_once('/').map(|(folder, _)| folder.to_owned());
    1 + leftovers.iter().filter_map(|leftover| folder(&leftover.path)).collect::<HashSet<_>>().len()
}

fn retention_of(snapshot: &Snapshot) -> u64 {
    snapshot.properties().get(RETENTION_PROPERTY).and_then(|text| hours_of(text)).unwrap_or(DEFAULT_HOURS)
}

/// `interval 7 days`, `interval 1 week`, `36 hours`, as Delta's properties write durations.
pub fn hours_of(text: &str) -> Option<u64> {
    let text = text.trim().to_lowercase();
    let words: Vec<&str> = text.trim_start_matches("interval").split_whitespace().collect();
    let [number, unit] = words.as_slice() else { return None };
    let hours = match unit.trim_end_matches('s') {
        "hour" => 1,
        "day" => 24,
        "week" => 168,
        _ => return None,
    };
    Some(number.parse::<u64>().ok()?.saturating_mul(hours))
}

fn too_short(hours: u64, least: u64) -> Diagnostic {
    let message = format!(
        "RETAIN {hours} HOURS is less than the {least} hours that the table keeps removed files: readers of older versions, and \
         statements that are still running, could lose theirs."
    );
    Diagnostic::new("DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT", "22003", message).with_hint(format!(
        "Retain at least {least} hours, or, when you are sure that nobody needs the old files: SET {} = false.",
        set_option::RETENTION_CHECK
    ))
}

/// So many hours before an instant; the beginning of all time when there are not so many.
fn earlier(instant: DateTime<Utc>, hours: u64) -> DateTime<Utc> {
    let retention = i64::try_from(hours).ok().and_then(TimeDelta::try_hours);
    retention.and_then(|retention| instant.checked_sub_signed(retention)).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Files of the change data feed go when they are old enough; no version needs them.
const CHANGES: &str = "_change_data/";

async fn leftovers(session: &mut Session, key: &str, snapshot: &Snapshot, hours: u64) -> Result<Vec<Leftover>> {
    let removed_before = earlier(session.watch.now(), hours);
    let written_before = earlier(Utc::now(), hours);
    let table = session.table(key)?;
    let live: HashSet<&str> = snapshot.files.iter().map(|add| add.path.as_str()).collect();
    let fates = fates(table, snapshot.version).await?;
    let store = table.log_store().object_store(None);
    let objects: Vec<_> = store.list(None).try_collect().await.map_err(|error| from_store(&error))?;
    let mut leftovers = Vec::new();
    for object in objects {
        let path = object.location.as_ref();
        let hidden = path.starts_with('_') && !path.starts_with(CHANGES);
        if hidden || live.contains(path) {
            continue;
        }
        let goes = match fates.get(path) {
            Some(removed_ms) => *removed_ms <= removed_before.timestamp_millis(),
            None => object.last_modified <= written_before,
        };
        if goes {
            leftovers.push(Leftover { path: object.location, bytes: object.size });
        }
    }
    leftovers.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(leftovers)
}

/// For every file that the log took out: when, in milliseconds.
async fn fates(table: &mut Table, latest: u64) -> Result<BTreeMap<String, i64>> {
    let mut fates = BTreeMap::new();
    for version in 0..=latest {
        for action in table.actions(version).await? {
            match action {
                Action::Remove(remove) => {
                    fates.insert(remove.path, remove.deletion_timestamp.unwrap_or_default());
                }
                Action::Add(add) => {
                    fates.remove(&add.path);
                }
                _ => {}
            }
        }
    }
    Ok(fates)
}

async fn delete(table: &mut Table, leftovers: &[Leftover]) -> Result<()> {
    let store = table.log_store().object_store(None);
    for leftover in leftovers {
        match store.delete(&leftover.path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => table.forget_rows(leftover.path.as_ref()),
            Err(error) => return Err(from_store(&error)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
