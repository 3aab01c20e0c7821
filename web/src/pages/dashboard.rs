//! `/labs/{slug}/dashboards/{key}`: a dashboard's data sets, asked in the student's own workspace, and its tiles.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use sandbar_content::{Lab, StarterFile};
use sandbar_labs::dashboard::{self, Dashboard, Dataset, Filter, Tile, TileKind, chart, check_tile};
use sandbar_labs::diagnostic::{Diagnostic, Finding, Position};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;
use sandbar_labs::workflow::schedule;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::shown::{self, job_graph, output};
use super::workbench::{self, Workbench};
use super::{Answer, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::DASHBOARD_WALL;
use crate::error::Problem;
use crate::store;
use crate::view::dashboard as view;
use crate::view::layout::{Link, Moment};

/// Times that a refresh is shown to fire.
const SHOWN_FIRINGS: usize = 3;
/// Data sets that one look at the page asks.
const MAX_ASKED: usize = 24;
const MAX_TILES: usize = 48;

/// `GET /labs/{slug}/dashboards/{key}?start_date=2024-02-01`: the value of each filter is in the address.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    Query(chosen): Query<BTreeMap<String, String>>,
) -> Answer<view::Dashboard> {
    let lab = workbench::lab(&app, &slug)?;
    let file = file(lab, &key)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let text = bench.document(file).await?.content;
    let (dashboard, mut findings) = match dashboard::check(&text) {
        Ok(checked) => (checked.dashboard, checked.findings),
        Err(finding) => (Dashboard::default(), vec![finding]),
    };
    let answers = match bench.prepare(lab).await {
        Ok(()) => answers(&bench, &dashboard, &chosen).await?,
        // The page is worth showing also while nothing can be asked.
        Err(_) => Answers::default(),
    };
    findings.extend(answers.findings(&dashboard));
    findings.sort_by_key(|finding| (finding.line, finding.column));
    let (summary, state) = job_graph::summary(&findings);
    let title = if dashboard.name.is_empty() { file.path.clone() } else { dashboard.name.clone() };
    Ok(view::Dashboard {
        page: visitor.page(format!("{title}, {}", lab.title)),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        edit: lab::href_of_file(&slug, &file.path),
        files: lab::files(lab, &file.path),
        path: file.path.clone(),
        title,
        summary,
        state,
        findings: findings.iter().map(shown::checks::finding).collect(),
        filters: dashboard.filters.iter().map(|filter| control(&dashboard, filter, &chosen)).collect(),
        pages: pages(&dashboard, &answers),
        configuration: configuration(&dashboard),
    })
}

fn file<'a>(lab: &'a Lab, key: &str) -> Answer<&'a StarterFile> {
    let dashboards = || lab.starter.iter().filter_map(|file| Some((lab::dashboard_key(&file.path)?, file)));
    dashboards().find(|(known, _)| *known == key).map(|(_, file)| file).ok_or_else(|| {
        let known = dashboards().map(|(key, file)| (format!("/labs/{}/dashboards/{key}", lab.slug), file.path.clone()));
        Problem::unknown("dashboard", key, known)
    })
}

#[derive(Default)]
struct Answers {
    /// What each data set gave, by its name.
    given: BTreeMap<String, StatementOutcome>,
    /// Data sets for which the time of the page did not last.
    late: BTreeSet<String>,
}

/// Asks every data set that a tile shows, once.
async fn answers(bench: &Workbench<'_>, dashboard: &Dashboard, chosen: &BTreeMap<String, String>) -> Answer<Answers> {
    let shown = |name: &str| dashboard.tiles().any(|tile| tile.dataset == name);
    let asked = dashboard.datasets.iter().filter(|dataset| shown(&dataset.name) && dashboard::is_query(&dataset.sql));
    let ask =
        |dataset: &Dataset, cancel| bench.ask_until(dataset.sql.clone(), dashboard.values(dataset, chosen), cancel);
    asked_until(Instant::now() + DASHBOARD_WALL, asked.take(MAX_ASKED), ask).await
}

