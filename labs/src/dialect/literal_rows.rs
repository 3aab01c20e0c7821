//! Rows of literals in a text that may be no statement.

use super::scan::{Piece, pieces};

type Found<'a> = (Piece, &'a str);

/// The rows that stand in brackets and have a literal for each column, each value as it is written, in the order of the
/// text. Where a list in brackets names just these columns in another order, that is the order of the values.
///
/// Numbers with their sign, texts, `NULL`, `TRUE`, `FALSE`, and `DATE '..'` and its like are literals. A row with anything
/// else in it is left out.
pub fn literal_rows(text: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let pieces: Vec<Found<'_>> =
        pieces(text).filter(|(piece, _)| !matches!(piece, Piece::Space | Piece::Comment)).collect();
    let lists = || {
        let opening = pieces.iter().enumerate().filter(|(_, piece)| **piece == (Piece::Mark, "("));
        opening.map(|(at, _)| &pieces[at + 1..])
    };
    let order = lists().find_map(|list| order_of(&values(list, name)?, columns));
    let rows = lists().filter_map(|list| values(list, literal)).filter(|row| row.len() == columns.len());
    match order {
        None => rows.collect(),
        Some(order) => rows.map(|row| order.iter().map(|at| row[*at].clone()).collect()).collect(),
    }
}

/// For each column where it stands among the names; `None` when these are not just the columns.
fn order_of(names: &[String], columns: &[&str]) -> Option<Vec<usize>> {
    let place = |column: &&str| names.iter().position(|name| name.eq_ignore_ascii_case(column));
    columns.iter().map(place).collect::<Option<Vec<usize>>>().filter(|order| order.len() == names.len())
}

/// The values up to the closing bracket; `None` when one of them is not of the kind.
fn values(mut pieces: &[Found<'_>], kind: impl Fn(&[Found<'_>]) -> Option<(String, usize)>) -> Option<Vec<String>> {
    let mut row = Vec::new();
    loop {
        let (value, length) = kind(pieces)?;
        row.push(value);
        pieces = &pieces[length..];
        match pieces.split_first()? {
            ((Piece::Mark, ","), rest) => pieces = rest,
            ((Piece::Mark, ")"), _) => return Some(row),
            _ => return None,
        }
    }
}

/// A name at the start, and how many pieces it has.
fn name(pieces: &[Found<'_>]) -> Option<(String, usize)> {
    match *pieces {
        [(Piece::Word, name), ..] => Some((name.to_owned(), 1)),
        [(Piece::Quoted, name), ..] => Some((name.trim_matches('`').to_owned(), 1)),
        _ => None,
    }
}

/// A literal at the start, and how many pieces it has.
fn literal(pieces: &[Found<'_>]) -> Option<(String, usize)> {
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
