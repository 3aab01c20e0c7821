//! What a data set's text may be, and which parameters it reads.

use super::Dataset;
use crate::authored::nearest;
use crate::diagnostic::{Finding, Position};
use crate::dialect::{self, Statement, TokenClass};

/// Whether the text is one query: a dashboard asks and changes nothing.
pub fn is_query(sql: &str) -> bool {
    match dialect::statements(sql).as_deref() {
        Ok([only]) => match &only.statement {
            Ok(statement) => matches!(statement, Statement::Query(_)),
            // Not readable, or only with its values: `IDENTIFIER(:t)`. Then the first word says what it wants to be.
            Err(_) => begins_as_query(&only.text),
        },
        _ => false,
    }
}

fn begins_as_query(sql: &str) -> bool {
    let code = dialect::highlight(sql).into_iter().map(|token| (token.class, token.text));
    let first = code.filter(|(class, text)| *class != TokenClass::Comment && !text.trim().is_empty());
    let first = first.map(|(_, text)| text.trim().to_lowercase()).next().unwrap_or_default();
    first.starts_with('(') || ["select", "with", "values", "from", "table"].contains(&first.as_str())
}

/// What can be said of the query without asking it. `text` is the whole file.
pub(super) fn check(dataset: &Dataset, text: &str, findings: &mut Vec<Finding>) {
    if dataset.sql.is_empty() {
        return;
    }
    if !is_query(&dataset.sql) {
        let message = format!("The data set `{}` is not one query.", dataset.name);
        let hint = "Write one SELECT. What makes or changes a table belongs into a notebook.";
        let start = Position { line: dataset.sql_line, column: 1 };
        findings.push(Finding::error("NOT_A_QUERY", "", message).with_hint(hint).at(start));
    }
    let declared: Vec<&str> = dataset.parameters.iter().map(|(name, _)| name.as_str()).collect();
    let mut told: Vec<String> = Vec::new();
    for named in dialect::parameters_named(&dataset.sql) {
        let is_declared = declared.iter().any(|name| name.eq_ignore_ascii_case(&named.name));
        if is_declared || told.contains(&named.name) {
            continue;
        }
        let message = format!("The query of `{}` reads `:{}`, which it does not declare.", dataset.name, named.name);
        let hint = match nearest(&named.name, declared.iter().copied()) {
            Some(near) => format!("Did you mean `:{near}`?"),
            None => format!("Add `parameters: [{{ name: {}, default: ... }}]` to the data set.", named.name),
        };
        let place = in_file(text, dataset.sql_line, &named.name);
        findings.push(Finding::error("UNDECLARED_PARAMETER", "", message).with_hint(hint).at(place));
        told.push(named.name);
    }
}

/// Where the file names the parameter first, from the query's first line on. How YAML folds and quotes a text makes no
/// difference to that.
fn in_file(text: &str, first_line: u32, name: &str) -> Position {
    let mark = format!(":{name}");
    let lines = text.lines().enumerate().skip(first_line.saturating_sub(1) as usize);
    let found = lines.filter_map(|(line, words)| {
        let lowered = words.to_lowercase();
        let ends =
            |at: &usize| !lowered[at + mark.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let at = lowered.match_indices(&mark).map(|(at, _)| at).find(ends)?;
        let column = u32::try_from(lowered[..at].chars().count()).unwrap_or_default() + 1;
        Some(Position { line: u32::try_from(line).unwrap_or_default() + 1, column })
    });
    found.into_iter().next().unwrap_or(Position { line: first_line, column: 1 })
}
