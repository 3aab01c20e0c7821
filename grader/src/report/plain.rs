//! What a submission holds, as text that cannot steer a terminal or forge a line of the report.

use sandbar_labs::diagnostic::Finding;

/// `etl.sql:3:1: ` before a sentence about that place; nothing where no file is named.
pub fn place(finding: &Finding) -> String {
    let Some(file) = &finding.file else { return String::new() };
    let numbers = [finding.line, finding.column].into_iter().map_while(|number| number);
    let numbers: String = numbers.map(|number| format!(":{number}")).collect();
    format!("{file}{numbers}: ")
}

/// Without control characters and marks that turn the writing direction; line ends stay.
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c != '\n' && steers(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A value in one line.
pub fn one_line(value: &str) -> String {
    value.chars().map(|c| if c == '\n' { '\u{23ce}' } else { c }).collect()
}

fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_line_and_steers_nothing() {
        assert_eq!(one_line("a\nTask 3  ok"), "a\u{23ce}Task 3  ok");
        assert_eq!(harmless("a\n\u{1b}[2J\u{202e}b\tc"), "a\n\u{fffd}[2J\u{fffd}b\u{fffd}c");
    }
}
