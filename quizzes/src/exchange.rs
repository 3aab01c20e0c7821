//! Quizzes from and for other systems. What another format cannot say, or says otherwise, is listed; nothing is dropped
//! in silence.

pub mod gift;
pub mod qti;
mod yaml;

pub use yaml::quiz_file;

use serde::Serialize;

/// Something that did not come across as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The question's id, or its title where it has no id; empty for the quiz as a whole.
    pub question: String,
    /// In the file that was read, from 1.
    pub line: u32,
    pub message: String,
}

#[cfg(test)]
pub(crate) mod tests;
