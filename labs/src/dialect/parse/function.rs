//! `CREATE [OR REPLACE] [TEMPORARY] FUNCTION [IF NOT EXISTS] name (a type, ..) [RETURNS type] [COMMENT 'text'] RETURN expression`,
//! `DROP [TEMPORARY] FUNCTION [IF EXISTS] name`

use datafusion::sql::sqlparser::tokenizer::{Location, Token};

use super::super::lexer::position;
use super::super::parser::Cursor;
use super::super::statement::{CreateFunction, DropFunction, Parameter, Statement};
use super::{Result, refused};

/// Whether FUNCTION or TEMPORARY FUNCTION is next.
pub fn is_next(cursor: &Cursor<'_>) -> bool {
    cursor.sees(&["function"]) || cursor.sees(&["temporary", "function"]) || cursor.sees(&["temp", "function"])
}

fn takes_words(cursor: &mut Cursor<'_>) -> Result<bool> {
    let temporary = cursor.takes(&["temporary"]) || cursor.takes(&["temp"]);
    cursor.expect(&["function"])?;
    Ok(temporary)
}

pub fn create(cursor: &mut Cursor<'_>, or_replace: bool) -> Result<Statement> {
    let temporary = takes_words(cursor)?;
    let if_not_exists = cursor.takes(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    if cursor.sees(&["as"]) {
        return Err(refused::feature(
            "Functions of a class are not available",
            "Write the body in SQL: CREATE FUNCTION name (a INT) RETURNS INT RETURN a + 1.",
            cursor.position(),
        ));
    }
    let parameters = parameters(cursor)?;
    let Said { returns, comment } = said(cursor)?;
    let (body, body_position) = body(cursor)?;
    Ok(Statement::CreateFunction(CreateFunction {
        name,
        or_replace,
        temporary,
        if_not_exists,
        parameters,
        returns,
        body,
        body_position,
        comment,
    }))
}

/// What stands between a function's parameters and its body.
#[derive(Default)]
struct Said {
    returns: Option<String>,
    comment: Option<String>,
}

fn said(cursor: &mut Cursor<'_>) -> Result<Said> {
    let mut said = Said::default();
    loop {
        let place = cursor.position();
        if cursor.takes(&["returns"]) {
            if cursor.sees(&["table"]) {
                let what = "Functions that give a table are not available";
                return Err(refused::feature(what, "Use CREATE VIEW.", place));
            }
            said.returns = Some(type_text(cursor)?);
        } else if cursor.takes(&["comment"]) {
            said.comment = Some(cursor.text()?);
        } else if cursor.takes(&["language"]) {
            if !cursor.takes(&["sql"]) {
                let what = "Functions in other languages than SQL are not available";
                return Err(refused::feature(what, "Write the body in SQL: RETURN expression.", place));
            }
        } else if !CHARACTERISTICS.iter().any(|words| cursor.takes(words)) {
            return Ok(said);
        }
    }
}

/// What may be said of a function and changes nothing here.
const CHARACTERISTICS: [&[&str]; 4] =
    [&["deterministic"], &["not", "deterministic"], &["contains", "sql"], &["reads", "sql", "data"]];

fn parameters(cursor: &mut Cursor<'_>) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    cursor.expect_token(&Token::LParen)?;
    while !cursor.takes_token(&Token::RParen) {
        if !parameters.is_empty() {
            cursor.expect_token(&Token::Comma)?;
        }
        let (name, position) = cursor.name()?;
        let type_text = type_text(cursor)?;
        if cursor.sees(&["default"]) {
            return Err(refused::feature(
                "Defaults of parameters are not available",
                "Give the argument in every call.",
                cursor.position(),
            ));
        }
        if cursor.takes(&["comment"]) {
            cursor.text()?;
        }
        parameters.push(Parameter { name, type_text, position });
    }
    Ok(parameters)
}

fn body(cursor: &mut Cursor<'_>) -> Result<(String, crate::diagnostic::Position)> {
    cursor.expect(&["return"])?;
    let from = cursor.location();
    if cursor.sees(&["select"]) || cursor.sees(&["with"]) {
        return Err(refused::feature(
            "A function whose body is a query is not available",
            "Give an expression of the parameters, or use CREATE VIEW.",
            position(from),
        ));
    }
    cursor.expression()?;
    Ok((text_from(cursor, from), position(from)))
}

/// The text of a type.
pub fn type_text(cursor: &mut Cursor<'_>) -> Result<String> {
    let from = cursor.location();
    cursor.data_type()?;
    Ok(text_from(cursor, from))
}

/// The text from a place up to where the cursor is.
pub fn text_from(cursor: &Cursor<'_>, from: Location) -> String {
    let to = if cursor.at_end() { None } else { Some(cursor.location()) };
    cursor.lexed.source(from, to).to_owned()
}

pub fn drop(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let temporary = takes_words(cursor)?;
    let if_exists = cursor.takes(&["if", "exists"]);
    Ok(Statement::DropFunction(DropFunction { name: cursor.table_name()?, temporary, if_exists }))
}
