//! Where an error that arose while rows were computed stands in its statement.
//!
//! The engine does not say which expression failed. Often only one can have: the one division of the statement, the one
//! CAST, the text that is no number. Where several could have, the error keeps to the statement's first word.

use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostic::Diagnostic;
use crate::dialect::{self, Lexed};

/// The diagnostic with the place of the only expression that can have raised it.
pub fn placed(diagnostic: Diagnostic, lexed: &Lexed) -> Diagnostic {
    if diagnostic.position.is_some() {
        return diagnostic;
    }
    let token = match diagnostic.class.as_ref() {
        "DIVIDE_BY_ZERO" => only(divisions(&lexed.tokens)),
        "CAST_INVALID_INPUT" => text_in(&diagnostic, lexed).or_else(|| only(casts(&diagnostic, lexed))),
        "CAST_OVERFLOW" => only(casts(&diagnostic, lexed)),
        "ARITHMETIC_OVERFLOW" => only(lexed.tokens.iter().filter(|token| computes(token))),
        "INVALID_ARRAY_INDEX" => only(lexed.tokens.iter().filter(|token| token.token == Token::LBracket)),
        _ => None,
    };
    match token {
        Some(token) => diagnostic.at(dialect::position(token.span.start)),
        None => diagnostic,
    }
}

fn only<'a>(mut tokens: impl Iterator<Item = &'a TokenWithSpan>) -> Option<&'a TokenWithSpan> {
    tokens.next().filter(|_| tokens.next().is_none())
}

/// The value that the message quotes, where it stands as a text of the statement.
fn text_in<'a>(diagnostic: &Diagnostic, lexed: &'a Lexed) -> Option<&'a TokenWithSpan> {
    let value = diagnostic.message.split_once('\'')?.1.rsplit_once("' of the type")?.0;
    only(lexed.tokens.iter().filter(|token| match &token.token {
        Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text == value,
        _ => false,
    }))
}

/// Divisions whose divisor is no number other than 0.
fn divisions(tokens: &[TokenWithSpan]) -> impl Iterator<Item = &TokenWithSpan> {
    tokens.iter().enumerate().filter_map(|(at, token)| {
        let divides = matches!(token.token, Token::Div | Token::Mod) || is_word(token, &["div", "mod", "pmod"]);
        let harmless = matches!(tokens.get(at + 1).map(|next| &next.token),
            Some(Token::Number(digits, _)) if digits.parse().is_ok_and(|number: f64| number != 0.0));
        (divides && !harmless).then_some(token)
    })
}

/// Casts to the type that the message names: `CAST(.. AS INT)`, `..::INT`, `int(..)`.
fn casts<'a>(diagnostic: &Diagnostic, lexed: &'a Lexed) -> impl Iterator<Item = &'a TokenWithSpan> {
    let target = diagnostic.message.split("cast to \"").nth(1).unwrap_or_default();
    let target: String = target.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let tokens = &lexed.tokens;
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        match &token.token {
            Token::LParen => open.push(at),
            Token::RParen => {
                open.pop();
            }
            Token::Word(word) if word.value == target => {
                let opened = open.last().and_then(|open| open.checked_sub(1)).map(|cast| &tokens[cast]);
                let cast = opened.filter(|opened| is_word(opened, &["cast"]));
                let called = tokens.get(at + 1).is_some_and(|next| next.token == Token::LParen);
                found.extend(match before {
                    Some(before) if is_word(before, &["as"]) => cast,
                    Some(before) if before.token == Token::DoubleColon => Some(before),
                    _ => Some(token).filter(|_| called),
                });
            }
            _ => {}
        }
    }
    found.into_iter()
}

fn is_word(token: &TokenWithSpan, words: &[&str]) -> bool {
    matches!(&token.token, Token::Word(word) if words.contains(&word.value.as_str()))
}

fn computes(token: &TokenWithSpan) -> bool {
    matches!(token.token, Token::Plus | Token::Minus | Token::Mul) || is_word(token, &["sum", "abs", "negative"])
}
