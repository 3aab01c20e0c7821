//! Java's date and time patterns (`yyyy-MM-dd`), as far as they have the same meaning here.

use crate::diagnostic::Diagnostic;

/// A Java pattern as chrono's format.
///
/// # Errors
/// INVALID_DATETIME_PATTERN for a letter that is not known, or has no such width.
pub fn to_chrono(pattern: &str) -> Result<String, Diagnostic> {
    let mut format = String::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            quoted(&mut letters, &mut format);
        } else if letter.is_ascii_alphabetic() {
            let mut width = 1;
            while letters.next_if_eq(&letter).is_some() {
                width += 1;
            }
            format.push_str(field(letter, width).ok_or_else(|| invalid(pattern))?);
        } else if letter == '%' {
            format.push_str("%%");
        } else {
            format.push(letter);
        }
    }
    Ok(format)
}

fn quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, format: &mut String) {
    if letters.next_if_eq(&'\'').is_some() {
        format.push('\'');
        return;
    }
    for letter in letters.by_ref() {
        match letter {
            '\'' => return,
            '%' => format.push_str("%%"),
            other => format.push(other),
        }
    }
}

fn field(letter: char, width: usize) -> Option<&'static str> {
    Some(match (letter, width) {
        ('y' | 'u', 2) => "%y",
        ('y' | 'u', 1 | 3 | 4) => "%Y",
        ('M' | 'L', 1) => "%-m",
        ('M' | 'L', 2) => "%m",
        ('M' | 'L', 3) => "%b",
        ('M' | 'L', 4) => "%B",
        ('d', 1) => "%-d",
        ('d', 2) => "%d",
        ('D', 1) => "%-j",
        ('D', 3) => "%j",
        ('E', 1..=3) => "%a",
        ('E', 4) => "%A",
        ('a', 1) => "%p",
        ('H', 1) => "%-H",
        ('H', 2) => "%H",
        ('h', 1) => "%-I",
        ('h', 2) => "%I",
        ('m', 1) => "%-M",
        ('m', 2) => "%M",
        ('s', 1) => "%-S",
        ('s', 2) => "%S",
        ('S', 3) => "%3f",
        ('S', 6) => "%6f",
        ('S', 9) => "%9f",
        ('X', 1..=3) | ('x', 1..=3) | ('Z', 1..=3) => "%z",
        ('z', 1..=3) => "%Z",
        _ => return None,
    })
}

fn invalid(pattern: &str) -> Diagnostic {
    Diagnostic::new("INVALID_DATETIME_PATTERN", "22007", format!("Unrecognized datetime pattern: {pattern}."))
        .with_hint("Patterns are Java's: yyyy-MM-dd HH:mm:ss.")
}

#[cfg(test)]
mod tests {
    use super::to_chrono;

    #[test]
    fn java_patterns_become_chrono_formats() {
        for (java, chrono) in [
            ("yyyy-MM-dd", "%Y-%m-%d"),
            ("dd.MM.yy HH:mm:ss.SSS", "%d.%m.%y %H:%M:%S.%3f"),
            ("EEEE, d MMMM yyyy 'at' h a", "%A, %-d %B %Y at %-I %p"),
        ] {
            assert_eq!(to_chrono(java).unwrap(), chrono);
        }
        assert_eq!(to_chrono("YYYY-qq").unwrap_err().class, "INVALID_DATETIME_PATTERN");
    }
}
