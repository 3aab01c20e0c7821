//! Java's date and time patterns (`yyyy-MM-dd`), with Spark's limits and extensions.
//!
//! Follows the page "Datetime patterns" of the Spark SQL reference: letters of weeks are refused, texts of weekdays and
//! quarters can be printed but not read, `SSS` reads one to three digits, `[..]` may be missing when reading.

mod print;
mod read;

use std::iter::Peekable;
use std::str::Chars;

use chrono::{DateTime, Utc};

use crate::diagnostic::Diagnostic;

/// What a pattern is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Printing,
    Reading,
}

#[derive(Clone, Debug)]
pub struct Pattern {
    items: Vec<Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Text(String),
    Field(Field),
    Optional(Vec<Item>),
}

/// A letter, and how often it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Field {
    letter: char,
    width: usize,
}

impl Pattern {
    /// # Errors
    /// INVALID_DATETIME_PATTERN, and a class of its own for letters of week-based years.
    pub fn new(text: &str, purpose: Purpose) -> Result<Self, Diagnostic> {
        let mut reader = Reader { letters: text.chars().peekable(), text, purpose };
        Ok(Self { items: reader.items(0)? })
    }

    pub fn print(&self, time: &DateTime<Utc>) -> String {
        let mut text = String::new();
        print::items(&self.items, time, &mut text);
        text
    }

    /// The instant that a text means; what it does not say is that of 1970-01-01 00:00 UTC.
    pub fn read(&self, text: &str) -> Option<DateTime<Utc>> {
        read::instant(&self.items, text)
    }
}

/// Optional sections that may stand in one another; a pattern may come from data.
const MAX_DEPTH: usize = 32;

struct Reader<'a> {
    letters: Peekable<Chars<'a>>,
    text: &'a str,
    purpose: Purpose,
}

impl Reader<'_> {
    fn items(&mut self, depth: usize) -> Result<Vec<Item>, Diagnostic> {
        let mut items = Vec::new();
        while let Some(letter) = self.letters.next() {
            items.push(match letter {
                '\'' => Item::Text(self.quoted()?),
                '[' if depth < MAX_DEPTH => Item::Optional(self.items(depth + 1)?),
                ']' if depth > 0 => return Ok(items),
                '[' | ']' | '{' | '}' | '#' => return Err(illegal(letter, self.text)),
                letter if letter.is_ascii_alphabetic() => Item::Field(self.field(letter)?),
                other => Item::Text(other.to_string()),
            });
        }
        Ok(items)
    }

    /// `''` is a quote; inside quotes too.
    fn quoted(&mut self) -> Result<String, Diagnostic> {
        if self.letters.next_if_eq(&'\'').is_some() {
            return Ok("'".to_owned());
        }
        let mut text = String::new();
        while let Some(letter) = self.letters.next() {
            if letter == '\'' && self.letters.next_if_eq(&'\'').is_none() {
                return Ok(text);
            }
            text.push(letter);
        }
        Err(illegal('\'', self.text))
    }

    fn field(&mut self, letter: char) -> Result<Field, Diagnostic> {
        let mut width = 1;
        while self.letters.next_if_eq(&letter).is_some() {
            width += 1;
        }
        let unreadable = self.purpose == Purpose::Reading && matches!(letter, 'E' | 'F' | 'q' | 'Q');
        match widths(letter) {
            Some(widths) if !unreadable && widths.contains(&width) => Ok(Field { letter, width }),
            Some(_) if !unreadable => Err(too_wide(self.text)),
            _ if matches!(letter, 'Y' | 'W' | 'w' | 'u' | 'e' | 'c') => Err(week_based(letter)),
            _ => Err(illegal(letter, self.text)),
        }
    }
}

/// How often a letter may stand; `None` for one that means nothing.
fn widths(letter: char) -> Option<&'static [usize]> {
    Some(match letter {
        'y' => &[1, 2, 3, 4, 5, 6],
        'G' | 'M' | 'L' | 'Q' | 'q' | 'E' | 'z' => &[1, 2, 3, 4],
        'D' => &[1, 2, 3],
        'd' | 'H' | 'h' | 'K' | 'k' | 'm' | 's' => &[1, 2],
        'a' | 'F' => &[1],
        'S' => &[1, 2, 3, 4, 5, 6, 7, 8, 9],
        'V' => &[2],
        'O' => &[1, 4],
        'X' | 'x' | 'Z' => &[1, 2, 3, 4, 5],
        _ => return None,
    })
}

fn illegal(letter: char, pattern: &str) -> Diagnostic {
    let message = format!(
        "Unrecognized datetime pattern: {pattern}. Illegal pattern character found in datetime pattern: {letter}."
    );
    Diagnostic::new("INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", "22007", message)
        .with_hint("Patterns are Java's, as in yyyy-MM-dd HH:mm:ss; put words between single quotes.")
}

fn too_wide(pattern: &str) -> Diagnostic {
    let message = format!("Unrecognized datetime pattern: {pattern}. Too many letters in datetime pattern.");
    Diagnostic::new("INVALID_DATETIME_PATTERN.LENGTH", "22007", message)
        .with_hint("Write a letter less often: yyyy, MM, dd, HH, mm, ss, SSS.")
}

fn week_based(letter: char) -> Diagnostic {
    let message =
        format!("All week-based patterns are unsupported since Spark 3.0, detected week-based character: {letter}.");
    Diagnostic::new("INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN", "42K0B", message)
        .with_hint("The year is yyyy, in small letters; a week is EXTRACT(WEEK FROM ..).")
}

#[cfg(test)]
mod tests;
