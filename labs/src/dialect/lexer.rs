//! One statement's tokens, ready for sqlparser.
//!
//! What happens here so that no later stage needs to know: words are folded to lower case (names are found without
//! regard to case; [`Lexed::written`] gives back what was typed), `:name` and `IDENTIFIER(..)` are bound, `t@v1` and
//! `FOR VERSION AS OF` take their long form, `(DESCRIBE HISTORY t)` becomes a relation, `2S` a cast.
//! Positions are those of the text that was run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer, Word};

use crate::diagnostic::{Diagnostic, Position};

use super::grammar::Grammar;
use super::nesting;

/// First part of the name that `(DESCRIBE HISTORY t)` is read as.
pub const HISTORY_RELATION: &str = "__history__";
/// First part of the name that `(DESCRIBE DETAIL t)` is read as.
pub const DETAIL_RELATION: &str = "__detail__";

/// Values for `:name`.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    lenient: bool,
}

impl Parameters {
    /// Names are compared without regard to case.
    pub fn new(values: impl IntoIterator<Item = (String, String)>) -> Self {
        let values = values.into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect();
        Self { values, lenient: false }
    }

    /// For reading a statement's shape without running it: every parameter is the empty text.
    pub fn unbound() -> Self {
        Self { values: BTreeMap::new(), lenient: true }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(&name.to_lowercase()).map(String::as_str)
    }

    fn value(&self, name: &str) -> Option<String> {
        let value = self.get(name).map(str::to_owned);
        value.or_else(|| self.lenient.then(String::new))
    }
}

/// A statement's tokens, without space and comments.
#[derive(Clone, Debug)]
pub struct Lexed {
    pub tokens: Vec<TokenWithSpan>,
    /// Names bound by `:name`, in lower case.
    pub parameters_read: BTreeSet<String>,
    text: String,
    start: Position,
    written: HashMap<Location, String>,
}

impl Lexed {
    /// Tokens of `text`, which stands at `start` in the text that was run.
    ///
    /// # Errors
    /// PARSE_SYNTAX_ERROR for an unclosed string, UNBOUND_SQL_PARAMETER, LIMIT_EXCEEDED.NESTING.
    pub fn new(text: &str, start: Position, parameters: &Parameters, max_nesting: u32) -> Result<Self, Diagnostic> {
        let mut raw = Tokenizer::new(&Grammar, text)
            .tokenize_with_location()
            .map_err(|error| syntax(&error.message).at(shift(error.location, start)))?;
        raw.retain(|token| !matches!(token.token, Token::Whitespace(_)));
        let mut written = HashMap::new();
        for token in &mut raw {
            token.span = Span::new(move_by(token.span.start, start), move_by(token.span.end, start));
            if let Token::Word(word) = &mut token.token {
                let folded = word.value.to_lowercase();
                if folded != word.value {
                    written.insert(token.span.start, std::mem::replace(&mut word.value, folded));
                }
            }
        }
        nesting::check(&raw, max_nesting)?;
        let mut rewrite = Rewrite { tokens: raw, at: 0, out: Vec::new(), read: BTreeSet::new() };
        rewrite.run(parameters)?;
        Ok(Self { tokens: rewrite.out, parameters_read: rewrite.read, text: text.to_owned(), start, written })
    }

    /// A word as it was typed, given where it stands.
    pub fn written(&self, span: Span, folded: &str) -> String {
        self.written.get(&span.start).cloned().unwrap_or_else(|| folded.to_owned())
    }

    /// Gives every word its own spelling back; for types, whose fields keep their case.
    pub fn unfold(&mut self) {
        for token in &mut self.tokens {
            if let (Token::Word(word), Some(written)) = (&mut token.token, self.written.get(&token.span.start)) {
                word.value.clone_from(written);
            }
        }
    }

    /// The words of the statement as typed, by their folded form; the first spelling wins.
    pub fn spelling(&self, folded: &str) -> Option<&str> {
        let same = |token: &&TokenWithSpan| matches!(&token.token, Token::Word(word) if word.value == folded);
        self.tokens.iter().filter(same).find_map(|token| self.written.get(&token.span.start)).map(String::as_str)
    }

    /// Where a name, or a dotted path that ends in it, first stands.
    pub fn position_of(&self, folded: &str) -> Option<Position> {
        let same = |token: &&TokenWithSpan| match &token.token {
            Token::Word(word) => word.value == folded,
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text == folded,
            _ => false,
        };
        self.tokens.iter().find(same).map(|token| position(token.span.start))
    }

    /// The source text between two tokens' starts; to the end without `to`.
    pub fn source(&self, from: Location, to: Option<Location>) -> &str {
        let start = self.offset(from);
        let end = to.map_or(self.text.len(), |to| self.offset(to));
        self.text.get(start..end).unwrap_or_default().trim()
    }

    pub fn start(&self) -> Position {
        self.start
    }

