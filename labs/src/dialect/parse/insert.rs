//! `INSERT INTO|OVERWRITE [TABLE] name [(columns) | BY NAME] query` and `INSERT INTO name REPLACE WHERE condition query`

use datafusion::sql::sqlparser::tokenizer::Token;

use crate::diagnostic::Position;

use super::super::parser::Cursor;
use super::super::statement::{Insert, Statement};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["insert"])?;
    if cursor.sees(&["with", "schema", "evolution"]) {
        return Err(refused::feature(
            "INSERT WITH SCHEMA EVOLUTION is not available",
            "Add the columns first: ALTER TABLE name ADD COLUMNS (column TYPE). MERGE WITH SCHEMA EVOLUTION INTO is there.",
            cursor.position(),
        ));
    }
    let overwrite = cursor.takes(&["overwrite"]);
    if !overwrite {
        cursor.expect(&["into"])?;
    }
    let place = cursor.position();
    if overwrite && (cursor.sees(&["directory"]) || cursor.sees(&["local", "directory"])) {
        return Err(refused::path(place));
    }
    cursor.takes(&["table"]);
    let table = cursor.table_name()?;
    let mut columns = Vec::new();
    let mut replace_where = None;
    let mut by_name = false;
    loop {
        let place = cursor.position();
        if cursor.takes(&["replace", "where"]) {
            replace_where = Some(cursor.expression()?);
        } else if cursor.takes(&["by", "name"]) {
            by_name = true;
        } else if cursor.sees(&["partition"]) {
            return Err(refused::feature(
                "INSERT with PARTITION is not available",
                "Give the partition column like any other column.",
                place,
            ));
        } else if columns.is_empty() && starts_columns(cursor) {
            columns = cursor.names()?;
        } else {
            break;
        }
    }
    let source = cursor.query()?;
    Ok(Statement::Insert(Insert { table, overwrite, columns, by_name, replace_where, source }))
}

/// A bracket opens a list of columns unless it opens a query.
fn starts_columns(cursor: &Cursor<'_>) -> bool {
    let query = matches!(cursor.word_ahead(1).as_deref(), Some("select" | "with" | "values" | "from" | "table"));
    matches!(cursor.peek().token, Token::LParen) && !query && cursor.word_or_quoted(1).is_some()
}

impl Cursor<'_> {
    fn word_or_quoted(&self, ahead: usize) -> Option<Position> {
        self.lexed
            .tokens
            .iter()
            .position(|token| token.span.start == self.location())
            .and_then(|at| self.lexed.tokens.get(at + ahead))
            .filter(|token| matches!(token.token, Token::Word(_)))
            .map(|token| super::super::lexer::position(token.span.start))
    }
}
