//! From tokens to a [`Statement`]: which family a statement belongs to, and the cursor that the families read with.
//!
//! A statement that is not read here is refused by name in [`super::parse::refused`], with what to use instead.

use datafusion::sql::sqlparser::ast::{ArrayElemTypeDef, DataType, Expr, Query};
use datafusion::sql::sqlparser::dialect::{Dialect, Precedence};
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::diagnostic::{Diagnostic, Position};

use super::grammar::Grammar;
use super::lexer::{Lexed, Parameters, position, syntax};
use super::parse::{self as families, refused};
use super::statement::{Statement, TableName};

/// Levels that sqlparser itself may recurse; its callers have already checked nesting.
const RECURSION: usize = 400;

/// Words that begin a clause behind a SELECT list.
const CLAUSES: &[&str] =
    &["from", "where", "group", "order", "having", "limit", "join", "union", "qualify", "version", "timestamp"];

static GRAMMAR: Grammar = Grammar;

type Result<T> = std::result::Result<T, Diagnostic>;

/// Reads one statement.
///
/// # Errors
/// PARSE_SYNTAX_ERROR with a position, or UNSUPPORTED_FEATURE for a statement that Databricks has and we do not.
pub fn parse(lexed: &Lexed) -> Result<Statement> {
    let mut cursor = Cursor::new(lexed);
    let statement = families::statement(&mut cursor)?;
    cursor.end()?;
    Ok(statement)
}

/// Reads a statement of our own.
///
/// # Errors
/// PARSE_SYNTAX_ERROR.
pub fn parse_text(text: &str) -> Result<Statement> {
    parse(&lex(text)?)
}

/// Reads an expression on its own, with names folded to lower case.
///
/// # Errors
/// PARSE_SYNTAX_ERROR.
pub fn parse_expression(text: &str) -> Result<Expr> {
    let lexed = lex(text)?;
    let mut cursor = Cursor::new(&lexed);
    let expression = cursor.expression()?;
    cursor.end()?;
    Ok(expression)
}

/// Reads a type as Databricks prints it: `DECIMAL(10,2)`, `ARRAY<STRING>`.
///
/// # Errors
/// PARSE_SYNTAX_ERROR.
pub fn parse_type(text: &str) -> Result<DataType> {
    let mut lexed = lex(text)?;
    lexed.unfold();
    let mut cursor = Cursor::new(&lexed);
    let data_type = cursor.data_type()?;
    cursor.end()?;
    Ok(data_type)
}

fn lex(text: &str) -> Result<Lexed> {
    Lexed::new(
        text,
        Position { line: 1, column: 1 },
        &Parameters::unbound(),
        crate::sandbox::Limits::default().max_nesting,
    )
}

/// Reads a statement's tokens one after the other.
pub struct Cursor<'a> {
    parser: Parser<'a>,
    pub lexed: &'a Lexed,
}

impl<'a> Cursor<'a> {
    fn new(lexed: &'a Lexed) -> Self {
        let parser =
            Parser::new(&GRAMMAR).with_recursion_limit(RECURSION).with_tokens_with_locations(lexed.tokens.clone());
        Self { parser, lexed }
    }

    /// Runs one of sqlparser's own readers.
    pub fn with<T>(&mut self, read: impl FnOnce(&mut Parser<'a>) -> std::result::Result<T, ParserError>) -> Result<T> {
        read(&mut self.parser).map_err(|error| self.diagnose(error))
    }

    pub fn peek(&self) -> TokenWithSpan {
        self.parser.peek_token()
    }

    pub fn location(&self) -> Location {
        self.peek().span.start
    }

    pub fn position(&self) -> Position {
        match position(self.location()) {
            // What stands behind the last token has no place of its own.
            Position { line: 0, .. } => {
                self.lexed.tokens.last().map_or(self.lexed.start(), |last| position(last.span.end))
            }
            place => place,
        }
    }

    /// Whether the next tokens are these words, without quotes and in any case.
    pub fn sees(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(at, word)| self.word_ahead(at).as_deref() == Some(*word))
    }

    /// The unquoted word `ahead` tokens from here, in lower case.
    pub fn word_ahead(&self, ahead: usize) -> Option<String> {
        match &self.parser.peek_nth_token_ref(ahead).token {
            Token::Word(word) if word.quote_style.is_none() => Some(word.value.clone()),
            _ => None,
        }
    }

    /// The token `ahead` tokens from here.
    pub fn token_ahead(&self, ahead: usize) -> Token {
        self.parser.peek_nth_token_ref(ahead).token.clone()
    }

    /// Takes these words if they are next.
    pub fn takes(&mut self, words: &[&str]) -> bool {
        let seen = self.sees(words);
        if seen {
            words.iter().for_each(|_| self.parser.advance_token());
        }
        seen
    }

    pub fn expect(&mut self, words: &[&str]) -> Result<()> {
        for word in words {
            if !self.takes(&[word]) {
                return Err(self.unexpected(&word.to_uppercase()));
            }
        }
        Ok(())
    }

