//! The SQL that students type: text in, statements with positions out.
