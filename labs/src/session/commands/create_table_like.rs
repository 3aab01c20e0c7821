//! CREATE TABLE .. LIKE: an empty table with the columns, comments and partitioning of another.

use crate::dialect::{CreateTableLike, Creation};

use super::super::Session;
use super::super::protocol::{FEATURE_PROPERTY, Feature};
use super::super::snapshot::Snapshot;
use super::super::{catalog, filled};
use super::create_table::{self, NewColumn, NewTable};
use super::{Output, Result, alter_table, existing};

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
        properties: feature_of_defaults(&snapshot),
        ..NewTable::named(&name)
    };
    let commit = create_table::create(session, new, None, Creation::New).await?;
    Ok(Output::default().with_commit(commit))
}

/// Defaults come along, so the feature that allows them does too.
fn feature_of_defaults(snapshot: &Snapshot) -> Vec<(String, String)> {
    let feature = Feature::ColumnDefaults;
    let property = (format!("{FEATURE_PROPERTY}{}", feature.name()), "supported".to_owned());
    if alter_table::has_feature(snapshot, feature) { vec![property] } else { Vec::new() }
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
