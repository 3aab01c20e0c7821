//! Where a YAML text has comments, so that a change can keep them.

use std::ops::Range;

/// The comments in order, each from its `#` to the end of its line.
pub fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut scan = Scan::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim_end_matches('\n');
        if let Some(at) = scan.line(words) {
            found.push(start + at..start + words.len());
        }
        start += line.len();
    }
    found
}

/// What the comments say, in order.
pub fn texts(text: &str) -> Vec<&str> {
    ranges(text).into_iter().map(|range| text[range].trim_end()).collect()
}

#[derive(Default)]
struct Scan {
    /// Inside a text in these quotation marks.
    quote: Option<char>,
    /// Inside a block of text: lines that are indented further than this belong to it.
    block: Option<usize>,
}

impl Scan {
    /// Where a comment begins on the line.
    fn line(&mut self, line: &str) -> Option<usize> {
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(base) = self.block {
            if line.trim().is_empty() || indent > base {
                return None;
            }
            self.block = None;
        }
        let comment = self.comment(line);
        let code = line[..comment.unwrap_or(line.len())].trim_end();
        if self.quote.is_none() && opens_block(code) {
            self.block = Some(base(code, indent));
        }
        comment
    }

    fn comment(&mut self, line: &str) -> Option<usize> {
        // A quotation mark opens a text only where a value can begin.
        let mut value_may_begin = true;
        let mut previous = ' ';
        let mut characters = line.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            match self.quote {
                Some('"') if c == '\\' => {
                    characters.next();
                }
                Some('\'') if c == '\'' && matches!(characters.peek(), Some((_, '\''))) => {
                    characters.next();
                }
                Some(quote) if c == quote => self.quote = None,
                Some(_) => {}
                None if c == '#' && previous.is_whitespace() => return Some(at),
                None if matches!(c, '"' | '\'') && value_may_begin => self.quote = Some(c),
                None => {}
            }
            let before_space = matches!(characters.peek(), None | Some((_, ' ')));
            value_may_begin = match c {
                ' ' => value_may_begin,
                '[' | '{' | ',' => true,
                ':' | '-' | '?' => before_space,
                _ => false,
            };
            previous = c;
        }
        None
    }
}

/// Whether the line ends with `|` or `>` as a value, perhaps with an indicator behind.
fn opens_block(code: &str) -> bool {
    let header = code.rsplit(' ').next().unwrap_or_default();
    let is_header = header.starts_with(['|', '>']) && header.len() <= 3;
    let before = code[..code.len() - header.len()].trim_end();
    is_header
        && header[1..].chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'))
        && before.ends_with([':', '-'])
}

/// The column of the name or dash that a block of text belongs to.
fn base(code: &str, indent: usize) -> usize {
    let mut rest = &code[indent..];
    let mut base = indent;
    while let Some(inner) = rest.strip_prefix("- ") {
        let next = inner.trim_start_matches(' ');
        if next.starts_with(['|', '>']) {
            return base;
        }
        base += rest.len() - next.len();
        rest = next;
    }
    base
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn what_only_looks_like_a_comment_is_none() {
        let text = "a: b#c # one\nd: '# no' # two\ne: \"x \\\" # no\" # three\nf: |\n  # no\n\n  # no\ng: it's # four\n\
                    h: [a, '#', # five\n  b] # six\n- k: >-\n    # no\n  l: 1 # seven\nm: 'two\n  # no' # eight\n";
        let expected = ["# one", "# two", "# three", "# four", "# five", "# six", "# seven", "# eight"];
        assert_eq!(texts(text), expected);
    }
}
