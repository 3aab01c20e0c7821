//! DESCRIBE [TABLE] [EXTENDED] and DESCRIBE of a query: columns and their types.

use datafusion::sql::sqlparser::ast::Query;
use serde_json::{Value, json};

use crate::dialect::{Lexed, TableName};
use crate::evidence::StatementFacts;
use crate::relation::{Column, Relation};

use super::super::catalog::{self, Found};
use super::super::errors::table_not_found;
use super::super::planning::{Planner, select_all};
use super::super::types::catalog_name;
use super::super::{Session, time_travel};
use super::{Output, Result, show};

pub async fn run(
    session: &mut Session,
    name: &TableName,
    extended: bool,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    match session.find(name)? {
        Some(Found::Table(key)) => table(session, &key, extended),
        Some(Found::View(_) | Found::StoredView(_)) => query(session, &select_all(&name.parts), lexed, facts).await,
        None => Err(table_not_found(name.name(), &session.relation_names())),
    }
}

fn relation(rows: Vec<[Value; 3]>) -> Output {
    let columns = ["col_name", "data_type", "comment"].map(|name| Column::new(name, "STRING")).to_vec();
    Output::of(Relation { columns, rows: rows.into_iter().map(|row| row.to_vec()).collect() })
}

fn table(session: &mut Session, key: &str, extended: bool) -> Result<Output> {
    let table = session.table(key)?;
    let snapshot = table.latest().clone();
    let mut rows: Vec<[Value; 3]> = Vec::new();
    for (field, kernel) in snapshot.schema.fields().iter().zip(snapshot.kernel_schema.fields()) {
        let comment = kernel.metadata().get("comment").map(ToString::to_string);
        rows.push([json!(field.name()), json!(catalog_name(field.data_type())), json!(comment)]);
    }
    let heading = |text: &str| [json!(text), json!(""), json!("")];
    if !snapshot.partition_columns().is_empty() {
        rows.push(heading("# Partition Information"));
        rows.push([json!("# col_name"), json!("data_type"), json!("comment")]);
        for column in snapshot.partition_columns() {
            let data_type = snapshot.column(column).map(|at| catalog_name(snapshot.schema.field(at).data_type()));
            rows.push([json!(column), json!(data_type), Value::Null]);
        }
    }
    if extended {
        let created = snapshot.metadata.created_time().map(time_travel::text);
        rows.push(heading(""));
        rows.push(heading("# Detailed Table Information"));
        rows.push([json!("Catalog"), json!(catalog::CATALOG), json!("")]);
        rows.push([json!("Database"), json!(catalog::split(key).0), json!("")]);
        rows.push([json!("Table"), json!(catalog::split(key).1), json!("")]);
        rows.push([json!("Created Time"), json!(created), json!("")]);
        rows.push([json!("Type"), json!("MANAGED"), json!("")]);
        rows.push([json!("Provider"), json!("delta"), json!("")]);
        rows.push([json!("Comment"), json!(snapshot.metadata.description()), json!("")]);
        rows.push([json!("Table Properties"), json!(show::property_list(&snapshot)), json!("")]);
    }
    Ok(relation(rows))
}

pub async fn query(session: &mut Session, query: &Query, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let planned = Planner::new(session, lexed, facts).query(query.clone()).await?;
    let fields = planned.plan.schema().fields().clone();
    let row = |(name, field): (&String, &std::sync::Arc<datafusion::arrow::datatypes::Field>)| {
        [json!(name), json!(catalog_name(field.data_type())), Value::Null]
    };
    Ok(relation(planned.names.iter().zip(&fields).map(row).collect()))
}
