//! DESCRIBE HISTORY: a table's commits, newest first.

use datafusion::arrow::array::RecordBatch;
use serde_json::{Map, Value};

use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;
use crate::relation::{Column, Relation};

use super::rows::text;
use super::table::Commit;
use super::{Session, time_travel, values};

type Result<T> = std::result::Result<T, Diagnostic>;

const COLUMNS: [(&str, &str); 15] = [
    ("version", "BIGINT"),
    ("timestamp", "TIMESTAMP"),
    ("userId", "STRING"),
    ("userName", "STRING"),
    ("operation", "STRING"),
    ("operationParameters", "MAP<STRING, STRING>"),
    (
        "job",
        "STRUCT<jobId: STRING, jobName: STRING, jobRunId: STRING, runId: STRING, jobOwnerId: STRING, triggerType: STRING>",
    ),
    ("notebook", "STRUCT<notebookId: STRING>"),
    ("clusterId", "STRING"),
    ("readVersion", "BIGINT"),
    ("isolationLevel", "STRING"),
    ("isBlindAppend", "BOOLEAN"),
    ("operationMetrics", "MAP<STRING, STRING>"),
    ("userMetadata", "STRING"),
    ("engineInfo", "STRING"),
];

/// The history as it is shown; `limit` newest commits, or all.
pub async fn relation(session: &mut Session, name: &TableName, limit: Option<u64>) -> Result<Relation> {
    let key = session.find_table(name)?;
    let mut commits = session.table(&key)?.commits().await?;
    commits.reverse();
    commits.truncate(limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)));
    let columns = COLUMNS.iter().map(|(name, type_name)| Column::new(*name, *type_name)).collect();
    Ok(Relation { columns, rows: commits.iter().map(|commit| row(commit)).collect() })
}

/// The history as a relation that a query can read.
pub async fn batch(session: &mut Session, name: &TableName) -> Result<RecordBatch> {
    values::batch(&relation(session, name, None).await?)
}

fn row(commit: &Commit) -> Vec<Value> {
    let info = &commit.info;
    let string = |text: &Option<String>| text.clone().map_or(Value::Null, Value::String);
    let metrics = operation_metrics(commit);
    vec![
        Value::from(commit.version),
        Value::String(time_travel::text(commit.timestamp_ms())),
        string(&info.user_id),
        string(&info.user_name),
        Value::String(commit.operation().to_owned()),
        Value::Object(operation_parameters(commit)),
        Value::Null,
        Value::Null,
        Value::Null,
        info.read_version.map_or(Value::Null, Value::from),
        info.isolation_level.as_ref().map_or(Value::Null, |level| Value::String(level.as_ref().to_owned())),
        info.is_blind_append.map_or(Value::Null, Value::Bool),
        metrics.map_or(Value::Null, Value::Object),
        string(&info.user_metadata),
        string(&info.engine_info),
    ]
}

/// Parameters as strings, in the order of their names.
pub fn operation_parameters(commit: &Commit) -> Map<String, Value> {
    let Some(parameters) = &commit.info.operation_parameters else { return Map::new() };
    let sorted: std::collections::BTreeMap<&String, &Value> = parameters.iter().collect();
    let shown = |value: &Value| if value.is_null() { Value::Null } else { Value::String(text(value)) };
    sorted.into_iter().map(|(key, value)| (key.clone(), shown(value))).collect()
}

/// Metrics as strings; deltalake's own names are brought to Databricks' spelling. `None` where the log has none, as other writers'.
pub fn operation_metrics(commit: &Commit) -> Option<Map<String, Value>> {
    let metrics = commit.info.info.get("operationMetrics")?.as_object()?;
    Some(metrics.iter().map(|(key, value)| (camel_case(key), Value::String(text(value)))).collect())
}

/// `num_added_files` as `numAddedFiles`.
fn camel_case(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |joined, part| {
        let mut letters = part.chars();
        let head: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
        joined + &head + letters.as_str()
    })
}
