//! A walkthrough: steps over real tables that open a lesson. Its author writes statements and captions; everything that is
//! shown of tables is computed by running the statements.

mod shoot;
#[cfg(test)]
mod tests;

use sandbar_labs::authored::{Fields, Node, place_within, yaml};
use sandbar_labs::diagnostic::{Finding, Position, Severity};

pub use shoot::shoot;

/// The walkthrough's file in a lesson's folder.
pub const FILE: &str = "walkthrough.yml";
/// The file's JSON Schema.
pub const SCHEMA: &str = include_str!("../schemas/walkthrough.schema.json");

/// How long a walkthrough takes by itself.
const SECONDS: std::ops::RangeInclusive<u32> = 60..=120;
/// What a reader takes in while also looking at tables.
const WORDS_A_SECOND: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walkthrough {
    pub steps: Vec<WalkStep>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkStep {
    /// One line of Markdown.
    pub caption: String,
    /// Statements that this step runs.
    pub sql: Option<String>,
    /// Where they begin in the file; the step's own place without any.
    pub sql_at: Position,
    /// The error class that they end with on purpose.
    pub expected_error: Option<String>,
    pub seconds: u32,
    pub look: Look,
    /// The table in view; it need not exist yet, or any more.
    pub table: String,
    /// Where that is named; the step's own place where it is the table of the step before.
    pub table_at: Position,
    /// First line of the step in its file, from 1.
    pub line: u32,
}

/// What a step points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Statement,
    Log,
    Files,
    Rows,
}

const LOOKS: [(&str, Look); 4] =
    [("statement", Look::Statement), ("log", Look::Log), ("files", Look::Files), ("rows", Look::Rows)];

impl Walkthrough {
    pub fn seconds(&self) -> u32 {
        self.steps.iter().map(|step| step.seconds).sum()
    }
}

/// Reads a walkthrough's file.
///
/// # Errors
/// Every mistake with its line.
pub fn parse(text: &str, file: &str) -> Result<Walkthrough, Vec<Finding>> {
    let mut findings = Vec::new();
    let walkthrough = match yaml::parse(text) {
        Ok(node) => read(&node, text, &mut findings),
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    match walkthrough {
        Some(walkthrough) if findings.is_empty() => Ok(walkthrough),
        _ => Err(findings.into_iter().map(|finding| finding.in_file(file)).collect()),
    }
}

fn read(node: &Node, text: &str, findings: &mut Vec<Finding>) -> Option<Walkthrough> {
    let mut fields = Fields::of(node, "", findings)?;
    let mut in_view = InView::default();
    let mut steps = Vec::new();
    for (path, node) in fields.list("steps", findings) {
        steps.extend(step(&path, (node, text), &mut in_view, findings));
    }
    fields.finish_as(Severity::Error, findings);
    let walkthrough = Walkthrough { steps };
    let seconds = walkthrough.seconds();
    if findings.is_empty() && !SECONDS.contains(&seconds) {
        let (least, most) = (SECONDS.start(), SECONDS.end());
        let message = format!("A walkthrough takes {least} to {most} seconds; these steps add up to {seconds}.");
        findings.push(Finding::error("WALKTHROUGH_LENGTH", "steps", message).at(node.position));
    }
    Some(walkthrough)
}

/// What the steps that were read so far look at.
#[derive(Default)]
struct InView {
    table: String,
    /// Whether it was told that no table is named: the steps behind would only repeat it.
    told: bool,
}

/// A step of the file with that text.
fn step(
    path: &str,
    (node, text): (&Node, &str),
    in_view: &mut InView,
    findings: &mut Vec<Finding>,
) -> Option<WalkStep> {
    let mut fields = Fields::of(node, path, findings)?;
    let caption = fields.filled_text("caption", findings);
    let sql = fields.text("sql", findings).map(|sql| sql.trim_end().to_owned());
    let expected_error = fields.text("error", findings);
    fields.refuse_empty("error", findings);
    let seconds = seconds(&mut fields, &caption, findings);
    let look = fields.choice("look", &LOOKS, findings).unwrap_or(Look::Statement);
    let named = fields.text("table", findings);
    let is_named = named.is_some();
    in_view.table = named.unwrap_or_else(|| std::mem::take(&mut in_view.table));
    let mut wrong = |code: &str, name: &str, message: String| {
        findings.push(Finding::error(code, fields.path_of(name), message).at(node.position));
    };
    if !is_table(&in_view.table) && (is_named || !in_view.told) {
        in_view.told = true;
        wrong("NO_TABLE", "table", "`table` names the table that is in view, from the first step on.".to_owned());
    }
    if expected_error.is_some() && sql.is_none() {
        wrong("MISSING_FIELD", "sql", "A step with `error` has a statement that ends with it.".to_owned());
    }
    fields.finish_as(Severity::Error, findings);
    let first = Position { line: 1, column: 1 };
    let sql_at = node.get("sql").map_or(node.position, |value| place_within(text, value.position, first));
    let table_at = node.get("table").map_or(node.position, |named| named.position);
    let (table, line) = (in_view.table.clone(), node.position.line);
    Some(WalkStep { caption, sql, sql_at, expected_error, seconds, look, table, table_at, line })
}

/// How long the step is shown: long enough to read its caption.
fn seconds(fields: &mut Fields<'_>, caption: &str, findings: &mut Vec<Finding>) -> u32 {
    let Some(node) = fields.node("seconds") else {
        fields.missing("seconds", findings);
        return 0;
    };
    let Some(seconds) = fields.integer("seconds", findings) else { return 0 };
    let least = caption.split_whitespace().count().div_ceil(WORDS_A_SECOND).max(1);
    let seconds = u32::try_from(seconds).unwrap_or_default();
    if (seconds as usize) < least {
        let message = format!("Nobody reads this caption in {seconds} seconds: give it {least}.");
        findings.push(Finding::error("TOO_FAST", fields.path_of("seconds"), message).at(node.position));
    }
    seconds
}

/// `menu`, `sales.menu`: nothing that would have to be quoted.
fn is_table(name: &str) -> bool {
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    name.split('.').count() <= 2 && name.split('.').all(is_word)
}
