//! One map of a lab's file while it is read: required fields, points, schemas, contracts.

use sandbar_labs::authored::{Fields, Node, Value};
use sandbar_labs::diagnostic::{Finding, Position, Severity};

use crate::compare::{Contract, Order};
use crate::points::Points;

/// Reads typed values and collects every mistake. An unknown name is an error here: a misspelt `points` must not pass.
pub struct Section<'a, 'f> {
    fields: Fields<'a>,
    node: &'a Node,
    /// The file's text.
    pub(super) file: &'a str,
    findings: &'f mut Vec<Finding>,
}

impl<'a, 'f> Section<'a, 'f> {
    /// `None`, and a finding, when the node is no map.
    pub fn of(node: &'a Node, path: impl Into<String>, file: &'a str, findings: &'f mut Vec<Finding>) -> Option<Self> {
        let fields = Fields::of(node, path, findings)?;
        Some(Self { fields, node, file, findings })
    }

    /// The map in that field; `None` when it is absent or no map.
    pub fn section<'s>(&'s mut self, name: &'static str) -> Option<Section<'a, 's>> {
        let path = self.fields.path_of(name);
        Section::of(self.fields.node(name)?, path, self.file, self.findings)
    }

    /// Each element of the list in that field, read as a map.
    pub fn each(&mut self, name: &'static str, mut read: impl FnMut(&mut Section<'a, '_>)) {
        for (path, node) in self.fields.list(name, self.findings) {
            if let Some(mut section) = Section::of(node, path, self.file, self.findings) {
                read(&mut section);
                section.finish();
            }
        }
    }

    /// Each named element of the map in that field, read as a map, in the order of the file.
    pub fn each_named(&mut self, name: &'static str, mut read: impl FnMut(&str, &mut Section<'a, '_>)) {
        let Some(node) = self.fields.node(name) else { return };
        let path = self.fields.path_of(name);
        let mut ignored = Vec::new();
        if Fields::of(node, path.clone(), &mut ignored).is_none() {
            self.findings.append(&mut ignored);
        }
        for entry in node.entries() {
            let path = format!("{path}.{}", entry.key);
            if let Some(mut section) = Section::of(&entry.value, path, self.file, self.findings) {
                read(&entry.key, &mut section);
                section.finish();
            }
        }
    }

    pub fn node(&mut self, name: &'static str) -> Option<&'a Node> {
        self.fields.node(name)
    }

    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.fields.text(name, self.findings)
    }

    /// The text, if it is there; a finding when it is empty.
    pub fn filled(&mut self, name: &'static str) -> Option<String> {
        let text = self.text(name);
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            self.wrong(name, format!("`{name}` is empty."));
        }
        text
    }

    /// The text, or an empty one and a finding when it is absent.
    pub fn required(&mut self, name: &'static str) -> String {
        let absent = self.fields.node(name).is_none();
        let text = self.filled(name);
        if absent {
            self.missing(name);
        }
        text.unwrap_or_default()
    }

    pub fn missing(&mut self, name: &str) {
        let path = self.fields.path_of(name);
        self.findings
            .push(Finding::error("MISSING_FIELD", path, format!("`{name}` is missing here.")).at(self.node.position));
    }

    /// A whole number of at least 0; the default when it is absent.
    pub fn count(&mut self, name: &'static str, default: usize) -> usize {
        self.count_if_given(name).unwrap_or(default)
    }

    pub fn count_if_given(&mut self, name: &'static str) -> Option<usize> {
        let number = self.fields.integer(name, self.findings)?;
        let counted = usize::try_from(number).ok();
        if counted.is_none() {
            self.wrong(name, format!("`{name}` must not be below 0."));
        }
        counted
    }

    pub fn integer(&mut self, name: &'static str) -> Option<i64> {
        self.fields.integer(name, self.findings)
    }

    pub fn flag(&mut self, name: &'static str) -> bool {
        self.fields.flag(name, self.findings).unwrap_or(false)
    }

    pub fn texts(&mut self, name: &'static str) -> Vec<String> {
        self.fields.texts(name, self.findings)
    }

    /// Whole numbers of at least 0.
    pub fn counts(&mut self, name: &'static str) -> Vec<u32> {
        let mut counts = Vec::new();
        let mut wrong = false;
        for (_, node) in self.fields.list(name, self.findings) {
            match node.value {
                Value::Integer(number) => counts.extend(u32::try_from(number).ok()),
                _ => wrong = true,
            }
        }
        if wrong {
            self.wrong(name, format!("`{name}` is a list of whole numbers."));
        }
        counts
    }

    pub fn text_map(&mut self, name: &'static str) -> Vec<(String, String)> {
        self.fields.text_map(name, self.findings)
    }

    pub fn points(&mut self, name: &'static str) -> Points {
        self.points_if_read(name).unwrap_or(Points::ZERO)
    }

    /// A number of points; `None`, and a finding, when it is absent or none.
    pub fn points_if_read(&mut self, name: &'static str) -> Option<Points> {
        let Some(node) = self.fields.node(name) else {
            self.missing(name);
            return None;
        };
        let text = match &node.value {
            Value::Integer(number) => number.to_string(),
            Value::Float(number) => number.to_string(),
            _ => String::new(),
        };
        let points = Points::parse(&text);
        if points.is_none() {
            self.wrong(name, format!("`{name}` must be a number from 0 on, with at most two decimals."));
        }
        points
    }

    /// A number of points; none when it is absent.
    pub fn points_or_zero(&mut self, name: &'static str) -> Points {
        if self.fields.node(name).is_some() { self.points(name) } else { Points::ZERO }
    }

    /// A number, whole or not.
    pub fn number(&mut self, name: &'static str) -> Option<f64> {
        match self.fields.node(name)?.value {
            #[expect(clippy::cast_precision_loss, reason = "a tolerance is a small number")]
            Value::Integer(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            _ => {
                self.wrong(name, format!("`{name}` must be a number."));
                None
            }
        }
    }

    /// `compare: {ordered, by: position, tolerance, lenient_types, key: [..]}`; the default contract when it is absent.
    pub fn contract(&mut self) -> Contract {
        let Some(mut section) = self.section("compare") else { return Contract::default() };
        let by = section.text("by");
        if by.as_deref().is_some_and(|by| by != "name" && by != "position") {
            section.wrong("by", "`by` must be `name` or `position`.".to_owned());
        }
        let contract = Contract {
            order: match (section.flag("ordered"), section.texts("ordered_by")) {
                (true, by) if by.is_empty() => Order::All,
                (false, by) if by.is_empty() => Order::Any,
                (false, by) => Order::By(by),
                (true, _) => {
                    section
                        .wrong("ordered_by", "Either `ordered` or `ordered_by` says how rows are ordered.".to_owned());
                    Order::All
                }
            },
            by_name: by.as_deref() != Some("position"),
            tolerance: section.tolerance(),
            lenient_types: section.flag("lenient_types"),
            key: section.texts("key"),
        };
        section.finish();
        contract
    }

    fn tolerance(&mut self) -> f64 {
        let tolerance = self.number("tolerance").unwrap_or(0.0);
        if tolerance < 0.0 {
            self.wrong("tolerance", "`tolerance` must not be below 0: no two numbers would be equal.".to_owned());
        }
        tolerance
    }

    /// Where the value at a path below this map begins.
    pub fn locate(&self, path: &str) -> Position {
        self.node.locate(path)
    }

    /// A finding about the field of that name.
    pub fn wrong(&mut self, name: &str, message: String) {
        let path = self.fields.path_of(name);
        self.findings.push(Finding::error("WRONG_VALUE", path, message).at(self.position_of(name)));
    }

    /// The same with the nearest of the known names as a hint.
    pub fn unknown(&mut self, name: &str, value: &str, known: &[&str]) {
        let path = self.fields.path_of(name);
        let message = format!("`{name}` cannot be `{value}`.");
        self.unknown_at(path, self.position_of(name), message, value, known);
    }

    /// The same about a place within a field.
    pub(crate) fn unknown_at(
        &mut self,
        path: String,
        position: Position,
        message: String,
        value: &str,
        known: &[&str],
    ) {
        let hint = match sandbar_labs::authored::nearest(value, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.is_empty() => "Leave it out.".to_owned(),
            None => format!("Known: {}.", known.join(", ")),
        };
        self.findings.push(Finding::error("UNKNOWN_NAME", path, message).at(position).with_hint(hint));
    }

    pub(super) fn tell(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(crate) fn path_of(&self, name: &str) -> String {
        self.fields.path_of(name)
    }

    /// The same as [`Section::wrong`], about a place that was read before.
    pub fn wrong_at(&mut self, position: Position, name: &str, message: String) {
        let path = self.fields.path_of(name);
        self.findings.push(Finding::error("WRONG_VALUE", path, message).at(position));
    }

    pub(super) fn position_of(&self, name: &str) -> Position {
        let entry = self.node.entries().iter().find(|entry| entry.key == name);
        entry.map_or(self.node.position, |entry| entry.value.position)
    }

    /// Where a field's name stands, also when it has no value.
    pub fn written_at(&self, name: &str) -> Option<Position> {
        self.node.entries().iter().find(|entry| entry.key == name).map(|entry| entry.key_position)
    }

    pub fn position(&self) -> Position {
        self.node.position
    }

    /// Nothing else is asked for or refused here.
    pub fn leave_rest(&mut self) {
        self.fields.leave_rest();
    }

    pub fn finish(self) {
        self.fields.finish_as(Severity::Error, self.findings);
    }
}
