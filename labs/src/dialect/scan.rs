//! A lenient scan of any text into pieces: strings, comments, words, numbers, the rest.
//!
//! Invariant: the pieces cover the whole text in order and scanning never fails; an unclosed string or comment runs to
//! the end. It is what cutting at `;`, highlighting, [`super::literal_rows()`] and [`super::rename()`] rest on.

/// What a piece of text is, before any grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    Space,
    Comment,
    /// `'..'` or `".."`, with a prefix letter when it has one.
    Text,
    /// `` `..` ``
    Quoted,
    Word,
    Number,
    /// `:name` where no name or closing bracket stands before it.
    Parameter,
    /// One character of punctuation or an operator.
    Mark,
}

/// The pieces of `text` with their byte ranges.
pub fn pieces(text: &str) -> Pieces<'_> {
    Pieces { text, at: 0, before: Piece::Space }
}

pub struct Pieces<'a> {
    text: &'a str,
    at: usize,
    /// The last piece that was neither space nor comment.
    before: Piece,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = (Piece, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (piece, length) = first_piece(rest, self.before);
        self.at += length;
        let found = &rest[..length];
        match piece {
            Piece::Space | Piece::Comment => {}
            // After a closing bracket a colon reads a field, like after a name.
            Piece::Mark if matches!(found, ")" | "]" | ":") => self.before = Piece::Word,
            other => self.before = other,
        }
        Some((piece, found))
    }
}

fn first_piece(rest: &str, before: Piece) -> (Piece, usize) {
    let bytes = rest.as_bytes();
    let first = rest.chars().next().unwrap_or(' ');
    let second = bytes.get(1).copied().unwrap_or(0);
    match first {
        c if c.is_whitespace() => (Piece::Space, while_true(rest, char::is_whitespace)),
        '-' if second == b'-' => (Piece::Comment, while_true(rest, |c| c != '\n')),
        '/' if second == b'*' => (Piece::Comment, block_comment(rest)),
        '\'' | '"' => (Piece::Text, quoted(rest, first, true)),
        '`' => (Piece::Quoted, quoted(rest, '`', false)),
        ':' if !matches!(before, Piece::Word | Piece::Quoted | Piece::Text) && is_word_start(second as char) => {
            (Piece::Parameter, 1 + while_true(&rest[1..], is_word_part))
        }
        c if c.is_ascii_digit() || (c == '.' && second.is_ascii_digit() && before != Piece::Word) => {
            (Piece::Number, number(rest))
        }
        'r' | 'R' | 'x' | 'X' if matches!(second, b'\'' | b'"') => {
            (Piece::Text, 1 + quoted(&rest[1..], second as char, false))
        }
        c if is_word_start(c) || !c.is_ascii() => (Piece::Word, while_true(rest, |c| is_word_part(c) || !c.is_ascii())),
        c => (Piece::Mark, c.len_utf8()),
    }
}

fn is_word_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

fn is_word_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn while_true(text: &str, keep: impl Fn(char) -> bool) -> usize {
    text.find(|c| !keep(c)).unwrap_or(text.len())
}

/// Length of a quoted piece; a doubled quote and, where `escapes`, a backslash do not close it.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if escapes && c == '\\' {
            characters.next();
        } else if c == quote {
            match characters.peek() {
                Some((_, next)) if *next == quote => {
                    characters.next();
                }
                _ => return at + c.len_utf8(),
            }
        }
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut at) = (0usize, 0usize);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
            (b'*', Some(b'/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let sign_of_exponent = matches!(byte, b'+' | b'-') && at > 0 && matches!(bytes[at - 1], b'e' | b'E');
        if !(byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'_' || sign_of_exponent) {
            break;
        }
        at += 1;
    }
    at
}
