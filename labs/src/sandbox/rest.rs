//! What is left of a request whose worker is gone.

use super::request::RunRequest;
use super::verdict::{self, Left};
use crate::outcome::StatementOutcome;

impl RunRequest {
    /// The same request with everything up to the end of that statement blanked out, so that places stay as they are.
    /// `None` when nothing but blanks and semicolons is left.
    pub fn after(&self, sql: &str, line: u32, column: u32) -> Option<Self> {
        let start = offset(&self.sql, line, column)?;
        let end = start + sql.len();
        let rest = self.sql.get(end..)?;
        rest.chars().any(|c| !c.is_whitespace() && c != ';').then_some(())?;
        let blank = |c: char| if c == '\n' { '\n' } else { ' ' };
        let mut sql: String = self.sql.get(..end)?.chars().map(blank).collect();
        sql.push_str(rest);
        Some(Self { sql, session: self.session.continued(), ..self.clone() })
    }

    /// The outcome of what is left when it cannot be run by a fault of ours.
    pub fn broken_off(&self) -> StatementOutcome {
        let blank = &self.sql[..self.sql.len() - self.sql.trim_start().len()];
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let line = narrow(blank.matches('\n').count() + 1);
        let column = narrow(blank.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
        verdict::outcome(self.sql.trim(), line, column, 0, verdict::crashed(Left::Nothing))
    }
}

/// Byte offset of a line and column, both from 1; columns count characters.
fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let lines_before = usize::try_from(line.checked_sub(1)?).ok()?;
    let start: usize = text.split_inclusive('\n').take(lines_before).map(str::len).sum();
    let characters = usize::try_from(column.checked_sub(1)?).ok()?;
    let within: usize = text.get(start..)?.chars().take(characters).map(char::len_utf8).sum();
    Some(start + within)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sandbox::SessionKind;

    fn after(text: &str, sql: &str, line: u32, column: u32) -> Option<String> {
        let request = RunRequest {
            sql: text.to_owned(),
            parameters: BTreeMap::new(),
            user_name: String::new(),
            keep_going: true,
            session: SessionKind::Notebook,
        };
        request.after(sql, line, column).map(|request| request.sql)
    }

    #[test]
    fn the_rest_of_a_request_keeps_its_lines_and_columns() {
        let rest = after("SELECT 1;\nSELECT 'ä' ; SELECT 3", "SELECT 'ä'", 2, 1).expect("a statement is left");
        assert_eq!(rest, "         \n           ; SELECT 3");
    }

    #[test]
    fn what_is_left_goes_on_in_the_session_that_was_begun() {
        let request = RunRequest {
            sql: "SELECT 1; SELECT 2".to_owned(),
            parameters: BTreeMap::new(),
            user_name: String::new(),
            keep_going: true,
            session: SessionKind::NewTask,
        };
        let rest = request.after("SELECT 1", 1, 1).expect("a statement is left");
        assert_eq!(rest.session, SessionKind::Task);
    }

    #[test]
    fn nothing_is_left_after_the_last_statement() {
        assert_eq!(after("SELECT 1;\n ;\n", "SELECT 1", 1, 1), None);
    }

    #[test]
    fn a_place_that_is_not_in_the_text_leaves_nothing_to_run() {
        assert_eq!(after("SELECT 1", "SELECT 1; and more", 7, 3), None);
    }

    #[test]
    fn what_broke_off_is_placed_where_it_begins() {
        let request = RunRequest {
            sql: "         \n   SELECT 2; ".to_owned(),
            parameters: BTreeMap::new(),
            user_name: String::new(),
            keep_going: true,
            session: SessionKind::Notebook,
        };
        let outcome = request.broken_off();
        assert_eq!((outcome.sql.as_str(), outcome.line, outcome.column), ("SELECT 2;", 2, 4));
        assert_eq!(outcome.error.map(|error| error.class), Some("INTERNAL_ERROR".to_owned()));
    }
}
