//! What makes rows: in a SELECT list, behind LATERAL VIEW, or in FROM.

super::entries! { "Generators":
    "explode" "expr" "A row for each element of an array, or for each key and value of a map; none for NULL." "explode(array(10, 20))";
    "explode_outer" "expr" "As explode, but one row of NULL for an array or map without elements." "explode_outer(array())";
    "inline" "expr" "A row for each struct of an array, a column for each field." "inline(array(struct(1 AS a, 'x' AS b), struct(2 AS a, 'y' AS b)))";
    "inline_outer" "expr" "As inline, but one row of NULLs for an array without elements." "inline_outer(array(struct(1 AS a, 'x' AS b)))";
    "posexplode" "expr" "As explode, with the place of each element from 0 in front of it." "posexplode(array(10, 20))";
    "posexplode_outer" "expr" "As posexplode, but one row of NULLs for an array or map without elements." "posexplode_outer(array('a'))";
    "range" "[start, ]end[, step]" "Rows of whole numbers from 0 or a start to before an end, in FROM." "* FROM range(3)";
    "stack" "rows, value, ..." "So many rows of the values, one after the other." "stack(2, 1, 'a', 2, 'b')";
}
