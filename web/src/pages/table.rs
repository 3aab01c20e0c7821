//! A workspace's tables: the panel beside the notebook, and a table's page at any version.

use axum::extract::{Path, Query, State};
use sandbar_content::Lab;
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;
use serde::Deserialize;

use super::Answer;
use super::shown::history::{self, Version};
use super::shown::{grouped, output};
use super::workbench::{self, Workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::view::layout::Link;
use crate::view::table::Table;
use crate::view::tables::{ColumnSummary, TableSummary, TablesPanel, VersionSummary, ViewSummary};

/// Versions listed in the panel; a table's page lists them all.
const PANEL_VERSIONS: usize = 12;

#[derive(Debug, Deserialize)]
pub struct Travel {
    version: Option<u64>,
}

/// `GET /labs/{slug}/tables`
pub async fn panel(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<TablesPanel> {
    let lab = workbench::lab(&app, &slug)?;
    of_workspace(&Workbench::of_lab(&app, &visitor, lab).await?, lab).await
}

/// `GET /labs/{slug}/tables/{table}?version=3`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, name)): Path<(String, String)>,
    Query(travel): Query<Travel>,
) -> Answer<Table> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    bench.prepare(lab).await?;
    let named = names(&bench).await?;
    let Some(name) = named.tables.iter().find(|table| table.eq_ignore_ascii_case(&name)).cloned() else {
        let known = named.tables.iter().map(|table| (format!("/labs/{slug}/tables/{table}"), table.clone()));
        return Err(
            Problem::unknown("table", &name, known).link(format!("/labs/{slug}"), format!("Back to “{}”", lab.title))
        );
    };
    let versions = versions(&bench, &name).await?;
    let (Some(latest), Some(oldest)) = (versions.first(), versions.last()) else {
        return Err(Problem::no_engine());
    };
    let wanted = travel.version.unwrap_or(latest.version);
    let Some(place) = versions.iter().position(|version| version.version == wanted) else {
        let known = versions.iter().map(|it| (href(&slug, &name, it.version), format!("Version {}", it.version)));
        return Err(Problem::unknown("version", &wanted.to_string(), known));
    };
    let query = format!("SELECT * FROM {} VERSION AS OF {wanted}", quoted_where_needed(&name));
    let rows = bench.ask(query.clone()).await?.into_iter().next();
    let rows = rows.ok_or_else(Problem::no_engine)?;
    if let Some(error) = rows.error {
        return Err(Problem::new(
            axum::http::StatusCode::CONFLICT,
            "This version cannot be read any more",
            error.message,
        )
        .link(href(&slug, &name, latest.version), "The latest version"));
    }
    let link = |version: &Version| Link {
        href: href(&slug, &name, version.version),
        text: format!("Version {}", version.version),
    };
    Ok(Table {
        page: visitor.page(format!("{name}, version {wanted}")),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        version: wanted,
        latest: latest.version,
        oldest: oldest.version,
        previous: versions.get(place + 1).map(link),
        next: place.checked_sub(1).and_then(|place| versions.get(place)).map(link),
        query,
        columns: columns(&rows.relation),
        rows: output::table(format!("Rows of {name} at version {wanted}"), &rows.relation, rows.total_rows),
        facts: versions[place].facts(),
        versions: versions.iter().map(|version| summary(&slug, &name, version)).collect(),
        name,
    })
}

/// The panel of a workspace.
pub async fn of_workspace(bench: &Workbench<'_>, lab: &Lab) -> Answer<TablesPanel> {
    bench.prepare(lab).await?;
    let named = names(bench).await?;
    let mut tables = Vec::new();
    for name in &named.tables {
        tables.push(table_summary(bench, lab, name).await?);
    }
    let mut views = Vec::new();
    for name in &named.views {
        let outcomes = bench.ask(format!("SELECT * FROM {} LIMIT 0", quoted(name))).await?;
        let columns = outcomes.first().map(|outcome| columns(&outcome.relation)).unwrap_or_default();
        views.push(ViewSummary { name: name.clone(), columns });
    }
    Ok(TablesPanel { tables, views })
}

