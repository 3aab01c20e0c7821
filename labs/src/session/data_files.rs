//! Reading and writing a table's Parquet files.
//!
//! Reading gives a file's rows under the table's present schema: columns added later are NULL, partition columns come
//! from the log. Writing is deltalake's writer, so statistics and layout are what other readers expect.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, RecordBatch, RecordBatchOptions, StringArray, new_null_array,
};
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::ScalarValue;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use deltalake::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake::kernel::Add;
use deltalake::logstore::LogStoreRef;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::diagnostic::Diagnostic;

use super::commands::rewrite::null_in;
use super::errors::{from_delta, from_store, internal};
use super::snapshot::Snapshot;

type Result<T> = std::result::Result<T, Diagnostic>;

/// The rows of one data file under the snapshot's schema.
///
/// # Errors
/// When the file is gone or is not Parquet.
pub async fn read(store: &dyn ObjectStore, add: &Add, snapshot: &Snapshot) -> Result<RecordBatch> {
    let path = Path::parse(&add.path).map_err(internal)?;
    let object = store.get(&path).await.map_err(|error| missing(&error, add))?;
    let bytes = object.bytes().await.map_err(|error| from_store(&error))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(internal)?;
    // All rows at once: in batches they would have to be put together again.
    let rows = usize::try_from(reader.metadata().file_metadata().num_rows()).map_err(internal)?;
    let reader = reader.with_batch_size(rows.max(1)).build().map_err(internal)?;
    let file_schema = reader_schema(&reader);
    let batches = reader.collect::<std::result::Result<Vec<_>, _>>().map_err(internal)?;
    let rows = concat_batches(&file_schema, &batches).map_err(internal)?;
    let rows = with_partition_values(&rows, add, snapshot)?;
    conform(&rows, &snapshot.schema)
}

fn reader_schema(reader: &datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReader) -> SchemaRef {
    use datafusion::arrow::array::RecordBatchReader;
    reader.schema()
}

/// # Errors
/// DELTA_FILE_NOT_FOUND_DETAILED for the first file that is gone.
pub async fn check_present(store: &dyn ObjectStore, files: &[Add]) -> Result<()> {
    for add in files {
        let path = Path::parse(&add.path).map_err(internal)?;
        store.head(&path).await.map_err(|error| missing(&error, add))?;
    }
    Ok(())
}

fn missing(error: &object_store::Error, add: &Add) -> Diagnostic {
    if !matches!(error, object_store::Error::NotFound { .. }) {
        return from_store(error);
    }
    let message = format!("The data file {} of this version is gone: VACUUM or another program removed it.", add.path);
    Diagnostic::new("DELTA_FILE_NOT_FOUND_DETAILED", "42K03", message)
        .with_hint("Read a later version; DESCRIBE HISTORY shows which there are.")
}

/// Columns by name, cast to the schema's types; NULL where the file has none.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch> {
    if batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let column = |field: &Arc<datafusion::arrow::datatypes::Field>| match batch.column_by_name(field.name()) {
        Some(column) if column.data_type() == field.data_type() => Ok(column.clone()),
        Some(column) => cast(column, field.data_type()).map_err(internal),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    };
    let columns = schema.fields().iter().map(column).collect::<Result<Vec<ArrayRef>>>()?;
    build(schema, columns, batch.num_rows())
}

/// A batch that may have no columns or claim no NULLs where old rows have some.
fn build(schema: &SchemaRef, columns: Vec<ArrayRef>, rows: usize) -> Result<RecordBatch> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(internal)
}

fn with_partition_values(batch: &RecordBatch, add: &Add, snapshot: &Snapshot) -> Result<RecordBatch> {
    if snapshot.partition_columns().is_empty() {
        return Ok(batch.clone());
    }
    let mut fields: Vec<_> = batch.schema().fields().iter().cloned().collect();
    let mut columns = batch.columns().to_vec();
    for name in snapshot.partition_columns() {
        let field = snapshot.schema.field_with_name(name).map_err(internal)?;
        let value = add.partition_values.get(name).cloned().flatten();
        let scalar = partition_value(value, field.data_type())?;
        fields.push(Arc::new(field.clone()));
        columns.push(scalar.to_array_of_size(batch.num_rows()).map_err(internal)?);
    }
    build(&Arc::new(datafusion::arrow::datatypes::Schema::new(fields)), columns, batch.num_rows())
}

/// An empty text in the log stands for NULL, whatever the column's type (protocol, "Partition Value Serialization").
fn partition_value(text: Option<String>, data_type: &DataType) -> Result<ScalarValue> {
    match text.filter(|text| !text.is_empty()) {
        None => ScalarValue::try_from(data_type).map_err(internal),
        Some(text) => ScalarValue::try_from_string(text, data_type).map_err(internal),
    }
}

/// Writes rows, which have the table's schema, as new data files; none for no rows.
///
/// # Errors
/// When the store refuses.
pub async fn write(
    log_store: &LogStoreRef,
    schema: &SchemaRef,
    partition_columns: &[String],
    batch: &RecordBatch,
) -> Result<Vec<Add>> {
    write_to(log_store.object_store(None), schema, partition_columns, batch).await
}

/// Like [`write`], into a folder within the table's; the files' paths are relative to it.
///
/// # Errors
/// When the store refuses.
pub async fn write_below(
    log_store: &LogStoreRef,
    folder: &str,
    schema: &SchemaRef,
    partition_columns: &[String],
    batch: &RecordBatch,
) -> Result<Vec<Add>> {
    let store = Arc::new(PrefixStore::new(log_store.object_store(None), folder));
    write_to(store, schema, partition_columns, batch).await
}

/// Rows whose empty texts in partition columns are NULL: the log cannot tell the two apart.
///
/// # Errors
/// DELTA_NOT_NULL_CONSTRAINT_VIOLATED where such a column takes no NULL.
fn without_empty_texts(batch: &RecordBatch, partition_columns: &[String]) -> Result<RecordBatch> {
    let schema = batch.schema();
    let mut columns = batch.columns().to_vec();
    for name in partition_columns {
        let Some((at, field)) = schema.column_with_name(name) else { continue };
        let Some(texts) = columns[at].as_string_opt::<i32>() else { continue };
        let texts: StringArray = texts.iter().map(|text| text.filter(|text| !text.is_empty())).collect();
        if !field.is_nullable() && texts.null_count() > 0 {
            return Err(null_in(name));
        }
        columns[at] = Arc::new(texts);
    }
    build(&schema, columns, batch.num_rows())
}

async fn write_to(
    store: Arc<dyn ObjectStore>,
    schema: &SchemaRef,
    partition_columns: &[String],
    batch: &RecordBatch,
) -> Result<Vec<Add>> {
    if batch.num_rows() == 0 {
        return Ok(Vec::new());
    }
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_dictionary_enabled(batch.num_rows() > 1_000)
        .build();
    let config = WriterConfig::new(
        schema.clone(),
        partition_columns.to_vec(),
        Some(properties),
        None,
        None,
        Default::default(),
        None,
    );
    let batch = without_empty_texts(batch, partition_columns)?;
    let mut writer = DeltaWriter::new(store, config);
    writer.write(&batch).await.map_err(|error| from_delta(&error))?;
    writer.close().await.map_err(|error| from_delta(&error))
}
