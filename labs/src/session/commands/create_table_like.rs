//! CREATE TABLE .. LIKE: an empty table with the columns, comments, partitioning and properties of another, constraints among
//! them.

use crate::dialect::{CreateTableLike, Creation};

use super::super::Session;
use super::super::protocol::{FEATURE_PROPERTY, Feature};
use super::super::snapshot::Snapshot;
use super::super::{catalog, constraints, filled};
use super::create_table::{self, NewColumn, NewTable};
use super::{Output, Result, alter_table, cluster_by, existing};

pub async fn run(session: &mut Session, create: &CreateTableLike) -> Result<Output> {
    catalog::check_name(&create.name)?;
    let name = session.written(&create.name)?;
    let key = name.to_lowercase();
    if session.tables.contains_key(&key) || session.journal.stored_views.contains_key(&key) {
        return existing::already_there(&create.name, create.if_not_exists);
    }
    let source = session.find_table(&create.source)?;
    let snapshot = session.table(&source)?.latest().clone();
    let new = NewTable {
        columns: columns(&snapshot),
        partitioned_by: snapshot.partition_columns().to_vec(),
        comment: snapshot.metadata.description().map(str::to_owned),
        properties: properties(&snapshot),
        clustered_by: cluster_by::columns(&snapshot),
        ..NewTable::named(&name)
    };
    let commit = create_table::create(session, new, None, Creation::New).await?;
    Ok(Output::default().with_commit(commit))
}

/// The properties that a table can be given here, in the order of their keys, and the feature that allows defaults where
/// the columns may have them.
fn properties(snapshot: &Snapshot) -> Vec<(String, String)> {
    let copied = |key: &str| {
        let own = !key.to_lowercase().starts_with("delta.") && key != cluster_by::PROPERTY;
        own || key.starts_with(constraints::PROPERTY) || alter_table::is_plain(key)
    };
    let all = snapshot.properties().iter().map(|(key, value)| (key.clone(), value.clone()));
    let mut properties: Vec<(String, String)> = all.filter(|(key, _)| copied(key)).collect();
    let feature = Feature::ColumnDefaults;
    if alter_table::has_feature(snapshot, feature) {
        properties.push((format!("{FEATURE_PROPERTY}{}", feature.name()), "supported".to_owned()));
    }
    properties.sort();
    properties
}

fn columns(snapshot: &Snapshot) -> Vec<NewColumn> {
    let fields = snapshot.schema.fields().iter().zip(snapshot.kernel_schema.fields());
    let column =
        |(field, kernel): (&std::sync::Arc<datafusion::arrow::datatypes::Field>, &deltalake::kernel::StructField)| {
            NewColumn {
                name: field.name().clone(),
                data_type: field.data_type().clone(),
                nullable: field.is_nullable(),
                comment: kernel.metadata().get("comment").map(ToString::to_string),
                default: filled::default_of(kernel),
                generated: filled::generation_of(kernel),
            }
        };
    fields.map(column).collect()
}
