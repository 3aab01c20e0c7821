//! Rows of literals in a text that may be no statement.

use super::scan::{Piece, pieces};

/// The rows of so many literals that stand in brackets, each value as it is written, in the order of the text.
///
/// Numbers with their sign, texts, `NULL`, `TRUE`, `FALSE`, and `DATE '..'` and its like are literals. A row with anything
/// else in it is left out.
pub fn literal_rows(text: &str, columns: usize) -> Vec<Vec<String>> {
    let pieces: Vec<(Piece, &str)> =
        pieces(text).filter(|(piece, _)| !matches!(piece, Piece::Space | Piece::Comment)).collect();
    let starts = pieces.iter().enumerate().filter(|(_, piece)| **piece == (Piece::Mark, "("));
    let rows = starts.filter_map(|(at, _)| literals(&pieces[at + 1..]));
    rows.filter(|row| row.len() == columns).collect()
}

/// The values up to the closing bracket; `None` when one of them is no literal.
fn literals(mut pieces: &[(Piece, &str)]) -> Option<Vec<String>> {
    let mut row = Vec::new();
    loop {
        let (value, length) = literal(pieces)?;
        row.push(value);
        pieces = &pieces[length..];
        match pieces.split_first()? {
            ((Piece::Mark, ","), rest) => pieces = rest,
            ((Piece::Mark, ")"), _) => return Some(row),
            _ => return None,
        }
    }
}

/// A literal at the start, and how many pieces it has.
fn literal(pieces: &[(Piece, &str)]) -> Option<(String, usize)> {
    let is_any = |word: &str, words: &[&str]| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    match *pieces {
        [(Piece::Mark, sign @ ("-" | "+")), (Piece::Number, number), ..] => Some((format!("{sign}{number}"), 2)),
        [(Piece::Word, kind), (Piece::Text, text), ..] if is_any(kind, &["date", "timestamp", "timestamp_ntz"]) => {
            Some((format!("{kind} {text}"), 2))
        }
        [(Piece::Word, word), ..] if is_any(word, &["null", "true", "false"]) => Some((word.to_owned(), 1)),
        [(Piece::Text | Piece::Number, text), ..] => Some((text.to_owned(), 1)),
        _ => None,
    }
}
