//! What is wrong with an authored quiz.

use serde::Serialize;

use crate::question::Flaw;

/// One mistake; a file's mistakes are collected and told together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Stable and upper-case: `MISSING_FIELD`.
    pub code: &'static str,
    /// `questions[3].options`; empty for the whole file.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    pub message: String,
    pub hint: Option<String>,
}

impl Mistake {
    pub(crate) fn new(
        code: &'static str,
        path: impl Into<String>,
        place: (u32, u32),
        message: impl Into<String>,
    ) -> Self {
        Self { code, path: path.into(), line: place.0, column: place.1, message: message.into(), hint: None }
    }

    /// A flaw of a question, at the place of what has it.
    pub(crate) fn of(flaw: Flaw, path: &str, place: (u32, u32)) -> Self {
        Self { hint: flaw.hint, ..Self::new(flaw.code, path, place, flaw.message) }
    }

    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " {hint}"))
    }
}