    pub fn takes_token(&mut self, token: &Token) -> bool {
        self.parser.consume_token(token)
    }

    pub fn expect_token(&mut self, token: &Token) -> Result<()> {
        if self.takes_token(token) { Ok(()) } else { Err(self.unexpected(&token.to_string())) }
    }

    pub fn at_end(&self) -> bool {
        matches!(self.peek().token, Token::EOF | Token::SemiColon)
    }

    pub fn end(&mut self) -> Result<()> {
        if self.at_end() {
            return Ok(());
        }
        if self.peek().token == Token::Pipe && self.token_ahead(1) == Token::Gt {
            return Err(families::pipe(self.position()));
        }
        Err(self.misspelt().unwrap_or_else(|| self.unexpected("end of statement")))
    }

    /// A name as written, and where it stands.
    pub fn name(&mut self) -> Result<(String, Position)> {
        let token = self.peek();
        let Token::Word(word) = &token.token else { return Err(self.unexpected("a name")) };
        self.parser.advance_token();
        Ok((self.lexed.written(token.span, &word.value), position(token.span.start)))
    }

    /// `[catalog.][schema.]name`, as written.
    pub fn table_name(&mut self) -> Result<TableName> {
        let (first, start) = self.name()?;
        let mut parts = vec![first];
        while self.takes_token(&Token::Period) {
            if matches!(self.peek().token, Token::SingleQuotedString(_)) {
                break;
            }
            parts.push(self.name()?.0);
        }
        if parts.len() > 3 {
            let message = format!("{} has more than three parts.", parts.join("."));
            return Err(Diagnostic::new("IDENTIFIER_TOO_MANY_NAME_PARTS", "42601", message).at(start));
        }
        Ok(TableName { parts, position: Some(start) })
    }

    /// Names in brackets.
    pub fn names(&mut self) -> Result<Vec<(String, Position)>> {
        self.expect_token(&Token::LParen)?;
        let mut names = vec![self.name()?];
        while self.takes_token(&Token::Comma) {
            names.push(self.name()?);
        }
        self.expect_token(&Token::RParen)?;
        Ok(names)
    }

    /// An alias after a table, with or without AS, unless one of `reserved` follows.
    pub fn alias(&mut self, reserved: &[&str]) -> Result<Option<String>> {
        if self.takes(&["as"]) {
            return Ok(Some(self.name()?.0));
        }
        let free = matches!(&self.peek().token, Token::Word(word)
            if word.quote_style.is_some() || !reserved.contains(&word.value.as_str()));
        if free { Ok(Some(self.name()?.0)) } else { Ok(None) }
    }

    pub fn text(&mut self) -> Result<String> {
        match self.peek().token {
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => {
                self.parser.advance_token();
                Ok(text)
            }
            _ => Err(self.unexpected("a string")),
        }
    }

    pub fn integer(&mut self) -> Result<u64> {
        let number = match self.peek().token {
            Token::Number(digits, _) => digits.parse().ok(),
            Token::SingleQuotedString(digits) => digits.parse().ok(),
            _ => None,
        };
        let Some(number) = number else { return Err(self.unexpected("a whole number")) };
        self.parser.advance_token();
        Ok(number)
    }

    pub fn expression(&mut self) -> Result<Expr> {
        self.with(|parser| parser.parse_expr())
    }

    /// An expression without AND, OR, NOT and comparisons outside of brackets.
    pub fn operand(&mut self) -> Result<Expr> {
        let comparison = GRAMMAR.prec_value(Precedence::Like);
        self.with(|parser| parser.parse_subexpr(comparison))
    }

    pub fn query(&mut self) -> Result<Box<Query>> {
        // MySQL takes both words, and so does sqlparser.
        if let Some(slip) = self.slip_of(&["values"]).filter(|_| self.sees(&["value"])) {
            return Err(slip);
        }
        self.with(|parser| parser.parse_query())
    }

    /// A type, whose fields are spelled as they were typed.
    pub fn data_type(&mut self) -> Result<DataType> {
        let mut data_type = self.with(|parser| parser.parse_data_type())?;
        self.spell_fields(&mut data_type);
        Ok(data_type)
    }

    fn spell_fields(&self, data_type: &mut DataType) {
        match data_type {
            DataType::Struct(fields, _) => {
                for field in fields {
                    if let Some(name) = &mut field.field_name {
                        name.value = self.lexed.written(name.span, &name.value);
                    }
                    self.spell_fields(&mut field.field_type);
                }
            }
            DataType::Array(ArrayElemTypeDef::AngleBracket(item)) => self.spell_fields(item),
            DataType::Map(key, value) => {
                self.spell_fields(key);
                self.spell_fields(value);
            }
            _ => {}
        }
    }

    pub fn unexpected(&self, expected: &str) -> Diagnostic {
        let found = self.peek();
        near(&self.typed(&found), expected).at(self.found_at(&found))
    }

