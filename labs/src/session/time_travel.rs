//! Which version a time-travel clause means.

use chrono::{DateTime, Utc};

use crate::diagnostic::Diagnostic;

use super::rows::instant;
use super::table::{Commit, Table};

type Result<T> = std::result::Result<T, Diagnostic>;

/// # Errors
/// DELTA_VERSION_NOT_FOUND with the range of versions that are there.
pub fn check_version(table: &Table, version: u64) -> Result<()> {
    let latest = table.version();
    if version <= latest {
        return Ok(());
    }
    let message = format!("Cannot time travel Delta table to version {version}. Available versions: [0, {latest}].");
    Err(Diagnostic::new("DELTA_VERSION_NOT_FOUND", "22003", message).with_hint(format!(
        "Choose a version from 0 to {latest}; DESCRIBE HISTORY {} shows what each did.",
        table.name
    )))
}

/// The newest version not later than an instant.
///
/// # Errors
/// DELTA_TIMESTAMP_GREATER_THAN_COMMIT, DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION.
pub async fn version_at(table: &mut Table, at: DateTime<Utc>) -> Result<u64> {
    let commits = table.commits().await?;
    let wanted = at.timestamp_millis();
    let (Some(first), Some(last)) = (commits.first(), commits.last()) else {
        return Ok(table.version());
    };
    if wanted < first.timestamp_ms() {
        return Err(before_the_first(wanted, first));
    }
    if wanted > last.timestamp_ms() {
        return Err(after_the_last(wanted, last));
    }
    let not_later = commits.iter().rev().find(|commit| commit.timestamp_ms() <= wanted);
    Ok(not_later.map_or(first.version, |commit| commit.version))
}

/// The first version not before an instant.
///
/// # Errors
/// DELTA_TIMESTAMP_GREATER_THAN_COMMIT.
pub async fn version_from(table: &mut Table, at: DateTime<Utc>) -> Result<u64> {
    let commits = table.commits().await?;
    let wanted = at.timestamp_millis();
    match (commits.iter().find(|commit| commit.timestamp_ms() >= wanted), commits.last()) {
        (Some(found), _) => Ok(found.version),
        (None, Some(last)) => Err(after_the_last(wanted, last)),
        (None, None) => Ok(table.version()),
    }
}

/// The last version not after an instant, however late that is.
///
/// # Errors
/// DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION.
pub async fn version_until(table: &mut Table, at: DateTime<Utc>) -> Result<u64> {
    let commits = table.commits().await?;
    let wanted = at.timestamp_millis();
    match (commits.iter().rev().find(|commit| commit.timestamp_ms() <= wanted), commits.first()) {
        (Some(found), _) => Ok(found.version),
        (None, Some(first)) => Err(before_the_first(wanted, first)),
        (None, None) => Ok(table.version()),
    }
}

fn before_the_first(wanted: i64, first: &Commit) -> Diagnostic {
    let message = format!(
        "The provided timestamp ({}) is before the earliest version available to this table ({}).",
        text(wanted),
        text(first.timestamp_ms())
    );
    Diagnostic::new("DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION", "42816", message)
        .with_hint(format!("Please use a timestamp after {}.", text(first.timestamp_ms())))
}

fn after_the_last(wanted: i64, last: &Commit) -> Diagnostic {
    let message = format!(
        "The provided timestamp ({}) is after the latest version available to this table ({}).",
        text(wanted),
        text(last.timestamp_ms())
    );
    Diagnostic::new("DELTA_TIMESTAMP_GREATER_THAN_COMMIT", "42816", message).with_hint(format!(
        "Please use a timestamp not after {}, or read the table without TIMESTAMP AS OF.",
        text(last.timestamp_ms())
    ))
}

/// An instant as Spark prints it.
pub fn text(millis: i64) -> String {
    let time = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    instant(&time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

pub fn of_a_view(name: &str) -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE.TIME_TRAVEL", "0A000", format!("Time travel on the relation: `{name}`."))
        .with_hint("A temp view has no versions; travel in the table that it reads.")
}
