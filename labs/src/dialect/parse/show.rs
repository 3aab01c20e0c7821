//! `SHOW TABLES [IN schema] [LIKE 'pattern']`, `SHOW TBLPROPERTIES`, `SHOW CREATE TABLE`, `SHOW COLUMNS`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::Statement;
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    cursor.expect(&["show"])?;
    if cursor.takes(&["tables"]) || cursor.takes(&["views"]) {
        return tables(cursor);
    }
    if cursor.takes(&["tblproperties"]) {
        let table = cursor.table_name()?;
        let key = if cursor.takes_token(&Token::LParen) {
            let key = super::create_table::property_key(cursor)?;
            cursor.expect_token(&Token::RParen)?;
            Some(key)
        } else {
            None
        };
        return Ok(Statement::ShowTblproperties { table, key });
    }
    if cursor.takes(&["create", "table"]) {
        return Ok(Statement::ShowCreateTable { table: cursor.table_name()? });
    }
    if cursor.takes(&["columns"]) {
        if !cursor.takes(&["in"]) {
            cursor.expect(&["from"])?;
        }
        return Ok(Statement::ShowColumns { table: cursor.table_name()? });
    }
    Err(refused::other("SHOW", cursor, start))
}

fn tables(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let schema = if cursor.takes(&["in"]) || cursor.takes(&["from"]) {
        Some(cursor.table_name()?.name().to_owned())
    } else {
        None
    };
    cursor.takes(&["like"]);
    let pattern = if cursor.at_end() { None } else { Some(cursor.text()?) };
    Ok(Statement::ShowTables { schema, pattern })
}
