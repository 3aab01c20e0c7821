//! `CREATE [OR REPLACE] [TEMP] VIEW [IF NOT EXISTS] name [(columns)] AS query`

use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{CreateView, Statement, TableName};
use super::{Result, create_table, refused};

pub fn parse(cursor: &mut Cursor<'_>, or_replace: bool) -> Result<Statement> {
    let start = cursor.position();
    if cursor.takes(&["global"]) {
        return Err(refused::feature("Global temporary views are not available", "Use CREATE TEMP VIEW.", start));
    }
    let temporary = cursor.takes(&["temp"]) || cursor.takes(&["temporary"]);
    cursor.expect(&["view"])?;
    let if_not_exists = cursor.takes(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    let columns = view_columns(cursor)?;
    let mut comment = None;
    loop {
        if cursor.takes(&["comment"]) {
            comment = Some(cursor.text()?);
        } else if cursor.takes(&["tblproperties"]) {
            create_table::properties(cursor)?;
        } else {
            break;
        }
    }
    if cursor.sees(&["using"]) || cursor.sees(&["options"]) {
        return Err(refused::path(cursor.position()));
    }
    let (query, text) = query(cursor)?;
    let view = CreateView { name, temporary, comment, or_replace, if_not_exists, columns, query, text };
    Ok(Statement::CreateView(view))
}

/// A view that stays and is given another query.
pub fn of_query(cursor: &mut Cursor<'_>, name: TableName, or_replace: bool) -> Result<Statement> {
    let (query, text) = query(cursor)?;
    Ok(Statement::CreateView(CreateView {
        name,
        temporary: false,
        comment: None,
        or_replace,
        if_not_exists: false,
        columns: Vec::new(),
        query,
        text,
    }))
}

/// `AS query`, with the query's text.
fn query(cursor: &mut Cursor<'_>) -> Result<(Box<Query>, String)> {
    cursor.expect(&["as"])?;
    let text = cursor.lexed.source(cursor.location(), None).to_owned();
    Ok((cursor.query()?, text))
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
