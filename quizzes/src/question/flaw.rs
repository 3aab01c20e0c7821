//! What is wrong with a question that its file alone does not show.

use crate::execution::SqlFailure;

/// Becomes a [`crate::Mistake`] at the question's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
}

impl Flaw {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None }
    }

    /// SQL of the author's that fails.
    pub fn failed(code: &'static str, what: &str, failure: &SqlFailure) -> Self {
        Self::new(code, format!("{what} fails with {}: {}", failure.class, failure.message))
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
