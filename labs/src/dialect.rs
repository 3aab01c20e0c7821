//! The SQL that students type: cutting a text into statements, tokens, syntax trees and highlighting.
//!
//! Pipeline: [`statements`] cuts a text at `;`, [`lexer`] makes one statement's tokens (binding `:name`, folding names
//! to lower case, checking nesting), [`parser`] turns them into our own [`Statement`], one variant per statement.
//! sqlparser's syntax tree is used for expressions and queries only. A statement's `Display` is the way back: text that
//! reads as the same tree. Nothing here knows a table, a type or an engine.

pub mod build;
mod digit_names;
mod grammar;
mod grouping_sets;
mod highlight;
mod left_away;
mod lexer;
mod literal_rows;
mod named;
mod naming;
mod nesting;
mod number_literals;
mod parse;
mod parser;
mod paste;
mod renaming;
mod respell;
mod scan;
mod slips;
mod split;
mod statement;
mod table_query;
mod texts;
pub mod vary;

pub use highlight::{Token, TokenClass, highlight};
pub use lexer::{Lexed, Parameters, position};
pub use literal_rows::literal_rows;
pub use named::{Named, parameters_named};
pub use naming::{column_name, function_name, written};
pub use nesting::check_length;
pub use parser::{parse, parse_expression, parse_type};
pub use renaming::{is_named, rename, rename_schema};
pub use respell::{DETAIL_RELATION, HISTORY_RELATION};
pub use slips::{cut_before, unquoted, with_query};
pub use split::{Cut, ParsedStatement, cut, statements};
pub use statement::*;

#[cfg(test)]
mod tests;
