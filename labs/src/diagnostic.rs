//! What can be wrong with a person's input: a statement ([`Diagnostic`]) or an authored file ([`Finding`]).
//!
//! Both are values, never Rust errors: they are shown to people. Faults of ours live in each module's error type.

use serde::{Deserialize, Serialize};

/// A place in a text, counted from 1; columns count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Default for Position {
    /// The beginning of a text.
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

/// Why a statement was refused or failed, in Databricks' terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// Error class, `TABLE_OR_VIEW_NOT_FOUND` or with a subclass `UNRESOLVED_COLUMN.WITH_SUGGESTION`.
    pub class: String,
    /// Five characters, `42P01`.
    pub sqlstate: String,
    /// One or two sentences without the class in front.
    pub message: String,
    /// Where in the text that was run (a cell or a file), when known.
    pub position: Option<Position>,
    /// What to do next, in plain words.
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn new(class: impl Into<String>, sqlstate: impl Into<String>, message: impl Into<String>) -> Self {
        Self { class: class.into(), sqlstate: sqlstate.into(), message: message.into(), position: None, hint: None }
    }

    /// Whether a statement was stopped by a limit of the sandbox.
    pub fn is_limit(&self) -> bool {
        self.class.starts_with("LIMIT_EXCEEDED")
    }

    /// A fault of ours, never the student's.
    pub fn is_internal(&self) -> bool {
        self.class == "INTERNAL_ERROR"
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }
}

/// `[CLASS] sentence. SQLSTATE: xxxxx`, the form that Databricks prints.
impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {} SQLSTATE: {}", self.class, self.message, self.sqlstate)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Advice,
}

/// What is wrong with an authored file (a job, a lab, a quiz, a lesson); findings are collected, never thrown one by one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable and upper-case: `UNKNOWN_DEPENDENCY`.
    pub code: String,
    pub severity: Severity,
    /// Where in the document, `tasks[2].depends_on[0].task_key`; empty for the whole.
    pub path: String,
    /// The file's name, when the finding comes from a set of files.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub message: String,
    pub hint: Option<String>,
}

impl Finding {
    pub fn new(
        code: impl Into<String>,
        severity: Severity,
        path: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            code: code.into(),
            severity,
            path: path.into(),
            file: None,
            line: None,
            column: None,
            message: message.into(),
            hint: None,
        }
    }

    pub fn error(code: impl Into<String>, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, path, message)
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn at(mut self, position: Position) -> Self {
        self.line = Some(position.line);
        self.column = Some(position.column);
        self
    }

    pub fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }
}
