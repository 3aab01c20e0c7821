//! The table that a statement changes: its latest rows, numbered, and what becomes of them.
//!
//! Invariant: a file that holds no changed row is not touched; a row that no clause names is copied as it is.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, MutableArrayData, RecordBatch, RecordBatchOptions, UInt64Array, make_array,
};
use datafusion::arrow::compute::{concat_batches, take_record_batch};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::logical_expr::TableSource;
use deltalake::kernel::Add;

use super::super::Session;
use super::super::errors::internal;
use super::super::planning::memory_source;
use super::super::snapshot::Snapshot;
use super::super::table::FileRows;
use super::Result;

/// The name of the target's row numbers in our own queries.
pub const ROW: &str = "__row";
/// The name of the target in our own queries.
pub const TARGET: &str = "__target";

/// A table's latest rows, numbered, with the file of each.
pub struct Target {
    pub snapshot: Snapshot,
    pub rows: RecordBatch,
    files: Vec<FileRows>,
    /// Number of the first row of each file.
    starts: Vec<usize>,
}

/// The number of a target's row that changes, and of the new row that takes its place if one does.
pub type Fate = (usize, Option<usize>);

impl Target {
    pub async fn load(session: &mut Session, key: &str) -> Result<Self> {
        let table = session.table(key)?;
        let snapshot = table.latest().clone();
        snapshot.check_writable()?;
        let files = table.rows(&snapshot).await?;
        let mut starts = Vec::with_capacity(files.len());
        let mut next = 0;
        for file in &files {
            starts.push(next);
            next += file.batch.num_rows();
        }
        let rows = concat_batches(&snapshot.schema, files.iter().map(|file| &file.batch)).map_err(internal)?;
        Ok(Self { snapshot, rows, files, starts })
    }

    /// Rows that are in no file yet, of a table's columns.
    pub fn of_rows(snapshot: &Snapshot, rows: &RecordBatch) -> Self {
        Self { snapshot: snapshot.clone(), rows: rows.clone(), files: Vec::new(), starts: Vec::new() }
    }

    /// The rows with their numbers, as a relation.
    pub fn source(&self) -> Result<Arc<dyn TableSource>> {
        let numbers = Int64Array::from_iter_values(0..i64::try_from(self.rows.num_rows()).unwrap_or(i64::MAX));
        let mut fields: Vec<Arc<Field>> = self.snapshot.schema.fields().iter().cloned().collect();
        fields.push(Arc::new(Field::new(ROW, DataType::Int64, false)));
        let mut columns = self.rows.columns().to_vec();
        columns.push(Arc::new(numbers));
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(schema.clone(), columns).map_err(internal)?;
        memory_source(&schema, vec![batch])
    }

    /// Some rows, by number, in the order of the numbers given.
    pub fn rows_at(&self, rows: impl IntoIterator<Item = usize>) -> Result<RecordBatch> {
        let numbers = UInt64Array::from_iter_values(rows.into_iter().map(|row| row as u64));
        take_record_batch(&self.rows, &numbers).map_err(internal)
    }

    /// Places of all files.
    pub fn all_files(&self) -> Vec<usize> {
        (0..self.files.len()).collect()
    }

    pub fn adds<'a>(&'a self, files: &'a [usize]) -> impl Iterator<Item = &'a Add> {
        files.iter().map(|at| &self.files[*at].add)
    }

    /// Numbers of the rows of some files, in order.
    pub fn rows_of<'a>(&'a self, files: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
        files.iter().flat_map(|at| self.range(*at))
    }

    /// Files that hold any of these rows, which are in the order of their numbers.
    pub fn touched(&self, rows: &[usize]) -> Vec<usize> {
        let touches = |at: &usize| {
            let range = self.range(*at);
            let first = rows.partition_point(|row| *row < range.start);
            rows.get(first).is_some_and(|row| range.contains(row))
        };
        (0..self.files.len()).filter(touches).collect()
    }

    /// The rows of some files with each changed one gone or replaced; fates are in the order of their rows' numbers.
    pub fn replaced(&self, files: &[usize], fates: &[Fate]) -> Picks {
        let mut picks = Picks::default();
        for range in files.iter().map(|at| self.range(*at)) {
            let first = fates.partition_point(|(row, _)| *row < range.start);
            let mut next = range.start;
            for (row, new) in fates[first..].iter().take_while(|(row, _)| *row < range.end) {
                picks.add(OLD, next..*row);
                if let Some(new) = new {
                    picks.add(NEW, *new..new + 1);
                }
                next = row + 1;
            }
            picks.add(OLD, next..range.end);
        }
        picks
    }

    fn range(&self, file: usize) -> Range<usize> {
        self.starts[file]..self.starts[file] + self.files[file].batch.num_rows()
    }
}

const OLD: usize = 0;
const NEW: usize = 1;

/// The rows of new files, as runs of old rows and of new ones.
#[derive(Default)]
pub struct Picks(Vec<(usize, Range<usize>)>);

impl Picks {
    /// New rows behind all others.
    pub fn append(&mut self, new: Range<usize>) {
        self.add(NEW, new);
    }

    fn add(&mut self, batch: usize, rows: Range<usize>) {
        if rows.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some((last, run)) if *last == batch && run.end == rows.start => run.end = rows.end,
            _ => self.0.push((batch, rows)),
        }
    }

    /// The rows themselves.
    ///
    /// # Errors
    /// When a column that takes no NULL has one.
    pub fn rows(&self, schema: &SchemaRef, old: &RecordBatch, new: &RecordBatch) -> Result<RecordBatch> {
        let count = self.0.iter().map(|(_, run)| run.len()).sum();
        let column = |at: usize| -> Result<ArrayRef> {
            let (old, new) = (old.column(at).to_data(), new.column(at).to_data());
            let mut values = MutableArrayData::new(vec![&old, &new], false, count);
            for (batch, run) in &self.0 {
                values.try_extend(*batch, run.start, run.end).map_err(internal)?;
            }
            Ok(make_array(values.freeze()))
        };
        let columns = (0..schema.fields().len()).map(column).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(schema.clone(), columns, &options).map_err(internal)
    }
}
