//! A table's name in a text that may be no statement.

use super::scan::{Piece, pieces};

/// The text with every word or quoted name `from` replaced by `to`, whatever its case and whatever it names: a column or an
/// alias of that name gets the new one, too. Texts and comments stay as they are.
pub fn rename(text: &str, from: &str, to: &str) -> String {
    pieces(text).map(|piece| if is_name(piece, from) { to } else { piece.1 }).collect()
}

/// Whether a word or a quoted name of the text is that one.
pub fn is_named(text: &str, name: &str) -> bool {
    pieces(text).any(|piece| is_name(piece, name))
}

fn is_name((piece, found): (Piece, &str), name: &str) -> bool {
    match piece {
        Piece::Word => found.eq_ignore_ascii_case(name),
        Piece::Quoted => found.trim_matches('`').eq_ignore_ascii_case(name),
        _ => false,
    }
}
