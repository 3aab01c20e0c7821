//! `OPTIMIZE name [WHERE condition] [ZORDER BY (columns)]`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{Optimize, Statement};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["optimize"])?;
    let table = cursor.table_name()?;
    if cursor.sees(&["full"]) {
        return Err(refused::feature(
            "OPTIMIZE FULL is not available",
            "It rewrites liquid clusters, which tables here do not have: write OPTIMIZE alone.",
            cursor.position(),
        ));
    }
    let predicate = if cursor.takes(&["where"]) { Some(cursor.expression()?) } else { None };
    let z_order = if cursor.takes(&["zorder", "by"]) { columns(cursor)? } else { Vec::new() };
    Ok(Statement::Optimize(Optimize { table, predicate, z_order }))
}

/// Columns with or without brackets around them.
fn columns(cursor: &mut Cursor<'_>) -> Result<Vec<(String, crate::diagnostic::Position)>> {
    if matches!(cursor.peek().token, Token::LParen) {
        return cursor.names();
    }
    let mut names = vec![cursor.name()?];
    while cursor.takes_token(&Token::Comma) {
        names.push(cursor.name()?);
    }
    Ok(names)
}