/// Asks one data set after the other. At the deadline the one that is being asked is cancelled, and no other is asked.
async fn asked_until<'d, F>(
    deadline: Instant,
    datasets: impl Iterator<Item = &'d Dataset>,
    ask: impl Fn(&'d Dataset, CancellationToken) -> F,
) -> Answer<Answers>
where
    F: Future<Output = Answer<Vec<StatementOutcome>>>,
{
    let mut answers = Answers::default();
    for dataset in datasets {
        let cancel = CancellationToken::new();
        let asked = ask(dataset, cancel.clone());
        // Whoever leaves the page does not have to wait for it either.
        let _cancelled_in_the_end = cancel.drop_guard();
        let in_time = match Instant::now() < deadline {
            true => timeout_at(deadline, asked).await.ok(),
            false => None,
        };
        let Some(outcomes) = in_time.transpose()? else {
            answers.late.insert(dataset.name.clone());
            continue;
        };
        if let Some(mut outcome) = outcomes.into_iter().next() {
            outcome.error = outcome.error.map(|error| in_file(error, dataset.sql_line));
            answers.given.entry(dataset.name.clone()).or_insert(outcome);
        }
    }
    Ok(answers)
}

/// An error's place in the query becomes one in the file; columns of a block are not known.
fn in_file(error: Diagnostic, sql_line: u32) -> Diagnostic {
    let line = error.position.map_or(1, |position| position.line);
    error.at(Position { line: sql_line + line - 1, column: 1 })
}

impl Answers {
    /// What can be said only now that the queries have run.
    fn findings(&self, dashboard: &Dashboard) -> Vec<Finding> {
        let failed = self.given.iter().filter_map(|(name, outcome)| {
            let error = outcome.error.as_ref()?;
            let mut finding = Finding::error(error.class.clone(), "", format!("`{name}`: {}", error.message));
            finding.hint.clone_from(&error.hint);
            Some(match error.position {
                Some(position) => finding.at(position),
                None => finding,
            })
        });
        let rows = |tile: &Tile| self.given.get(&tile.dataset).filter(|outcome| outcome.error.is_none());
        let unfit = dashboard.tiles().filter_map(|tile| Some(check_tile(tile, &rows(tile)?.relation)));
        failed.chain(unfit.flatten()).collect()
    }
}

fn control(dashboard: &Dashboard, filter: &Filter, chosen: &BTreeMap<String, String>) -> view::FilterControl {
    let value = chosen.get(&filter.parameter).map_or(dashboard.default_of(filter), String::as_str).to_owned();
    let mut choices = filter.choices.clone();
    if !choices.is_empty() && !choices.contains(&value) {
        choices.insert(0, value.clone());
    }
    view::FilterControl {
        parameter: filter.parameter.clone(),
        label: filter.label.clone().unwrap_or_else(|| filter.parameter.clone()),
        value,
        choices,
        datasets: filter.datasets.join(", "),
    }
}

fn pages(dashboard: &Dashboard, answers: &Answers) -> Vec<view::TilePage> {
    let mut number = 0;
    let mut pages = Vec::new();
    for page in &dashboard.pages {
        let mut tiles = Vec::new();
        for shown in page.tiles.iter().take(MAX_TILES.saturating_sub(number)) {
            number += 1;
            tiles.push(tile(number, shown, answers));
        }
        if !tiles.is_empty() {
            pages.push(view::TilePage { name: page.name.clone(), tiles });
        }
    }
    pages
}

fn tile(number: usize, tile: &Tile, answers: &Answers) -> view::Tile {
    let outcome = answers.given.get(&tile.dataset);
    let title = if tile.title.is_empty() { tile.dataset.clone() } else { tile.title.clone() };
    let body = match outcome {
        None if answers.late.contains(&tile.dataset) => view::TileBody::Empty(format!(
            "The page asks its data sets for {} seconds together, and they did not last for this one. Make the slow \
             queries quicker, or ask fewer.",
            DASHBOARD_WALL.as_secs()
        )),
        None => {
            view::TileBody::Empty("Its data set was not asked. The findings say why, or the engine is busy.".into())
        }
        Some(outcome) => match &outcome.error {
            Some(error) => view::TileBody::Failed(output::error_output(error, "", false)),
            None => body(tile, &title, outcome),
        },
    };
    let drawn = matches!(body, view::TileBody::Chart(_) | view::TileBody::Counter(_));
    let rows = outcome
        .filter(|_| drawn)
        .map(|outcome| output::table(format!("Rows of {title}"), &outcome.relation, outcome.total_rows));
    view::Tile {
        id: format!("tile-{number}"),
        title,
        kind: tile.kind.name(),
        dataset: tile.dataset.clone(),
        body,
        rows,
    }
}

