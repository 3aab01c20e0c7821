//! Names that begin with a digit: `2024_sales`, `t.1a`. The tokenizer reads a number and a word.
//!
//! As in Spark, what is written in one piece is a name, unless the letters are the suffix of a number (`5L`, `1.5D`).

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Location, Span, Token, TokenWithSpan, Word};

/// Letters behind a number that say its type.
const SUFFIXES: [&str; 6] = ["y", "s", "l", "f", "d", "bd"];

/// Puts such names together; blanks and comments are gone.
pub fn put_together(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let Some(rest) = plain_word(&token.token) else {
            out.push(token);
            continue;
        };
        let is_suffix = SUFFIXES.contains(&rest.to_lowercase().as_str());
        let before = out.last().filter(|last| !is_suffix && last.span.end == token.span.start);
        let Some((digits, place)) = before.and_then(|last| digits(last).map(|digits| (digits, last.span))) else {
            out.push(token);
            continue;
        };
        let behind_word = out.len().checked_sub(2).map(|at| &out[at]).filter(|word| word.span.end == place.start);
        let behind_word = behind_word.is_some_and(|word| matches!(word.token, Token::Word(_)));
        match digits.strip_prefix('.') {
            Some(digits) if behind_word => {
                let period = Location { line: place.start.line, column: place.start.column + 1 };
                let name = format!("{digits}{rest}");
                out.pop();
                out.push(TokenWithSpan::new(Token::Period, Span::new(place.start, period)));
                out.push(TokenWithSpan::new(name_token(name), Span::new(period, token.span.end)));
            }
            None if !digits.contains('.') => {
                let name = format!("{digits}{rest}");
                out.pop();
                out.push(TokenWithSpan::new(name_token(name), Span::new(place.start, token.span.end)));
            }
            _ => out.push(token),
        }
    }
    out
}

fn plain_word(token: &Token) -> Option<&str> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(&word.value),
        _ => None,
    }
}

fn digits(token: &TokenWithSpan) -> Option<String> {
    match &token.token {
        Token::Number(digits, false) => Some(digits.clone()),
        Token::Number(digits, true) => Some(format!("{digits}l")),
        _ => None,
    }
}

/// As if it were in backticks, which it is printed with.
fn name_token(value: String) -> Token {
    Token::Word(Word { value, quote_style: Some('`'), keyword: Keyword::NoKeyword })
}
