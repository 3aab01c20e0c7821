//! DESCRIBE DETAIL: one row about a table. Its location is a name of the workspace, never a path.

use datafusion::arrow::array::RecordBatch;
use serde_json::{Value, json};

use crate::dialect::TableName;
use crate::relation::{Column, Relation};

use super::super::{Session, catalog, protocol, time_travel, values};
use super::{Output, Result, cluster_by};

const COLUMNS: [(&str, &str); 15] = [
    ("format", "STRING"),
    ("id", "STRING"),
    ("name", "STRING"),
    ("description", "STRING"),
    ("location", "STRING"),
    ("createdAt", "TIMESTAMP"),
    ("lastModified", "TIMESTAMP"),
    ("partitionColumns", "ARRAY<STRING>"),
    ("clusteringColumns", "ARRAY<STRING>"),
    ("numFiles", "BIGINT"),
    ("sizeInBytes", "BIGINT"),
    ("properties", "MAP<STRING, STRING>"),
    ("minReaderVersion", "INT"),
    ("minWriterVersion", "INT"),
    ("tableFeatures", "ARRAY<STRING>"),
];

pub async fn run(session: &mut Session, table: &TableName) -> Result<Output> {
    Ok(Output::of(relation(session, table).await?))
}

pub async fn batch(session: &mut Session, table: &TableName) -> Result<RecordBatch> {
    values::batch(&relation(session, table).await?)
}

async fn relation(session: &mut Session, name: &TableName) -> Result<Relation> {
    let key = session.find_table(name)?;
    let table = session.table(&key)?;
    let snapshot = table.latest().clone();
    let modified = table.commit(snapshot.version).await?.map(|commit| time_travel::text(commit.timestamp_ms()));
    let (metadata, asked) = (&snapshot.metadata, &snapshot.protocol);
    let properties: std::collections::BTreeMap<_, _> = metadata.configuration().iter().collect();
    let full_name = catalog::full_name(&key);
    let row = vec![
        json!("delta"),
        json!(metadata.id()),
        json!(full_name),
        json!(metadata.description()),
        json!(catalog::location(&key)),
        metadata.created_time().map_or(Value::Null, |time| json!(time_travel::text(time))),
        json!(modified),
        json!(snapshot.partition_columns()),
        json!(cluster_by::columns(&snapshot)),
        json!(snapshot.files.len()),
        json!(snapshot.bytes()),
        json!(properties),
        json!(asked.min_reader_version()),
        json!(asked.min_writer_version()),
        json!(protocol::features(asked)),
    ];
    let columns = COLUMNS.iter().map(|(name, type_name)| Column::new(*name, *type_name)).collect();
    Ok(Relation { columns, rows: vec![row] })
}
