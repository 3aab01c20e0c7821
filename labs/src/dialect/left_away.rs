//! What Spark lets an author leave away and sqlparser wants to read: the brackets of `VALUES 1, 2`, the letters of
//! `trim(LEADING FROM s)`, and the column names of `LATERAL VIEW f(x) v ORDER BY ..`.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::respell::{keyword_token, word};

/// Words behind which VALUES begins a query; it may be a column's name elsewhere.
const BEFORE_VALUES: [&str; 14] = [
    "from",
    "join",
    "union",
    "all",
    "distinct",
    "except",
    "intersect",
    "minus",
    "using",
    "as",
    "into",
    "overwrite",
    "table",
    "name",
];
/// Words that end the rows.
const ROWS_END: [&str; 26] = [
    "as",
    "where",
    "group",
    "having",
    "order",
    "sort",
    "cluster",
    "distribute",
    "limit",
    "offset",
    "union",
    "except",
    "intersect",
    "minus",
    "qualify",
    "window",
    "lateral",
    "join",
    "inner",
    "cross",
    "left",
    "right",
    "full",
    "natural",
    "on",
    "when",
];
/// Words that go on with an expression behind a value.
const GOES_ON: [&str; 15] = [
    "and", "or", "not", "in", "is", "like", "ilike", "rlike", "regexp", "between", "div", "escape", "at", "collate",
    "over",
];

/// Words that sqlparser would take for the name of a lateral view's column.
const NO_COLUMN: [&str; 9] = ["order", "sort", "limit", "offset", "union", "except", "intersect", "minus", "qualify"];

/// A statement's tokens with what was left away; it has the place of the token before it.
pub fn put_back(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        let found = values(&tokens[..at], rest).or_else(|| trim(rest)).or_else(|| lateral_view(rest));
        let (taken, put) = found.unwrap_or_else(|| (1, vec![rest[0].clone()]));
        out.extend(put);
        at += taken;
    }
    out
}

/// How many tokens were read, and what stands in their place.
type Step = Option<(usize, Vec<TokenWithSpan>)>;

fn word_at(tokens: &[TokenWithSpan], at: usize) -> Option<&str> {
    tokens.get(at).and_then(|token| word(&token.token))
}

/// `VALUES 1, (2)` as `VALUES (1), (2)`.
fn values(before: &[TokenWithSpan], tokens: &[TokenWithSpan]) -> Step {
    if word_at(tokens, 0) != Some("values") || !begins_query(before, tokens.get(1)) {
        return None;
    }
    let rows = rows_of(&tokens[1..]);
    if rows.iter().all(|row| row.is_empty() || is_bracketed(row)) {
        return None;
    }
    let mut put = vec![tokens[0].clone()];
    let mut taken = 1;
    for (nth, row) in rows.iter().enumerate() {
        if nth > 0 {
            put.push(tokens[taken].clone());
            taken += 1;
        }
        let bare = !row.is_empty() && !is_bracketed(row);
        let place = row.first().unwrap_or(&tokens[0]).span;
        let end = row.last().unwrap_or(&tokens[0]).span;
        put.extend(bare.then(|| TokenWithSpan::new(Token::LParen, place)));
        put.extend_from_slice(row);
        put.extend(bare.then(|| TokenWithSpan::new(Token::RParen, end)));
        taken += row.len();
    }
    Some((taken, put))
}

/// Whether a query may begin behind these tokens: at the statement's start, in brackets that hold no arguments of a call,
/// behind the words that queries follow, and behind the target of an INSERT.
fn begins_query(before: &[TokenWithSpan], next: Option<&TokenWithSpan>) -> bool {
    let inserts = word_at(before, 0) == Some("insert");
    match before.last().map(|last| &last.token) {
        None => true,
        Some(Token::LParen) => {
            let called = before.len().checked_sub(2).map(|at| &before[at].token);
            !matches!(called, Some(Token::Word(name)) if name.quote_style.is_some() || !follows(&name.value))
        }
        Some(Token::Period) => false,
        // A column is not followed by a constant.
        Some(Token::Comma) => next.is_some_and(|next| {
            matches!(next.token, Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_))
        }),
        Some(Token::Word(_) | Token::RParen)
            if inserts && !before.iter().any(|token| word(&token.token) == Some("select")) =>
        {
            true
        }
        Some(token) => word(token).is_some_and(follows),
    }
}

