//! Functions that need OVER. Every aggregate may have one too.

super::entries! { "Windows":
    "cume_dist" "" "The share of rows that come not later than a row." "v, cume_dist() OVER (ORDER BY v) FROM VALUES (1), (1), (2) AS t(v)";
    "dense_rank" "" "The place of a row, where equal rows share one and none is left out." "v, dense_rank() OVER (ORDER BY v) FROM VALUES (1), (1), (2) AS t(v)";
    "lag" "expr[, rows[, default]]" "The value of an earlier row, one before without a number." "v, lag(v) OVER (ORDER BY v) FROM VALUES (1), (2), (3) AS t(v)";
    "lead" "expr[, rows[, default]]" "The value of a later row, one behind without a number." "v, lead(v, 1, 0) OVER (ORDER BY v) FROM VALUES (1), (2), (3) AS t(v)";
    "nth_value" "expr, n" "The value of the n-th row of the window." "v, nth_value(v, 2) OVER (ORDER BY v) FROM VALUES (1), (2), (3) AS t(v)";
    "ntile" "n" "The bucket of a row, of n buckets that are as equal as they can be." "v, ntile(2) OVER (ORDER BY v) FROM VALUES (1), (2), (3) AS t(v)";
    "percent_rank" "" "The place of a row from 0 to 1." "v, percent_rank() OVER (ORDER BY v) FROM VALUES (1), (1), (2) AS t(v)";
    "rank" "" "The place of a row, where equal rows share one and the next are left out." "v, rank() OVER (ORDER BY v) FROM VALUES (1), (1), (2) AS t(v)";
    "row_number" "" "The number of a row, from 1." "v, row_number() OVER (ORDER BY v DESC) FROM VALUES (1), (2), (3) AS t(v)";
}
