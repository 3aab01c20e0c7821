//! CLUSTER BY: the columns are kept with the table and shown, and the files lie as they did.

use deltalake::kernel::Metadata;
use serde_json::json;

use crate::diagnostic::Diagnostic;

use super::super::commit::Change;
use super::super::errors::unresolved_column;
use super::super::snapshot::Snapshot;
use super::Result;
use super::create_table::with_fields;

/// The property that keeps the columns, as a JSON list.
pub const PROPERTY: &str = "clusteringColumns";
/// What is said to whoever asks for clustering.
pub const NOTE: &str = "The clustering columns are kept with the table and shown; they do not change how its rows are stored. To put rows beside their likes: \
     OPTIMIZE name ZORDER BY (columns).";

/// The clustering columns of a table.
pub fn columns(snapshot: &Snapshot) -> Vec<String> {
    let text = snapshot.properties().get(PROPERTY).cloned().unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The property for some columns; none for none.
///
/// # Errors
/// When a column is not the table's.
pub fn property(asked: &[String], columns: &[String]) -> Result<Option<(String, String)>> {
    let mut found = Vec::new();
    for name in asked {
        match columns.iter().find(|column| column.eq_ignore_ascii_case(name)) {
            Some(column) => found.push(column.clone()),
            None => return Err(unresolved_column(name, columns)),
        }
    }
    Ok((!found.is_empty()).then(|| (PROPERTY.to_owned(), json!(found).to_string())))
}

/// ALTER TABLE .. CLUSTER BY.
///
/// # Errors
/// When the table is partitioned, or a column is not the table's.
pub fn change(snapshot: &Snapshot, metadata: &Metadata, asked: &[String]) -> Result<Change> {
    if !snapshot.partition_columns().is_empty() && !asked.is_empty() {
        return Err(with_partitions());
    }
    let mut configuration = snapshot.properties().clone();
    configuration.remove(PROPERTY);
    configuration.extend(property(asked, &snapshot.column_names())?);
    Ok(Change::new("CLUSTER BY")
        .parameter("oldClusteringColumns", columns(snapshot).join(","))
        .parameter("newClusteringColumns", asked.join(","))
        .action(with_fields(metadata, &[("configuration", json!(configuration))])?))
}

pub fn with_partitions() -> Diagnostic {
    let message = "Clustering and partitioning cannot both be specified. Please remove PARTITIONED BY or CLUSTER BY.";
    Diagnostic::new("SPECIFY_CLUSTER_BY_WITH_PARTITIONED_BY_IS_NOT_ALLOWED", "42908", message)
}
