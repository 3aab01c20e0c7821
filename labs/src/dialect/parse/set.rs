//! `SET`, `SET key`, `SET key = value`, `RESET [key]`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{SetOption, Statement};
use super::{Result, create_table, refused, variable};

pub fn set(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["set"])?;
    if cursor.at_end() {
        return Ok(Statement::Set(SetOption::List));
    }
    if (cursor.sees(&["variable"]) || cursor.sees(&["var"])) && !dotted(cursor) {
        if !cursor.takes(&["variable"]) {
            cursor.expect(&["var"])?;
        }
        return variable::set(cursor);
    }
    if ["time", "role", "recipient"].iter().any(|word| cursor.sees(&[word])) && !dotted(cursor) {
        return Err(refused::feature(
            "Only options of the form SET key = value are available",
            "For a value of your own use CREATE WIDGET TEXT name DEFAULT '..'; the session's zone is UTC.",
            cursor.position(),
        ));
    }
    let place = cursor.position();
    let key = create_table::property_key(cursor)?;
    if !cursor.takes_token(&Token::Eq) {
        return Ok(Statement::Set(SetOption::Show { key }));
    }
    let value = value(cursor)?;
    Ok(Statement::Set(SetOption::Give { key, value, place }))
}

pub fn reset(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["reset"])?;
    let key = if cursor.at_end() { None } else { Some(create_table::property_key(cursor)?) };
    Ok(Statement::Set(SetOption::Reset { key }))
}

/// Whether the first word is the beginning of a dotted key.
fn dotted(cursor: &mut Cursor<'_>) -> bool {
    cursor.with(|parser| Ok(matches!(parser.peek_nth_token_ref(1).token, Token::Period))).unwrap_or_default()
}

/// Everything up to the end, without the quotes of a string.
fn value(cursor: &mut Cursor<'_>) -> Result<String> {
    let mut value = String::new();
    while !cursor.at_end() {
        match cursor.peek().token {
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => value.push_str(&text),
            token => value.push_str(&token.to_string()),
        }
        cursor.with(|parser| {
            parser.advance_token();
            Ok(())
        })?;
    }
    Ok(value)
}
