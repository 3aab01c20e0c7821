//! Arrays, and lambdas over them.

super::entries! { "Arrays":
    "aggregate" "array, start, (total, x) -> expr[, total -> expr]" "The value that is left when a lambda has taken in every element, one after the other." "aggregate(array(1, 2, 3), 0, (total, x) -> total + x)";
    "array" "[expr, ...]" "An array of values." "array(1, 2, 3)";
    "array_append" "array, value" "The array with a value behind its last element." "array_append(array('b', 'd'), 'c')";
    "array_compact" "array" "The array without its NULLs." "array_compact(array(1, 2, NULL, 3))";
    "array_contains" "array, value" "Whether a value is in an array." "array_contains(array(1, 2, 3), 2)";
    "array_distinct" "array" "The array with each value once." "array_distinct(array(1, 2, 3, NULL, 3))";
    "array_except" "array, other" "The values of an array that are not in another, each once." "array_except(array(1, 2, 3), array(1, 3, 5))";
    "array_insert" "array, place, value" "The array with a value put in at a place." "array_insert(array(1, 2, 3, 4), 3, 5)";
    "array_intersect" "array, other" "The values that are in both arrays, each once." "array_intersect(array(1, 2, 3), array(1, 3, 5))";
    "array_join" "array, separator[, null]" "The elements as one text; NULLs are left away, or replaced." "array_join(array('hello', NULL, 'world'), ' ', ',')";
    "array_max" "array" "The largest element." "array_max(array(1, 20, NULL, 3))";
    "array_min" "array" "The smallest element." "array_min(array(1, 20, NULL, 3))";
    "array_position" "array, value" "Where a value first stands, from 1; 0 when it does not." "array_position(array(312, 773, 708, 708), 708)";
    "array_prepend" "array, value" "The array with a value in front of its first element." "array_prepend(array('b', 'd'), 'c')";
    "array_remove" "array, value" "The array without the elements that are a value." "array_remove(array(1, 2, 3, NULL, 3), 3)";
    "array_repeat" "value, times" "An array of one value several times." "array_repeat('123', 2)";
    "array_size" "array" "How many elements an array has." "array_size(array('b', 'd', 'c', 'a'))";
    "array_sort" "array[, (a, b) -> expr]" "The array in order with NULLs last, or in the order of a lambda that gives -1, 0 or 1." "array_sort(array(5, 6, 1), (a, b) -> CASE WHEN a < b THEN 1 WHEN a > b THEN -1 ELSE 0 END)";
    "array_union" "array, other" "The values of both arrays, each once." "array_union(array(1, 2, 3), array(1, 3, 5))";
    "arrays_overlap" "array, other" "Whether two arrays have an element in common." "arrays_overlap(array(1, 2, 3), array(3, 4, 5))";
    "arrays_zip" "[array, ...]" "Structs of the first elements, the second ones, and so on." "arrays_zip(array(1, 2), array(2, 3))";
    "cardinality" "expr" "How many elements an array or a map has." "cardinality(array('b', 'd', 'c', 'a'))";
    "element_at" "array, place" "The element at a place from 1, or from the end; of a map, the value of a key." "element_at(array(1, 2, 3), 2), element_at(map('a', 1), 'a')";
    "exists" "array, x -> condition" "Whether a condition holds for an element." "exists(array(1, 2, 3), x -> x % 2 == 0)";
    "filter" "array, x -> condition" "The elements that a condition holds for; (x, i) -> sees their places too." "filter(array(1, 2, 3), x -> x % 2 == 1)";
    "flatten" "array" "One array of the elements of an array of arrays." "flatten(array(array(1, 2), array(3, 4)))";
    "forall" "array, x -> condition" "Whether a condition holds for all elements." "forall(array(2, 4, 8), x -> x % 2 == 0)";
    "get" "array, index" "The element at an index from 0; NULL when it is not there." "get(array(1, 2, 3), 0), get(array(1, 2, 3), 3)";
    "reduce" "array, start, (total, x) -> expr[, total -> expr]" "The value that is left when a lambda has taken in every element, one after the other." "reduce(array(1, 2, 3), 0, (total, x) -> total + x, total -> total * 10)";
    "sequence" "start, stop[, step]" "Numbers, dates or timestamps from one to another." "sequence(1, 5), sequence(5, 1, -2)";
    "size" "expr" "How many elements an array or a map has." "size(array('b', 'd', 'c', 'a')), size(map('a', 1))";
    "slice" "array, start, length" "So many elements from a place from 1, or from the end." "slice(array(1, 2, 3, 4), 2, 2)";
    "sort_array" "array[, ascending]" "The array in order; NULLs are the smallest." "sort_array(array('b', 'd', NULL, 'c', 'a'), true)";
    "transform" "array, x -> expr" "What a lambda makes of each element; (x, i) -> sees their places too." "transform(array(1, 2, 3), x -> x + 1), transform(array(1, 2, 3), (x, i) -> x + i)";
    "try_element_at" "array, place" "As element_at, but NULL for a place that is not there." "try_element_at(array(1, 2, 3), 4)";
    "zip_with" "array, other, (x, y) -> expr" "What a lambda makes of each pair of elements." "zip_with(array(1, 2, 3), array('a', 'b', 'c'), (x, y) -> concat(y, x))";
}
