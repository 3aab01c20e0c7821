//! The session, types, and what else there is.

super::entries! { "Session and others":
    "binary" "expr" "The value as a BINARY, like CAST." "hex(binary('Spark'))";
    "current_catalog" "" "The catalog that names are looked up in." "current_catalog()";
    "current_database" "" "The schema that names are looked up in." "current_database()";
    "current_schema" "" "The schema that names are looked up in." "current_schema()";
    "current_user" "" "Who runs the statement." "current_user()";
    "hash" "expr, ..." "A whole number that is the same for the same values." "hash('Spark', array(123), 2)";
    "session_user" "" "Who runs the statement." "session_user()";
    "typeof" "expr" "The type of a value." "typeof(1), typeof(1.5), typeof(array(1))";
    "user" "" "Who runs the statement." "user()";
    "uuid" "" "A random id." "length(uuid())";
    "version" "" "The version of the engine." "version() LIKE 'Sandbar %'";
    "xxhash64" "expr, ..." "A whole number that is the same for the same values." "xxhash64('Spark', array(123), 2)";
}
