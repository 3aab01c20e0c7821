//! Trees that the law of printing holds for: names, expressions, queries, statements of every kind.
//!
//! A part is made without a look at what stands around it, so that brackets are missing where a text would need them.

pub mod call;
pub mod expression;
pub mod labels;
pub mod name;
pub mod query;
pub mod relation;
pub mod statement;
pub mod tables;
pub mod types;
