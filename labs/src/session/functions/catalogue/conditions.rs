//! Conditions, and values that depend on them.

super::entries! { "Conditions":
    "assert_true" "condition[, message]" "NULL where a condition holds; else the statement fails." "assert_true(0 < 1)";
    "boolean" "expr" "The value as a BOOLEAN, like CAST." "boolean('true')";
    "coalesce" "expr, ..." "The first value that is not NULL." "coalesce(NULL, 1, NULL)";
    "decode" "expr, search[, result, ...][, otherwise]" "The result behind the first search value that expr is; with a character set alone, the text of bytes." "decode(2, 1, 'Southlake', 2, 'San Francisco', 'elsewhere'), decode(X'616263', 'UTF-8')";
    "equal_null" "a, b" "Whether two values are equal, where NULL equals NULL." "equal_null(NULL, NULL), equal_null(1, NULL)";
    "if" "condition, then, otherwise" "One of two values, by a condition." "if(1 < 2, 'a', 'b')";
    "iff" "condition, then, otherwise" "One of two values, by a condition." "iff(1 > 2, 'a', 'b')";
    "ifnull" "expr, other" "The first value, or the second when that is NULL." "ifnull(NULL, 'x')";
    "isnotnull" "expr" "Whether a value is not NULL." "isnotnull(1)";
    "isnull" "expr" "Whether a value is NULL." "isnull(1)";
    "nullif" "expr, other" "NULL when both values are equal, else the first." "nullif(2, 2), nullif(2, 3)";
    "nullifzero" "expr" "NULL for 0, else the number." "nullifzero(0), nullifzero(2)";
    "nvl" "expr, other" "The first value, or the second when that is NULL." "nvl(NULL, 2)";
    "nvl2" "expr, then, otherwise" "The second value when the first is not NULL, else the third." "nvl2(NULL, 2, 1)";
    "raise_error" "message" "Ends the statement with an error of yours." "if(1 < 2, 'fine', raise_error('never'))";
    "zeroifnull" "expr" "0 for NULL, else the number." "zeroifnull(NULL), zeroifnull(2)";
}
