//! Cutting a text into statements at `;`, with the position of each.

use crate::diagnostic::{Diagnostic, Position};

use super::lexer::{self, Parameters};
use super::parser;
use super::scan::{Piece, pieces};
use super::statement::Statement;

/// One statement of a text.
#[derive(Clone, Debug)]
pub struct ParsedStatement {
    /// Its text without surrounding space and the closing `;`; comments stay.
    pub text: String,
    /// Where the text's first character stands.
    pub position: Position,
    /// What it is, or why it cannot be read. Parameters are bound to empty texts.
    pub statement: Result<Statement, Diagnostic>,
}

/// A statement's text and where it stands; not yet parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut<'a> {
    pub text: &'a str,
    pub position: Position,
}

/// The statements of a text, each parsed.
///
/// # Errors
/// When the whole text cannot be taken: it is longer than the default limit of SQL text.
pub fn statements(sql: &str) -> Result<Vec<ParsedStatement>, Diagnostic> {
    let limits = crate::sandbox::Limits::default();
    super::nesting::check_length(sql, limits.max_sql_bytes)?;
    let parse_one = |cut: Cut<'_>| ParsedStatement {
        text: cut.text.to_owned(),
        position: cut.position,
        statement: lexer::Lexed::new(cut.text, cut.position, &Parameters::unbound(), limits.max_nesting)
            .and_then(|lexed| parser::parse(&lexed)),
    };
    Ok(cut(sql).into_iter().map(parse_one).collect())
}

/// The non-empty statements of a text. A piece of nothing but comments is none.
pub fn cut(sql: &str) -> Vec<Cut<'_>> {
    let mut cuts = Vec::new();
    let (mut start, mut at) = (0, 0);
    let mut has_code = false;
    for (piece, text) in pieces(sql) {
        let end = at + text.len();
        if piece == Piece::Mark && text == ";" {
            push(&mut cuts, sql, start..at, has_code);
            (start, has_code) = (end, false);
        } else {
            has_code |= !matches!(piece, Piece::Space | Piece::Comment);
        }
        at = end;
    }
    push(&mut cuts, sql, start..at, has_code);
    cuts
}

fn push<'a>(cuts: &mut Vec<Cut<'a>>, sql: &'a str, range: std::ops::Range<usize>, has_code: bool) {
    if !has_code {
        return;
    }
    let text = &sql[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    cuts.push(Cut { text: text.trim(), position: position_of(sql, start) });
}

/// Line and column of a byte offset.
pub fn position_of(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    Position { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
}
