//! `${var.x}` and `${resources...}` of a bundle, resolved within the file.
//!
//! A value that is nothing but `${var.x}` becomes the variable's default with its type; within a longer text the
//! default is pasted in. `${resources...}` is checked and stays, since an id is known only once the bundle is deployed.
//! Other namespaces (`bundle`, `workspace`) stay as they are.

use crate::authored::{Node, Value, nearest, shorten};
use crate::diagnostic::{Finding, Position};

/// Characters that variables may add to a file.
const MAX_PASTED: usize = 256 * 1024;
/// Unknown names that are told one by one.
const MAX_UNKNOWN: usize = 50;

pub(super) fn resolve(root: Node, findings: &mut Vec<Finding>) -> Node {
    let mut root = root;
    let names = Names {
        variables: root
            .get("variables")
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|e| (e.key.clone(), e.value.get("default").cloned()))
            .collect(),
        resources: root.get("resources").map(resource_names).unwrap_or_default(),
    };
    let mut pass = Pass { names: &names, pasted: 0, findings: Vec::new() };
    if let Value::Map(entries) = &mut root.value {
        for entry in entries.iter_mut().filter(|entry| entry.key == "resources") {
            pass.node(&mut entry.value);
        }
    }
    findings.append(&mut pass.findings);
    root
}

struct Names {
    variables: Vec<(String, Option<Node>)>,
    /// `jobs.nightly`
    resources: Vec<String>,
}

fn resource_names(resources: &Node) -> Vec<String> {
    let kinds = resources.entries().iter();
    kinds.flat_map(|kind| kind.value.entries().iter().map(move |entry| format!("{}.{}", kind.key, entry.key))).collect()
}

struct Pass<'a> {
    names: &'a Names,
    pasted: usize,
    findings: Vec<Finding>,
}

impl<'a> Pass<'a> {
    fn node(&mut self, node: &mut Node) {
        match &mut node.value {
            Value::List(elements) => elements.iter_mut().for_each(|element| self.node(element)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| self.node(&mut entry.value)),
            Value::Text(text) if text.contains("${") => {
                if let Some(value) = self.text(text, node.position) {
                    node.value = value;
                }
            }
            _ => {}
        }
    }

    /// The value that stands for a text with references; `None` to leave it.
    fn text(&mut self, text: &str, position: Position) -> Option<Value> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, tail) = after.split_once('}')?;
            let replacement = self.reference(name, position).map(|node| &node.value);
            if before.is_empty() && tail.is_empty() && out.is_empty() && replacement.is_some_and(is_single) {
                return replacement.cloned();
            }
            out.push_str(before);
            match replacement.and_then(as_text).filter(|text| self.pasted + text.len() <= MAX_PASTED) {
                Some(text) => {
                    self.pasted += text.len();
                    out.push_str(&text);
                }
                None => out.extend(["${", name, "}"]),
            }
            rest = tail;
        }
        out.push_str(rest);
        Some(Value::Text(out))
    }

    fn reference(&mut self, name: &str, position: Position) -> Option<&'a Node> {
        let names = self.names;
        if let Some(variable) = name.strip_prefix("var.") {
            let variable = variable.split('.').next().unwrap_or_default();
            if let Some((_, default)) = names.variables.iter().find(|(known, _)| known == variable) {
                return default.as_ref();
            }
            let known = names.variables.iter().map(|(known, _)| known.as_str());
            self.unknown(
                name,
                "variable",
                variable,
                known,
                "Declare it below `variables:` with a `default`.",
                position,
            );
        } else if let Some(resource) = name.strip_prefix("resources.") {
            let resource = resource.splitn(3, '.').take(2).collect::<Vec<_>>().join(".");
            if !names.resources.contains(&resource) {
                let known = names.resources.iter().map(String::as_str);
                self.unknown(
                    name,
                    "resource",
                    &resource,
                    known,
                    "It must be defined in this file, below `resources:`.",
                    position,
                );
            }
        }
        None
    }

    fn unknown<'n>(
        &mut self,
        name: &str,
        kind: &str,
        wanted: &str,
        known: impl Iterator<Item = &'n str>,
        otherwise: &str,
        position: Position,
    ) {
        if self.findings.len() >= MAX_UNKNOWN {
            return;
        }
        let message = format!("`${{{}}}` names a {kind} that this file does not define.", shorten(name));
        let hint =
            nearest(wanted, known).map_or_else(|| otherwise.to_owned(), |near| format!("Did you mean `{near}`?"));
        self.findings.push(Finding::error("UNKNOWN_REFERENCE", "", message).with_hint(hint).at(position));
    }
}

fn is_single(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Map(_)) && !matches!(value, Value::Text(text) if text.len() > 4096)
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}
