//! What functions say about their arguments, which the engine passes on as a text.

use std::sync::LazyLock;

use regex::Regex;

use super::messages::tidy;
use super::{place, unexpected};
use crate::diagnostic::Diagnostic;
use crate::dialect::Lexed;

macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).expect("a pattern that compiles"));
    };
}

pattern!(
    OURS,
    r"(?s)Function '(\w+)' (?:user-defined coercion|coerce_types?) failed with: .*?\[([A-Z_.]+)\] (.*) SQLSTATE: (\w{5})"
);
pattern!(SIGNATURE, r"Function '(\w+)' (?:failed to match any signature|requires [^,]+, but received)");
pattern!(COERCED, r"Failed to coerce arguments to satisfy a call to '(\w+)' function");
pattern!(GIVEN, r"given name and argument types '\w+(\(.*?\))'");
pattern!(CASTING, r"(?s)Casting from (.+) to (.+) not supported");

/// What a function, ours or a library's, says of arguments that it does not take. How many it takes was looked at before.
pub fn refused(message: &str, lexed: &Lexed) -> Option<Diagnostic> {
    let hint = |name: &str| format!("DESCRIBE FUNCTION {name} says how it is called.");
    if let Some(found) = OURS.captures(message) {
        let diagnostic = Diagnostic::new(&found[2], &found[4], found[3].trim());
        if found[1].starts_with("__") {
            // An operator, which has no name that anybody wrote.
            return Some(diagnostic.with_hint("Cast the value: CAST(value AS type)."));
        }
        return Some(place(diagnostic.with_hint(hint(&found[1])), lexed, &found[1]));
    }
    let found = SIGNATURE.captures(message).or_else(|| COERCED.captures(message))?;
    let given = GIVEN.captures(message).map(|given| format!(" of the types {}", tidy(&given[1]))).unwrap_or_default();
    let why = format!("`{}` does not take arguments{given}", &found[1]);
    Some(place(unexpected(&why).with_hint(hint(&found[1])), lexed, &found[1]))
}

/// A value that a function cannot read as what it takes. A CAST that somebody wrote was looked at before.
pub fn no_such_cast(message: &str) -> Option<Diagnostic> {
    let found = CASTING.captures(message)?;
    let why = format!("a value of the type \"{}\" cannot be read as \"{}\"", named(&found[1]), named(&found[2]));
    Some(unexpected(&why))
}

/// The name of a type; of one that is made of others its first word.
fn named(arrow: &str) -> String {
    match arrow.split_once('(') {
        Some(("Map", _)) => "MAP".to_owned(),
        Some(("List" | "LargeList" | "FixedSizeList", _)) => "ARRAY".to_owned(),
        Some(("Struct", _)) => "STRUCT".to_owned(),
        Some(("Interval" | "Duration", _)) => "INTERVAL".to_owned(),
        _ => tidy(arrow),
    }
}
