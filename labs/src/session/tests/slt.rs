//! Runs `labs/tests/slt/*.slt`, the files that say what SQL means here.
//!
//! A file has a test and a workspace of its own: empty, in memory, of the user `ada`, with a seeded clock. A record may
//! hold several statements; its result is the last one's. Whitespace inside a row counts as one space.
//!
//! | in a file | stands for |
//! |---|---|
//! | `I`, `R`, `T`, `?` as a column's type | TINYINT to BIGINT; FLOAT, DOUBLE and DECIMAL; every other type; any type |
//! | `NULL`, `(empty)` | NULL and the empty text |
//! | a number, `true`, a text, a date, a timestamp | itself, as `sandbar sql` prints it; DOUBLE always with a point |
//! | `["a","b"]`, `{"a":1}` | ARRAY; STRUCT and MAP |
//! | `statement error TEXT` | a regular expression found in `[CLASS] sentence. SQLSTATE: 42P01` |
//! | `statement error (42P01)` | the SQLSTATE |
//!
//! A fault of ours (INTERNAL_ERROR) is never an expected error.

use std::path::PathBuf;

use async_trait::async_trait;
use serde_json::Value;
use sqllogictest::{AsyncDB, ColumnType, DBOutput, DefaultColumnType, Runner};

use super::{request, session};
use crate::diagnostic::Diagnostic;
use crate::relation::Relation;
use crate::session::Session;

macro_rules! files {
    ($($name:ident)*) => {
        /// The files that have a test.
        const FILES: &[&str] = &[$(stringify!($name)),*];

        $(mod $name {
            #[tokio::test(flavor = "multi_thread")]
            async fn every_record_of_the_file_holds() {
                super::check(stringify!($name)).await;
            }
        })*
    };
}

files! {
    alter_column
    alter_table
    auto_compact
    change_data
    classes
    cluster_by
    coercion
    column_defaults
    constraint
    create_table
    create_table_like
    dates
    detail
    errors
    floats
    functions
    functions_aggregates
    functions_arrays
    functions_conditions
    functions_dates
    functions_json
    functions_lambdas
    functions_maps
    functions_numbers
    functions_of_sql
    functions_texts
    functions_windows
    generated_columns
    generators
    grouping_sets
    guards
    history
    hostile
    insert
    merge
    mixed_comparisons
    operand_types
    optimize
    outer_constants
    precedence
    query
    refused
    rename_table
    schemas
    session_options
    shared_types
    show
    spellings
    stored_views
    subqueries
    time_travel
    time_words
    told_apart
    traps
    truncate
    types
    update_delete
    using_joins
    vacuum
    variables
    views
}

#[test]
fn every_file_has_a_test() {
    let paths = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<String> = paths.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    found.sort();
    assert_eq!(found, FILES, "the files of labs/tests/slt and the list above");
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/slt")
}

async fn check(name: &str) {
    let mut runner = Runner::new(|| async { Ok::<_, Refused>(Workspace { session: session().await }) });
    runner.with_column_validator(same_types);
    if let Err(error) = runner.run_file_async(folder().join(name).with_extension("slt")).await {
        panic!("{}", error.display(false));
    }
}

/// One workspace as the runner sees it.
struct Workspace {
    session: Session,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(Diagnostic);

#[async_trait]
impl AsyncDB for Workspace {
    type Error = Refused;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Refused> {
        let mut last = Relation::default();
        for outcome in self.session.run(&request(sql)).await {
            if let Some(error) = outcome.error {
                assert_ne!(error.class, "INTERNAL_ERROR", "{sql}: {error}");
                return Err(Refused(error));
            }
            last = outcome.relation;
        }
        if last.columns.is_empty() {
            return Ok(DBOutput::StatementComplete(0));
        }
        let types = last.columns.iter().map(|column| column_type(&column.type_name)).collect();
        let rows = last.rows.iter().map(|row| row.iter().map(shown).collect()).collect();
        Ok(DBOutput::Rows { types, rows })
    }

    async fn shutdown(&mut self) {}

    fn error_sql_state(error: &Refused) -> Option<String> {
        Some(error.0.sqlstate.clone())
    }
}

fn column_type(name: &str) -> DefaultColumnType {
    match name {
        "TINYINT" | "SMALLINT" | "INT" | "BIGINT" => DefaultColumnType::Integer,
        "FLOAT" | "DOUBLE" => DefaultColumnType::FloatingPoint,
        _ if name.starts_with("DECIMAL") => DefaultColumnType::FloatingPoint,
        _ => DefaultColumnType::Text,
    }
}

#[expect(clippy::ptr_arg, reason = "the runner's own signature")]
fn same_types(actual: &Vec<DefaultColumnType>, expected: &Vec<DefaultColumnType>) -> bool {
    let same =
        |(actual, expected): (&DefaultColumnType, &DefaultColumnType)| expected == actual || expected.to_char() == '?';
    actual.len() == expected.len() && actual.iter().zip(expected).all(same)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) if text.is_empty() => "(empty)".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