    fn offset(&self, location: Location) -> usize {
        let line = location.line.saturating_sub(u64::from(self.start.line)) as usize;
        let column = if line == 0 {
            location.column.saturating_sub(u64::from(self.start.column))
        } else {
            location.column.saturating_sub(1)
        } as usize;
        let line_start: usize = self.text.split_inclusive('\n').take(line).map(str::len).sum();
        let rest = self.text.get(line_start..).unwrap_or_default();
        line_start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    }
}

pub fn position(location: Location) -> Position {
    Position { line: location.line as u32, column: location.column as u32 }
}

pub fn syntax(message: &str) -> Diagnostic {
    Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", format!("{}.", message.trim_end_matches('.')))
}

fn move_by(location: Location, start: Position) -> Location {
    let column = if location.line == 1 { location.column + u64::from(start.column) - 1 } else { location.column };
    Location::new(location.line + u64::from(start.line) - 1, column)
}

fn shift(location: Location, start: Position) -> Position {
    position(move_by(location, start))
}

/// Turns spellings that sqlparser does not read into ones that it does.
struct Rewrite {
    tokens: Vec<TokenWithSpan>,
    at: usize,
    out: Vec<TokenWithSpan>,
    read: BTreeSet<String>,
}

impl Rewrite {
    fn run(&mut self, parameters: &Parameters) -> Result<(), Diagnostic> {
        self.bind(parameters)?;
        while self.at < self.tokens.len() {
            let step = self.identifier_clause()?
                || self.version_shorthand()
                || self.for_before_version()
                || self.describe_relation()
                || self.number_suffix();
            if !step {
                self.out.push(self.tokens[self.at].clone());
                self.at += 1;
            }
        }
        Ok(())
    }

    /// `:name` becomes its value as a string, before anything else looks at the tokens.
    fn bind(&mut self, parameters: &Parameters) -> Result<(), Diagnostic> {
        let mut bound: Vec<TokenWithSpan> = Vec::with_capacity(self.tokens.len());
        let mut tokens = std::mem::take(&mut self.tokens).into_iter().peekable();
        while let Some(token) = tokens.next() {
            let value_before = bound.last().is_some_and(|before| ends_value(&before.token) && touches(before, &token));
            let name = match tokens.peek() {
                Some(next) if token.token == Token::Colon && !value_before && touches(&token, next) => {
                    word(&next.token)
                }
                _ => None,
            };
            let Some(name) = name.map(str::to_owned) else {
                bound.push(token);
                continue;
            };
            tokens.next();
            let Some(value) = parameters.value(&name) else {
                return Err(unbound(&name).at(position(token.span.start)));
            };
            self.read.insert(name);
            bound.push(TokenWithSpan::new(Token::SingleQuotedString(value), token.span));
        }
        self.tokens = bound;
        Ok(())
    }

