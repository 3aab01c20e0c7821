//! TRUNCATE TABLE: every row goes, as DELETE without a condition does it, and no counts are shown.

use crate::dialect::{Delete, Lexed, TableName};
use crate::evidence::StatementFacts;

use super::super::Session;
use super::{Output, Result, delete};

pub async fn run(
    session: &mut Session,
    table: &TableName,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let delete = Delete { table: table.clone(), alias: None, predicate: None };
    let deleted = delete::run(session, &delete, lexed, facts).await?;
    Ok(Output { commits: deleted.commits, ..Output::default() })
}
