//! What the first lines of a cell say about it: `-- DBTITLE 1,Task 5` gives a title, `%md` a language.

use super::document::CellLanguage;

/// A cell's text with its head lines taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub title: Option<String>,
    pub language: CellLanguage,
    /// Without leading and trailing blank lines.
    pub source: String,
    /// How many lines of the given text stand before the source.
    pub skipped_lines: u32,
}

/// Takes title line and language magic (`%sql`, `%python`, `%md`, also `%%sql`) off a cell's text, in either order.
///
/// Other magics (`%run`, `%pip`) stay part of the text. Works on text as it is in a cell, without `-- MAGIC`.
pub fn settle(text: &str, default: CellLanguage) -> Settled {
    let mut rest = Lines { text, skipped: 0 };
    let mut settled = Settled { title: None, language: default, source: String::new(), skipped_lines: 0 };
    let mut magic_seen = false;
    loop {
        rest.skip_blank();
        let line = rest.first();
        if let (None, Some(title)) = (&settled.title, title_in(line)) {
            settled.title = Some(title);
            rest.drop_first();
        } else if let (false, Some((language, after))) = (magic_seen, magic_in(line)) {
            settled.language = language;
            magic_seen = true;
            if after.is_empty() { rest.drop_first() } else { rest.cut_to(after) }
        } else {
            break;
        }
    }
    settled.title = settled.title.filter(|title| !title.is_empty());
    settled.source = trim_end_lines(rest.text).to_owned();
    settled.skipped_lines = rest.skipped;
    settled
}

/// The title in a line `-- DBTITLE 1,words` (or `# DBTITLE`); 0 and 1 say whether Databricks shows it.
pub(super) fn title_in(line: &str) -> Option<String> {
    let rest = line.strip_prefix("--").or_else(|| line.strip_prefix('#'))?;
    let rest = rest.trim_start().strip_prefix("DBTITLE ")?.trim_start();
    let rest = rest.strip_prefix(['0', '1'])?.trim_start().strip_prefix(',')?;
    Some(rest.trim().to_owned())
}

fn magic_in(line: &str) -> Option<(CellLanguage, &str)> {
    let word = line.strip_prefix("%%").or_else(|| line.strip_prefix('%'))?;
    let end = word.find(char::is_whitespace).unwrap_or(word.len());
    let (name, after) = word.split_at(end);
    let language = match name {
        "sql" => CellLanguage::Sql,
        "python" => CellLanguage::Python,
        "md" | "md-sandbox" | "markdown" => CellLanguage::Markdown,
        _ => return None,
    };
    Some((language, after.trim()))
}

struct Lines<'a> {
    text: &'a str,
    skipped: u32,
}

impl<'a> Lines<'a> {
    fn first(&self) -> &'a str {
        self.text.split('\n').next().unwrap_or_default()
    }

    fn drop_first(&mut self) {
        match self.text.split_once('\n') {
            Some((_, rest)) => {
                self.text = rest;
                self.skipped += 1;
            }
            None => self.text = "",
        }
    }

    /// Goes on in the middle of the first line, at `after`, which is the line's end but for blanks.
    fn cut_to(&mut self, after: &str) {
        let line = self.first();
        let start = line.trim_end().len() - after.len();
        self.text = self.text.get(start..).unwrap_or_default();
    }

    fn skip_blank(&mut self) {
        while !self.text.is_empty() && self.first().trim().is_empty() {
            self.drop_first();
        }
    }
}

/// Without the blank lines at the end; blanks at the end of the last line that holds something stay.
fn trim_end_lines(text: &str) -> &str {
    let mut text = text;
    while let Some((rest, last)) = text.rsplit_once('\n') {
        if !last.trim().is_empty() {
            return text;
        }
        text = rest;
    }
    if text.trim().is_empty() { "" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, title: Option<&str>, language: CellLanguage, source: &str, skipped: u32) {
        let settled = settle(text, CellLanguage::Sql);
        let expected =
            Settled { title: title.map(str::to_owned), language, source: source.to_owned(), skipped_lines: skipped };
        assert_eq!(settled, expected, "{text:?}");
    }

    #[test]
    fn a_title_line_is_taken_off() {
        check("-- DBTITLE 1,Task 5: upsert\nMERGE", Some("Task 5: upsert"), CellLanguage::Sql, "MERGE", 1);
        check("-- DBTITLE 0, hidden, it is\n\nSELECT 1\n\n", Some("hidden, it is"), CellLanguage::Sql, "SELECT 1", 2);
        check("# DBTITLE 1,Load\nx = 1", Some("Load"), CellLanguage::Sql, "x = 1", 1);
    }

    #[test]
    fn a_language_magic_is_taken_off_before_or_after_the_title() {
        check("%md # Head\ntext", None, CellLanguage::Markdown, "# Head\ntext", 0);
        check("%python\n\nprint(1)", None, CellLanguage::Python, "print(1)", 2);
        check("%sql\n-- DBTITLE 1,Task 1\nSELECT 1", Some("Task 1"), CellLanguage::Sql, "SELECT 1", 2);
        check("-- DBTITLE 1,Task 1\n%sql SELECT 1", Some("Task 1"), CellLanguage::Sql, "SELECT 1", 1);
    }

    #[test]
    fn what_only_looks_like_a_head_stays() {
        check("%run ./setup", None, CellLanguage::Sql, "%run ./setup", 0);
        check("-- DBTITLES 1,x", None, CellLanguage::Sql, "-- DBTITLES 1,x", 0);
        check("-- expect-error\nSELECT", None, CellLanguage::Sql, "-- expect-error\nSELECT", 0);
        check("  SELECT 1  \n \n", None, CellLanguage::Sql, "  SELECT 1  ", 0);
        check(" \n\n", None, CellLanguage::Sql, "", 2);
    }
}
