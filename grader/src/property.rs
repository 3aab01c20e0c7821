//! Property checks: the student's statement and the reference on generated data, and the smallest data on which they
//! differ.
//!
//! Nothing runs here. A check says which trials and reference answers it needs next, from those that it has; so a report
//! stays a pure function of submission, release and seed. proptest draws the values; its own shrinking wants the outcome
//! of a test at once, which a sandbox gives only in rounds, so the search for the smallest case is ours.

mod blame;
pub mod case;
pub mod counterexample;
pub mod find;
pub mod generate;
mod laws;
pub mod search;
pub mod shrink;
mod source;
pub mod subject;
mod unchanged;
pub mod varied;
