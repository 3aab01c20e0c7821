//! Functions of regular expressions, which are Java's.
//!
//! They run on an engine without backtracking: look-around and back-references are refused, everything else means what
//! it means in Java, where `\d`, `\w` and `\s` are ASCII.

use std::cell::RefCell;

use datafusion::common::{Result, ScalarValue};
use regex::{Captures, Regex};

use super::super::errors::raise;
use super::rows::{Function, Gives, Row, Takes, list_of};
use super::texts::{bounded, int, text, truth};
use crate::diagnostic::Diagnostic;

use Takes::{Int, Text};

const TEXTS: Gives = Gives::By(|_| Ok(list_of(datafusion::arrow::datatypes::DataType::Utf8)));

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["rlike", "regexp_like", "regexp"], &[Text, Text], Gives::Boolean, |row| {
        truth(pattern(row, 1)?.is_match(row.text(0)))
    }),
    Function::new(&["regexp_extract"], &[Text, Text, Int], Gives::Text, extract).optional(1),
    Function::new(&["regexp_extract_all"], &[Text, Text, Int], TEXTS, extract_all).optional(1),
    Function::new(&["regexp_substr"], &[Text, Text], Gives::Text, substring),
    Function::new(&["regexp_instr"], &[Text, Text], Gives::Int, position),
    Function::new(&["regexp_count"], &[Text, Text], Gives::Int, |row| {
        int(matches(&pattern(row, 1)?, row.text(0)).len())
    }),
    Function::new(&["regexp_replace"], &[Text, Text, Text, Int], Gives::Text, replace).optional(1),
    Function::new(&["split"], &[Text, Text, Int], TEXTS, split).optional(1),
];

thread_local! {
    /// The last pattern, so that a constant one is read once.
    static LAST: RefCell<Option<(String, Regex)>> = const { RefCell::new(None) };
}

/// Bytes that a compiled pattern may have.
const MAX_PATTERN: usize = 1 << 20;

fn pattern(row: &Row<'_>, argument: usize) -> Result<Regex> {
    compiled(row.name, row.text(argument))
}

/// # Errors
/// INVALID_PARAMETER_VALUE.PATTERN; UNSUPPORTED_FEATURE for look-around and back-references.
pub fn compiled(name: &str, text: &str) -> Result<Regex> {
    LAST.with_borrow_mut(|last| {
        if let Some((_, regex)) = last.as_ref().filter(|(known, _)| known == text) {
            return Ok(regex.clone());
        }
        let regex = regex::RegexBuilder::new(&ascii_classes(text)).size_limit(MAX_PATTERN).build();
        let regex = regex.map_err(|_| raise(unreadable(name, text)))?;
        *last = Some((text.to_owned(), regex.clone()));
        Ok(regex)
    })
}

fn unreadable(name: &str, text: &str) -> Diagnostic {
    let backtracks = ["(?=", "(?!", "(?<=", "(?<!", "(?>", "\\1", "\\2", "\\k<"].iter().any(|form| text.contains(form));
    if backtracks {
        let message = format!("Look-around and back-references in the pattern '{text}' are not available.");
        return Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
            .with_hint("Match more and take the part you want with a group: regexp_extract(s, 'a(b)', 1).");
    }
    let message = format!("The value of parameter(s) `regexp` in `{name}` is invalid: '{text}' is no pattern.");
    Diagnostic::new("INVALID_PARAMETER_VALUE.PATTERN", "22023", message)
        .with_hint(r"In a text a backslash is written twice: '\\d+'. Brackets that are meant as themselves need one.")
}

/// `\d`, `\w` and `\s` as the ASCII letters that they mean in Java.
fn ascii_classes(pattern: &str) -> String {
    let (mut out, mut inside) = (String::with_capacity(pattern.len()), 0_u32);
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '[' => inside += 1,
            ']' => inside = inside.saturating_sub(1),
            _ => {}
        }
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        let Some(escaped) = letters.next() else {
            out.push(letter);
            break;
        };
        let class = match escaped.to_ascii_lowercase() {
            'd' => "0-9",
            'w' => "a-zA-Z0-9_",
            's' => r" \t\n\x0B\x0C\r",
            _ => {
                out.extend([letter, escaped]);
                continue;
            }
        };
        match (escaped.is_ascii_uppercase(), inside > 0) {
            (true, _) => out.push_str(&format!("[^{class}]")),
            (false, true) => out.push_str(class),
            (false, false) => out.push_str(&format!("[{class}]")),
        }
    }
    out
}

/// The group that is asked for, 1 without a number.
fn group(row: &Row<'_>, regex: &Regex) -> Result<usize> {
    let asked = if row.len() > 2 { row.int(2) } else { 1 };
    let groups = regex.captures_len() - 1;
    usize::try_from(asked).ok().filter(|group| *group <= groups).ok_or_else(|| {
        let message = format!(
            "The value of parameter(s) `idx` in `{}` is invalid: Expects group index between 0 and {groups}, but got {asked}.",
            row.name
        );
        let diagnostic = Diagnostic::new("INVALID_PARAMETER_VALUE.REGEX_GROUP_INDEX", "22023", message);
        raise(diagnostic.with_hint("A group is a pair of round brackets in the pattern; 0 is the whole match."))
    })
}

