//! DESCRIBE HISTORY.

use crate::dialect::TableName;

use super::super::{Session, history};
use super::{Output, Result};

pub async fn run(session: &mut Session, table: &TableName, limit: Option<u64>) -> Result<Output> {
    Ok(Output::of(history::relation(session, table, limit).await?))
}
