//! `UPDATE name [AS alias] SET column = value, .. [WHERE condition]`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{Assignment, Statement, Update};
use super::Result;

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["update"])?;
    let table = cursor.table_name()?;
    let alias = cursor.alias(&["set"])?;
    cursor.expect(&["set"])?;
    let assignments = assignments(cursor)?;
    let predicate = if cursor.takes(&["where"]) { Some(cursor.expression()?) } else { None };
    Ok(Statement::Update(Update { table, alias, assignments, predicate }))
}

/// `a = 1, t.b = c + 1`
pub fn assignments(cursor: &mut Cursor<'_>) -> Result<Vec<Assignment>> {
    let mut assignments = Vec::new();
    loop {
        let (mut column, mut position) = cursor.name()?;
        let mut qualifier = Vec::new();
        while cursor.takes_token(&Token::Period) {
            qualifier.push(column);
            (column, position) = cursor.name()?;
        }
        cursor.expect_token(&Token::Eq)?;
        assignments.push(Assignment { qualifier, column, position, value: cursor.expression()? });
        if !cursor.takes_token(&Token::Comma) {
            return Ok(assignments);
        }
    }
}
