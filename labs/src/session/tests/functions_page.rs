//! `docs/functions.md` is the catalogue with what every example gives. `make docs` writes it; this test finds it stale.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use super::{request, session};
use crate::relation::Relation;
use crate::session::Session;
use crate::session::functions::catalogue::{self, Entry};

/// Functions that there are at least.
const LEAST: usize = 200;

const HEAD: &str = "# Functions\n\nEvery function of the workspace, by family: what it is called with, what it gives, an example and its result. \
An unknown\nname is refused with the nearest of these. `DESCRIBE FUNCTION name` shows an entry, `SHOW FUNCTIONS LIKE 'date*'` finds names.\n\n\
This page is made by `make docs` from the catalogue in `labs/src/session/functions/catalogue`, and the results are computed: do not\nedit it.\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_functions_says_what_they_give() {
    let page = page().await;
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/functions.md");
    if std::env::var_os("SANDBAR_WRITE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let stale = written.lines().zip(page.lines()).find(|(written, made)| written != made);
    assert!(written == page, "docs/functions.md is stale: run `make docs`. First difference: {stale:?}");
}

#[test]
fn the_catalogue_has_many_functions_each_once() {
    let all = catalogue::all().count();
    assert!(all >= LEAST, "{all} functions");
    let listed: usize = catalogue::families().map(<[Entry]>::len).sum();
    assert_eq!(listed, all, "a name stands in the catalogue twice");
}

#[test]
fn an_entry_says_what_and_shows_itself() {
    for entry in catalogue::all() {
        let called = entry.example.to_lowercase().contains(&format!("{}(", entry.name));
        assert!(called, "the example of {} does not call it: {}", entry.name, entry.example);
        assert!(entry.sentence.ends_with('.'), "{} has no sentence", entry.name);
    }
}

async fn page() -> String {
    let mut session = session().await;
    let mut page = HEAD.to_owned();
    let mut failures = Vec::new();
    writeln!(page, "\nThere are {}.", catalogue::all().count()).unwrap();
    for family in catalogue::families() {
        writeln!(page, "\n## {}\n\n| function | gives | example | result |\n|---|---|---|---|", family[0].family)
            .unwrap();
        let mut family: Vec<&Entry> = family.iter().collect();
        family.sort_by_key(|entry| entry.name);
        for entry in family {
            match result(&mut session, entry).await {
                Ok(result) => {
                    let cells = [code(&entry.usage()), entry.sentence.to_owned(), code(entry.example), code(&result)];
                    writeln!(page, "| {} |", cells.join(" | ")).unwrap();
                }
                Err(error) => failures.push(format!("{}: {error}", entry.statement())),
            }
        }
    }
    assert!(failures.is_empty(), "examples that fail:\n{}", failures.join("\n"));
    page
}

async fn result(session: &mut Session, entry: &Entry) -> Result<String, String> {
    let outcomes = session.run(&request(&entry.statement())).await;
    let outcome = outcomes.into_iter().last().ok_or("no outcome")?;
    match outcome.error {
        Some(error) => Err(error.to_string()),
        None => Ok(shown(&outcome.relation)),
    }
}

/// Values of a row with commas between them, rows with semicolons.
fn shown(relation: &Relation) -> String {
    let rows = relation.rows.iter().map(|row| row.iter().map(value).collect::<Vec<_>>().join(", "));
    rows.collect::<Vec<_>>().join("; ")
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) if text.is_empty() || text.trim() != text => format!("'{text}'"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}
