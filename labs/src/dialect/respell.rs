//! Spellings that sqlparser does not read, as ones that it does.
//!
//! `:name` and `IDENTIFIER(..)` are bound, `t@v1` and `FOR VERSION AS OF` take their long form, `(DESCRIBE HISTORY t)` becomes
//! a relation, `2S` a cast. Only tokens are looked at; a token that is put in has the place of the one it stands for.

use std::collections::BTreeSet;

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use crate::diagnostic::Diagnostic;

use super::lexer::{Parameters, position};
use super::number_literals::{check_range, decimal_size, no_name, without_exponent};
use super::{left_away, table_query};

/// First part of the name that `(DESCRIBE HISTORY t)` is read as.
pub const HISTORY_RELATION: &str = "__history__";
/// First part of the name that `(DESCRIBE DETAIL t)` is read as.
pub const DETAIL_RELATION: &str = "__detail__";

/// A statement's tokens as sqlparser reads them, and the names of the parameters that were bound.
///
/// # Errors
/// UNBOUND_SQL_PARAMETER; PARSE_SYNTAX_ERROR for an IDENTIFIER that names nothing.
pub fn respell(
    tokens: Vec<TokenWithSpan>,
    parameters: &Parameters,
) -> Result<(Vec<TokenWithSpan>, BTreeSet<String>), Diagnostic> {
    let mut rewrite = Rewrite { tokens, at: 0, out: Vec::new(), read: BTreeSet::new() };
    rewrite.run(parameters)?;
    Ok((table_query::spell_out(left_away::put_back(rewrite.out)), rewrite.read))
}

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
                || self.version_as_text()
                || self.describe_relation()
                || self.number_suffix()?;
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

    /// `VERSION AS OF '1'`: the version as a text, which a parameter always is.
    fn version_as_text(&mut self) -> bool {
        let word = |back: usize| self.out.len().checked_sub(back).and_then(|at| word(&self.out[at].token));
        if word(3) != Some("version") || word(2) != Some("as") || word(1) != Some("of") {
            return false;
        }
        let Some(Token::SingleQuotedString(digits)) = self.token_at(0) else { return false };
        if digits.parse::<u64>().is_err() {
            return false;
        }
        self.out.push(TokenWithSpan::new(Token::Number(digits.clone(), false), self.tokens[self.at].span));
        self.at += 1;
        true
    }

    /// `(DESCRIBE HISTORY a.b)` becomes the relation `__history__.a.b`; with LIMIT 3, a query of its first three rows.
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
        let name = self.path_at(3);
        let limit = if relation == HISTORY_RELATION { self.limit_at(3 + name.len()) } else { None };
        let end = 3 + name.len() + if limit.is_some() { 2 } else { 0 };
        if self.token_at(end) != Some(&Token::RParen) || name.is_empty() {
            return false;
        }
        self.put_relation(relation, name, limit);
        self.at += end + 1;
        true
    }

    fn put_relation(&mut self, relation: &str, name: Vec<TokenWithSpan>, limit: Option<TokenWithSpan>) {
        let span = self.tokens[self.at].span;
        let own = |token: Token| TokenWithSpan::new(token, span);
        let relation = [own(quoted_word(relation)), own(Token::Period)];
        let Some(limit) = limit else {
            self.out.extend(relation.into_iter().chain(name));
            return;
        };
        let (select, from) = (keyword_token("select", Keyword::SELECT), keyword_token("from", Keyword::FROM));
        self.out.extend([Token::LParen, select, Token::Mul, from].map(own));
        self.out.extend(relation.into_iter().chain(name));
        self.out.extend([own(keyword_token("limit", Keyword::LIMIT)), limit, own(Token::RParen)]);
    }

    /// `a.b.c`
    fn path_at(&self, from: usize) -> Vec<TokenWithSpan> {
        let mut path = Vec::new();
        while let Some(Token::Word(_)) = self.token_at(from + path.len()) {
            path.push(self.tokens[self.at + from + path.len()].clone());
            if self.token_at(from + path.len()) != Some(&Token::Period) {
                break;
            }
            path.push(self.tokens[self.at + from + path.len()].clone());
        }
        path
    }

    /// The number of `LIMIT 3`.
    fn limit_at(&self, ahead: usize) -> Option<TokenWithSpan> {
        if self.word_at(ahead) != Some("limit") {
            return None;
        }
        self.tokens.get(self.at + ahead + 1).filter(|next| matches!(next.token, Token::Number(..))).cloned()
    }

    /// `2S`, `1.5D`: a cast to the type that the suffix names. A minus before it belongs to the number.
    ///
    /// # Errors
    /// INVALID_NUMERIC_LITERAL_RANGE.
    fn number_suffix(&mut self) -> Result<bool, Diagnostic> {
        let Some(Token::Number(digits, long)) = self.token_at(0) else { return Ok(false) };
        if *long {
            return check_range(digits, self.is_negated(), "bigint", i64::MIN, self.tokens[self.at].span)
                .map(|()| false);
        }
        let Some(Token::Word(suffix)) = self.token_at(1) else { return Ok(false) };
        let (type_name, keyword, min) = match suffix.value.as_str() {
            "y" => ("tinyint", Keyword::TINYINT, Some(i64::from(i8::MIN))),
            "s" => ("smallint", Keyword::SMALLINT, Some(i64::from(i16::MIN))),
            "f" => ("float", Keyword::FLOAT, None),
            "d" => ("double", Keyword::DOUBLE, None),
            "bd" => ("decimal", Keyword::DECIMAL, None),
            _ if touches(&self.tokens[self.at], &self.tokens[self.at + 1]) => {
                return Err(no_name(digits, &suffix.value).at(position(self.tokens[self.at].span.start)));
            }
            _ => return Ok(false),
        };
        let (mut number, word) = (self.tokens[self.at].clone(), &self.tokens[self.at + 1]);
        if !touches(&number, word) {
            return Ok(false);
        }
        let mut size = Vec::new();
        if keyword == Keyword::DECIMAL {
            let digits = without_exponent(digits);
            size = decimal_size(&digits);
            number.token = Token::Number(digits, false);
        }
        let negated = self.is_negated();
        if let Some(min) = min {
            check_range(digits, negated, type_name, min, number.span)?;
        }
        // A zero has a sign as a floating number only: it gets it behind the cast.
        let floats = matches!(keyword, Keyword::FLOAT | Keyword::DOUBLE);
        let is_zero =
            matches!(&number.token, Token::Number(digits, _) if !digits.contains(|digit| ('1'..='9').contains(&digit)));
        let minus = if negated && !(floats && is_zero) { self.out.pop() } else { None };
        let span = number.span;
        let own = |token: Token| TokenWithSpan::new(token, span);
        self.out.extend([keyword_token("cast", Keyword::CAST), Token::LParen].map(own));
        self.out.extend(minus.into_iter().chain([number]));
        self.out.extend([keyword_token("as", Keyword::AS), keyword_token(type_name, keyword)].map(own));
        self.out.extend(size.into_iter().chain([Token::RParen]).map(own));
        self.at += 2;
        Ok(true)
    }

    /// Whether the token before is the sign of a number, and no subtraction.
    fn is_negated(&self) -> bool {
        let is_minus = self.out.last().is_some_and(|last| last.token == Token::Minus);
        let before = self.out.len().checked_sub(2).map(|at| &self.out[at].token);
        let operand = match before {
            Some(Token::Word(word)) => word.keyword == Keyword::NoKeyword || word.quote_style.is_some(),
            Some(token) => ends_value(token) || matches!(token, Token::Number(..) | Token::SingleQuotedString(_)),
            None => false,
        };
        is_minus && !operand
    }

    fn token_at(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|token| &token.token)
    }

    fn word_at(&self, ahead: usize) -> Option<&str> {
        self.token_at(ahead).and_then(word)
    }
}

/// An unquoted word.
pub fn word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn ends_value(token: &Token) -> bool {
    use Token::{Colon, DoubleQuotedString, RBracket, RParen, SingleQuotedString, Word};
    matches!(token, Word(_) | RParen | RBracket | Colon | SingleQuotedString(_) | DoubleQuotedString(_))
}

/// Whether nothing stands between two tokens.
fn touches(before: &TokenWithSpan, after: &TokenWithSpan) -> bool {
    before.span.end == after.span.start
}

fn quoted_word(value: &str) -> Token {
    Token::Word(Word { value: value.to_owned(), quote_style: Some('`'), keyword: Keyword::NoKeyword })
}

pub fn keyword_token(value: &str, keyword: Keyword) -> Token {
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

pub(super) fn unbound(name: &str) -> Diagnostic {
    let message = format!("Found the unbound parameter: {name}.");
    Diagnostic::new("UNBOUND_SQL_PARAMETER", "42P02", message)
        .with_hint(format!("Declare it with CREATE WIDGET TEXT {name} DEFAULT '..', or give it a value for this run."))
}
