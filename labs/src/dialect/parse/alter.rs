//! `ALTER TABLE name ADD COLUMN(S) .. | SET TBLPROPERTIES (..) | UNSET TBLPROPERTIES [IF EXISTS] (..)`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{AddedColumn, AlterTable, ColumnPlace, Statement, TableChange};
use super::{Result, create_table, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    cursor.expect(&["alter"])?;
    if !cursor.takes(&["table"]) {
        return Err(refused::other("ALTER", cursor, start));
    }
    let table = cursor.table_name()?;
    Ok(Statement::AlterTable(AlterTable { table, change: change(cursor)? }))
}

fn change(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    if cursor.takes(&["add", "columns"]) || cursor.takes(&["add", "column"]) {
        return added_columns(cursor);
    }
    if cursor.takes(&["set", "tblproperties"]) {
        return Ok(TableChange::SetProperties(create_table::properties(cursor)?));
    }
    if cursor.takes(&["unset", "tblproperties"]) {
        let if_exists = cursor.takes(&["if", "exists"]);
        return Ok(TableChange::UnsetProperties { keys: keys(cursor)?, if_exists });
    }
    Err(refused::alter_table(cursor))
}

fn added_columns(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    let bracket = cursor.takes_token(&Token::LParen);
    let mut added = Vec::new();
    loop {
        let column = create_table::column(cursor)?;
        let place = if cursor.takes(&["first"]) {
            ColumnPlace::First
        } else if cursor.takes(&["after"]) {
            ColumnPlace::After(cursor.name()?.0)
        } else {
            ColumnPlace::Last
        };
        added.push(AddedColumn { column, place });
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    if bracket {
        cursor.expect_token(&Token::RParen)?;
    }
    Ok(TableChange::AddColumns(added))
}

fn keys(cursor: &mut Cursor<'_>) -> Result<Vec<String>> {
    cursor.expect_token(&Token::LParen)?;
    let mut keys = vec![create_table::property_key(cursor)?];
    while cursor.takes_token(&Token::Comma) {
        keys.push(create_table::property_key(cursor)?);
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(keys)
}