/// The first match's group; the empty text when nothing matches.
fn extract(row: &Row<'_>) -> Result<ScalarValue> {
    let regex = pattern(row, 1)?;
    let group = group(row, &regex)?;
    let part = regex.captures(row.text(0)).and_then(|found| found.get(group).map(|part| part.as_str().to_owned()));
    text(part.unwrap_or_default())
}

fn extract_all(row: &Row<'_>) -> Result<ScalarValue> {
    let regex = pattern(row, 1)?;
    let group = group(row, &regex)?;
    let found = matches(&regex, row.text(0));
    let parts = found.iter().map(|found| found.get(group).map_or("", |part| part.as_str()));
    Ok(texts(parts))
}

/// An array of texts.
pub fn texts<'a>(parts: impl Iterator<Item = &'a str>) -> ScalarValue {
    let parts: Vec<ScalarValue> = parts.map(|part| ScalarValue::Utf8(Some(part.to_owned()))).collect();
    ScalarValue::List(ScalarValue::new_list(&parts, &datafusion::arrow::datatypes::DataType::Utf8, true))
}

fn substring(row: &Row<'_>) -> Result<ScalarValue> {
    match pattern(row, 1)?.find(row.text(0)) {
        Some(found) => text(found.as_str()),
        None => Ok(ScalarValue::Null),
    }
}

fn position(row: &Row<'_>) -> Result<ScalarValue> {
    let value = row.text(0);
    int(pattern(row, 1)?.find(value).map_or(0, |found| value[..found.start()].chars().count() + 1))
}

fn replace(row: &Row<'_>) -> Result<ScalarValue> {
    let regex = pattern(row, 1)?;
    let start = if row.len() > 3 { row.int(3) } else { 1 };
    let Some(skipped) = usize::try_from(start).ok().and_then(|start| start.checked_sub(1)) else {
        return Err(raise(not_positive("pos", "regexp_replace")));
    };
    let value = row.text(0);
    let at = value.char_indices().nth(skipped).map_or(value.len(), |(at, _)| at);
    let (kept, rest) = value.split_at(at);
    bounded(rest.len().saturating_mul(row.text(2).len().max(1)))?;
    let (mut out, mut start, by) = (kept.to_owned(), 0, replacement(row.text(2)));
    for found in matches(&regex, rest) {
        let whole = found.get_match();
        out.push_str(&rest[start..whole.start()]);
        found.expand(&by, &mut out);
        start = whole.end();
    }
    out.push_str(&rest[start..]);
    text(out)
}

fn not_positive(parameter: &str, name: &str) -> Diagnostic {
    let message = format!("The value of parameter(s) `{parameter}` in `{name}` is invalid: it starts at 1.");
    Diagnostic::new("INVALID_PARAMETER_VALUE.ZERO_INDEX", "22023", message).with_hint("The first character is 1.")
}

/// Java's replacement: `$1` is a group, a backslash makes the next letter mean itself.
fn replacement(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('$') => out.push_str("$$"),
                Some(other) => out.push(other),
                None => {}
            },
            '$' => match letters.next_if(char::is_ascii_digit) {
                Some(group) => out.push_str(&format!("${{{group}}}")),
                None if letters.peek() == Some(&'{') => out.push('$'),
                None => out.push_str("$$"),
            },
            other => out.push(other),
        }
    }
    out
}

/// Parts between matches; `limit` above 0 keeps the rest in the last part.
fn split(row: &Row<'_>) -> Result<ScalarValue> {
    let value = row.text(0);
    let limit = if row.len() > 2 { usize::try_from(row.int(2)).unwrap_or(0) } else { 0 };
    if row.text(1).is_empty() {
        let letters: Vec<String> = value.chars().map(String::from).collect();
        let kept = if limit > 0 { limit } else { letters.len().max(1) };
        let letters = letters.iter().map(String::as_str).chain(value.is_empty().then_some(""));
        return Ok(texts(letters.take(kept)));
    }
    let regex = pattern(row, 1)?;
    let (mut parts, mut start) = (Vec::new(), 0);
    for found in matches(&regex, value) {
        let found = found.get_match();
        if limit > 0 && parts.len() + 1 == limit {
            break;
        }
        // A match of nothing at the very start parts nothing.
        if found.end() > 0 {
            parts.push(&value[start..found.start()]);
            start = found.end();
        }
    }
    parts.push(&value[start..]);
    Ok(texts(parts.into_iter()))
}

/// All matches as Java finds them: one of nothing may follow right behind another.
fn matches<'a>(regex: &Regex, text: &'a str) -> Vec<Captures<'a>> {
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(next) = regex.captures_at(text, from) {
        let whole = next.get_match();
        let step = if whole.is_empty() { text[whole.end()..].chars().next().map(char::len_utf8) } else { Some(0) };
        let end = whole.end();
        found.push(next);
        match step {
            Some(step) => from = end + step,
            None => break,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{ascii_classes, replacement};

    #[test]
    fn classes_are_ascii_inside_and_outside_of_brackets() {
        assert_eq!(ascii_classes(r"\d+[\w-]\\d\D"), r"[0-9]+[a-zA-Z0-9_-]\\d[^0-9]");
    }

    #[test]
    fn a_replacement_is_java_s() {
        assert_eq!(replacement(r"$1a \$ ${name} $"), r"${1}a $$ ${name} $$");
    }
}
