//! `/lessons/{slug}/log`: the log of a table that the reader made in the lesson, commit by commit.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use sandbar_content::film::{self, Rows};
use sandbar_content::markdown::escape;
use sandbar_labs::delta_log::TableLog;
use sandbar_labs::outcome::StatementOutcome;
use serde::Deserialize;

use super::shown::count;
use super::shown::film::{Caption, Script, shown};
use super::table::quoted;
use super::workbench::{self, Workbench, sandbox_problem};
use super::{Answer, Asked};
use crate::app::App;
use crate::auth::Visitor;
use crate::view;
use crate::view::layout::Link;

/// The last commits of a table, which are its steps.
const MAX_STEPS: usize = 24;
/// Rows that are compared from one version to the next.
const MAX_ROWS: u64 = 200;
const SECONDS: u32 = 4;

#[derive(Debug, Deserialize)]
pub struct Wanted {
    table: Option<String>,
}

/// `GET /lessons/{slug}/log?table=menu`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(wanted): Query<Wanted>,
    asked: Asked,
) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let bench = Workbench::of_lesson(&app, &visitor, lesson).await?;
    let logs = app.engine()?.logs(&bench.workspace).await.map_err(sandbox_problem)?;
    let is_wanted = |log: &&TableLog| wanted.table.as_ref().is_some_and(|name| log.table.eq_ignore_ascii_case(name));
    let chosen = logs.iter().find(is_wanted).or(logs.first());
    let film = match chosen {
        Some(log) => Some(film_of(&bench, log).await?),
        None => None,
    };
    let page = format!("/lessons/{slug}/log");
    let choice = |log: &TableLog| view::lesson_log::Choice {
        table: Link { href: format!("{page}?table={}", log.table), text: log.table.clone() },
        chosen: chosen.is_some_and(|chosen| chosen.table == log.table),
    };
    let log = view::lesson_log::Log { tables: logs.iter().map(choice).collect(), film };
    Ok(match asked {
        Asked::Fragment | Asked::Json => log.into_response(),
        Asked::Page => view::lesson_log::LogPage {
            page: visitor.page(format!("Your tables: {}", lesson.title)),
            lesson: Link { href: format!("/lessons/{slug}"), text: lesson.title.clone() },
            log,
        }
        .into_response(),
    })
}

async fn film_of(bench: &Workbench<'_>, log: &TableLog) -> Answer<view::film::Film> {
    let steps = log.commits.len().min(MAX_STEPS);
    let last = &log.commits[log.commits.len() - steps..];
    let name = log.table.split('.').map(quoted).collect::<Vec<_>>().join(".");
    let query = |version: u64| format!("SELECT * FROM {name} VERSION AS OF {version} ORDER BY 1 LIMIT {MAX_ROWS}");
    let queries: Vec<String> = last.iter().map(|commit| query(commit.version)).collect();
    let outcomes = bench.ask(queries.join(";\n")).await?;
    let outcomes = outcomes.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
    let rows = last.iter().zip(outcomes).map(|(commit, outcome)| rows(log, commit.version, outcome?)).collect();
    let captions = last.iter().enumerate().map(|(place, commit)| Caption {
        html: caption(log, place + log.commits.len() - steps, commit),
        seconds: SECONDS,
        look: "log",
    });
    let script = Script {
        id: "log-film",
        label: format!("Log of {}", log.table),
        autoplay: false,
        progress: String::new(),
        csrf: String::new(),
        start: steps.saturating_sub(1),
        captions: captions.collect(),
    };
    Ok(shown(&film::of_log(log, rows), script))
}

/// The rows of a version, unless its files are gone.
fn rows(log: &TableLog, version: u64, outcome: StatementOutcome) -> Option<Rows> {
    if outcome.error.is_some() {
        return None;
    }
    let total = match outcome.total_rows {
        all if all < MAX_ROWS => all,
        most => log.rows_at(version).unwrap_or(most),
    };
    Some(Rows { relation: outcome.relation, total, is_result: false })
}

/// `Version 3 is the commit MERGE: 1 file added, 1 file removed.`
fn caption(log: &TableLog, place: usize, commit: &sandbar_labs::delta_log::Commit) -> String {
    let number = |name: &str| commit.actions.iter().filter(|action| action.name() == name).count() as u64;
    let (added, removed) = (count(number("add"), "file"), count(number("remove"), "file"));
    let operation = escape(commit.operation());
    let of = log.commits.len();
    format!("Version {} ({operation}), commit {} of {of}: {added} added, {removed} removed.", commit.version, place + 1)
}
