//! One file per family of statements; [`statement`] looks at the first words and chooses.

mod alter;
mod analyze;
mod comment;
mod create_table;
mod create_view;
mod delete;
mod describe;
mod drop;
mod function;
mod insert;
mod merge;
mod optimize;
pub mod refused;
mod restore;
mod schema;
mod set;
mod show;
mod truncate;
mod update;
mod vacuum;
mod variable;
mod widget;

use datafusion::sql::sqlparser::tokenizer::Token;

use datafusion::sql::sqlparser::ast::With;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;

use crate::diagnostic::Diagnostic;

use super::parser::Cursor;
use super::statement::{Creation, Statement};

pub use refused::pipe;

type Result<T> = std::result::Result<T, Diagnostic>;

pub fn statement(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if matches!(cursor.peek().token, Token::LParen) {
        return query(cursor);
    }
    let first = cursor.word_ahead(0).unwrap_or_default();
    match first.as_str() {
        "with" => with(cursor),
        "select" | "values" | "table" => query(cursor),
        "create" | "replace" => create(cursor),
        "drop" => drop::parse(cursor),
        "remove" => widget::remove(cursor),
        "insert" => insert::parse(cursor),
        "update" => update::parse(cursor),
        "delete" => delete::parse(cursor),
        "merge" => merge::parse(cursor),
        "alter" => alter::parse(cursor),
        "restore" => restore::parse(cursor),
        "truncate" => truncate::parse(cursor),
        "optimize" => optimize::parse(cursor),
        "vacuum" => vacuum::parse(cursor),
        "comment" => comment::parse(cursor),
        "analyze" => analyze::parse(cursor),
        "set" => set::set(cursor),
        "declare" => variable::declare(cursor),
        "reset" => set::reset(cursor),
        "describe" | "desc" => describe::parse(cursor),
        "show" => show::parse(cursor),
        "explain" => explain(cursor),
        "use" => schema::use_one(cursor),
        _ => Err(refused::statement(cursor)),
    }
}

/// A query with a WITH clause, or `WITH .. INSERT ..` and `WITH .. MERGE ..`, whose query gets the clause.
fn with(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let clause = cursor.with(|parser| {
        let start = parser.index();
        let with_token = AttachedToken(parser.expect_keyword(Keyword::WITH)?);
        let recursive = parser.parse_keyword(Keyword::RECURSIVE);
        let cte_tables = parser.parse_comma_separated(Parser::parse_cte)?;
        if parser.peek_keyword(Keyword::INSERT) || parser.peek_keyword(Keyword::MERGE) {
            return Ok(Some(With { with_token, recursive, cte_tables }));
        }
        while parser.index() > start {
            parser.prev_token();
        }
        Ok(None)
    })?;
    let Some(clause) = clause else { return query(cursor) };
    let mut statement = if cursor.sees(&["merge"]) { merge::parse(cursor)? } else { insert::parse(cursor)? };
    match &mut statement {
        Statement::Insert(insert) => merge::put_before(&mut insert.source, clause),
        Statement::Merge(merge) => merge::with_queries(merge, clause),
        _ => {}
    }
    Ok(statement)
}

fn query(cursor: &mut Cursor<'_>) -> Result<Statement> {
    Ok(Statement::Query(cursor.query()?))
}

fn create(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.peek();
    if cursor.takes(&["replace"]) {
        return create_table::parse(cursor, Creation::Replace);
    }
    cursor.expect(&["create"])?;
    let or_replace = cursor.takes(&["or", "replace"]);
    if !or_replace && schema::takes_word(cursor) {
        return schema::create(cursor);
    }
    if function::is_next(cursor) {
        return function::create(cursor, or_replace);
    }
    match cursor.word_ahead(0).as_deref() {
        Some("table") => create_table::parse(cursor, if or_replace { Creation::OrReplace } else { Creation::New }),
        Some("temp" | "temporary" | "view" | "global") => create_view::parse(cursor, or_replace),
        Some("widget") => widget::create(cursor),
        _ => Err(refused::create(cursor, start.span.start)),
    }
}

fn explain(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["explain"])?;
    for mode in ["extended", "formatted", "cost", "codegen"] {
        if cursor.takes(&[mode]) {
            break;
        }
    }
    Ok(Statement::Explain(cursor.query()?))
}
