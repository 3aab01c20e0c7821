//! `DESCRIBE HISTORY name [LIMIT n]`, `DESCRIBE DETAIL name`, `DESCRIBE [TABLE] [EXTENDED] name`, `DESCRIBE query`,
//! `DESCRIBE FUNCTION [EXTENDED] name`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::Statement;
use super::{Result, refused, schema};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    if !cursor.takes(&["desc"]) {
        cursor.expect(&["describe"])?;
    }
    match cursor.word_ahead(0).as_deref() {
        Some("history") => history(cursor),
        Some("detail") => {
            cursor.expect(&["detail"])?;
            Ok(Statement::DescribeDetail { table: cursor.table_name()? })
        }
        Some("select" | "with" | "values" | "query") => {
            cursor.takes(&["query"]);
            Ok(Statement::DescribeQuery(cursor.query()?))
        }
        Some("function") => function(cursor),
        Some("schema" | "database") => {
            schema::takes_word(cursor);
            cursor.takes(&["extended"]);
            Ok(Statement::DescribeSchema(cursor.table_name()?))
        }
        Some("catalog") => Err(refused::other("DESCRIBE", cursor, start)),
        _ => {
            let may_slip = cursor.word_ahead(1).is_some() && !cursor.sees(&["details"]);
            if let Some(slip) = cursor.slip_of(&["history", "detail"]).filter(|_| may_slip) {
                return Err(slip);
            }
            cursor.takes(&["table"]);
            let extended = cursor.takes(&["extended"]) || cursor.takes(&["formatted"]);
            let table = cursor.table_name()?;
            if matches!(cursor.peek().token, Token::Word(_)) {
                return Err(refused::feature(
                    "DESCRIBE of one column is not available",
                    "DESCRIBE TABLE name lists all of them.",
                    cursor.position(),
                ));
            }
            Ok(Statement::DescribeTable { table, extended })
        }
    }
}

fn history(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["history"])?;
    let table = cursor.table_name()?;
    let limit = if cursor.takes(&["limit"]) { Some(cursor.integer()?) } else { None };
    Ok(Statement::DescribeHistory { table, limit })
}

fn function(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["function"])?;
    let extended = cursor.takes(&["extended"]);
    Ok(Statement::DescribeFunction { name: cursor.table_name()?, extended })
}
