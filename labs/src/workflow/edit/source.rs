//! A text by the positions of its values: where a value ends, which lines an entry takes.

use std::ops::Range;

use super::Syntax;
use super::comments;
use crate::authored::{Entry, Node, Value};
use crate::diagnostic::Position;

/// A range of a text, and what takes its place.
pub type Edit = (Range<usize>, String);

pub struct Source<'a> {
    pub text: &'a str,
    pub syntax: Syntax,
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(text: &'a str, syntax: Syntax) -> Self {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, syntax, lines }
    }

    pub fn at(&self, position: Position) -> Option<usize> {
        let start = *self.lines.get(position.line.checked_sub(1)? as usize)?;
        let column = position.column.checked_sub(1)? as usize;
        let line = &self.text[start..];
        match line.char_indices().nth(column) {
            Some((at, _)) => Some(start + at),
            None => (line.chars().count() == column).then_some(self.text.len()),
        }
    }

    pub fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Whether the value is written in brackets. A block begins where its first child does, brackets of that one or not.
    pub fn is_flow(&self, node: &Node) -> bool {
        let bracket = match &node.value {
            Value::List(_) => '[',
            Value::Map(_) => '{',
            _ => return false,
        };
        self.at(node.position).is_some_and(|at| self.rest(at).starts_with(bracket))
    }

    /// Whether nothing is written where the value would be.
    pub fn is_absent(&self, node: &Node, after_colon: usize) -> bool {
        let words = ["null", "Null", "NULL", "~"];
        let rest = self.rest(after_colon).trim_start_matches(' ');
        node.value == Value::Null && !words.iter().any(|word| rest.starts_with(word))
    }

    /// Just behind a value that is written in brackets, in quotes or as one word or line. `None` for a block.
    pub fn end(&self, node: &Node, in_flow: bool) -> Option<usize> {
        let start = self.at(node.position)?;
        match &node.value {
            Value::List(elements) if self.is_flow(node) => {
                let last = elements.last().map_or(Some(start + 1), |last| self.end(last, true))?;
                self.closing(last, ']')
            }
            Value::Map(entries) if self.is_flow(node) => {
                let last = entries.last().map_or(Some(start + 1), |last| self.end(&last.value, true))?;
                self.closing(last, '}')
            }
            Value::List(_) | Value::Map(_) => None,
            _ => self.scalar_end(start, in_flow),
        }
    }

    fn scalar_end(&self, start: usize, in_flow: bool) -> Option<usize> {
        let rest = self.rest(start);
        match rest.chars().next()? {
            quote @ ('"' | '\'') => {
                let mut characters = rest.char_indices().skip(1).peekable();
                while let Some((at, c)) = characters.next() {
                    let doubled = c == quote && quote == '\'' && matches!(characters.peek(), Some((_, '\'')));
                    if doubled || (c == '\\' && quote == '"') {
                        characters.next();
                    } else if c == quote {
                        return Some(start + at + 1);
                    }
                }
                None
            }
            '|' | '>' | '*' | '&' | '!' => None,
            _ => {
                let line = rest.split('\n').next().unwrap_or_default();
                let line = line.split(" #").next().unwrap_or_default();
                let end = if in_flow { line.find([',', ']', '}', '[', '{']).unwrap_or(line.len()) } else { line.len() };
                Some(start + line[..end].trim_end().len())
            }
        }
    }

    /// Behind the bracket that closes a collection, over space, comments and a last comma.
    fn closing(&self, mut at: usize, bracket: char) -> Option<usize> {
        loop {
            let rest = self.rest(at);
            match rest.chars().next()? {
                c if c == bracket => return Some(at + 1),
                ',' => at += 1,
                '#' => at += rest.find('\n')?,
                c if c.is_whitespace() => at += c.len_utf8(),
                _ => return None,
            }
        }
    }

    /// Just behind the colon of an entry.
    pub fn after_colon(&self, entry: &Entry) -> Option<usize> {
        let start = self.at(entry.key_position)?;
        let rest = self.rest(start);
        let key = if rest.starts_with(['"', '\'']) { self.scalar_end(start, true)? } else { start + rest.find(':')? };
        let gap = self.rest(key).find(':')?;
        self.rest(key)[..gap].trim().is_empty().then_some(key + gap + 1)
    }

    /// The column, from 0 and in bytes, at which an offset stands, and its line's index.
    pub fn column(&self, at: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= at).saturating_sub(1);
        (at - self.lines[line], line)
    }

    pub fn line(&self, index: usize) -> &'a str {
        let Some(start) = self.lines.get(index) else { return "" };
        self.rest(*start).split('\n').next().unwrap_or_default()
    }

    /// Where a line begins; the end of the text for lines behind the last.
    pub fn line_start(&self, index: usize) -> usize {
        self.lines.get(index).copied().unwrap_or(self.text.len())
    }

    /// The last line of a block that begins on a line and is indented further than a column; with `dashes`, list
    /// entries in that very column belong to it too.
    pub fn last_line(&self, first: usize, column: usize, dashes: bool) -> usize {
        let mut last = first;
        for index in first + 1..self.lines.len() {
            let line = self.line(index);
            let words = line.trim_start_matches(' ');
            let indent = line.len() - words.len();
            let belongs = indent > column || (dashes && indent == column && (words == "-" || words.starts_with("- ")));
            if words.trim().is_empty() || (words.starts_with('#') && indent <= column) {
                continue;
            }
            if !belongs {
                break;
            }
            last = index;
        }
        last
    }

    /// The comments within a range.
    pub fn comments(&self, range: &Range<usize>) -> Vec<&'a str> {
        if self.syntax == Syntax::Json {
            return Vec::new();
        }
        let all = comments::ranges(self.text).into_iter();
        let inside = all.filter(|comment| range.start <= comment.start && comment.end <= range.end);
        inside.map(|comment| self.text[comment].trim_end()).collect()
    }

    /// The text after edits that ascend and do not overlap.
    pub fn edited(&self, edits: &[Edit]) -> String {
        let (mut text, mut at) = (String::with_capacity(self.text.len()), 0);
        for (range, with) in edits {
            text.push_str(self.text.get(at..range.start).unwrap_or_default());
            text.push_str(with);
            at = range.end;
        }
        text.push_str(self.rest(at));
        text
    }

    pub fn replaced(&self, range: Range<usize>, with: &str) -> String {
        format!("{}{with}{}", &self.text[..range.start], &self.text[range.end..])
    }
}
