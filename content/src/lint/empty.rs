//! Fields of authored YAML that are written without a value: `see:`. Readers take them for absent, so that an older
//! release stays readable; the schemas refuse them, and so does this, since mostly a value was forgotten.

use sandbar_labs::authored::{Node, Value, yaml};
use sandbar_labs::diagnostic::{Finding, Position};

use super::texts::{holds_texts, is_lesson};
use crate::course;
use crate::files::Files;
use crate::lesson;

pub(super) const CODE: &str = "EMPTY_FIELD";

/// Below these, names are the author's own and NULL is a value.
const OF_VALUES: [&str; 3] = ["parameters", "rows", "arguments"];

pub(super) fn findings(files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, bytes) in files.iter() {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        let (text, first_line) = match lesson::split_head(text).filter(|_| is_lesson(path)) {
            Some((head, ..)) => (head, 1),
            None if path == course::FILE || holds_texts(path) => (text, 0),
            None => continue,
        };
        // A file that cannot be read is told when it is loaded.
        let Ok(root) = yaml::parse(text) else { continue };
        let mut places = Vec::new();
        collect(&root, "", &mut places);
        let found = |(name, field, at): (&str, String, Position)| {
            let message = format!("`{name}` has no value here.");
            let finding = Finding::error(CODE, field, message).with_hint("Write one, or take the field out.");
            finding.at(Position { line: at.line + first_line, ..at }).in_file(path)
        };
        findings.extend(places.into_iter().map(found));
    }
    findings
}

fn collect<'a>(node: &'a Node, path: &str, places: &mut Vec<(&'a str, String, Position)>) {
    for (index, element) in node.elements().iter().enumerate() {
        collect(element, &format!("{path}[{index}]"), places);
    }
    for entry in node.entries().iter().filter(|entry| !OF_VALUES.contains(&entry.key.as_str())) {
        let below = if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) };
        if entry.value.value == Value::Null {
            places.push((&entry.key, below, entry.key_position));
        } else {
            collect(&entry.value, &below, places);
        }
    }
}
