//! Instructors' own checks: WebAssembly components that are given evidence and say a verdict. The world they are built for
//! is `grader/wit/check.wit`.
//!
//! Invariant: a component reaches nothing. [`read`] lets in none that imports a function of anybody but WASI; what it finds
//! there is empty or a trap; each call has an instance of its own, and ends by its fuel, its memory or the sandbox's clock.
//! Knows nothing of rubrics: what a verdict is worth, the grader says.

mod bytes;
mod read;
mod room;
mod run;
#[cfg(test)]
mod tests;
mod wasi;
mod world;

use serde::{Deserialize, Serialize};

pub use bytes::ComponentBytes;
pub use read::read;
pub(crate) use run::Runner;

/// Larger ones are refused.
pub const MAX_COMPONENT_BYTES: usize = 4 * 1024 * 1024;

/// One question to a component.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    pub component: ComponentBytes,
    /// JSON.
    pub evidence: String,
    /// JSON.
    pub config: String,
    pub seed: u64,
}

/// What a component said, of whoever asked. Nothing in it is trusted but its shape and that no text is endless.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub passed: bool,
    /// Thousandths of the points that are earned although it did not pass.
    pub per_mille: u32,
    pub reason: String,
    pub message: String,
    pub expected: Option<String>,
    pub found: Option<String>,
    pub next_step: Option<String>,
}
