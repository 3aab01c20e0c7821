//! EXPLAIN: the physical plan as text.

use datafusion::physical_plan::displayable;
use datafusion::sql::sqlparser::ast::Query;
use serde_json::Value;

use crate::dialect::Lexed;
use crate::evidence::StatementFacts;
use crate::relation::{Column, Relation};

use super::super::Session;
use super::super::errors::from_planned;
use super::super::planning::Planner;
use super::{Output, Result};

pub async fn run(session: &mut Session, query: &Query, lexed: &Lexed, facts: &mut StatementFacts) -> Result<Output> {
    let planned = Planner::new(session, lexed, facts).query(query.clone()).await?;
    let physical =
        session.state.create_physical_plan(&planned.plan).await.map_err(|error| from_planned(&error, lexed))?;
    let text = format!("== Physical Plan ==\n{}", displayable(physical.as_ref()).indent(false));
    Ok(Output::of(Relation { columns: vec![Column::new("plan", "STRING")], rows: vec![vec![Value::String(text)]] }))
}
