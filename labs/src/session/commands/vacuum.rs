//! VACUUM: deletes data files that no version within the retention needs.
//!
//! A file goes when the latest version does not have it and either its removal is older than the retention, or no log
//! entry ever named it and it has been lying there for longer than that. The log stays, so DESCRIBE HISTORY still lists
//! versions whose files are gone. VACUUM START and VACUUM END are commits of their own, as on Databricks with logging on.

use std::collections::{BTreeMap, HashSet};

use chrono::{TimeDelta, Utc};
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
use super::super::table::{Snapshot, Table};
use super::super::{Session, catalog};
use super::{Output, Result, set_option};

/// Hours that removed files are kept where the table does not say otherwise.
const DEFAULT_HOURS: u64 = 168;
const PROPERTY: &str = "delta.deletedFileRetentionDuration";

/// A file that nothing needs any more.
struct Leftover {
    /// Below the table's folder.
    path: Path,
    bytes: u64,
}

pub async fn run(session: &mut Session, vacuum: &Vacuum) -> Result<Output> {
    let key = session.find_table(&vacuum.table)?;
    let snapshot = session.table(&key)?.latest()?;
    let default_hours = retention_of(&snapshot);
    let hours = vacuum.retain_hours.unwrap_or(default_hours);
    let checked = !set_option::value(session, set_option::RETENTION_CHECK).eq_ignore_ascii_case("false");
    if checked && hours < default_hours {
        return Err(too_short(hours, default_hours));
    }
    let leftovers = leftovers(session, &key, &snapshot, hours).await?;
    let place = format!("workspace:/{}/{key}", catalog::SCHEMA);
    if vacuum.dry_run {
        let paths = leftovers.iter().map(|leftover| format!("{place}/{}", leftover.path));
        let note = format!("{} file(s) would be deleted; nothing was done.", leftovers.len());
        return Ok(listed(paths).with_note(note));
    }
    let started = session.commit(&key, &snapshot, start(&leftovers, vacuum, checked, default_hours)).await?;
    delete(session.table(&key)?, &leftovers).await?;
    let latest = session.table(&key)?.latest()?;
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
    let millis = |hours: u64| (hours * 3_600_000).to_string();
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

/// `interval 7 days`, `interval 1 week`, `interval 36 hours`, as Delta's properties write durations.
fn retention_of(snapshot: &Snapshot) -> u64 {
    let properties = snapshot.properties();
    let text = properties.get(PROPERTY).map(|text| text.to_lowercase()).unwrap_or_default();
    let words: Vec<&str> = text.trim_start_matches("interval").split_whitespace().collect();
    let hours = match words.as_slice() {
        [number, unit] => number.parse::<u64>().ok().zip(match unit.trim_end_matches('s') {
            "hour" => Some(1),
            "day" => Some(24),
            "week" => Some(168),
            _ => None,
        }),
        _ => None,
    };
    hours.map_or(DEFAULT_HOURS, |(number, unit)| number * unit)
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

async fn leftovers(session: &mut Session, key: &str, snapshot: &Snapshot, hours: u64) -> Result<Vec<Leftover>> {
    let retention = TimeDelta::hours(i64::try_from(hours).unwrap_or(i64::MAX / 3_600_000));
    let removed_before = session.watch.now() - retention;
    let written_before = Utc::now() - retention;
    let table = session.table(key)?;
    let live: HashSet<&str> = snapshot.files.iter().map(|add| add.path.as_str()).collect();
    let fates = fates(table, snapshot.version).await?;
    let store = table.log_store().object_store(None);
    let objects: Vec<_> = store.list(None).try_collect().await.map_err(|error| from_store(&error))?;
    let mut leftovers = Vec::new();
    for object in objects {
        let path = object.location.as_ref();
        if path.starts_with("_delta_log/") || path.starts_with('_') || live.contains(path) {
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
                    let removed_ms = remove.deletion_timestamp.unwrap_or_default();
                    fates.extend(places(&remove.path).map(|place| (place, removed_ms)));
                }
                Action::Add(add) => {
                    for place in places(&add.path) {
                        fates.remove(&place);
                    }
                }
                _ => {}
            }
        }
    }
    Ok(fates)
}

/// Where a path of the log may lie in the store: the log writes it as part of a URL, so `%25` stands for `%`.
fn places(path: &str) -> impl Iterator<Item = String> {
    let decoded = Path::from_url_path(path).ok().map(|decoded| decoded.to_string());
    std::iter::once(path.to_owned()).chain(decoded)
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
mod tests {
    use super::places;

    #[test]
    fn a_partition_with_a_blank_is_found_where_it_lies() {
        let places: Vec<String> = places("c=a%2520b/part-0.parquet").collect();
        assert!(places.contains(&"c=a%20b/part-0.parquet".to_owned()), "{places:?}");
    }
}
