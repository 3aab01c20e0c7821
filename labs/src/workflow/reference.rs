//! `{{...}}` in a value: where references stand in it, and what a run puts in their place.

/// The insides of every `{{...}}` that is well formed; anything else is literal text.
pub fn references(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once("{{") {
        let Some((inside, tail)) = after.split_once("}}") else { break };
        let inside = inside.trim();
        if is_reference(inside) {
            found.push(inside);
        }
        rest = tail;
    }
    found
}

fn is_reference(inside: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-[]`".contains(c);
    !inside.is_empty() && inside.chars().all(fits)
}

/// `tasks.[my.task].values.x` has the segments `tasks`, `my.task`, `values`, `x`; backticks do what brackets do.
pub fn segments(reference: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = reference;
    while !rest.is_empty() {
        let in_brackets = rest.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        let quoted = || rest.strip_prefix('`').and_then(|inner| inner.split_once('`'));
        let (segment, tail) = match in_brackets.or_else(quoted) {
            Some((segment, tail)) => (segment, tail.strip_prefix('.').unwrap_or(tail)),
            None => rest.split_once('.').unwrap_or((rest, "")),
        };
        found.push(segment);
        rest = tail;
    }
    found
}

/// The value with what each reference means in its place. `meaning` gives `None` for one that is literal text.
///
/// # Errors
/// The first one of `meaning`.
pub fn replaced<E>(value: &str, mut meaning: impl FnMut(&[&str]) -> Result<Option<String>, E>) -> Result<String, E> {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inside, tail)) = after.split_once("}}") else { break };
        text.push_str(before);
        let meant = if is_reference(inside.trim()) { meaning(&segments(inside.trim()))? } else { None };
        match meant {
            Some(meant) => text.push_str(&meant),
            None => text.push_str(&format!("{{{{{inside}}}}}")),
        }
        rest = tail;
    }
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_braces_are_literal() {
        assert_eq!(references("a {{job.id}} b {{ tasks.x.values.y }}"), ["job.id", "tasks.x.values.y"]);
        assert_eq!(references("{{1 + 2}} {{}} {{job.id} {job.id}}"), [""; 0]);
    }

    #[test]
    fn brackets_hold_names_with_dots() {
        assert_eq!(segments("tasks.[a.b].values.[c.d]"), ["tasks", "a.b", "values", "c.d"]);
        assert_eq!(segments("tasks.`a.b`.output.first_row.`n-1`"), ["tasks", "a.b", "output", "first_row", "n-1"]);
    }

    #[test]
    fn what_is_no_reference_stays_as_it_is_written() {
        let meaning = |path: &[&str]| match path {
            ["job", "id"] => Ok(Some("7".to_owned())),
            ["bad"] => Err("bad"),
            _ => Ok(None),
        };
        assert_eq!(
            replaced("{{job.id}}/{{ job.id }} {{1 + 2}} {{other}} {{", meaning).unwrap(),
            "7/7 {{1 + 2}} {{other}} {{"
        );
        assert_eq!(replaced("x {{bad}}", meaning), Err("bad"));
    }
}
