//! JSON texts.

super::entries! { "JSON":
    "from_json" "str, schema" "The value of a JSON text, with the types of a schema." "from_json('{\"a\":1, \"b\":0.8}', 'a INT, b DOUBLE')";
    "get_json_object" "str, path" "A part of a JSON text, by a path like $.a[0].b." "get_json_object('{\"a\":\"b\", \"c\":[1, 2]}', '$.c[1]')";
    "json_array_length" "str" "How many elements a JSON array has; NULL for anything else." "json_array_length('[1,2,3,4]')";
    "json_object_keys" "str" "The keys of a JSON object." "json_object_keys('{\"f1\":\"abc\",\"f2\":{\"f3\":\"a\"}}')";
    "schema_of_json" "str" "The type that a JSON text has." "schema_of_json('[{\"col\":0}]')";
    "to_json" "expr" "A value as JSON; fields that are NULL are left away." "to_json(named_struct('a', 1, 'b', array('x', 'y')))";
}
