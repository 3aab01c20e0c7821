//! `TABLE t` as a query becomes `SELECT * FROM t`.
//!
//! sqlparser reads the two words behind it as part of it and forgets them: `TABLE t LIMIT 1` would give every row.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::respell::{keyword_token, word};

/// Words that a query may follow.
const BEFORE: [&str; 10] =
    ["union", "all", "distinct", "except", "intersect", "minus", "as", "query", "choices", "explain"];
/// Words that a query in brackets may follow. After a name, brackets hold columns, and a column may be called `table`.
const BEFORE_BRACKET: [&str; 12] =
    ["in", "exists", "from", "join", "using", "as", "union", "all", "distinct", "except", "intersect", "minus"];
/// Words that may follow the name.
const BEHIND: [&str; 10] =
    ["limit", "offset", "order", "sort", "cluster", "distribute", "union", "except", "intersect", "minus"];

/// A statement's tokens without `TABLE t` as a query. What is put in has the place of TABLE.
pub fn spell_out(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    if !tokens.iter().any(|token| word(&token.token) == Some("table")) {
        return tokens;
    }
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len() + 2);
    for (at, token) in tokens.iter().enumerate() {
        if word(&token.token) != Some("table") || !begins_query(&tokens[..at]) || !names_one(&tokens[at + 1..]) {
            out.push(token.clone());
            continue;
        }
        let words = [keyword_token("select", Keyword::SELECT), Token::Mul, keyword_token("from", Keyword::FROM)];
        out.extend(words.map(|word| TokenWithSpan::new(word, token.span)));
    }
    out
}

fn begins_query(before: &[TokenWithSpan]) -> bool {
    let back = |count: usize| before.len().checked_sub(count).map(|at| &before[at].token);
    let first = before.first().and_then(|token| word(&token.token));
    match back(1) {
        None | Some(Token::RParen) => true,
        Some(Token::LParen) => match back(2) {
            Some(Token::Word(word)) => word.quote_style.is_none() && BEFORE_BRACKET.contains(&word.value.as_str()),
            _ => true,
        },
        Some(token) => match (first, word(token)) {
            (Some("insert"), found) => !matches!(found, Some("into" | "overwrite")),
            (Some("explain"), Some(_)) if before.len() == 2 => true,
            (_, found) => found.is_some_and(|found| BEFORE.contains(&found)),
        },
    }
}

/// Whether a name is next, and behind it nothing but what may follow a query's first line.
fn names_one(tokens: &[TokenWithSpan]) -> bool {
    let token = |at: usize| tokens.get(at).map(|token| &token.token);
    let mut at = 0;
    while matches!(token(at), Some(Token::Word(_))) {
        at += 1;
        if token(at) != Some(&Token::Period) {
            break;
        }
        at += 1;
    }
    let ended = match token(at) {
        None | Some(Token::SemiColon | Token::RParen) => true,
        Some(behind) => word(behind).is_some_and(|found| BEHIND.contains(&found)),
    };
    at > 0 && ended
}
