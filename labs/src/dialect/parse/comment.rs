//! `COMMENT ON TABLE name IS 'text' | NULL`

use super::super::parser::Cursor;
use super::super::statement::{AlterTable, Statement, TableChange};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["comment", "on"])?;
    if !cursor.takes(&["table"]) {
        return Err(refused::feature(
            "Only tables can be commented on like this",
            "For a column: ALTER TABLE name ALTER COLUMN column COMMENT 'text'.",
            cursor.position(),
        ));
    }
    let table = cursor.table_name()?;
    cursor.expect(&["is"])?;
    let text = if cursor.takes(&["null"]) { String::new() } else { cursor.text()? };
    let change = TableChange::SetProperties(vec![("comment".to_owned(), text)]);
    Ok(Statement::AlterTable(AlterTable { table, change }))
}
