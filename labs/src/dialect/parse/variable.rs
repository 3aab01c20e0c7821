//! `DECLARE [OR REPLACE] [VARIABLE] name [type] [DEFAULT | = value]`, `SET VARIABLE | VAR name = value, ..`,
//! `DROP TEMPORARY VARIABLE [IF EXISTS] name`

use datafusion::sql::sqlparser::tokenizer::Token;

use crate::diagnostic::Position;

use super::super::parser::Cursor;
use super::super::statement::{DeclareVariable, SetVariable, Statement};
use super::{Result, function, refused};

/// A variable's name, without `session` or `system.session` in front.
fn name(cursor: &mut Cursor<'_>) -> Result<(String, Position)> {
    let name = cursor.table_name()?;
    let position = name.position.unwrap_or_else(|| cursor.position());
    Ok((name.name().to_owned(), position))
}

pub fn declare(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["declare"])?;
    let or_replace = cursor.takes(&["or", "replace"]);
    if !cursor.takes(&["variable"]) {
        cursor.takes(&["var"]);
    }
    let (first, position) = name(cursor)?;
    let mut names = vec![first];
    while cursor.takes_token(&Token::Comma) {
        names.push(name(cursor)?.0);
    }
    let has_value = |cursor: &mut Cursor<'_>| cursor.takes(&["default"]) || cursor.takes_token(&Token::Eq);
    let mut default = None;
    let mut type_text = None;
    if !cursor.at_end() && !has_value(cursor) {
        type_text = Some(function::type_text(cursor)?);
        if cursor.at_end() || !has_value(cursor) {
            return Ok(Statement::DeclareVariable(DeclareVariable { names, position, or_replace, type_text, default }));
        }
    }
    let from = cursor.location();
    if !cursor.at_end() {
        cursor.expression()?;
        default = Some(function::text_from(cursor, from));
    }
    if default.is_none() && type_text.is_none() {
        return Err(cursor.unexpected("a type or DEFAULT"));
    }
    Ok(Statement::DeclareVariable(DeclareVariable { names, position, or_replace, type_text, default }))
}

/// What follows SET VARIABLE.
pub fn set(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if matches!(cursor.peek().token, Token::LParen) {
        return Err(refused::feature(
            "SET VARIABLE (a, b) = (query) is not available",
            "Set one variable after the other: SET VARIABLE a = (SELECT ..), b = (SELECT ..).",
            cursor.position(),
        ));
    }
    let mut set = Vec::new();
    loop {
        let (name, position) = name(cursor)?;
        cursor.expect_token(&Token::Eq)?;
        let value = if cursor.takes(&["default"]) { None } else { Some(cursor.expression()?) };
        set.push(SetVariable { name, position, value });
        if !cursor.takes_token(&Token::Comma) {
            return Ok(Statement::SetVariables(set));
        }
    }
}

/// What follows DROP TEMPORARY VARIABLE.
pub fn drop(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.takes(&["if", "exists"]);
    Ok(Statement::DropVariable { name: name(cursor)?.0, if_exists })
}
