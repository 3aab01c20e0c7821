//! JSON as Spark reads it: texts may stand in single quotes and hold control characters as they are.

use serde_json::Value;

/// The value of a text; `None` where it is no JSON.
pub fn read(text: &str) -> Option<Value> {
    serde_json::from_str(text).or_else(|_| serde_json::from_str(&strict(text))).ok()
}

/// The text with double quotes around its texts, and control characters in them escaped.
fn strict(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    let (mut quote, mut escaped) = (None, false);
    for letter in text.chars() {
        match quote {
            None if matches!(letter, '"' | '\'') => {
                quote = Some(letter);
                out.push('"');
            }
            None => out.push(letter),
            Some(_) if escaped => {
                escaped = false;
                if letter != '\'' {
                    out.push('\\');
                }
                out.push(letter);
            }
            Some(_) if letter == '\\' => escaped = true,
            Some(end) if letter == end => {
                quote = None;
                out.push('"');
            }
            Some(_) if letter == '"' => out.push_str("\\\""),
            Some(_) if letter.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
            Some(_) => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn single_quotes_and_control_characters_are_read() {
        assert_eq!(
            read(r#"{'a': "it's", "b": 'say "x"', 'c': 'it\'s', 'd': [1]}"#),
            Some(json!({
                "a": "it's", "b": "say \"x\"", "c": "it's", "d": [1],
            }))
        );
        assert_eq!(read("{\"a\": \"x\ty\"}"), Some(json!({"a": "x\ty"})));
        assert_eq!(read("{'a': 1"), None);
        assert_eq!(read("{a: 1}"), None);
    }
}
