//! Mutants of a job's or a dashboard's file: an entry left out, a number one more, an edge to another task, a slip in a query.
//!
//! They are written as JSON, which every reader of YAML reads.

use sandbar_grader::Submission;
use sandbar_labs::authored::{json, yaml};
use sandbar_labs::dialect::vary;
use serde_json::Value;

use super::Mutant;

/// Of every entry of the file.
pub fn of_file(reference: &Submission, path: &str) -> Vec<Mutant> {
    let Ok(text) = reference.text(path) else { return Vec::new() };
    let read = if path.ends_with(".json") { json::parse(text) } else { yaml::parse(text) };
    let Ok(tree) = read else { return Vec::new() };
    let tree = tree.to_json();
    let mutant = |slip: Slip| Mutant::of(reference, path, slip.tree.to_string(), format!("{path}: {}", slip.what));
    slips(&tree).into_iter().map(mutant).collect()
}

/// A tree that differs in one place.
struct Slip {
    what: String,
    tree: Value,
}

fn slips(root: &Value) -> Vec<Slip> {
    let keys = root.pointer("/tasks").and_then(Value::as_array).into_iter().flatten();
    let keys: Vec<&Value> = keys.filter_map(|task| task.get("task_key")).collect();
    let mut found = Vec::new();
    visit(root, "", &mut |pointer, value| {
        let mut put = |what: String, other: Value| {
            let mut tree = root.clone();
            if let Some(place) = tree.pointer_mut(pointer) {
                *place = other;
                found.push(Slip { what, tree });
            }
        };
        let here = path(pointer);
        match value {
            Value::Object(entries) => {
                for key in entries.keys() {
                    let mut fewer = entries.clone();
                    fewer.remove(key);
                    put(format!("without {}", path(&below(pointer, key))), Value::Object(fewer));
                }
            }
            Value::Array(elements) => {
                for at in 0..elements.len() {
                    let mut fewer = elements.clone();
                    fewer.remove(at);
                    put(format!("without {}", path(&format!("{pointer}/{at}"))), Value::Array(fewer));
                }
            }
            Value::Number(number) => {
                if let Some(whole) = number.as_i64() {
                    put(format!("{here} becomes {}", whole + 1), (whole + 1).into());
                }
            }
            Value::String(_) if pointer.contains("/depends_on/") && pointer.ends_with("/task_key") => {
                for key in keys.iter().filter(|key| **key != value) {
                    put(format!("{here} becomes {key}"), (*key).clone());
                }
            }
            Value::String(sql) if pointer.ends_with("/sql") => {
                for mutant in vary::mutants(sql) {
                    put(format!("{here}: {}", mutant.what), mutant.sql.into());
                }
            }
            _ => {}
        }
    });
    found
}

/// The pointer to an entry, whose key may hold what parts a pointer (RFC 6901).
fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Shows every value of a tree with its JSON pointer, parents first.
fn visit<'a>(value: &'a Value, pointer: &str, show: &mut impl FnMut(&str, &'a Value)) {
    show(pointer, value);
    match value {
        Value::Object(entries) => entries.iter().for_each(|(key, inner)| visit(inner, &below(pointer, key), show)),
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(at, inner)| visit(inner, &format!("{pointer}/{at}"), show));
        }
        _ => {}
    }
}

/// `/tasks/2/run_if` as `tasks[2].run_if`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1) {
        let part = &part.replace("~1", "/").replace("~0", "~");
        match part.parse::<usize>() {
            Ok(at) => path.push_str(&format!("[{at}]")),
            Err(_) if path.is_empty() => path.push_str(part),
            Err(_) => path.push_str(&format!(".{part}")),
        }
    }
    path
}
