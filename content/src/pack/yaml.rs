//! Plain values as YAML that reads back as the same values.

use std::fmt::Write;

use serde_json::Value;

/// A document in block style; every line ends with a newline.
pub fn text(value: &Value) -> String {
    let mut text = String::new();
    push(&mut text, value, 0);
    text
}

/// Writes a value whose first line is already indented.
fn push(text: &mut String, value: &Value, depth: usize) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (at, (name, value)) in fields.iter().enumerate() {
                let indent = if at == 0 { "" } else { &indent };
                let _ = write!(text, "{indent}{}:", scalar(name));
                push_below(text, value, depth + 1);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (at, element) in elements.iter().enumerate() {
                let indent = if at == 0 { "" } else { &indent };
                let _ = write!(text, "{indent}- ");
                push(text, element, depth + 1);
            }
        }
        Value::String(line) => push_text(text, line, depth),
        other => {
            let _ = writeln!(text, "{other}");
        }
    }
}

/// Writes a value behind its name.
fn push_below(text: &mut String, value: &Value, depth: usize) {
    let is_block = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => false,
    };
    text.push_str(if is_block { "\n" } else { " " });
    if is_block {
        text.push_str(&"  ".repeat(depth));
    }
    push(text, value, depth);
}

/// A text of several lines as a block, where that keeps every character of it.
fn push_text(text: &mut String, value: &str, depth: usize) {
    let body = value.strip_suffix('\n').unwrap_or(value);
    let plain = |line: &str| !line.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}'));
    let is_block =
        body.contains('\n') && !body.ends_with('\n') && !body.starts_with([' ', '\n']) && body.split('\n').all(plain);
    if !is_block || depth == 0 {
        let _ = writeln!(text, "{}", scalar(value));
        return;
    }
    text.push_str(if value.ends_with('\n') { "|\n" } else { "|-\n" });
    for line in body.split('\n') {
        let indent = if line.is_empty() { String::new() } else { "  ".repeat(depth) };
        let _ = writeln!(text, "{indent}{line}");
    }
}

/// A text of one line: bare when it is letters and the like and no word of YAML's own, else in quotation marks.
fn scalar(text: &str) -> String {
    let first = text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    let bare = text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '.' | ' '))
        && !text.ends_with(' ');
    let own = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if first && bare && !own.contains(&text.to_ascii_lowercase().as_str()) {
        text.to_owned()
    } else {
        Value::from(text).to_string().replace('\u{7f}', "\\u007f")
    }
}
