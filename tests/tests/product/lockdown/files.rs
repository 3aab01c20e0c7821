//! No statement reaches a file of the machine: not to read it, not to write one, not to learn that it is there.

use std::fs;

use crate::program::{sandbar, shown};

const MARKER: &str = "the-secret-of-the-host";

/// Statements that would read the file `{secret}` (a CSV, in the folder `{folder}`) in some other engine.
const READ: [&str; 16] = [
    "SELECT * FROM '{secret}'",
    "SELECT * FROM `{secret}`",
    "SELECT * FROM csv.`{secret}`",
    "SELECT * FROM text.`file://{secret}`",
    "SELECT * FROM delta.`{folder}`",
    "SELECT * FROM delta.`../{name}`",
    "SELECT * FROM read_files('{secret}')",
    "SELECT * FROM read_csv('{secret}')",
    "SELECT * FROM table_changes('{secret}', 0)",
    "CREATE TABLE stolen USING csv OPTIONS (path '{secret}')",
    "CREATE TABLE stolen (line STRING) LOCATION '{folder}'",
    "CREATE EXTERNAL TABLE stolen (line STRING) STORED AS CSV LOCATION '{secret}'",
    "CREATE TEMP VIEW stolen USING csv OPTIONS (path '{secret}')",
    "COPY INTO stolen FROM '{secret}' FILEFORMAT = CSV",
    "LOAD DATA LOCAL INPATH '{secret}' INTO TABLE stolen",
    "DESCRIBE HISTORY delta.`{folder}`",
];

/// Statements that would write to `{target}`.
const WRITE: [&str; 6] = [
    "COPY (SELECT 1) TO '{target}'",
    "INSERT OVERWRITE DIRECTORY '{target}' USING csv SELECT 1",
    "CREATE TABLE written LOCATION '{target}' AS SELECT 1 AS a",
    "CREATE TABLE delta.`{target}` AS SELECT 1 AS a",
    "CREATE TABLE `../written` AS SELECT 1 AS a",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{target}'",
];

#[test]
fn no_statement_reads_or_writes_a_file_of_the_machine() {
    let outside = tempfile::tempdir().expect("a folder");
    let (secret, target) = (outside.path().join("secret.csv"), outside.path().join("written"));
    fs::write(&secret, MARKER).expect("it is written");
    let workspace = outside.path().join("workspace");
    let fill = |statement: &&str| {
        let texts = [("{secret}", shown(&secret)), ("{folder}", shown(outside.path())), ("{target}", shown(&target))];
        let filled = texts.iter().fold((*statement).to_owned(), |text, (name, value)| text.replace(name, value));
        filled.replace("{name}", "secret.csv")
    };
    let statements: Vec<String> = READ.iter().chain(&WRITE).map(fill).collect();
    let run = |statements: &str| {
        let place = shown(&workspace);
        sandbar(&["sql", "--format", "jsonl", "--keep-going", "--workspace", &place, "-e", statements])
    };
    let ran = run(&statements.join(";\n"));
    let objects = ran.objects();
    assert_eq!(objects.len(), statements.len(), "{ran:?}");
    for (object, statement) in objects.iter().zip(&statements) {
        assert!(object["error"].is_object(), "{statement}: {object}");
        let class = object["error"]["class"].as_str().unwrap_or_default();
        assert_ne!(class, "INTERNAL_ERROR", "{statement}: {object}");
    }
    assert!(!ran.out.contains(MARKER) && !ran.err.contains(MARKER), "{ran:?}");
    let left = names(outside.path());
    assert_eq!(left, ["secret.csv", "workspace"], "nothing was written beside the workspace");
    assert_eq!(names(&workspace), Vec::<String>::new(), "and no table in it");
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn an_error_does_not_tell_whether_a_file_is_there_or_where_the_workspace_is() {
    let workspace = tempfile::tempdir().expect("a folder");
    let place = shown(workspace.path());
    let statements = "SELECT * FROM csv.`/etc/passwd`;\nSELECT * FROM csv.`/no/such/file`;\nSELECT * FROM missing";
    let ran = sandbar(&["sql", "--format", "jsonl", "--keep-going", "--workspace", &place, "-e", statements]);
    let told = |index: usize, name: &str| ran.error(index)["message"].to_string().replace(name, "FILE");
    assert_eq!(told(0, "/etc/passwd"), told(1, "/no/such/file"));
    assert!(!ran.out.contains(&place), "{}", ran.out);
}
