//! Typed reading of a map that collects every mistake.

use std::collections::HashSet;

use super::{Node, Value};
use crate::mistake::Mistake;
use crate::points::Points;

/// One map of the file while it is read; [`Fields::finish`] tells of the names that nobody asked for.
pub(crate) struct Fields<'a> {
    entries: &'a [(String, (u32, u32), Node)],
    path: String,
    place: (u32, u32),
    asked: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub fn of(node: &'a Node, path: impl Into<String>, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let path = path.into();
        let Value::Map(entries) = &node.value else {
            mistakes.push(wrong_type(node, &path, "a mapping of names to values"));
            return None;
        };
        let mut seen = HashSet::new();
        for (name, place, _) in entries.iter().filter(|(name, ..)| !seen.insert(name)) {
            mistakes.push(Mistake::new(
                "DUPLICATE_FIELD",
                join(&path, name),
                *place,
                format!("`{name}` is given twice here."),
            ));
        }
        Some(Self { entries, path, place: node.place, asked: Vec::new() })
    }

    /// Whether the field is there and not null. Does not count as asking for it.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(known, _, node)| known == name && !matches!(node.value, Value::Null))
    }

    pub fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// Where the map begins.
    pub fn place(&self) -> (u32, u32) {
        self.place
    }

    /// Where the field's value begins, or the map when it is absent.
    pub fn place_of(&self, name: &str) -> (u32, u32) {
        self.entries.iter().find(|(known, ..)| known == name).map_or(self.place, |(_, _, node)| node.place)
    }

    /// A mistake at a field.
    pub fn mistake(&self, code: &'static str, name: &str, message: impl Into<String>) -> Mistake {
        Mistake::new(code, self.path_of(name), self.place_of(name), message)
    }

    /// The field's value; `None` when absent or null.
    pub fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.asked.push(name);
        let (_, _, node) = self.entries.iter().find(|(known, ..)| known == name)?;
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    pub fn text(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Option<String> {
        let node = self.node(name)?;
        let text = as_text(node);
        if text.is_none() {
            mistakes.push(wrong_type(node, &self.path_of(name), "text"));
        }
        text
    }

    /// Text that is there and not blank.
    pub fn required_text(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> String {
        let before = mistakes.len();
        let text = self.text(name, mistakes).unwrap_or_default();
        if text.trim().is_empty() && mistakes.len() == before {
            mistakes.push(self.mistake("MISSING_FIELD", name, format!("`{name}` is missing here.")));
        }
        text
    }

    /// A mistake when the field is there and says nothing.
    pub fn refuse_empty(&self, name: &str, hint: &str, mistakes: &mut Vec<Mistake>) {
        let node = self.entries.iter().find(|(known, ..)| known == name).map(|(_, _, node)| node);
        if let Some(Value::Text(text)) = node.map(|node| &node.value)
            && text.trim().is_empty()
        {
            let message = format!("`{name}` is empty here.");
            mistakes.push(self.mistake("MISSING_FIELD", name, message).with_hint(hint));
        }
    }

    pub fn flag(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Option<bool> {
        let node = self.node(name)?;
        if let Value::Bool(flag) = node.value {
            return Some(flag);
        }
        mistakes.push(wrong_type(node, &self.path_of(name), "true or false"));
        None
    }

    pub fn number(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Option<f64> {
        let node = self.node(name)?;
        let number = as_number(node);
        if number.is_none() {
            mistakes.push(wrong_type(node, &self.path_of(name), "a number"));
        }
        number
    }

    /// A whole number from `low` to `high`.
    pub fn count(&mut self, name: &'static str, low: u32, high: u32, mistakes: &mut Vec<Mistake>) -> Option<u32> {
        let node = self.node(name)?;
        let count = match node.value {
            Value::Integer(number) => u32::try_from(number).ok().filter(|count| (low..=high).contains(count)),
            _ => None,
        };
        if count.is_none() {
            mistakes.push(self.mistake(
                "BAD_VALUE",
                name,
                format!("`{name}` must be a whole number from {low} to {high}."),
            ));
        }
        count
    }

    /// Points with at most two decimals, above 0.
    pub fn points(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Option<Points> {
        let number = self.number(name, mistakes)?;
        let hundredths = number * 100.0;
        let is_exact = (hundredths - hundredths.round()).abs() < 1e-6;
        if !is_exact || !(1.0..=1_000_000.0).contains(&hundredths.round()) {
            mistakes.push(self.mistake(
                "BAD_VALUE",
                name,
                format!("`{name}` must be more than 0, with at most two decimals."),
            ));
            return None;
        }
        Some(Points(hundredths.round() as u32))
    }

    /// One of a few words.
    pub fn choice<T: Clone>(
        &mut self,
        name: &'static str,
        choices: &[(&str, T)],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<T> {
        let word = self.text(name, mistakes)?;
        if let Some((_, choice)) = choices.iter().find(|(known, _)| *known == word) {
            return Some(choice.clone());
        }
        let known: Vec<&str> = choices.iter().map(|(known, _)| *known).collect();
        let hint = match nearest(&word, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Write one of {}.", known.join(", ")),
        };
        mistakes.push(self.mistake("BAD_VALUE", name, format!("`{word}` is not a value of `{name}`.")).with_hint(hint));
        None
    }

    /// The elements with their paths.
    pub fn list(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<(String, &'a Node)> {
        let Some(node) = self.node(name) else { return Vec::new() };
        let path = self.path_of(name);
        let Value::List(elements) = &node.value else {
            mistakes.push(wrong_type(node, &path, "a list"));
            return Vec::new();
        };
        elements.iter().enumerate().map(|(index, element)| (format!("{path}[{index}]"), element)).collect()
    }

    /// The entries of a mapping whose names are the author's own, with their paths.
    pub fn entries(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<(&'a str, String, &'a Node)> {
        let Some(node) = self.node(name) else { return Vec::new() };
        let path = self.path_of(name);
        // Tells of a wrong type and of names given twice.
        let Some(map) = Fields::of(node, &path, mistakes) else { return Vec::new() };
        map.entries.iter().map(|(name, _, node)| (name.as_str(), join(&path, name), node)).collect()
    }

    /// A list of numbers.
    pub fn numbers(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<f64> {
        let mut numbers = Vec::new();
        for (path, node) in self.list(name, mistakes) {
            match as_number(node) {
                Some(number) => numbers.push(number),
                None => mistakes.push(wrong_type(node, &path, "a number")),
            }
        }
        numbers
    }

    /// A list of texts, none of them blank and none twice.
    pub fn texts(&mut self, name: &'static str, mistakes: &mut Vec<Mistake>) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        for (path, node) in self.list(name, mistakes) {
            match as_text(node) {
                Some(text) if text.trim().is_empty() => {
                    mistakes.push(Mistake::new("MISSING_FIELD", path, node.place, "This text is empty."));
                }
                Some(text) if texts.contains(&text) => {
                    mistakes.push(Mistake::new(
                        "DUPLICATE_TEXT",
                        path,
                        node.place,
                        format!("`{text}` is given twice."),
                    ));
                }
                Some(text) => texts.push(text),
                None => mistakes.push(wrong_type(node, &path, "text")),
            }
        }
        texts
    }

    pub fn finish(self, mistakes: &mut Vec<Mistake>) {
        for (name, place, _) in self.entries.iter().filter(|(name, ..)| !self.asked.contains(&name.as_str())) {
            let message = format!("There is no field `{name}` here.");
            let hint = match nearest(name, self.asked.iter().copied()) {
                Some(near) => {
                    // A field that is there under a misspelt name is not told as missing, too.
                    let path = self.path_of(near);
                    mistakes.retain(|mistake| mistake.code != "MISSING_FIELD" || mistake.path != path);
                    format!("Did you mean `{near}`?")
                }
                None => self.known(),
            };
            mistakes.push(Mistake::new("UNKNOWN_FIELD", self.path_of(name), *place, message).with_hint(hint));
        }
    }

    /// The names that there are, for an author.
    fn known(&self) -> String {
        let mut names = self.asked.clone();
        names.sort_unstable();
        names.dedup();
        format!("Known here: {}.", names.join(", "))
    }
}

fn as_number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Integer(number) => Some(number as f64),
        Value::Float(number) if number.is_finite() => Some(number),
        _ => None,
    }
}

/// Text, or a single value as it would be written: authors write `- 4` and mean the text.
fn as_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null => Some(String::new()),
        Value::List(_) | Value::Map(_) => None,
    }
}

fn wrong_type(node: &Node, path: &str, wanted: &str) -> Mistake {
    let name = path.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or("the file");
    let message = format!("`{name}` must be {wanted}, but here it is {}.", node.kind());
    Mistake::new("WRONG_TYPE", path, node.place, message)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The candidate that a mistyped name is closest to, when it is near enough.
pub(crate) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 64 {
        return None;
    }
    let allowed = (name.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(edits, _)| (1..=allowed).contains(edits))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}
