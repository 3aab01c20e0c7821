//! JSON (RFC 8259) as a tree with positions, and messages for the slips that people make by hand.
//!
//! serde_json gives no positions of values; this reader exists for them. It accepts exactly what the RFC does.

use super::{Entry, MAX_DEPTH, MAX_NODES, Node, Value, shorten};
use crate::diagnostic::{Finding, Position};

/// Reads one JSON value.
///
/// # Errors
/// A finding `BAD_SYNTAX` at the first character that does not fit, or `TOO_LARGE`.
pub fn parse(text: &str) -> Result<Node, Finding> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { rest: text, line: 1, column: 1, depth: 0, nodes: 0 };
    reader.skip_blanks();
    let node = reader.value()?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(node),
        Some(found) => Err(reader.bad(format!("the JSON value ends before this {found:?}"), "Remove what follows it.")),
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: u32,
    column: u32,
    depth: usize,
    nodes: usize,
}

impl Reader<'_> {
    fn position(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut characters = self.rest.chars();
        let character = characters.next()?;
        self.rest = characters.as_str();
        if character == '\n' {
            self.line += 1;
            self.column = 1;
        } else {
            self.column += 1;
        }
        Some(character)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\r' | '\n')) {
            self.next();
        }
    }

    fn bad(&self, message: impl Into<String>, hint: &str) -> Finding {
        let finding = Finding::error("BAD_SYNTAX", "", format!("Not valid JSON: {}.", message.into()));
        let finding = if hint.is_empty() { finding } else { finding.with_hint(hint) };
        finding.at(self.position())
    }

    fn unexpected(&self, wanted: &str) -> Finding {
        let Some(found) = self.peek() else {
            return self
                .bad(format!("the file ends where {wanted} is expected"), "Close every bracket and quotation mark.");
        };
        let hint = match found {
            '\'' => "JSON puts text in double quotation marks.",
            '/' | '#' => "JSON has no comments.",
            '}' | ']' => "Is there a comma too many before it?",
            _ => "",
        };
        self.bad(format!("{found:?} stands where {wanted} is expected"), hint)
    }

    fn value(&mut self) -> Result<Node, Finding> {
        let position = self.position();
        self.nodes += 1;
        if self.nodes > MAX_NODES || self.depth >= MAX_DEPTH {
            let limit =
                format!("The file holds more than {MAX_NODES} values or is nested deeper than {MAX_DEPTH} levels.");
            return Err(Finding::error("TOO_LARGE", "", limit).at(position));
        }
        let value = match self.peek() {
            Some('{') => self.nested(Self::map)?,
            Some('[') => self.nested(Self::list)?,
            Some('"') => Value::Text(self.text()?),
            Some('-' | '0'..='9') => self.number()?,
            Some('a'..='z' | 'A'..='Z') => self.word()?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { position, value })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Finding>) -> Result<Value, Finding> {
        self.depth += 1;
        self.next();
        self.skip_blanks();
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn map(&mut self) -> Result<Value, Finding> {
        let mut entries = Vec::new();
        if self.peek() == Some('}') {
            self.next();
            return Ok(Value::Map(entries));
        }
        loop {
            if self.peek() != Some('"') {
                return Err(self.unexpected("a name in quotation marks"));
            }
            let key_position = self.position();
            let key = self.text()?;
            self.skip_blanks();
            if self.peek() != Some(':') {
                return Err(self.unexpected("':'"));
            }
            self.next();
            self.skip_blanks();
            entries.push(Entry { key, key_position, value: self.value()? });
            if self.ends('}')? {
                return Ok(Value::Map(entries));
            }
        }
    }

    fn list(&mut self) -> Result<Value, Finding> {
        let mut elements = Vec::new();
        if self.peek() == Some(']') {
            self.next();
            return Ok(Value::List(elements));
        }
        loop {
            elements.push(self.value()?);
            if self.ends(']')? {
                return Ok(Value::List(elements));
            }
        }
    }

    /// After an element: true at the closing bracket, false after a comma.
    fn ends(&mut self, close: char) -> Result<bool, Finding> {
        self.skip_blanks();
        match self.peek() {
            Some(found) if found == close => {
                self.next();
                Ok(true)
            }
            Some(',') => {
                self.next();
                self.skip_blanks();
                Ok(false)
            }
            _ => Err(self.unexpected(&format!("',' or '{close}'"))),
        }
    }

    fn text(&mut self) -> Result<String, Finding> {
        self.next();
        let mut text = String::new();
        loop {
            match self.peek() {
                Some('"') => {
                    self.next();
                    return Ok(text);
                }
                Some('\\') => text.push(self.escape()?),
                Some('\n' | '\r') | None => {
                    return Err(
                        self.bad("a text in quotation marks does not end on its line", "Write a line break as \\n.")
                    );
                }
                Some(control) if control < ' ' => {
                    return Err(self.bad("a control character stands in a text", "Write a tab as \\t."));
                }
                Some(character) => {
                    text.push(character);
                    self.next();
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Finding> {
        let start = self.bad("an escape that JSON does not know", "Write a backslash itself as \\\\.");
        self.next();
        let character = match self.next() {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => return self.unicode().ok_or(start),
            _ => return Err(start),
        };
        Ok(character)
    }

    fn unicode(&mut self) -> Option<char> {
        let high = self.four_digits()?;
        if !(0xd800..0xdc00).contains(&high) {
            return char::from_u32(high);
        }
        (self.next()? == '\\' && self.next()? == 'u').then_some(())?;
        let low = self.four_digits()?;
        (0xdc00..0xe000).contains(&low).then_some(())?;
        char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00))
    }

    fn four_digits(&mut self) -> Option<u32> {
        (0..4).try_fold(0, |value, _| Some(value * 16 + self.next()?.to_digit(16)?))
    }

    fn number(&mut self) -> Result<Value, Finding> {
        let length =
            self.rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(length);
        // serde_json knows the grammar, the standard library reads fractions to the last bit.
        let is_number = serde_json::from_str::<serde_json::Number>(digits).is_ok();
        let integer = digits.parse().ok().map(Value::Integer);
        let value = integer.or_else(|| digits.parse().ok().filter(|float: &f64| float.is_finite()).map(Value::Float));
        let value =
            value.filter(|_| is_number).ok_or_else(|| self.bad(format!("{} is not a number", shorten(digits)), ""))?;
        self.rest = rest;
        self.column += u32::try_from(length).unwrap_or(0);
        Ok(value)
    }

    fn word(&mut self) -> Result<Value, Finding> {
        let length = self.rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        let value = match word {
            "null" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => {
                let shown = shorten(word);
                return Err(
                    self.bad(format!("{shown} has no quotation marks"), "JSON puts text in double quotation marks.")
                );
            }
        };
        self.rest = rest;
        self.column += u32::try_from(length).unwrap_or(0);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mistake(text: &str) -> (String, u32, u32) {
        let finding = parse(text).expect_err("should be refused");
        (finding.message, finding.line.unwrap(), finding.column.unwrap())
    }

    #[test]
    fn values_know_where_they_begin() {
        let node = parse("{\n  \"tasks\": [\n    {\"task_key\": \"é\", \"n\": 1}\n  ]\n}").unwrap();
        assert_eq!(node.locate("tasks[0].n"), Position { line: 3, column: 28 });
        assert_eq!(node.locate("tasks[0].missing"), Position { line: 3, column: 5 });
        assert_eq!(node.locate("tasks[7]"), Position { line: 2, column: 12 });
    }

    #[test]
    fn a_trailing_comma_is_found_with_its_place() {
        let (message, line, column) = mistake("{\n  \"a\": [1, 2,]\n}");
        assert!(message.contains("']' stands where a value is expected"), "{message}");
        assert_eq!((line, column), (2, 14));
    }

    #[test]
    fn slips_of_other_languages_are_refused() {
        for text in [
            "{'a': 1}",
            "{a: 1}",
            "{\"a\": True}",
            "{\"a\": 1} // x",
            "[01]",
            "[1.]",
            "\"\\x\"",
            "\"\\ud800\"",
            "",
            "nul",
            "[1 2]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_million_brackets_are_refused_and_do_not_overflow_the_stack() {
        assert_eq!(parse(&"[".repeat(1_000_000)).unwrap_err().code, "TOO_LARGE");
        assert_eq!(parse(&"{\"a\":".repeat(1_000_000)).unwrap_err().code, "TOO_LARGE");
    }

    fn values() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            (-1e300..1e300_f64).prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_the_same_value(value in values(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            prop_assert_eq!(parse(&text).unwrap().to_json(), value);
        }

        #[test]
        fn serde_json_and_we_accept_the_same_texts(text in "[\\[\\]{}\",:0-9eE.+\\-tru\\\\ n]{0,12}") {
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            prop_assert_eq!(parse(&text).is_ok(), theirs.is_ok(), "{}", text);
        }
    }
}
