//! What Spark lets an author leave away and sqlparser wants to read: the brackets of `VALUES 1, 2`, the letters of
//! `trim(LEADING FROM s)`, and the column names of `LATERAL VIEW f(x) v ORDER BY ..`.

use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};

use super::respell::{keyword_token, word};

/// Words that a row of one value without brackets may begin with.
const ROW_BEGINS: [&str; 12] =
    ["null", "true", "false", "date", "timestamp", "interval", "array", "map", "named_struct", "struct", "cast", "x"];
/// Words that end the rows.
const ROWS_END: [&str; 9] = ["as", "order", "limit", "offset", "union", "except", "intersect", "minus", "where"];
/// Words that sqlparser would take for the name of a lateral view's column.
const NO_COLUMN: [&str; 9] = ["order", "sort", "limit", "offset", "union", "except", "intersect", "minus", "qualify"];

/// A statement's tokens with what was left away; it has the place of the token before it.
pub fn put_back(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let rest = &tokens[at..];
        let (taken, put) = values(rest)
            .or_else(|| trim(rest))
            .or_else(|| lateral_view(rest))
            .unwrap_or_else(|| (1, vec![rest[0].clone()]));
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

/// `VALUES 1, 2` as `VALUES (1), (2)`.
fn values(tokens: &[TokenWithSpan]) -> Step {
    if word_at(tokens, 0) != Some("values") || !begins_row(tokens.get(1)?) {
        return None;
    }
    let rows = &tokens[1..];
    let mut depth = 0_usize;
    let mut end = rows.len();
    let mut commas = Vec::new();
    for (at, token) in rows.iter().enumerate() {
        match &token.token {
            Token::LParen | Token::LBracket => depth += 1,
            Token::RParen | Token::RBracket if depth > 0 => depth -= 1,
            Token::RParen | Token::SemiColon => end = at,
            Token::Comma if depth == 0 => commas.push(at),
            token if depth == 0 && word(token).is_some_and(|word| ROWS_END.contains(&word)) => end = at,
            _ => {}
        }
        if end == at {
            break;
        }
    }
    let mut put = vec![tokens[0].clone()];
    let mut start = 0;
    for stop in commas.into_iter().chain([end]) {
        let row = &rows[start..stop];
        let place = row.first().unwrap_or(&tokens[0]).span;
        let ends = row.last().unwrap_or(&tokens[0]).span;
        put.push(TokenWithSpan::new(Token::LParen, place));
        put.extend_from_slice(row);
        put.push(TokenWithSpan::new(Token::RParen, ends));
        put.extend(rows.get(stop).filter(|_| stop < end).cloned());
        start = stop + 1;
    }
    Some((1 + end, put))
}

fn begins_row(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) | Token::Minus => true,
        token => word(token).is_some_and(|word| ROW_BEGINS.contains(&word)),
    }
}

/// `trim(TRAILING FROM s)` as `trim(TRAILING s)`.
fn trim(tokens: &[TokenWithSpan]) -> Step {
    let side = matches!(word_at(tokens, 2), Some("leading" | "trailing" | "both"));
    let opened = tokens.get(1).is_some_and(|token| token.token == Token::LParen);
    let whole = word_at(tokens, 0) == Some("trim") && opened && side && word_at(tokens, 3) == Some("from");
    whole.then(|| (4, tokens[..3].to_vec()))
}

/// `LATERAL VIEW f(x) v ORDER BY ..` as `LATERAL VIEW f(x) v WHERE TRUE ORDER BY ..`.
fn lateral_view(tokens: &[TokenWithSpan]) -> Step {
    if word_at(tokens, 0) != Some("lateral") || word_at(tokens, 1) != Some("view") {
        return None;
    }
    let call = if word_at(tokens, 2) == Some("outer") { 3 } else { 2 };
    let mut depth = 0_usize;
    let mut end = call + 1;
    for token in tokens.get(call + 1..)? {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
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