    /// The word where a statement ends too early, or the one before it, where it is nearly the word that begins a clause.
    fn misspelt(&self) -> Option<Diagnostic> {
        let here = self.lexed.tokens.iter().position(|token| token.span == self.peek().span)?;
        let candidates = here.checked_sub(1).into_iter().chain([here]);
        candidates.filter_map(|at| self.lexed.tokens.get(at)).find_map(|token| self.slip(token, CLAUSES))
    }

    /// The word here, where it is one letter away from one of these.
    pub fn slip_of(&self, words: &[&str]) -> Option<Diagnostic> {
        self.slip(&self.peek(), words)
    }

    fn slip(&self, token: &TokenWithSpan, words: &[&str]) -> Option<Diagnostic> {
        let Token::Word(word) = &token.token else { return None };
        let near = |known: &&&str| strsim::osa_distance(known, &word.value) == 1;
        let meant = words.iter().filter(|_| word.quote_style.is_none()).find(near)?;
        let typed = self.typed(token);
        let diagnostic = syntax(&format!("Syntax error at or near '{typed}'")).at(position(token.span.start));
        Some(diagnostic.with_hint(format!("Did you mean {}?", meant.to_uppercase())))
    }

    /// A token as it was typed.
    fn typed(&self, token: &TokenWithSpan) -> String {
        match &token.token {
            Token::EOF => String::new(),
            Token::Word(word) => self.lexed.written(token.span, &word.value),
            other => other.to_string(),
        }
    }

    fn found_at(&self, token: &TokenWithSpan) -> Position {
        if token.token != Token::EOF {
            return position(token.span.start);
        }
        self.lexed.tokens.last().map_or(self.lexed.start(), |last| position(last.span.end))
    }

    fn diagnose(&self, error: ParserError) -> Diagnostic {
        let message = match error {
            ParserError::RecursionLimitExceeded => {
                return Diagnostic::new("LIMIT_EXCEEDED.NESTING", "53200", "The statement nests too deeply.");
            }
            ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
        };
        let (message, place) = split_place(&message);
        if let Some(found) = message.strip_prefix("Expected an expression, found: ") {
            return self.trailing_comma(found, place);
        }
        let Some((expected, found)) = message.strip_prefix("Expected: ").and_then(|rest| rest.split_once(", found: "))
        else {
            let diagnostic = syntax(message);
            return if let Some(place) = place { diagnostic.at(place) } else { diagnostic.at(self.position()) };
        };
        if expected == ">" && ["COMMENT", "NOT"].iter().any(|word| found.eq_ignore_ascii_case(word)) {
            let place = place.unwrap_or_else(|| self.position());
            let what = "COMMENT and NOT NULL of a field inside a STRUCT are not available";
            return refused::feature(what, "Leave them away; a whole column may have both.", place);
        }
        if found == "EOF" {
            let end = self.found_at(&TokenWithSpan::wrap(Token::EOF));
            return near("", expected).at(end);
        }
        let spelled =
            place.and_then(|place| self.token_at(place)).map_or_else(|| found.to_owned(), |token| self.typed(token));
        near(&spelled, expected).at(place.unwrap_or_else(|| self.position()))
    }

    /// A SELECT list that ends in a comma; sqlparser gives the place of the word behind FROM.
    fn trailing_comma(&self, found: &str, place: Option<Position>) -> Diagnostic {
        let before = |token: &&TokenWithSpan| place.is_none_or(|place| position(token.span.start) < place);
        let is_it = |token: &&TokenWithSpan| token.to_string().eq_ignore_ascii_case(found);
        let token = self.lexed.tokens.iter().rev().filter(before).find(is_it);
        let typed = token.map_or_else(|| found.to_owned(), |token| self.typed(token));
        let at = token.map_or_else(|| self.position(), |token| position(token.span.start));
        let diagnostic = syntax(&format!("Syntax error at or near '{typed}'")).at(at);
        diagnostic.with_hint("Here an expression would fit. Is the comma before it one too many?")
    }

    fn token_at(&self, place: Position) -> Option<&TokenWithSpan> {
        self.lexed.tokens.iter().find(|token| position(token.span.start) == place)
    }
}

fn near(found: &str, expected: &str) -> Diagnostic {
    let diagnostic = if found.is_empty() {
        syntax("Syntax error at or near end of input")
    } else {
        syntax(&format!("Syntax error at or near '{found}'"))
    };
    diagnostic.with_hint(format!("Here {expected} would fit."))
}

/// Cuts ` at Line: 3, Column: 7` off the end of a message.
fn split_place(message: &str) -> (&str, Option<Position>) {
    let Some((before, place)) = message.rsplit_once(" at Line: ") else { return (message, None) };
    let numbers = place.split_once(", Column: ");
    let place = numbers.and_then(|(line, column)| Some((line.trim().parse().ok()?, column.trim().parse().ok()?)));
    (before, place.map(|(line, column)| Position { line, column }))
}