    /// `IDENTIFIER('a' || 'b')` becomes the name.
    fn identifier_clause(&mut self) -> Result<bool, Diagnostic> {
        if self.word_at(0) != Some("identifier") || self.token_at(1) != Some(&Token::LParen) {
            return Ok(false);
        }
        let (mut name, mut ahead) = (String::new(), 2);
        loop {
            match self.token_at(ahead) {
                Some(Token::SingleQuotedString(text) | Token::DoubleQuotedString(text)) => name.push_str(text),
                Some(Token::StringConcat) => {}
                Some(Token::RParen) => break,
                _ => return Ok(false),
            }
            ahead += 1;
        }
        let span = self.tokens[self.at].span;
        let parts: Vec<&str> = name.split('.').map(|part| part.trim().trim_matches('`')).collect();
        if parts.iter().any(|part| part.is_empty()) {
            let message = format!("IDENTIFIER('{name}') is not a name.");
            return Err(Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", message).at(position(span.start)));
        }
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                self.out.push(TokenWithSpan::new(Token::Period, span));
            }
            self.out.push(TokenWithSpan::new(quoted_word(&part.to_lowercase()), span));
        }
        self.at += ahead + 1;
        Ok(true)
    }

    /// `t@v1` and `t@20240115000000000`.
    fn version_shorthand(&mut self) -> bool {
        if self.token_at(0) != Some(&Token::AtSign) {
            return false;
        }
        let span = self.tokens[self.at].span;
        let pinned = match self.token_at(1) {
            Some(Token::Word(word)) => {
                let version = word.value.strip_prefix('v').filter(|rest| rest.parse::<u64>().is_ok());
                version.map(|version| ("version", Keyword::VERSION, Token::Number(version.to_owned(), false)))
            }
            Some(Token::Number(digits, false)) => {
                instant(digits).map(|text| ("timestamp", Keyword::TIMESTAMP, Token::SingleQuotedString(text)))
            }
            _ => None,
        };
        let Some((text, keyword, value)) = pinned else { return false };
        let words = [(text, keyword), ("as", Keyword::AS), ("of", Keyword::OF)];
        self.out.extend(words.map(|(text, keyword)| TokenWithSpan::new(keyword_token(text, keyword), span)));
        self.out.push(TokenWithSpan::new(value, span));
        self.at += 2;
        true
    }

    /// `FOR VERSION AS OF`, `FOR SYSTEM_VERSION AS OF`: sqlparser reads them without FOR.
    fn for_before_version(&mut self) -> bool {
        let system = matches!(self.word_at(1), Some("system_version" | "system_time"));
        let versioned = system || matches!(self.word_at(1), Some("version" | "timestamp"));
        if self.word_at(0) != Some("for") || !versioned || self.word_at(2) != Some("as") {
            return false;
        }
        let span = self.tokens[self.at + 1].span;
        let version = matches!(self.word_at(1), Some("version" | "system_version"));
        let token = if version {
            keyword_token("version", Keyword::VERSION)
        } else {
            keyword_token("timestamp", Keyword::TIMESTAMP)
        };
        self.out.push(TokenWithSpan::new(token, span));
        self.at += 2;
        true
    }

    /// `(DESCRIBE HISTORY a.b LIMIT 3)` becomes the relation `__history__.a.b`.
    fn describe_relation(&mut self) -> bool {
        let verb = matches!(self.word_at(1), Some("describe" | "desc"));
        let relation = match self.word_at(2) {
            Some("history") => HISTORY_RELATION,
            Some("detail") => DETAIL_RELATION,
            _ => return false,
        };
        if self.token_at(0) != Some(&Token::LParen) || !verb || self.at == 0 {
            return false;
        }
        let (mut ahead, mut name) = (3, Vec::new());
        while let Some(Token::Word(_)) = self.token_at(ahead) {
            name.push(self.tokens[self.at + ahead].clone());
            ahead += 1;
            if self.token_at(ahead) != Some(&Token::Period) {
                break;
            }
            name.push(self.tokens[self.at + ahead].clone());
            ahead += 1;
        }
        if self.token_at(ahead) != Some(&Token::RParen) || name.is_empty() {
            return false;
        }
        let span = self.tokens[self.at].span;
        self.out.push(TokenWithSpan::new(quoted_word(relation), span));
        self.out.push(TokenWithSpan::new(Token::Period, span));
        self.out.append(&mut name);
        self.at += ahead + 1;
        true
    }

    /// `2S`, `1.5D`: a cast to the type that the suffix names.
    fn number_suffix(&mut self) -> bool {
        let (Some(Token::Number(..)), Some(Token::Word(suffix))) = (self.token_at(0), self.token_at(1)) else {
            return false;
        };
        let (type_name, keyword) = match suffix.value.as_str() {
            "y" => ("tinyint", Keyword::TINYINT),
            "s" => ("smallint", Keyword::SMALLINT),
            "f" => ("float", Keyword::FLOAT),
            "d" => ("double", Keyword::DOUBLE),
            _ => return false,
        };
        let (number, word) = (self.tokens[self.at].clone(), &self.tokens[self.at + 1]);
        if !touches(&number, word) {
            return false;
        }
        let span = number.span;
        let before = [keyword_token("cast", Keyword::CAST), Token::LParen, number.token];
        let after = [keyword_token("as", Keyword::AS), keyword_token(type_name, keyword), Token::RParen];
        self.out.extend(before.into_iter().chain(after).map(|token| TokenWithSpan::new(token, span)));
        self.at += 2;
        true
    }

    fn token_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|token| &token.token)
    }

    fn word_at(&self, ahead: usize) -> Option<&str> {
        self.token_at(ahead).and_then(word)
    }
}

fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn ends_value(token: &Token) -> bool {
    matches!(token, Token::Word(_) | Token::RParen | Token::RBracket | Token::Colon)
}

/// Whether nothing stands between two tokens.
fn touches(before: &TokenWithSpan, after: &TokenWithSpan) -> bool {
    before.span.end == after.span.start
}

fn quoted_word(value: &str) -> Token {
    Token::Word(Word { value: value.to_owned(), quote_style: Some('`'), keyword: Keyword::NoKeyword })
}

fn keyword_token(value: &str, keyword: Keyword) -> Token {
    Token::Word(Word { value: value.to_owned(), quote_style: None, keyword })
}

/// `yyyyMMddHHmmssSSS` as a timestamp's text.
fn instant(digits: &str) -> Option<String> {
    if digits.len() != 17 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| &digits[range];
    Some(format!(
        "{}-{}-{} {}:{}:{}.{}",
        part(0..4),
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..12),
        part(12..14),
        part(14..17)
    ))
}

fn unbound(name: &str) -> Diagnostic {
    let message = format!("Found the unbound parameter: {name}.");
    Diagnostic::new("UNBOUND_SQL_PARAMETER", "42P02", message)
        .with_hint(format!("Declare it with CREATE WIDGET TEXT {name} DEFAULT '..', or give it a value for this run."))
}
