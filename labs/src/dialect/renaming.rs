//! Another name for a table in a text.

use super::scan::{Piece, pieces};

/// The text with every word or quoted name `from` replaced by `to`, whatever its case; texts and comments stay as they are.
pub fn rename(text: &str, from: &str, to: &str) -> String {
    let is_named = |piece: Piece, found: &str| match piece {
        Piece::Word => found.eq_ignore_ascii_case(from),
        Piece::Quoted => found.trim_matches('`').eq_ignore_ascii_case(from),
        _ => false,
    };
    pieces(text).map(|(piece, found)| if is_named(piece, found) { to } else { found }).collect()
}
