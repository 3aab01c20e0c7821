//! The parameters that a text names, also one that cannot be parsed: `:p`, `IDENTIFIER(:p)`, `${p}`, `getArgument('p')`.

use crate::diagnostic::Position;

use super::scan::{Piece, pieces};
use super::split::position_of;

/// A parameter's name in lower case, and where the text names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub position: Position,
}

/// Every place of the text that names a parameter, in order. Comments name nothing, and what stands in quotes only by
/// `${p}`, which is pasted in before anything is read.
pub fn parameters_named(text: &str) -> Vec<Named> {
    let mut all = Vec::new();
    let mut at = 0;
    for (piece, found) in pieces(text) {
        all.push((piece, found, at));
        at += found.len();
    }
    let mut named = Vec::new();
    // Behind the name of a parameter no field begins.
    let mut bound = 0;
    for index in 0..all.len() {
        let (piece, found, at) = all[index];
        match piece {
            Piece::Parameter => named.push((found[1..].to_owned(), at)),
            Piece::Mark if found == ":" && (bound == index || is_free(&all[..index])) => {
                named.extend(word(&all, index + 1).map(|name| (name.to_owned(), at)));
                bound = index + 2;
            }
            Piece::Mark if found == "$" => {
                let braced = mark(&all, index + 1) == Some("{") && mark(&all, index + 3) == Some("}");
                named.extend(word(&all, index + 2).filter(|_| braced).map(|name| (name.to_owned(), at)));
            }
            Piece::Word if found.eq_ignore_ascii_case("getargument") => {
                named.extend(argument(&all[index + 1..]).map(|name| (name, at)));
            }
            Piece::Text | Piece::Quoted => {
                named.extend(pasted(found).map(|(name, inside)| (name.to_owned(), at + inside)))
            }
            _ => {}
        }
    }
    let place = |(name, at): (String, usize)| Named { name: name.to_lowercase(), position: position_of(text, at) };
    named.into_iter().map(place).collect()
}

type Found<'a> = (Piece, &'a str, usize);

/// Whether a colon here begins a parameter: no value touches it on the left, whose field it would read.
fn is_free(before: &[Found<'_>]) -> bool {
    match before.last() {
        Some((Piece::Word | Piece::Quoted | Piece::Text, ..)) => false,
        Some((Piece::Mark, mark, _)) => !matches!(*mark, ")" | "]" | ":"),
        _ => true,
    }
}

fn word<'a>(all: &[Found<'a>], index: usize) -> Option<&'a str> {
    all.get(index).filter(|(piece, ..)| *piece == Piece::Word).map(|(_, found, _)| *found)
}

fn mark<'a>(all: &[Found<'a>], index: usize) -> Option<&'a str> {
    all.get(index).filter(|(piece, ..)| *piece == Piece::Mark).map(|(_, found, _)| *found)
}

/// What stands in `('p')` or `("p", default)`.
fn argument(after: &[Found<'_>]) -> Option<String> {
    let mut code = after.iter().filter(|(piece, ..)| !matches!(piece, Piece::Space | Piece::Comment));
    let (_, open, _) = code.next()?;
    let (piece, text, _) = code.next()?;
    (*open == "(" && *piece == Piece::Text).then(|| text.trim_matches(['\'', '"']).to_owned())
}

/// The names in `${..}` within quotes, and where each begins in the text. A backslash before it makes it a text.
pub(super) fn pasted(text: &str) -> impl Iterator<Item = (&str, usize)> {
    text.match_indices("${").filter(|(at, _)| !text[..*at].ends_with('\\')).filter_map(|(at, _)| {
        let (name, _) = text[at + 2..].split_once('}')?;
        let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        fits.then_some((name, at))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Lexed, Parameters};
    use super::*;

    fn names(text: &str) -> Vec<String> {
        parameters_named(text).into_iter().map(|named| named.name).collect()
    }

    #[test]
    fn every_way_to_name_a_parameter_is_seen() {
        assert_eq!(names("SELECT :Start_Date FROM IDENTIFIER(:t) LIMIT :n"), ["start_date", "t", "n"]);
        assert_eq!(names("SELECT '${city}', ${n}, getArgument('Old')"), ["city", "n", "old"]);
    }

    #[test]
    fn comments_strings_casts_and_fields_name_none() {
        let text = "-- :a ${b}\n/* :c */ SELECT ':d', '\\${e}', x::INT, doc:field, list[0]:field, f(x):field";
        assert_eq!(names(text), Vec::<String>::new());
    }

    #[test]
    fn a_place_is_that_of_the_mark() {
        let named = parameters_named("SELECT 1,\n  :p");
        assert_eq!(named, [Named { name: "p".to_owned(), position: Position { line: 2, column: 3 } }]);
    }

    proptest! {
        #[test]
        fn a_statement_that_is_read_names_what_the_lexer_binds(words in prop::collection::vec(word(), 0..12)) {
            let text = words.concat();
            let limits = crate::sandbox::Limits::default();
            let start = Position { line: 1, column: 1 };
            if let Ok(lexed) = Lexed::new(&text, start, &Parameters::unbound(), limits.max_nesting) {
                let named: std::collections::BTreeSet<String> = names(&text).into_iter().collect();
                let bound = lexed.parameters_read.iter().map(|name| name.to_lowercase()).collect();
                prop_assert_eq!(named, bound, "{}", text);
            }
        }
    }

    fn word() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec![
            "SELECT ",
            "a",
            " ",
            ":p",
            ":q ",
            " :rate",
            "::INT ",
            "(",
            ")",
            "[0]",
            " 'x :s'",
            "\n",
            ", ",
            "= ",
            "-- :c\n",
            "/* :d */",
            "1 ",
            ".b",
            "IDENTIFIER(:t)",
            "`c`",
        ])
    }
}
