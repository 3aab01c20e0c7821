//! `COMMENT ON TABLE name IS 'text' | NULL`, `COMMENT ON COLUMN name.column IS 'text' | NULL`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{AlterColumn, AlterTable, ColumnChange, Statement, TableChange, TableName};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["comment", "on"])?;
    if cursor.takes(&["column"]) {
        return column(cursor);
    }
    if !cursor.takes(&["table"]) {
        return Err(refused::feature(
            "Only tables and their columns can be commented on like this",
            "For a view: CREATE VIEW name COMMENT 'text' AS SELECT ..; for a schema: CREATE SCHEMA name COMMENT 'text'.",
            cursor.position(),
        ));
    }
    let table = cursor.table_name()?;
    let change = TableChange::SetProperties(vec![("comment".to_owned(), text(cursor)?)]);
    Ok(Statement::AlterTable(AlterTable { table, change }))
}

fn column(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.position();
    let mut path = vec![cursor.name()?];
    while cursor.takes_token(&Token::Period) {
        path.push(cursor.name()?);
    }
    let (Some((column, position)), 1..=3) = (path.pop(), path.len()) else {
        return Err(cursor.unexpected("the name of a table, a point and a column"));
    };
    let parts = path.into_iter().map(|(name, _)| name).collect();
    let change = ColumnChange::Comment(text(cursor)?);
    Ok(Statement::AlterTable(AlterTable {
        table: TableName { parts, position: Some(start) },
        change: TableChange::AlterColumn(AlterColumn { column, position, change }),
    }))
}

/// `IS 'text' | NULL`
fn text(cursor: &mut Cursor<'_>) -> Result<String> {
    cursor.expect(&["is"])?;
    if cursor.takes(&["null"]) { Ok(String::new()) } else { cursor.text() }
}