/// Names in a workspace, in the order of the catalogue.
struct Names {
    tables: Vec<String>,
    views: Vec<String>,
}

async fn names(bench: &Workbench<'_>) -> Answer<Names> {
    let outcomes = bench.ask("SHOW TABLES; SHOW VIEWS".to_owned()).await?;
    let mut relations = outcomes.into_iter().map(|outcome| outcome.relation);
    let (shown, views) = (relations.next().unwrap_or_default(), relations.next().unwrap_or_default());
    Ok(Names::of(&shown, &views))
}

impl Names {
    /// SHOW TABLES lists the views too.
    fn of(shown: &Relation, views: &Relation) -> Self {
        let views = texts(views, "viewName");
        let tables = texts(shown, "tableName").into_iter().filter(|name| !views.contains(name)).collect();
        Self { tables, views }
    }
}

fn texts(relation: &Relation, column: &str) -> Vec<String> {
    let at = relation.column_index(column);
    let text = |row: &Vec<serde_json::Value>| Some(row.get(at?)?.as_str()?.to_owned());
    relation.rows.iter().filter_map(text).collect()
}

async fn table_summary(bench: &Workbench<'_>, lab: &Lab, name: &str) -> Answer<TableSummary> {
    let table = quoted(name);
    let text = format!("DESCRIBE HISTORY {table}; SELECT count(*) FROM {table}; SELECT * FROM {table} LIMIT 0");
    let outcomes = bench.ask(text).await?;
    let relation = |index: usize| outcomes.get(index).map(|outcome: &StatementOutcome| &outcome.relation);
    let versions = relation(0).map(history::versions).unwrap_or_default();
    let rows = relation(1).and_then(|count| count.rows.first()?.first()?.as_u64());
    let slug = &bench.area;
    Ok(TableSummary {
        name: name.to_owned(),
        href: format!("/labs/{slug}/tables/{name}"),
        version: versions.first().map_or(0, |version| version.version),
        rows: rows.map(grouped).unwrap_or_default(),
        columns: relation(2).map(columns).unwrap_or_default(),
        versions: versions.iter().take(PANEL_VERSIONS).map(|version| summary(slug, name, version)).collect(),
        given: lab.tables.iter().any(|(given, _)| given.eq_ignore_ascii_case(name)),
    })
}

async fn versions(bench: &Workbench<'_>, name: &str) -> Answer<Vec<Version>> {
    let outcomes = bench.ask(format!("DESCRIBE HISTORY {}", quoted(name))).await?;
    Ok(outcomes.first().map(|outcome| history::versions(&outcome.relation)).unwrap_or_default())
}

fn columns(relation: &Relation) -> Vec<ColumnSummary> {
    let column = |column: &sandbar_labs::relation::Column| ColumnSummary {
        name: column.name.clone(),
        type_name: column.type_name.clone(),
    };
    relation.columns.iter().map(column).collect()
}

fn summary(slug: &str, table: &str, version: &Version) -> VersionSummary {
    VersionSummary {
        version: version.version,
        operation: version.operation.clone(),
        sentence: version.sentence(),
        at: version.moment(),
        href: href(slug, table, version.version),
    }
}

fn href(slug: &str, table: &str, version: u64) -> String {
    format!("/labs/{slug}/tables/{table}?version={version}")
}

/// A name in backticks.
pub fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// As a person would write it.
fn quoted_where_needed(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !name.as_bytes().first().is_some_and(u8::is_ascii_digit);
    if plain && !name.is_empty() { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::relation::Column;
    use serde_json::json;

    use super::*;

    fn relation(column: &str, names: &[&str]) -> Relation {
        let column = Column { name: column.to_owned(), type_name: "STRING".to_owned(), nullable: true };
        Relation { columns: vec![column], rows: names.iter().map(|name| vec![json!(name)]).collect() }
    }

    #[test]
    fn a_view_that_stays_is_no_table() {
        let shown = relation("tableName", &["orders", "recent", "seen"]);
        let names = Names::of(&shown, &relation("viewName", &["recent", "seen"]));
        assert_eq!(
            (names.tables, names.views),
            (vec!["orders".to_owned()], vec!["recent".to_owned(), "seen".to_owned()])
        );
    }
}
