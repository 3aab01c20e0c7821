//! Typed reading of a map that collects what is wrong: unknown names, names used twice, values of another type.

use super::{Entry, Node, Value, nearest};
use crate::diagnostic::{Finding, Position, Severity};

/// Unknown names of one map that are told one by one; the rest is counted.
const MAX_UNKNOWN: usize = 20;

/// One map of the file while it is read. Ask for every known field, then call [`Fields::finish`]: what was never asked
/// for is unknown, and the names asked for are what it is compared with.
pub struct Fields<'a> {
    entries: &'a [Entry],
    path: String,
    position: Position,
    asked: Vec<&'static str>,
    /// What else is written here is not looked at.
    leaves_rest: bool,
}

impl<'a> Fields<'a> {
    /// `None`, and a finding, when the node is not a map.
    pub fn of(node: &'a Node, path: impl Into<String>, findings: &mut Vec<Finding>) -> Option<Self> {
        let path = path.into();
        let Value::Map(entries) = &node.value else {
            findings.push(wrong_type(node, &path, "a mapping of names to values"));
            return None;
        };
        let mut seen = std::collections::HashSet::new();
        for entry in entries.iter().filter(|entry| !seen.insert(entry.key.as_str())) {
            let message = format!("`{}` is given twice here; the first one counts.", shorten(&entry.key));
            findings.push(Finding::error("DUPLICATE_FIELD", join(&path, &entry.key), message).at(entry.key_position));
        }
        Some(Self { entries, path, position: node.position, asked: Vec::new(), leaves_rest: false })
    }