fn follows(word: &str) -> bool {
    BEFORE_VALUES.contains(&word) || matches!(word, "in" | "exists" | "query" | "choices")
}

/// The rows up to the end of the query, without the commas between them.
fn rows_of(tokens: &[TokenWithSpan]) -> Vec<&[TokenWithSpan]> {
    let (mut rows, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut end = tokens.len();
    for (at, token) in tokens.iter().enumerate() {
        match &token.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket if depth > 0 => depth -= 1,
            Token::RParen | Token::SemiColon => end = at,
            Token::Comma if depth == 0 => {
                rows.push(&tokens[start..at]);
                start = at + 1;
            }
            Token::Word(name)
                if depth == 0 || name.quote_style.is_none() && matches!(name.value.as_str(), "case" | "end") =>
            {
                match (name.quote_style, name.value.as_str()) {
                    (None, "case") => depth += 1,
                    (None, "end") if depth > 0 => depth -= 1,
                    (None, name) if ROWS_END.contains(&name) => end = at,
                    _ if at > start && is_alias(&tokens[start..=at]) => end = at,
                    _ => {}
                }
            }
            _ => {}
        }
        if end == at {
            break;
        }
    }
    rows.push(&tokens[start.min(end)..end]);
    rows
}

/// Whether the last word of these is the name of the whole, and no part of the row before it.
fn is_alias(row: &[TokenWithSpan]) -> bool {
    let [first, .., before, last] = row else { return row.len() == 2 && ends_value(&row[0].token) };
    let interval = word(&first.token) == Some("interval");
    let goes_on = word(&last.token).is_some_and(|word| GOES_ON.contains(&word));
    !interval && !goes_on && ends_value(&before.token)
}

fn ends_value(token: &Token) -> bool {
    let literal = |word: &str| matches!(word, "null" | "true" | "false" | "end" | "current_date" | "current_timestamp");
    matches!(token, Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_))
        || matches!(token, Token::HexStringLiteral(_) | Token::RParen | Token::RBracket)
        || word(token).is_some_and(literal)
}

/// Whether a row is in brackets of its own.
fn is_bracketed(row: &[TokenWithSpan]) -> bool {
    if row.first().is_none_or(|first| first.token != Token::LParen) {
        return false;
    }
    let mut depth = 0_usize;
    let closed = row.iter().position(|token| {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    closed.is_none_or(|closed| closed + 1 == row.len())
}

/// `trim(TRAILING FROM s)` as `trim(TRAILING s)`.
fn trim(tokens: &[TokenWithSpan]) -> Step {
    let side = matches!(word_at(tokens, 2), Some("leading" | "trailing" | "both"));
    let opened = tokens.get(1).is_some_and(|token| token.token == Token::LParen);
    let named = word_at(tokens, 0) == Some("trim") && opened;
    if named && word_at(tokens, 2) == Some("from") {
        return Some((3, tokens[..2].to_vec()));
    }
    (named && side && word_at(tokens, 3) == Some("from")).then(|| (4, tokens[..3].to_vec()))
}

/// `LATERAL VIEW f(x) v ORDER BY ..` as `LATERAL VIEW f(x) v WHERE TRUE ORDER BY ..`.
fn lateral_view(tokens: &[TokenWithSpan]) -> Step {
    if word_at(tokens, 0) != Some("lateral") || word_at(tokens, 1) != Some("view") {
        return None;
    }
    let call = if word_at(tokens, 2) == Some("outer") { 3 } else { 2 };
    tokens.get(call + 1).filter(|behind| behind.token == Token::LParen)?;
    let mut depth = 0_usize;
    let mut end = call + 1;
    for token in tokens.get(call + 1..)? {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        end += 1;
        if depth == 0 {
            break;
        }
    }
    word_at(tokens, end).filter(|name| !NO_COLUMN.contains(name))?;
    word_at(tokens, end + 1).filter(|behind| NO_COLUMN.contains(behind))?;
    let place = tokens[end].span;
    let mut put = tokens[..=end].to_vec();
    let condition = [keyword_token("where", Keyword::WHERE), keyword_token("true", Keyword::TRUE)];
    put.extend(condition.map(|token| TokenWithSpan::new(token, place)));
    Some((end + 1, put))
}
