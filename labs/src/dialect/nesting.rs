//! Limits that hold before anything recursive looks at a statement.
//!
//! Invariant: a statement that passes can be parsed, planned and dropped on a 2 MiB stack. Only tokens are looked at.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostic::{Diagnostic, Position};

/// Operators of one chain `a + b + c ..`: each is a level of the syntax tree.
const MAX_CHAIN: u32 = 400;
/// Relations joined or queries combined in one statement.
const MAX_RELATIONS: u32 = 60;
/// Prefixes in a row: `NOT NOT NOT x`, `- - - x`.
const MAX_PREFIXES: u32 = 24;

/// Refuses a text that is longer than `max_bytes`.
pub fn check_length(sql: &str, max_bytes: u64) -> Result<(), Diagnostic> {
    if sql.len() as u64 <= max_bytes {
        return Ok(());
    }
    let message = format!("The text has {} bytes; at most {max_bytes} are taken.", sql.len());
    Err(Diagnostic::new("LIMIT_EXCEEDED.SQL_TEXT", "54000", message).with_hint("Split it into several cells."))
}

/// Refuses a statement that nests or chains deeper than a person would write.
pub fn check(tokens: &[TokenWithSpan], max_nesting: u32) -> Result<(), Diagnostic> {
    let mut walk = Walk { chains: vec![0], max_nesting, prefixes: 0, relations: 0 };
    for token in tokens {
        if let Some(what) = walk.step(&token.token) {
            let at = token.span.start;
            return Err(too_deep(what, max_nesting).at(Position { line: at.line as u32, column: at.column as u32 }));
        }
    }
    Ok(())
}

fn too_deep(what: &str, max_nesting: u32) -> Diagnostic {
    Diagnostic::new("LIMIT_EXCEEDED.NESTING", "53200", format!("The statement has {what}.")).with_hint(format!(
        "At most {max_nesting} levels of nesting are taken; use a WITH clause or a table in between."
    ))
}

struct Walk {
    /// Operators since the last separator, for each open bracket.
    chains: Vec<u32>,
    max_nesting: u32,
    prefixes: u32,
    relations: u32,
}

impl Walk {
    /// What is too much at this token, if anything.
    fn step(&mut self, token: &Token) -> Option<&'static str> {
        match token {
            Token::Whitespace(_) => return None,
            Token::LParen | Token::LBracket | Token::LBrace => self.open(),
            Token::RParen | Token::RBracket | Token::RBrace => self.close(),
            Token::Comma | Token::SemiColon => self.separate(),
            Token::Lt => {
                // `ARRAY<` opens a type; a comparison opens nothing that a `>` closes.
                self.count();
            }
            Token::Word(word) if word.quote_style.is_none() => self.keyword(word.keyword),
            Token::Word(_)
            | Token::Number(..)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::Period => self.prefixes = 0,
            Token::Minus | Token::Plus | Token::Tilde | Token::ExclamationMark => {
                self.prefixes += 1;
                self.count();
            }
            _ => self.count(),
        }
        if self.chains.len() as u32 > self.max_nesting + 1 {
            return Some("too many levels of nesting");
        }
        if self.chains.last().is_some_and(|chain| *chain > MAX_CHAIN) {
            return Some("too many operators in one expression");
        }
        if self.prefixes > MAX_PREFIXES {
            return Some("too many operators in a row");
        }
        (self.relations > MAX_RELATIONS).then_some("too many joined tables or combined queries")
    }

    fn open(&mut self) {
        self.chains.push(0);
        self.prefixes = 0;
    }

    fn close(&mut self) {
        if self.chains.len() > 1 {
            self.chains.pop();
        }
        self.prefixes = 0;
    }

    fn separate(&mut self) {
        self.prefixes = 0;
        if let Some(chain) = self.chains.last_mut() {
            *chain = 0;
        }
    }

    fn count(&mut self) {
        if let Some(chain) = self.chains.last_mut() {
            *chain += 1;
        }
    }

    fn keyword(&mut self, keyword: Keyword) {
        match keyword {
            Keyword::CASE => self.open(),
            Keyword::END => self.close(),
            Keyword::ARRAY | Keyword::STRUCT | Keyword::MAP => {
                // Nested types are a chain of these words with `<` between.
                self.prefixes += 1;
                self.count();
            }
            Keyword::NOT => {
                self.prefixes += 1;
                self.count();
            }
            Keyword::AND
            | Keyword::OR
            | Keyword::XOR
            | Keyword::DIV
            | Keyword::IS
            | Keyword::LIKE
            | Keyword::BETWEEN => {
                self.prefixes = 0;
                self.count();
            }
            Keyword::JOIN | Keyword::UNION | Keyword::INTERSECT | Keyword::EXCEPT | Keyword::MINUS => {
                self.relations += 1;
                self.separate();
            }
            Keyword::SELECT | Keyword::FROM | Keyword::WHERE | Keyword::WHEN | Keyword::THEN | Keyword::ELSE => {
                self.separate();
            }
            _ => self.prefixes = 0,
        }
    }
}
