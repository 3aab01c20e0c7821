//! DataFusion's errors that a few words of their message tell apart.

use crate::diagnostic::Diagnostic;

/// What is told apart by a few words, with its class, SQLSTATE, sentence and hint.
const WORDS: [(&str, &str, &str, &str, &str); 8] = [
    (
        "Order by index starts at 1",
        "ORDER_BY_POS_OUT_OF_RANGE",
        "42805",
        "ORDER BY position 0 is not in select list.",
        "The columns of SELECT are counted from 1.",
    ),
    (
        "is not defined!",
        "MISSING_WINDOW_SPECIFICATION",
        "42P20",
        "A window that OVER names is not defined in the WINDOW clause.",
        "Write WINDOW w AS (PARTITION BY .. ORDER BY ..) behind FROM and WHERE, or the window itself in OVER (..).",
    ),
    (
        "to grouping function is not in grouping columns",
        "UNSUPPORTED_GROUPING_EXPRESSION",
        "42K0E",
        "grouping() and grouping_id() can only be used with GROUPING SETS, CUBE or ROLLUP.",
        "Name columns that the query groups by: GROUP BY ROLLUP (a, b).",
    ),
    (
        "but UDF support only",
        "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
        "42K0D",
        "A lambda has more parameters than its function gives it.",
        "DESCRIBE FUNCTION says how a function is called: transform(array, x -> ..), or (x, i) -> .. with the place.",
    ),
    (
        "named_struct requires an even number",
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        "42605",
        "named_struct takes pairs: the name of a field and its value.",
        "Write named_struct('id', 7, 'name', 'ada').",
    ),
    (
        "field name as non-empty constant string",
        "DATATYPE_MISMATCH.CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING",
        "42K09",
        "The names of the fields of named_struct are texts that are the same for all rows.",
        "Write named_struct('id', 7, 'name', 'ada').",
    ),
    (
        "Expected a signed integer literal",
        "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
        "42K09",
        "The second argument of nth_value is a whole number that is the same for all rows.",
        "Write nth_value(value, 2).",
    ),
    (
        "Expected an integer value",
        "FAILED_FUNCTION_CALL",
        "38000",
        "The window function takes a whole number that is the same for all rows.",
        "Write lag(value, 1), ntile(4), nth_value(value, 2).",
    ),
];

/// A plan's error that some words of its message tell apart from others.
pub fn told(message: &str) -> Option<Diagnostic> {
    let (_, class, state, text, hint) = WORDS.iter().find(|(words, ..)| message.contains(words))?;
    Some(Diagnostic::new(*class, *state, *text).with_hint(*hint))
}
