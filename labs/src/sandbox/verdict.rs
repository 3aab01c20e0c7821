//! What a student reads when a statement was stopped, or could not begin.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::sandbox::Limits;

/// Why a job was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stop {
    Time,
    Memory,
    Cancelled,
}

/// What a statement that did not end has left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// An unfinished commit is no commit.
    Nothing,
    /// It was stopped after its commit and before its answer.
    Commit,
}

impl Left {
    fn sentence(self) -> &'static str {
        match self {
            Self::Nothing => "Its tables are as they were before it.",
            Self::Commit => "It had committed by then, so its change is there: see the table's history.",
        }
    }
}

/// For one statement.
pub fn statement(stop: Stop, left: Left, limits: &Limits) -> Diagnostic {
    let left = left.sentence();
    match stop {
        Stop::Time => {
            let message = format!("The statement ran longer than {}. {left}", seconds(limits.statement_wall_ms));
            Diagnostic::new("LIMIT_EXCEEDED.TIME", "57014", message)
                .with_hint("Look for a join without a condition, a recursion without an end or a very large range.")
        }
        Stop::Memory => {
            let message =
                format!("The statement needed more than {} of memory. {left}", mebibytes(limits.memory_bytes));
            Diagnostic::new("LIMIT_EXCEEDED.MEMORY", "53200", message)
                .with_hint("Work on fewer rows at a time: filter before you join, and avoid very long texts.")
        }
        Stop::Cancelled => {
            Diagnostic::new("OPERATION_CANCELED", "HY008", format!("The statement was cancelled. {left}"))
        }
    }
}

/// For a whole replay, whose limit is another.
pub fn replay(stop: Stop, limits: &Limits) -> Diagnostic {
    match stop {
        Stop::Time => {
            let message = format!("The notebook ran longer than {} in all.", seconds(limits.replay_wall_ms));
            Diagnostic::new("LIMIT_EXCEEDED.TIME", "57014", message)
                .with_hint("Run it from scratch and see which cell is slow.")
        }
        Stop::Memory => {
            let message = format!("The notebook needed more than {} of memory.", mebibytes(limits.memory_bytes));
            Diagnostic::new("LIMIT_EXCEEDED.MEMORY", "53200", message)
                .with_hint("Run it from scratch and see which cell works on too many rows.")
        }
        Stop::Cancelled => Diagnostic::new("OPERATION_CANCELED", "HY008", "The run was cancelled."),
    }
}

/// The process died without our doing.
pub fn crashed(left: Left) -> Diagnostic {
    let sentence = left.sentence();
    let message = format!("The process that ran the statement failed; this is not your statement's fault. {sentence}");
    Diagnostic::new("INTERNAL_ERROR", "XX000", message).with_hint(match left {
        Left::Nothing => "Run it again.",
        Left::Commit => "Go on with the next statement.",
    })
}

/// What the last words of a dead process tell about a limit that the kernel enforced before the watchdog saw it.
pub fn from_last_words(words: &str, left: Left, limits: &Limits) -> Option<Diagnostic> {
    if words.contains("memory allocation of") {
        return Some(statement(Stop::Memory, left, limits));
    }
    words.contains("overflowed its stack").then(|| {
        let message = format!("The statement is nested too deeply to be planned. {}", left.sentence());
        Diagnostic::new("LIMIT_EXCEEDED.NESTING", "53200", message)
            .with_hint("Break it into several statements or temporary views.")
    })
}

pub fn queue_full(limits: &Limits) -> Diagnostic {
    let message = format!(
        "A statement of yours is running and {} more are waiting, which is as many as may wait.",
        limits.queued_statements
    );
    Diagnostic::new("LIMIT_EXCEEDED.QUEUE", "54000", message).with_hint("Wait for the running cell, or cancel it.")
}

/// The rows are more than the pipe takes.
pub fn too_large(bytes: usize) -> Diagnostic {
    let message = format!("The result has {} of rows, which is more than can be shown.", mebibytes(bytes as u64));
    Diagnostic::new("LIMIT_EXCEEDED.ROWS", "53200", message)
        .with_hint("Select fewer columns or shorter texts, or add LIMIT.")
}

/// A statement that gave nothing but this.
pub fn outcome(sql: &str, line: u32, column: u32, elapsed_us: u64, diagnostic: Diagnostic) -> StatementOutcome {
    StatementOutcome {
        sql: sql.to_owned(),
        line,
        column,
        relation: Relation::default(),
        total_rows: 0,
        error: Some(diagnostic),
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us,
    }
}

fn seconds(milliseconds: u64) -> String {
    if milliseconds.is_multiple_of(1000) { format!("{} s", milliseconds / 1000) } else { format!("{milliseconds} ms") }
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes / (1024 * 1024))
}
