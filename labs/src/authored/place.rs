//! Where the lines of a text stand in the file that holds it.

use crate::diagnostic::Position;

/// The place in the file of a place within a text that was read from it. `value` is where the text's value begins, at the
/// `|` of a block or at its first line. The lines of a block are those of the file; of a text that was folded only the
/// beginning is known.
pub fn place_within(file: &str, value: Position, within: Position) -> Position {
    let lines: Vec<&str> = file.lines().collect();
    let Some((header, mark)) = block(&lines, value) else { return value };
    let first = lines.iter().skip(header as usize).find(|line| !line.trim().is_empty()).unwrap_or(&"");
    match mark {
        '|' => Position { line: header + within.line, column: indent(first) + within.column },
        _ => Position { line: header + 1, column: indent(first) + 1 },
    }
}

/// The line, from 1, that opens the block which a value is, and its `|` or `>`.
fn block(lines: &[&str], value: Position) -> Option<(u32, char)> {
    let line = |number: u32| lines.get(number.checked_sub(1)? as usize).copied();
    let written = line(value.line)?.chars().nth(value.column.saturating_sub(1) as usize)?;
    if matches!(written, '|' | '>') {
        return Some((value.line, written));
    }
    let begins_line = indent(line(value.line)?) + 1 == value.column;
    let opener = (1..value.line).rev().find(|number| line(*number).is_some_and(|line| !line.trim().is_empty()))?;
    let header = line(opener)?.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'));
    let mark = header.chars().next_back().filter(|mark| matches!(mark, '|' | '>'))?;
    (begins_line && indent(header) < indent(line(value.line)?)).then_some((opener, mark))
}

fn indent(line: &str) -> u32 {
    u32::try_from(line.len() - line.trim_start().len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authored::yaml;

    fn check(file: &str, within: (u32, u32), expected: (u32, u32)) {
        let place = |(line, column)| Position { line, column };
        let root = yaml::parse(file).unwrap();
        let value = root.get("sql").unwrap().position;
        assert_eq!(place_within(file, value, place(within)), place(expected), "{file}");
    }

    #[test]
    fn a_block_has_the_lines_of_its_file_and_another_text_its_beginning() {
        check("a: 1\nsql: |\n  SELECT\n    x\n", (2, 3), (4, 5));
        check("sql: |-\n\n  SELECT\n    x\n", (3, 3), (4, 5));
        check("sql: >\n  SELECT\n  x\n", (1, 8), (2, 3));
        check("a: |\n  x |\nsql: SELECT x\n", (1, 8), (3, 6));
        assert_eq!(place_within("", Position { line: 1, column: 6 }, Position { line: 1, column: 8 }).line, 1);
    }
}
