//! ALTER TABLE .. ADD CONSTRAINT .. CHECK and DROP CONSTRAINT.

use deltalake::kernel::{Action, Metadata};
use serde_json::json;

use crate::diagnostic::Diagnostic;
use crate::dialect::NewConstraint;

use super::super::Session;
use super::super::commit::Change;
use super::super::constraints::{self, PROPERTY};
use super::super::protocol::{self, Feature};
use super::super::snapshot::Snapshot;
use super::Result;
use super::create_table::with_fields;
use super::target::Target;

/// # Errors
/// When there is one of that name, the condition is none, or a row breaks it.
pub async fn add(session: &mut Session, key: &str, metadata: &Metadata, new: &NewConstraint) -> Result<Change> {
    let target = Target::load(session, key).await?;
    if let Some((name, text)) = find(&target.snapshot, &new.name) {
        let message = format!("Constraint '{name}' already exists: {text}. Delete the old constraint first.");
        return Err(Diagnostic::new("DELTA_CONSTRAINT_ALREADY_EXISTS", "42710", message).at(new.position));
    }
    let broken = session.violation(&new.condition, &target.rows).await.map_err(|error| about(error, new))?;
    if let Some((_, count)) = broken {
        let message = format!("{count} row(s) in {key} violate the new CHECK constraint ({}).", new.condition);
        return Err(Diagnostic::new("DELTA_NEW_CHECK_CONSTRAINT_VIOLATION", "23512", message)
            .with_hint(format!(
                "Find them with SELECT * FROM {key} WHERE ({}) IS NOT TRUE, and change or delete them.",
                new.condition
            ))
            .at(new.position));
    }
    let mut configuration = target.snapshot.properties().clone();
    configuration.insert(format!("{PROPERTY}{}", new.name.to_lowercase()), new.condition.clone());
    let mut change = Change::new("ADD CONSTRAINT")
        .parameter("name", new.name.clone())
        .parameter("expr", new.condition.clone())
        .action(with_fields(metadata, &[("configuration", json!(configuration))])?);
    if let Some(protocol) = raised_protocol(&target.snapshot)? {
        change = change.action(protocol);
    }
    Ok(change)
}

/// An error of the condition belongs to where it stands in the statement.
fn about(diagnostic: Diagnostic, new: &NewConstraint) -> Diagnostic {
    if diagnostic.class.starts_with("DATATYPE_MISMATCH") {
        let message = format!("CHECK constraint '{}' ({}) should be a boolean expression.", new.name, new.condition);
        return Diagnostic::new("DELTA_NON_BOOLEAN_CHECK_CONSTRAINT", "42621", message).at(new.position);
    }
    diagnostic.at(new.position)
}

fn find(snapshot: &Snapshot, name: &str) -> Option<(String, String)> {
    constraints::all(snapshot).into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name))
}

fn raised_protocol(snapshot: &Snapshot) -> Result<Option<Action>> {
    protocol::raising(&snapshot.protocol, &[Feature::CheckConstraints])
}

/// `None` when there is none of that name and that is no error.
///
/// # Errors
/// When there is none of that name.
pub fn drop(snapshot: &Snapshot, metadata: &Metadata, name: &str, if_exists: bool) -> Result<Option<Change>> {
    let Some((known, text)) = find(snapshot, name) else {
        if if_exists {
            return Ok(None);
        }
        let names: Vec<String> = constraints::all(snapshot).into_iter().map(|(name, _)| name).collect();
        let message = format!("Cannot drop nonexistent constraint {name}. The table has: [{}].", names.join(", "));
        return Err(Diagnostic::new("DELTA_CONSTRAINT_DOES_NOT_EXIST", "42704", message)
            .with_hint("To avoid the error, write DROP CONSTRAINT IF EXISTS."));
    };
    let mut configuration = snapshot.properties().clone();
    configuration.remove(&format!("{PROPERTY}{known}"));
    let change = Change::new("DROP CONSTRAINT").parameter("name", known).parameter("expr", text);
    Ok(Some(change.action(with_fields(metadata, &[("configuration", json!(configuration))])?)))
}
