//! `ANALYZE TABLE name COMPUTE [DELTA] STATISTICS [NOSCAN] [FOR ALL COLUMNS | FOR COLUMNS names]`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::Statement;
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["analyze"])?;
    if cursor.sees(&["tables"]) {
        let instead = "Nothing needs it here. ANALYZE TABLE name COMPUTE STATISTICS is accepted for one table.";
        return Err(refused::feature("ANALYZE TABLES is not available", instead, cursor.position()));
    }
    cursor.expect(&["table"])?;
    let table = cursor.table_name()?;
    cursor.expect(&["compute"])?;
    cursor.takes(&["delta"]);
    cursor.expect(&["statistics"])?;
    let mut columns = Vec::new();
    if !cursor.takes(&["noscan"]) && !cursor.takes(&["for", "all", "columns"]) && cursor.takes(&["for", "columns"]) {
        columns.push(cursor.name()?);
        while cursor.takes_token(&Token::Comma) {
            columns.push(cursor.name()?);
        }
    }
    Ok(Statement::Analyze { table, columns })
}
