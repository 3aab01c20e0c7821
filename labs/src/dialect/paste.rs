//! `${name}` in a statement: the parameter's value is put in its place before anything is read, also within quotes.
//!
//! So Databricks did before there was `:name`, and calls it deprecated since Databricks Runtime 15.2
//! (docs.databricks.com, "Legacy notebook widgets: ${param}"). Comments keep it, and so does a text in which a backslash
//! stands before it. Invariant: what is put in has the place of what it stands for.

use std::collections::BTreeSet;

use datafusion::sql::sqlparser::tokenizer::Location;

use super::lexer::Parameters;
use super::named::pasted;
use super::scan::{Piece, pieces};

/// A text with the values of its parameters in it.
#[derive(Debug, Default)]
pub struct Pasted {
    pub text: String,
    /// Names that a value was put in for, as written.
    pub names: BTreeSet<String>,
    /// Names in quotes for which there is no value; they stay text.
    pub left: BTreeSet<String>,
    /// A name outside of quotes for which there is no value, and the place of it.
    pub unbound: Option<(String, Location)>,
    /// Where each character stands in what was written.
    origins: Vec<Location>,
    /// Which character each line begins with.
    lines: Vec<usize>,
    /// Of what is written next.
    at: Place,
}

#[derive(Clone, Copy, Debug)]
struct Place(Location);

impl Default for Place {
    fn default() -> Self {
        Self(Location::new(1, 1))
    }
}

/// The text with its `${name}` replaced; `None` where it has none.
pub fn paste(text: &str, parameters: &Parameters) -> Option<Pasted> {
    if !text.contains("${") {
        return None;
    }
    let mut out = Pasted { lines: vec![0], ..Pasted::default() };
    let all: Vec<(Piece, &str)> = pieces(text).collect();
    let mut at = 0;
    while let Some((piece, found)) = all.get(at) {
        at += 1;
        match (piece, bare(&all[at - 1..])) {
            (Piece::Text | Piece::Quoted, _) => out.quoted(found, parameters),
            (_, Some(name)) => {
                out.bare(name, parameters);
                at += 3;
            }
            _ => out.copy(found),
        }
    }
    out.origins.push(out.at.0);
    Some(out)
}

/// The name of a `${name}` that these pieces begin with.
fn bare<'a>(pieces: &[(Piece, &'a str)]) -> Option<&'a str> {
    match pieces {
        [(_, "$"), (_, "{"), (Piece::Word, name), (_, "}"), ..] => Some(name),
        _ => None,
    }
}

impl Pasted {
    /// Where something of the text stands in what was written. Lines and columns count from 1.
    pub fn origin(&self, location: Location) -> Location {
        let line = usize::try_from(location.line).unwrap_or_default().saturating_sub(1);
        let column = usize::try_from(location.column).unwrap_or_default().saturating_sub(1);
        let index = self.lines.get(line).map_or(usize::MAX, |first| first.saturating_add(column));
        self.origins.get(index).or(self.origins.last()).copied().unwrap_or(location)
    }

    fn quoted(&mut self, text: &str, parameters: &Parameters) {
        let mut done = 0;
        for (name, at) in pasted(text) {
            let Some(value) = parameters.value(name) else {
                self.left.insert(name.to_owned());
                continue;
            };
            self.copy(&text[done..at]);
            self.put(name, &value);
            done = at + written(name).len();
        }
        self.copy(&text[done..]);
    }

    fn bare(&mut self, name: &str, parameters: &Parameters) {
        match parameters.value(name) {
            // Of a statement that is only looked at, a name can stand where a value and where a table is wanted.
            Some(value) => self.put(name, if parameters.get(name).is_none() { name } else { &value }),
            None => {
                self.unbound.get_or_insert((name.to_owned(), self.at.0));
                self.copy(&written(name));
            }
        }
    }

    /// The value in place of the name.
    fn put(&mut self, name: &str, value: &str) {
        let place = self.at.0;
        value.chars().for_each(|c| self.push(c, place));
        self.at.0.column += u64::try_from(written(name).chars().count()).unwrap_or_default();
        self.names.insert(name.to_owned());
    }

    fn copy(&mut self, text: &str) {
        for c in text.chars() {
            self.push(c, self.at.0);
            match c {
                '\n' => self.at.0 = Location::new(self.at.0.line + 1, 1),
                _ => self.at.0.column += 1,
            }
        }
    }

    fn push(&mut self, c: char, origin: Location) {
        self.text.push(c);
        self.origins.push(origin);
        if c == '\n' {
            self.lines.push(self.origins.len());
        }
    }
}

fn written(name: &str) -> String {
    format!("${{{name}}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Pasted {
        let values = [("city", "Rome"), ("t", "a.b"), ("n", "7")];
        paste(text, &Parameters::new(values.map(|(name, value)| (name.to_owned(), value.to_owned())))).unwrap()
    }

    #[test]
    fn a_value_stands_wherever_its_name_was_written() {
        for (written, read) in [
            ("SELECT '${city}' FROM ${t}", "SELECT 'Rome' FROM a.b"),
            ("FROM sales_${N}", "FROM sales_7"),
            ("FROM `x ${n}`", "FROM `x 7`"),
            ("SELECT '${other} ${n}'", "SELECT '${other} 7'"),
            (r"SELECT '\${city}' -- ${city}", r"SELECT '\${city}' -- ${city}"),
            ("SELECT $ {n}", "SELECT $ {n}"),
        ] {
            if written.contains("${") {
                assert_eq!(check(written).text, read);
            }
        }
    }

    #[test]
    fn what_comes_behind_a_value_keeps_its_place() {
        let pasted = check("x\n${t} y\nz");
        let origin = |line, column| {
            let Location { line, column } = pasted.origin(Location::new(line, column));
            (line, column)
        };
        assert_eq!(pasted.text, "x\na.b y\nz");
        assert_eq!([origin(2, 1), origin(2, 3), origin(2, 4), origin(2, 5)], [(2, 1), (2, 1), (2, 5), (2, 6)]);
        assert_eq!([origin(3, 1), origin(3, 2)], [(3, 1), (3, 2)]);
    }

    #[test]
    fn a_name_without_a_value_is_told_outside_of_quotes_and_stays_within() {
        let pasted = check("SELECT '${a}',\n ${b}");
        assert_eq!(pasted.left, BTreeSet::from(["a".to_owned()]));
        assert_eq!(pasted.unbound.unwrap(), ("b".to_owned(), Location::new(2, 2)));
    }
}
