//! `CREATE WIDGET TEXT|DROPDOWN|COMBOBOX|MULTISELECT name DEFAULT 'value' [CHOICES ..]` and `REMOVE WIDGET name`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{CreateWidget, Statement, WidgetChoices, WidgetKind};
use super::Result;

pub fn create(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["widget"])?;
    let kind = kind(cursor)?;
    let (name, _) = cursor.name()?;
    cursor.expect(&["default"])?;
    let default = value(cursor)?;
    let choices = if cursor.takes(&["choices"]) { choices(cursor)? } else { WidgetChoices::None };
    if kind != WidgetKind::Text && choices == WidgetChoices::None {
        return Err(cursor.unexpected("CHOICES"));
    }
    Ok(Statement::CreateWidget(CreateWidget { kind, name, default, choices }))
}

fn kind(cursor: &mut Cursor<'_>) -> Result<WidgetKind> {
    let kinds = [WidgetKind::Text, WidgetKind::Dropdown, WidgetKind::Combobox, WidgetKind::Multiselect];
    let found = kinds.into_iter().find(|kind| cursor.takes(&[kind.as_str()]));
    found.ok_or_else(|| cursor.unexpected("TEXT, DROPDOWN, COMBOBOX or MULTISELECT"))
}

fn value(cursor: &mut Cursor<'_>) -> Result<String> {
    match cursor.peek().token {
        Token::Number(number, _) => {
            cursor.with(|parser| parser.parse_number_value())?;
            Ok(number)
        }
        _ => cursor.text(),
    }
}

/// `CHOICES SELECT * FROM (VALUES ("a"), ("b"))`, or a list `("a", "b")`.
fn choices(cursor: &mut Cursor<'_>) -> Result<WidgetChoices> {
    let bracket_of_query = matches!(cursor.word_ahead(1).as_deref(), Some("select" | "values" | "with"));
    if !matches!(cursor.peek().token, Token::LParen) || bracket_of_query {
        return Ok(WidgetChoices::Query(cursor.query()?));
    }
    cursor.expect_token(&Token::LParen)?;
    let mut list = vec![value(cursor)?];
    while cursor.takes_token(&Token::Comma) {
        list.push(value(cursor)?);
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(WidgetChoices::List(list))
}

pub fn remove(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["remove", "widget"])?;
    Ok(Statement::RemoveWidget(cursor.name()?.0))
}
