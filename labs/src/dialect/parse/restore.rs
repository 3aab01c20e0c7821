//! `RESTORE [TABLE] name [TO] VERSION AS OF n | TIMESTAMP AS OF t`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{Restore, RestorePoint, Statement};
use super::Result;

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["restore"])?;
    cursor.takes(&["table"]);
    let table = cursor.table_name()?;
    cursor.takes(&["to"]);
    cursor.takes_token(&Token::AtSign);
    let to = if cursor.takes(&["timestamp", "as", "of"]) {
        RestorePoint::Timestamp(cursor.expression()?)
    } else {
        cursor.expect(&["version", "as", "of"])?;
        RestorePoint::Version(cursor.integer()?)
    };
    Ok(Statement::Restore(Restore { table, to }))
}
