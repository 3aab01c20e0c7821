//! The smallest parts of a statement's text: names, texts, and clauses that may be missing.

use std::fmt::Display;

use datafusion::sql::sqlparser::ast::Ident;

use crate::diagnostic::Position;

/// A name in backticks.
pub fn name(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// Names with commas between.
pub fn names<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|part| name(part)).collect();
    names.join(", ")
}

/// Names with commas between, of which the places are known.
pub fn placed(columns: &[(String, Position)]) -> String {
    names(columns.iter().map(|(column, _)| column))
}

/// A text in single quotes.
pub fn text(text: &str) -> String {
    quoted(text, '\'')
}

/// A text between quotes, of which a backslash escapes the next character.
pub fn quoted(text: &str, quote: char) -> String {
    let escaped = text.replace('\\', "\\\\").replace(quote, &format!("\\{quote}"));
    format!("{quote}{escaped}{quote}")
}

/// Texts with commas between.
pub fn texts(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|part| text(part)).collect();
    texts.join(", ")
}

/// An identifier of sqlparser's tree, quoted as its author quoted it. A bare one that is no word gets backticks.
pub fn ident(ident: &Ident) -> String {
    match ident.quote_style {
        Some(quote @ ('\'' | '"')) => quoted(&ident.value, quote),
        Some(_) => name(&ident.value),
        None if is_word(&ident.value) || ident.value.starts_with(['*', '$', '@', '?']) => ident.value.clone(),
        None => name(&ident.value),
    }
}

/// Whether the lexer reads a name as one word.
pub fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A key of an option or a property, bare where it is words with dots between.
pub fn key(key: &str) -> String {
    let bare = key.contains('.') && key.split('.').all(is_word);
    if bare { key.to_owned() } else { text(key) }
}

/// `('key' = 'value', ..)`
pub fn properties(properties: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        properties.iter().map(|(property, value)| format!("{} = {}", text(property), text(value))).collect();
    format!("({})", pairs.join(", "))
}

/// A part that is kept as its author wrote it. A comment in it ends before what is printed next.
pub fn kept(text: &str) -> String {
    if text.contains("--") { format!("{text}\n") } else { text.to_owned() }
}

/// ` WORDS part`, or nothing.
pub fn clause(words: &str, part: Option<impl Display>) -> String {
    part.map_or_else(String::new, |part| format!(" {words} {part}"))
}

/// ` WORDS (part)`, or nothing for an empty part.
pub fn list(words: &str, part: String) -> String {
    match (words, part.as_str()) {
        (_, "") => part,
        ("", part) => format!(" ({part})"),
        (words, part) => format!(" {words} ({part})"),
    }
}

/// The words when they are said.
pub fn when(said: bool, words: &'static str) -> &'static str {
    if said { words } else { "" }
}
