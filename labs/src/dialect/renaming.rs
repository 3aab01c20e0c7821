//! A table's name in a text that may be no statement.

use super::scan::{Piece, pieces};

/// The text with every word or quoted name `from` replaced by `to`, whatever its case and whatever it names: a column or an
/// alias of that name gets the new one, too. Texts and comments stay as they are.
pub fn rename(text: &str, from: &str, to: &str) -> String {
    pieces(text).map(|piece| if is_name(piece, from) { to } else { piece.1 }).collect()
}

/// [`rename`] for a schema: where it is created it keeps its name, so that nothing is created twice.
pub fn rename_schema(text: &str, from: &str, to: &str) -> String {
    let mut before: Vec<String> = Vec::new();
    let mut renamed = |piece: (Piece, &str)| {
        let is_created = matches!(before.as_slice(), [.., create, schema] if create == "create" && is_schema(schema));
        let is_named = is_name(piece, from) && !is_created;
        let word = piece.1.to_lowercase();
        if matches!(piece.0, Piece::Word | Piece::Quoted) && !matches!(word.as_str(), "if" | "not" | "exists") {
            before.push(word);
        }
        if is_named { to.to_owned() } else { piece.1.to_owned() }
    };
    pieces(text).map(&mut renamed).collect()
}

fn is_schema(word: &str) -> bool {
    matches!(word, "schema" | "database")
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
