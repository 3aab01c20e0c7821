//! The JSON Schemas (draft 2020-12) of what others read and write: a lab's file, for editors, and the JSON report.
//!
//! Invariant: the lab's schema has the kinds and fields that the reader has. A field that the reader gets belongs there too.

/// Of a lab's file, `lab.yml`.
pub const LAB: &str = include_str!("../schemas/lab.schema.json");

/// Of what [`crate::report::json`] writes.
pub const REPORT: &str = include_str!("../schemas/report.schema.json");

#[cfg(test)]
mod tests;