    /// The path of a field of this map.
    pub fn path_of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// The field's value; `None` when it is absent or null.
    pub fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.asked.push(name);
        let entry = self.entries.iter().find(|entry| entry.key == name)?;
        (entry.value.value != Value::Null).then_some(&entry.value)
    }

    /// Whether the field is written at all, even as null. Does not count as asking for it.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.key == name)
    }

    /// Fields that are known and left alone.
    pub fn ignore(&mut self, names: &[&'static str]) {
        self.asked.extend_from_slice(names);
    }

    /// Nothing else is asked for or refused here: what it would have to be is not known.
    pub fn leave_rest(&mut self) {
        self.leaves_rest = true;
    }

    pub fn text(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Option<String> {
        let node = self.node(name)?;
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => self.refuse(node, name, "text (put it in quotation marks)", findings),
        }
    }

    /// As [`Fields::text`]; a finding, and the empty text, when the field is absent.
    pub fn required_text(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> String {
        if self.node(name).is_none() {
            self.missing(name, findings);
            return String::new();
        }
        self.text(name, findings).unwrap_or_default()
    }

    /// As [`Fields::required_text`]; a finding when the text is empty, too.
    pub fn filled_text(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> String {
        let text = self.required_text(name, findings);
        self.refuse_empty(name, findings);
        text
    }

    /// A finding when the field is there, and is the empty text.
    pub fn refuse_empty(&mut self, name: &'static str, findings: &mut Vec<Finding>) {
        if let Some(Node { value: Value::Text(given), position }) = self.node(name)
            && given.is_empty()
        {
            findings.push(empty(&self.path_of(name), *position));
        }
    }

    /// As [`Fields::texts`]; a finding for each that is empty, too.
    pub fn filled_texts(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Vec<String> {
        let path = self.path_of(name);
        for (index, element) in self.node(name).map(Node::elements).unwrap_or_default().iter().enumerate() {
            if element.as_text() == Some("") {
                findings.push(empty(&format!("{path}[{index}]"), element.position));
            }
        }
        self.texts(name, findings)
    }

    /// A finding that the field has to be there.
    pub fn missing(&self, name: &str, findings: &mut Vec<Finding>) {
        let message = format!("`{name}` is missing here.");
        findings.push(Finding::error("MISSING_FIELD", self.path_of(name), message).at(self.position));
    }

    /// One of a few words. Another one is told, and taken for the word that it is nearly.
    pub fn choice<T: Clone>(
        &mut self,
        name: &'static str,
        choices: &[(&'static str, T)],
        findings: &mut Vec<Finding>,
    ) -> Option<T> {
        let node = self.node(name)?;
        let word = self.scalar_text(name, findings)?;
        if let Some((_, choice)) = choices.iter().find(|(known, _)| *known == word) {
            return Some(choice.clone());
        }
        let known: Vec<&str> = choices.iter().map(|(known, _)| *known).collect();
        let message = format!("`{}` is not a value of `{name}`.", shorten(&word));
        let near = nearest(&word, known.iter().copied());
        let hint = match near {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Write one of {}.", known.join(", ")),
        };
        findings.push(Finding::error("BAD_VALUE", self.path_of(name), message).with_hint(hint).at(node.position));
        choices.iter().find(|(known, _)| Some(*known) == near).map(|(_, choice)| choice.clone())
    }

    /// Text, or a number or boolean as it would be written.
    pub fn scalar_text(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Option<String> {
        let node = self.node(name)?;
        let text = scalar_text(node);
        if text.is_none() { self.refuse(node, name, "a single value", findings) } else { text }
    }

    pub fn integer(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Option<i64> {
        let node = self.node(name)?;
        match node.value {
            Value::Integer(number) => Some(number),
            _ => self.refuse(node, name, "a whole number", findings),
        }
    }

    pub fn flag(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Option<bool> {
        let node = self.node(name)?;
        match node.value {
            Value::Bool(flag) => Some(flag),
            _ => self.refuse(node, name, "true or false", findings),
        }
    }

    /// The elements with their paths; none when the field is absent or no list.
    pub fn list(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Vec<(String, &'a Node)> {
        let Some(node) = self.node(name) else { return Vec::new() };
        let path = self.path_of(name);
        let Value::List(elements) = &node.value else {
            findings.push(wrong_type(node, &path, "a list"));
            return Vec::new();
        };
        elements.iter().enumerate().map(|(index, element)| (format!("{path}[{index}]"), element)).collect()
    }

    /// A list of texts. A text in its place is told, and taken for a list of one.
    pub fn texts(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Vec<String> {
        if let Some(node) = self.node(name)
            && let Value::Text(only) = &node.value
        {
            let hint = format!("Write `{name}: [{}]`.", shorten(only));
            findings.push(wrong_type(node, &self.path_of(name), "a list").with_hint(hint));
            return vec![only.clone()];
        }
        let mut texts = Vec::new();
        for (path, node) in self.list(name, findings) {
            match &node.value {
                Value::Text(text) => texts.push(text.clone()),
                _ => findings.push(wrong_type(node, &path, "text (put it in quotation marks)")),
            }
        }
        texts
    }

    pub fn map(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Option<Fields<'a>> {
        let node = self.node(name)?;
        Fields::of(node, self.path_of(name), findings)
    }

    /// A map of free names to single values, in the order of the file.
    pub fn text_map(&mut self, name: &'static str, findings: &mut Vec<Finding>) -> Vec<(String, String)> {
        let Some(fields) = self.map(name, findings) else { return Vec::new() };
        let mut pairs: Vec<(String, String)> = Vec::new();
        for entry in fields.entries {
            match scalar_text(&entry.value) {
                Some(text) => pairs.push((entry.key.clone(), text)),
                None => findings.push(wrong_type(&entry.value, &fields.path_of(&entry.key), "a single value")),
            }
        }
        pairs
    }

    /// Every name that was written here.
    pub fn names(&self) -> impl Iterator<Item = &'a str> {
        self.entries.iter().map(|entry| entry.key.as_str())
    }

    /// Warns of every name that nobody asked for.
    pub fn finish(self, findings: &mut Vec<Finding>) {
        self.finish_as(Severity::Warning, findings);
    }

    /// As [`Fields::finish`], with the severity of an unknown name.
    pub fn finish_as(self, severity: Severity, findings: &mut Vec<Finding>) {
        let is_unknown = |entry: &&Entry| !self.leaves_rest && !self.asked.contains(&entry.key.as_str());
        let mut unknown = self.entries.iter().filter(is_unknown);
        for entry in unknown.by_ref().take(MAX_UNKNOWN) {
            let path = self.path_of(&entry.key);
            let message = format!("There is no field `{}` here.", shorten(&entry.key));
            let mut finding = Finding::new("UNKNOWN_FIELD", severity, path, message).at(entry.key_position);
            let begins = |name: &&str| name.strip_prefix(entry.key.as_str()).is_some_and(|rest| rest.starts_with('_'));
            let near = nearest(&entry.key, self.asked.iter().copied());
            let near = near.or_else(|| self.asked.iter().copied().find(begins));
            // A field that is there under a misspelt name is not told as missing, too.
            if let Some(near) = near.filter(|_| severity == Severity::Error) {
                let path = self.path_of(near);
                findings.retain(|finding| finding.code != "MISSING_FIELD" || finding.path != path);
            }
            finding.hint = match near {
                Some(name) => Some(format!("Did you mean `{name}`?")),
                None => (severity == Severity::Error).then(|| self.known()),
            };
            findings.push(finding);
        }
        if let Some(entry) = unknown.next() {
            let message = format!("There are {} more fields that are not known here.", unknown.count() + 1);
            findings.push(Finding::new("UNKNOWN_FIELD", severity, self.path.clone(), message).at(entry.key_position));
        }
    }

    /// The names that there are, for an author.
    fn known(&self) -> String {
        let mut names = self.asked.clone();
        names.sort_unstable();
        names.dedup();
        format!("Known here: {}.", names.join(", "))
    }

    fn refuse<T>(&self, node: &Node, name: &str, wanted: &str, findings: &mut Vec<Finding>) -> Option<T> {
        findings.push(wrong_type(node, &self.path_of(name), wanted));
        None
    }
}

fn scalar_text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(format!("{number:?}")),
        Value::Null => Some(String::new()),
        Value::List(_) | Value::Map(_) => None,
    }
}

fn empty(path: &str, position: Position) -> Finding {
    let name = path.rsplit('.').next().unwrap_or_default();
    Finding::error("EMPTY_TEXT", path, format!("`{name}` is empty here.")).at(position)
}

fn wrong_type(node: &Node, path: &str, wanted: &str) -> Finding {
    let name = path.rsplit('.').next().unwrap_or(path);
    let subject = if name.is_empty() { "The file".to_owned() } else { format!("`{}`", shorten(name)) };
    let message = format!("{subject} must be {wanted}, but here it is {}.", node.kind());
    Finding::error("WRONG_TYPE", path, message).at(node.position)
}

fn join(path: &str, name: &str) -> String {
    let name = shorten(name);
    if path.is_empty() { name } else { format!("{path}.{name}") }
}

/// Long names are cut, so that a hostile file cannot fill a page.
pub fn shorten(name: &str) -> String {
    if name.chars().count() <= 80 { name.to_owned() } else { name.chars().take(80).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::super::yaml;
    use super::*;

    #[test]
    fn the_beginning_of_a_name_finds_it() {
        let node = yaml::parse("quartz_cron: x\nzone: y\n").unwrap();
        let mut findings = Vec::new();
        let mut fields = Fields::of(&node, "", &mut findings).unwrap();
        fields.ignore(&["quartz_cron_expression", "timezone_id"]);
        fields.finish(&mut findings);
        let hints: Vec<_> = findings.iter().map(|finding| finding.hint.as_deref()).collect();
        assert_eq!(hints, [Some("Did you mean `quartz_cron_expression`?"), None]);
    }

    #[test]
    fn everything_wrong_in_a_map_is_told_at_once() {
        let node = yaml::parse("nmae: x\ncount: many\nflag: 1\ncount: 2\nlist: {}\nfree: {a: 1, b: [2]}\n").unwrap();
        let mut findings = Vec::new();
        let mut fields = Fields::of(&node, "", &mut findings).unwrap();
        fields.text("name", &mut findings);
        fields.integer("count", &mut findings);
        fields.flag("flag", &mut findings);
        fields.list("list", &mut findings);
        assert_eq!(fields.text_map("free", &mut findings), [("a".to_owned(), "1".to_owned())]);
        fields.finish(&mut findings);
        let seen: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.path.as_str(), f.line.unwrap())).collect();
        assert_eq!(
            seen,
            [
                ("DUPLICATE_FIELD", "count", 4),
                ("WRONG_TYPE", "count", 2),
                ("WRONG_TYPE", "flag", 3),
                ("WRONG_TYPE", "list", 5),
                ("WRONG_TYPE", "free.b", 6),
                ("UNKNOWN_FIELD", "nmae", 1),
            ]
        );
        assert_eq!(findings[5].hint.as_deref(), Some("Did you mean `name`?"));
    }
}
