//! One statement's tokens, ready for sqlparser.
//!
//! What happens here so that no later stage needs to know: words are folded to lower case (names are found without
//! regard to case; [`Lexed::written`] gives back what was typed), and spellings that sqlparser does not read are replaced
//! in [`respell`]. Positions are those of the text that was run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Tokenizer};

use crate::diagnostic::{Diagnostic, Position};

use super::grammar::Grammar;
use super::paste::{Pasted, paste};
use super::{digit_names, nesting, respell, texts};

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

    pub fn value(&self, name: &str) -> Option<String> {
        let value = self.get(name).map(str::to_owned);
        value.or_else(|| self.lenient.then(String::new))
    }
}

/// A statement's tokens, without space and comments.
#[derive(Clone, Debug)]
pub struct Lexed {
    pub tokens: Vec<TokenWithSpan>,
    /// Names bound by `:name` or pasted in by `${name}`, in lower case.
    pub parameters_read: BTreeSet<String>,
    /// What a student should know of how the text was read.
    pub notes: Vec<String>,
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
        let pasted = paste(text, parameters);
        if let Some((name, place)) = pasted.as_ref().and_then(|pasted| pasted.unbound.clone()) {
            return Err(respell::unbound(&name).at(shift(place, start)));
        }
        let place = |at: Location| move_by(pasted.as_ref().map_or(at, |pasted| pasted.origin(at)), start);
        let read = pasted.as_ref().map_or(text, |pasted| &pasted.text);
        let mut raw = Tokenizer::new(&Grammar, &texts::raw_closed(read))
            .tokenize_with_location()
            .map_err(|error| syntax(&error.message).at(position(place(error.location))))?;
        raw.retain(|token| !matches!(token.token, Token::Whitespace(_)));
        let mut raw = digit_names::put_together(texts::read_again(raw, read));
        free_top(&mut raw);
        let mut written = HashMap::new();
        let mut path = JsonPath::default();
        for token in &mut raw {
            token.span = Span::new(place(token.span.start), place(token.span.end));
            if !path.takes(token)
                && let Token::Word(word) = &mut token.token
            {
                let folded = word.value.to_lowercase();
                if folded != word.value {
                    written.insert(token.span.start, std::mem::replace(&mut word.value, folded));
                }
            }
        }
        nesting::check(&raw, max_nesting)?;
        let (tokens, mut parameters_read) = respell::respell(raw, parameters)?;
        let notes = pasted.as_ref().map(notes).unwrap_or_default();
        parameters_read.extend(pasted.into_iter().flat_map(|pasted| pasted.names).map(|name| name.to_lowercase()));
        Ok(Self { tokens, parameters_read, notes, text: text.to_owned(), start, written })
    }

    /// Whether a number has a suffix that names its type: `1.5D` is read as a cast whose tokens have the number's place.
    pub fn has_suffix(&self, number: Span) -> bool {
        let cast = |token: &TokenWithSpan| matches!(&token.token, Token::Word(word) if word.value == "cast");
        number.start.line > 0 && self.tokens.iter().any(|token| token.span == number && cast(token))
    }

    /// A word as it was typed, given where it stands.
    pub fn written(&self, span: Span, folded: &str) -> String {
        self.typed(span.start, folded).unwrap_or(folded).to_owned()
    }

    /// What was typed where a word stands; nothing where it stands for another, as the name that `IDENTIFIER(..)` gives.
    fn typed(&self, start: Location, folded: &str) -> Option<&str> {
        self.written.get(&start).map(String::as_str).filter(|written| written.to_lowercase() == folded)
    }

    /// Gives every word its own spelling back; for types, whose fields keep their case.
    pub fn unfold(&mut self) {
        for token in &mut self.tokens {
            if let (Token::Word(word), Some(written)) = (&mut token.token, self.written.get(&token.span.start))
                && written.to_lowercase() == word.value
            {
                word.value.clone_from(written);
            }
        }
    }

    /// The words of the statement as typed, by their folded form; the first spelling wins.
    pub fn spelling(&self, folded: &str) -> Option<&str> {
        let same = |token: &&TokenWithSpan| matches!(&token.token, Token::Word(word) if word.value == folded);
        self.tokens.iter().filter(same).find_map(|token| self.typed(token.span.start, folded))
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

    /// Where a path of several names first stands, by its folded names.
    pub fn position_of_path(&self, path: &[&str]) -> Option<Position> {
        let is = |token: &TokenWithSpan, at: usize| match path.get(at / 2) {
            Some(name) if at.is_multiple_of(2) => matches!(&token.token, Token::Word(word) if word.value == *name),
            _ => token.token == Token::Period,
        };
        let mut places = self.tokens.windows((2 * path.len()).saturating_sub(1).max(1));
        let found = places.find(|tokens| tokens.iter().enumerate().all(|(at, token)| is(token, at)));
        found.and_then(|tokens| tokens.first()).map(|token| position(token.span.start))
    }

    /// The texts that stand in the statement in quotes.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match &token.token {
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => Some(text.as_str()),
            _ => None,
        })
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

/// What is said of `${name}`.
fn notes(pasted: &Pasted) -> Vec<String> {
    let was_put_in = pasted.names.iter().map(|name| {
        format!(
            "`${{{name}}}` is deprecated: its value was pasted into the text. Write `:{name}`, and where a name is \
             wanted `IDENTIFIER(:{name})`, without quotes."
        )
    });
    let stays = pasted.left.iter().map(|name| {
        format!("`${{{name}}}` stays as it is written: there is no widget `{name}`. To bind one, write `:{name}`.")
    });
    was_put_in.chain(stays).collect()
}

/// Where a `json:path` is: its names keep their case, for they are keys of a document.
#[derive(Default)]
struct JsonPath {
    inside: bool,
    /// Whether a name comes next.
    name_next: bool,
    previous_end: Option<Location>,
}

impl JsonPath {
    /// Moves on by a token, and says whether it is a name of the path.
    fn takes(&mut self, token: &TokenWithSpan) -> bool {
        let adjacent = self.previous_end == Some(token.span.start);
        self.previous_end = Some(token.span.end);
        let is_name = adjacent && self.name_next && matches!(token.token, Token::Word(_));
        self.name_next = match &token.token {
            // `:p` after a space is a parameter.
            Token::Colon => adjacent,
            Token::Period => adjacent && self.inside,
            _ => false,
        };
        self.inside = match &token.token {
            Token::Colon => adjacent,
            Token::Word(_) => is_name,
            Token::Period | Token::LBracket | Token::RBracket => self.inside,
            Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) => self.inside,
            _ => false,
        };
        is_name
    }
}

/// TOP is no word of Databricks SQL, but one of sqlparser's: a column may be called so. `SELECT TOP 1` stays one, to be
/// refused by name.
fn free_top(tokens: &mut [TokenWithSpan]) {
    for at in 0..tokens.len() {
        let counts = matches!(tokens.get(at + 1).map(|next| &next.token), Some(Token::Number(..)));
        if let Token::Word(word) = &mut tokens[at].token
            && word.keyword == Keyword::TOP
            && !counts
        {
            word.keyword = Keyword::NoKeyword;
        }
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
