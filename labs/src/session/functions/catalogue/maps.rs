//! Maps and structs.

super::entries! { "Maps and structs":
    "map" "[key, value, ...]" "A map of keys and values." "map(1.0, '2', 3.0, '4')";
    "map_concat" "[map, ...]" "The entries of several maps in one." "map_concat(map(1, 'a', 2, 'b'), map(3, 'c'))";
    "map_contains_key" "map, key" "Whether a map has a key." "map_contains_key(map(1, 'a', 2, 'b'), 1)";
    "map_entries" "map" "The entries as an array of structs." "map_entries(map(1, 'a', 2, 'b'))";
    "map_filter" "map, (k, v) -> condition" "The entries that a condition holds for." "map_filter(map(1, 0, 2, 2, 3, -1), (k, v) -> k > v)";
    "map_from_arrays" "keys, values" "A map of an array of keys and one of values." "map_from_arrays(array(1.0, 3.0), array('2', '4'))";
    "map_from_entries" "array" "A map of an array of structs of a key and a value." "map_from_entries(array(struct(1, 'a'), struct(2, 'b')))";
    "map_keys" "map" "The keys as an array." "map_keys(map(1, 'a', 2, 'b'))";
    "map_values" "map" "The values as an array." "map_values(map(1, 'a', 2, 'b'))";
    "map_zip_with" "map, other, (k, v, w) -> expr" "What a lambda makes of each key and its values in two maps." "map_zip_with(map(1, 'a', 2, 'b'), map(1, 'x'), (k, v, w) -> concat(v, w))";
    "named_struct" "[name, value, ...]" "A struct with named fields." "named_struct('a', 1, 'b', 2)";
    "str_to_map" "str[, between pairs[, between key and value]]" "A map of a text." "str_to_map('a:1,b:2,c:3', ',', ':')";
    "struct" "value, ..." "A struct; a column's field has the column's name, another's is col1, col2, by its place." "struct(1, 2, 3)";
    "transform_keys" "map, (k, v) -> expr" "The map with other keys." "transform_keys(map(1, 1, 2, 2, 3, 3), (k, v) -> k + 1)";
    "transform_values" "map, (k, v) -> expr" "The map with other values." "transform_values(map(1, 1, 2, 2, 3, 3), (k, v) -> k + v)";
}
