//! Characters of a GIFT file with their places, once escapes are read: an escaped mark is a letter like any other.

use crate::mistake::Mistake;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    character: char,
    /// Was escaped, so it separates nothing.
    is_letter: bool,
    /// Line and column, from 1.
    place: (u32, u32),
}

/// A stretch of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    marks: Vec<Mark>,
    /// Where it begins, also when it is empty.
    start: (u32, u32),
}

/// What a backslash takes the meaning from.
const ESCAPED: &str = "~=#{}:\\%";

impl Marks {
    /// Of lines with their numbers.
    pub fn of(lines: &[(u32, &str)]) -> Self {
        let mut marks = Vec::new();
        for (number, line) in lines {
            let mut column = 0;
            let mut escape = false;
            for character in line.chars() {
                column += 1;
                let place = (*number, column - u32::from(escape));
                match character {
                    'n' if escape => marks.push(Mark { character: '\n', is_letter: true, place }),
                    _ if escape && ESCAPED.contains(character) => {
                        marks.push(Mark { character, is_letter: true, place })
                    }
                    _ => {
                        if escape {
                            marks.push(Mark { character: '\\', is_letter: true, place });
                        }
                        if character == '\\' {
                            escape = true;
                            continue;
                        }
                        marks.push(Mark { character, is_letter: false, place: (*number, column) });
                    }
                }
                escape = false;
            }
            if escape {
                marks.push(Mark { character: '\\', is_letter: true, place: (*number, column) });
            }
            marks.push(Mark { character: '\n', is_letter: false, place: (*number, column + 1) });
        }
        let start = lines.first().map_or((1, 1), |(number, _)| (*number, 1));
        Self { marks, start }.trimmed()
    }

    fn part(&self, from: usize, to: usize) -> Self {
        let marks: Vec<Mark> = self.marks.get(from..to).unwrap_or_default().to_vec();
        let start = self.marks.get(from).or(self.marks.last()).map_or(self.start, |mark| mark.place);
        Self { marks, start }.trimmed()
    }

    /// Without the blanks around it; an escaped line break is no blank.
    fn trimmed(mut self) -> Self {
        let is_blank = |mark: &Mark| mark.character.is_whitespace() && !mark.is_letter;
        let from = self.marks.iter().position(|mark| !is_blank(mark)).unwrap_or(self.marks.len());
        self.marks.drain(..from);
        while self.marks.last().is_some_and(is_blank) {
            self.marks.pop();
        }
        self.start = self.marks.first().map_or(self.start, |mark| mark.place);
        self
    }

    /// Line and column of the beginning.
    pub fn place(&self) -> (u32, u32) {
        self.start
    }

    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The text, its lines joined by blanks, as GIFT does not keep line ends.
    pub fn text(&self) -> String {
        let character = |mark: &Mark| if mark.character == '\n' && !mark.is_letter { ' ' } else { mark.character };
        self.marks.iter().map(character).collect::<String>().trim().to_owned()
    }

    /// Whether it has an asterisk that was not escaped.
    pub fn has_wildcard(&self) -> bool {
        self.marks.iter().any(|mark| mark.character == '*' && !mark.is_letter)
    }

    fn begins_at(&self, at: usize, separator: &str) -> bool {
        separator.chars().enumerate().all(|(offset, character)| {
            self.marks.get(at + offset).is_some_and(|mark| mark.character == character && !mark.is_letter)
        })
    }

    fn find(&self, separator: &str, from: usize) -> Option<usize> {
        (from..self.marks.len()).find(|at| self.begins_at(*at, separator))
    }

    /// Takes the separator off the beginning.
    pub fn skip(&mut self, separator: &str) -> bool {
        let begins = self.begins_at(0, separator);
        if begins {
            *self = self.part(separator.chars().count(), self.marks.len());
        }
        begins
    }

    /// Where the first such separator stands.
    pub fn place_of(&self, separator: &str) -> Option<(u32, u32)> {
        self.marks.get(self.find(separator, 0)?).map(|mark| mark.place)
    }

    /// What is before and behind the first such separator.
    pub fn split(&self, separator: &str) -> Option<(Marks, Marks)> {
        let at = self.find(separator, 0)?;
        Some((self.part(0, at), self.part(at + separator.chars().count(), self.marks.len())))
    }

    /// Takes `[html]` and its like off the beginning.
    pub fn format(&mut self) -> String {
        for format in ["html", "markdown", "plain", "moodle"] {
            if self.skip(&format!("[{format}]")) {
                return format.to_owned();
            }
        }
        String::new()
    }

    /// The stretches that begin with `=` or `~`, with that mark; and what is before the first.
    pub fn options(&self) -> (Marks, Vec<(char, Marks)>) {
        let is_start = |at: &usize| self.begins_at(*at, "=") || self.begins_at(*at, "~");
        let starts: Vec<usize> = (0..self.marks.len()).filter(is_start).collect();
        let ends = starts.iter().skip(1).copied().chain([self.marks.len()]);
        let option = |(from, to): (&usize, usize)| {
            let mark = self.marks.get(*from).map_or('=', |mark| mark.character);
            (mark, self.part(from + 1, to))
        };
        let options = starts.iter().zip(ends).map(option).collect();
        (self.part(0, starts.first().copied().unwrap_or(self.marks.len())), options)
    }

    pub fn mistake(&self, code: &'static str, message: impl Into<String>) -> Mistake {
        Mistake::new(code, "", self.start, message)
    }
}
