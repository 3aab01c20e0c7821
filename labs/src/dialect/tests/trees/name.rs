//! Names and texts, with everything in them that could be taken for something else.

use datafusion::sql::sqlparser::ast::{Ident, ObjectName};
use datafusion::sql::sqlparser::keywords::ALL_KEYWORDS;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::dialect::TableName;

/// Characters that mean something somewhere.
const MARKS: &[char] = &[
    'a', 'B', 'z', '7', ' ', '`', '\'', '"', '\\', '.', ',', ';', ':', '-', '/', '*', '%', '@', '$', '(', ')', '\n',
    'é', 'É', '💧',
];

/// Any text.
pub fn text() -> impl Strategy<Value = String> {
    vec(prop::sample::select(MARKS), 0..8).prop_map(|characters| characters.into_iter().collect())
}

/// A word that the dialect gives no meaning.
pub fn word() -> impl Strategy<Value = String> {
    "[a-z_][a-z0-9_]{0,5}".prop_filter("a keyword", |word| !ALL_KEYWORDS.contains(&word.to_uppercase().as_str()))
}

/// A name as written.
pub fn written() -> impl Strategy<Value = String> {
    prop_oneof![
        word(),
        prop::sample::select(vec!["Id", "Größe", "select", "from", "history", "two words", "a`b", "``", "\\`"])
            .prop_map(str::to_owned),
        text().prop_filter("empty", |name| !name.is_empty()),
    ]
}

pub fn names(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<String>> {
    vec(written(), size)
}

pub fn table() -> impl Strategy<Value = TableName> {
    vec(written(), 1..4).prop_map(|parts| TableName { parts, position: None })
}

/// A name in sqlparser's tree: the lexer has folded it.
pub fn ident() -> impl Strategy<Value = Ident> {
    prop_oneof![
        3 => word().prop_map(Ident::new),
        1 => written().prop_map(|name| Ident::with_quote('`', name.to_lowercase())),
    ]
}

/// An alias behind AS, which may be a text too.
pub fn alias() -> impl Strategy<Value = Ident> {
    prop_oneof![
        4 => ident(),
        1 => (prop::sample::select(vec!['\'', '"']), text()).prop_map(|(quote, text)| Ident::with_quote(quote, text)),
    ]
}

pub fn object(size: std::ops::Range<usize>) -> impl Strategy<Value = ObjectName> {
    vec(ident(), size).prop_map(ObjectName::from)
}
