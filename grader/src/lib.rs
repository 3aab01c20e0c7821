//! Evidence in, report out: rubrics, checks, feedback and report formats.
//!
//! Pure: no clock, no randomness, no files, no async. Seeds and times come in as values. Whoever runs student work
//! (`sandbar-labs`) returns evidence; this crate alone turns evidence into points.
