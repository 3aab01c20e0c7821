//! `CREATE [OR REPLACE] TEMP VIEW [IF NOT EXISTS] name [(columns)] AS query`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{CreateView, Statement};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>, or_replace: bool) -> Result<Statement> {
    let start = cursor.position();
    if cursor.takes(&["global"]) {
        return Err(refused::feature("Global temporary views are not available", "Use CREATE TEMP VIEW.", start));
    }
    if !cursor.takes(&["temp"]) && !cursor.takes(&["temporary"]) {
        return Err(refused::feature(
            "Views that stay in the catalog are not available",
            "Use CREATE OR REPLACE TEMP VIEW; it lives as long as your notebook's session.",
            start,
        ));
    }
    cursor.expect(&["view"])?;
    let if_not_exists = cursor.takes(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    let columns = view_columns(cursor)?;
    if cursor.takes(&["comment"]) {
        cursor.text()?;
    }
    if cursor.sees(&["using"]) || cursor.sees(&["options"]) {
        return Err(refused::path(cursor.position()));
    }
    cursor.expect(&["as"])?;
    let from = cursor.location();
    let text = cursor.lexed.source(from, None).to_owned();
    let query = cursor.query()?;
    Ok(Statement::CreateView(CreateView { name, or_replace, if_not_exists, columns, query, text }))
}

fn view_columns(cursor: &mut Cursor<'_>) -> Result<Vec<String>> {
    if !cursor.takes_token(&Token::LParen) {
        return Ok(Vec::new());
    }
    let mut columns = Vec::new();
    loop {
        columns.push(cursor.name()?.0);
        if cursor.takes(&["comment"]) {
            cursor.text()?;
        }
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(columns)
}
