//! `DELETE FROM name [AS alias] [WHERE condition]`

use super::super::parser::Cursor;
use super::super::statement::{Delete, Statement};
use super::Result;

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["delete", "from"])?;
    let table = cursor.table_name()?;
    let alias = cursor.alias(&["where"])?;
    let predicate = if cursor.takes(&["where"]) { Some(cursor.expression()?) } else { None };
    Ok(Statement::Delete(Delete { table, alias, predicate }))
}