fn body(tile: &Tile, title: &str, outcome: &StatementOutcome) -> view::TileBody {
    let relation = &outcome.relation;
    if relation.rows.is_empty() {
        return view::TileBody::Empty("No rows: the query gives none with these values.".to_owned());
    }
    match tile.kind {
        TileKind::Table => {
            view::TileBody::Table(output::table(title.to_owned(), &columns_of(tile, relation), outcome.total_rows))
        }
        TileKind::Counter => match chart::counted(tile, relation) {
            numbers if numbers.is_empty() => nothing_to_draw(),
            numbers => view::TileBody::Counter(numbers),
        },
        TileKind::Bar | TileKind::Line => match chart::draw(tile, relation) {
            Some(chart) => view::TileBody::Chart(Box::new(shown::chart::chart(chart))),
            None => nothing_to_draw(),
        },
    }
}

fn nothing_to_draw() -> view::TileBody {
    view::TileBody::Empty("A column of the tile is not in its data set. The findings name it.".to_owned())
}

/// The columns that a table names, in its order; all of them when it names none.
fn columns_of(tile: &Tile, relation: &Relation) -> Relation {
    let named: Vec<usize> = tile.columns.iter().filter_map(|name| relation.column_index(name)).collect();
    if named.is_empty() {
        return relation.clone();
    }
    Relation {
        columns: named.iter().map(|at| relation.columns[*at].clone()).collect(),
        rows: relation.rows.iter().map(|row| named.iter().map(|at| row[*at].clone()).collect()).collect(),
    }
}

fn configuration(dashboard: &Dashboard) -> view::Configuration {
    let refresh = dashboard.refresh.as_ref().map(|refresh| {
        let (expression, zone) = (&refresh.quartz_cron_expression, &refresh.timezone_id);
        let next = schedule::next_firings(expression, zone, store::now(), SHOWN_FIRINGS).unwrap_or_default();
        let firings = next.iter().map(Moment::firing).collect();
        view::Refresh { expression: expression.clone(), zone: zone.clone(), firings }
    });
    view::Configuration { warehouse: dashboard.warehouse_id.clone(), refresh }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const TEXT: &str = "name: Sales
datasets:
  - {name: first, sql: SELECT 1 AS n}
  - {name: second, sql: SELECT 2 AS n}
pages: [{name: All, tiles: [{kind: table, title: First, dataset: first}, {kind: table, title: Second, dataset: second}]}]
";

    #[tokio::test]
    async fn data_sets_behind_a_slow_one_are_not_asked_and_their_tiles_say_so() {
        let dashboard = dashboard::check(TEXT).unwrap().dashboard;
        let (cancelled, asked) = (parking_lot::Mutex::new(Vec::new()), parking_lot::Mutex::new(Vec::new()));
        let ask = |dataset: &Dataset, cancel: CancellationToken| {
            let (name, asked) = (dataset.name.clone(), &asked);
            cancelled.lock().push(cancel);
            async move {
                asked.lock().push(name);
                std::future::pending().await
            }
        };
        let deadline = Instant::now() + Duration::from_millis(20);
        let answers = asked_until(deadline, dashboard.datasets.iter(), ask).await.unwrap();
        assert_eq!(*asked.lock(), ["first"]);
        assert!(cancelled.lock().iter().all(CancellationToken::is_cancelled));
        for page in pages(&dashboard, &answers) {
            for tile in page.tiles {
                let view::TileBody::Empty(said) = &tile.body else { panic!("{}", tile.title) };
                assert!(said.contains("for 20 seconds together"), "{said}");
            }
        }
        assert_eq!(pages(&dashboard, &answers)[0].tiles.len(), 2);
    }
}
