//! Statements that Databricks has and we do not (yet): each is named and says what to use instead.

use datafusion::sql::sqlparser::tokenizer::Location;

use crate::diagnostic::{Diagnostic, Position};

use super::super::lexer::position;
use super::super::parser::Cursor;

/// First words, what they are, what to do instead.
const STATEMENTS: [(&str, &str, &str); 26] = [
    (
        "copy",
        "COPY INTO",
        "No files can be reached from a workspace. The course's data sets are tables already (SHOW TABLES): use INSERT INTO name SELECT \
         columns FROM one of them.",
    ),
    ("cache", "CACHE", "Results need no caching here; leave the statement out."),
    ("uncache", "UNCACHE", "Results need no caching here; leave the statement out."),
    ("refresh", "REFRESH", "A table is always read at its latest version; leave the statement out."),
    ("grant", "GRANT", "Your workspace is yours alone; there are no privileges to manage."),
    ("revoke", "REVOKE", "Your workspace is yours alone; there are no privileges to manage."),
    ("deny", "DENY", "Your workspace is yours alone; there are no privileges to manage."),
    ("add", "ADD", "Files and archives cannot be added to a workspace."),
    ("list", "LIST", "Files cannot be listed; SHOW TABLES lists your tables."),
    ("get", "GET", "Files cannot be fetched; SELECT from a table."),
    ("put", "PUT", "Files cannot be stored; INSERT rows into a table."),
    ("load", "LOAD DATA", "Use INSERT INTO with VALUES or a SELECT."),
    ("export", "EXPORT", "Results can be copied from the page."),
    ("import", "IMPORT", "Use INSERT INTO with VALUES or a SELECT."),
    ("clear", "CLEAR", "Nothing is cached; leave the statement out."),
    ("fsck", "FSCK REPAIR", "No file of a table can go missing in a workspace; leave the statement out."),
    ("msck", "MSCK REPAIR", "A Delta table finds its partitions by itself."),
    ("reorg", "REORG", "The tables of this course need no rewriting."),
    ("convert", "CONVERT TO DELTA", "Every table here is a Delta table already."),
    ("generate", "GENERATE", "Manifests are not needed here."),
    ("undrop", "UNDROP", "A dropped table is gone; create it again."),
    ("execute", "EXECUTE IMMEDIATE", "Write the statement itself."),
    ("from", "FROM before SELECT", "Write SELECT columns FROM table WHERE condition."),
    ("begin", "BEGIN .. END", "Write the statements one after the other, each with ; behind it."),
    ("end", "BEGIN .. END", "Write the statements one after the other, each with ; behind it."),
    ("call", "CALL", "Procedures are not available; write the statements themselves."),
];

/// First words of the statements that there are, of which one may be misspelt.
const VERBS: [&str; 22] = [
    "select", "values", "create", "replace", "drop", "remove", "insert", "update", "delete", "merge", "alter",
    "restore", "truncate", "optimize", "vacuum", "comment", "declare", "describe", "show", "explain", "with", "use",
];

/// What a verb may be about.
const OBJECTS: [&str; 7] = ["table", "view", "temp", "temporary", "widget", "schema", "function"];

/// A feature that is not available, and what to use instead.
pub fn feature(what: &str, instead: &str, place: Position) -> Diagnostic {
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", format!("{what}.")).with_hint(instead).at(place)
}

/// Anything that names a path, a URL or a place outside the workspace.
pub fn path(place: Position) -> Diagnostic {
    feature(
        "A table cannot be at a path of your choosing",
        "Leave LOCATION, OPTIONS and paths away: tables live in your workspace and are read by name.",
        place,
    )
}

/// A statement whose first word no family takes.
pub fn statement(cursor: &Cursor<'_>) -> Diagnostic {
    let first = cursor.word_ahead(0).unwrap_or_default();
    match STATEMENTS.iter().find(|(word, ..)| *word == first) {
        Some((_, name, instead)) => {
            feature(&format!("{name} is not available in this course"), instead, cursor.position())
        }
        None => {
            let slip = cursor.slip_of(&VERBS);
            slip.unwrap_or_else(|| cursor.unexpected("a statement such as SELECT, INSERT or CREATE TABLE"))
        }
    }
}

/// CREATE of something else.
pub fn create(cursor: &Cursor<'_>, start: Location) -> Diagnostic {
    let instead = match cursor.word_ahead(0).as_deref() {
        Some("external") => return path(position(start)),
        Some("catalog") => "Your workspace has one catalog, workspace; CREATE SCHEMA makes a schema in it.",
        Some("materialized" | "streaming" | "live") => "Use CREATE OR REPLACE TABLE name AS SELECT.",
        _ => return other("CREATE", cursor, start),
    };
    let object = cursor.word_ahead(0).unwrap_or_default().to_uppercase();
    feature(&format!("CREATE {object} is not available in this course"), instead, position(start))
}

/// A known verb with an object that it does not take here.
pub fn other(verb: &str, cursor: &Cursor<'_>, start: Location) -> Diagnostic {
    let Some(object) = cursor.word_ahead(0) else { return cursor.unexpected("a name") };
    if let Some(slip) = cursor.slip_of(&OBJECTS).filter(|_| matches!(verb, "CREATE" | "DROP" | "ALTER")) {
        return slip;
    }
    let what = format!("{verb} {} is not available in this course", object.to_uppercase());
    let instead = match verb {
        "DROP" => "DROP TABLE and DROP VIEW are there.",
        "SHOW" => "SHOW TABLES, VIEWS, SCHEMAS, COLUMNS, PARTITIONS, TBLPROPERTIES and CREATE TABLE are there.",
        "DESCRIBE" => "DESCRIBE TABLE, DESCRIBE HISTORY and DESCRIBE DETAIL are there.",
        "ALTER" => "ALTER TABLE is there.",
        _ => "CREATE TABLE, CREATE TEMP VIEW and CREATE WIDGET are there.",
    };
    feature(&what, instead, position(start))
}

/// A statement that goes on with an operator of the pipe syntax.
pub fn pipe(place: Position) -> Diagnostic {
    feature(
        "The pipe |> is not available",
        "Write SELECT .. FROM .. WHERE .. GROUP BY .. ORDER BY, or name the step in WITH.",
        place,
    )
}

/// A change of a table that is not available.
pub fn alter_table(cursor: &Cursor<'_>) -> Diagnostic {
    let words: Vec<String> = (0..2).map_while(|ahead| cursor.word_ahead(ahead)).collect();
    if words.is_empty() {
        return cursor.unexpected("ADD COLUMN or SET TBLPROPERTIES");
    }
    let what = format!("ALTER TABLE .. {} is not available in this course", words.join(" ").to_uppercase());
    let instead = match words.first().map(String::as_str) {
        Some("add" | "drop") => "ADD COLUMNS, ADD CONSTRAINT name CHECK (..) and DROP CONSTRAINT name are there.",
        _ => "ADD COLUMNS, ALTER COLUMN, ADD and DROP CONSTRAINT, SET and UNSET TBLPROPERTIES are there.",
    };
    feature(&what, instead, cursor.position())
}
