//! A film as its element of a page.

use sandbar_content::film::{self, FileState, PaneOf};
use sandbar_content::highlight;
use sandbar_labs::delta_log;

use super::output::{column, value};
use super::{count, grouped};
use crate::view::film as view;

/// Rows of a pane that are laid out.
const MAX_ROWS: usize = 8;
/// Commits and data files of a table that are laid out.
const MAX_LISTED: usize = 40;
/// Actions of a commit that are named one by one.
const MAX_ACTIONS: usize = 8;

/// What a film does not know: the words around it.
pub struct Script {
    pub id: &'static str,
    pub label: String,
    pub autoplay: bool,
    pub progress: String,
    pub csrf: String,
    pub start: usize,
    /// In the order of the film's steps.
    pub captions: Vec<Caption>,
}

pub struct Caption {
    pub html: String,
    pub seconds: u32,
    pub look: &'static str,
}

pub fn shown(film: &film::Film, script: Script) -> view::Film {
    let steps = film.steps.iter().enumerate().zip(script.captions);
    let steps: Vec<view::Step> = steps.map(|((place, step), caption)| shown_step(film, place, step, caption)).collect();
    let seconds: u32 = steps.iter().map(|step| step.seconds).sum();
    view::Film {
        id: script.id,
        label: script.label,
        autoplay: script.autoplay,
        progress: script.progress,
        csrf: script.csrf,
        start: script.start.min(steps.len().saturating_sub(1)),
        duration: format!("{}:{:02}", seconds / 60, seconds % 60),
        steps,
        tables: film.tables.iter().enumerate().map(|(place, table)| shown_table(film, place, table)).collect(),
        nothing_on: on(film, |step| step.table.is_none()),
        unreadable_on: on(film, |step| step.table.is_some() && step.pane.is_none()),
        panes: film.panes.iter().enumerate().map(|(place, pane)| shown_pane(film, place, pane)).collect(),
    }
}

/// The steps that a condition holds at, as the element's script reads them.
fn on(film: &film::Film, is_on: impl Fn(&film::Step) -> bool) -> String {
    let places = film.steps.iter().enumerate().filter(|(_, step)| is_on(step)).map(|(place, _)| place.to_string());
    places.collect::<Vec<_>>().join(" ")
}

fn shown_step(film: &film::Film, place: usize, step: &film::Step, caption: Caption) -> view::Step {
    let made = |table: &film::Table| table.commits.iter().filter(|commit| commit.step == place).cloned().collect();
    let made: Vec<(&film::Table, Vec<film::Commit>)> = film.tables.iter().map(|table| (table, made(table))).collect();
    let commits = made.iter().flat_map(|(table, commits)| commits.iter().map(move |commit| (*table, &commit.log)));
    let mut happened: Vec<String> = commits.clone().map(|(table, commit)| sentence(table, commit)).collect();
    let dropped = film.tables.iter().filter(|table| table.until == Some(place));
    happened.extend(dropped.map(|table| format!("The table {} is gone, its log and its files with it.", table.name)));
    let deleted = film.tables.iter().flat_map(|table| &table.files);
    let deleted: Vec<&str> = deleted
        .filter(|file| file.states.contains(&(place, FileState::Deleted)))
        .map(|file| file.letter.as_str())
        .collect();
    if !deleted.is_empty() {
        happened.push(format!("Deleted from storage: {}.", deleted.join(", ")));
    }
    if let Some(error) = &step.error {
        happened.push(format!("It fails with {}: {}", error.class, error.message));
    }
    if step.statement.is_some() && happened.is_empty() {
        happened.push("It makes no commit.".to_owned());
    }
    let lines = commits.map(|(_, commit)| view::LogLines { file: commit.file.clone(), text: commit.lines.join("\n") });
    view::Step {
        number: place + 1,
        caption_html: caption.html,
        seconds: caption.seconds,
        look: caption.look,
        statement_html: step.statement.as_deref().map(highlight::sql).unwrap_or_default(),
        error: step.error.as_ref().map(|error| error.class.clone()),
        lines: lines.collect(),
        new_pane: step.pane.filter(|pane| place == 0 || film.steps[place - 1].pane != Some(*pane)),
        happened,
    }
}

/// `readings, version 2 (WRITE): adds B with 2 rows; removes A.`
pub fn sentence(table: &film::Table, commit: &delta_log::Commit) -> String {
    let mut parts = Vec::new();
    for action in commit.actions.iter().take(MAX_ACTIONS * 2) {
        match action {
            delta_log::Action::Add { path, rows, .. } => parts.push(match rows {
                Some(rows) => format!("adds {} with {}", letter(table, path), count(*rows, "row")),
                None => format!("adds {}", letter(table, path)),
            }),
            delta_log::Action::Remove { path } => parts.push(format!("removes {}", letter(table, path))),
            delta_log::Action::Metadata { columns, .. } => {
                parts.push(format!("sets the columns {}", columns.join(", ")));
            }
            _ => {}
        }
    }
    if parts.is_empty() {
        parts.push("names no file".to_owned());
    }
    format!("{}, version {} ({}): {}.", table.name, commit.version, commit.operation(), parts.join("; "))
}

fn letter<'a>(table: &'a film::Table, path: &'a str) -> &'a str {
    table.letter_of(path).unwrap_or(path)
}

fn shown_table(film: &film::Film, place: usize, table: &film::Table) -> view::Table {
    let earlier = table.commits.len().saturating_sub(MAX_LISTED);
    let mut entries = Vec::new();
    for commit in table.commits.iter().skip(earlier) {
        entries.push(view::LogEntry {
            from: commit.step,
            file: commit.log.file.clone(),
            operation: commit.log.operation().to_owned(),
            actions: actions(table, &commit.log),
        });
        let checkpoint = table.checkpoints.iter().find(|checkpoint| checkpoint.version == commit.log.version);
        entries.extend(checkpoint.map(|checkpoint| view::LogEntry {
            from: checkpoint.step,
            file: format!("{:020}.checkpoint.parquet", checkpoint.version),
            operation: "checkpoint".to_owned(),
            actions: Vec::new(),
        }));
    }
    let more_files = table.files.len().saturating_sub(MAX_LISTED);
    view::Table {
        name: table.name.clone(),
        on: on(film, |step| step.table == Some(place)),
        earlier,
        entries,
        // The newest: of an old one nothing is left but its place in the log.
        files: table.files.iter().skip(more_files).map(data_file).collect(),
        more_files,
    }
}

fn actions(table: &film::Table, commit: &delta_log::Commit) -> Vec<view::Action> {
    let action = |action: &delta_log::Action| {
        let (kind, text) = match action {
            delta_log::Action::Add { path, .. } => ("add", format!("add {}", letter(table, path))),
            delta_log::Action::Remove { path } => ("remove", format!("remove {}", letter(table, path))),
            other => ("other", other.name().to_owned()),
        };
        view::Action { kind, text }
    };
    let mut shown: Vec<view::Action> = commit.actions.iter().take(MAX_ACTIONS).map(action).collect();
    if let Some(more) = commit.actions.len().checked_sub(MAX_ACTIONS + 1) {
        shown.push(view::Action { kind: "other", text: format!("{} more", more + 1) });
    }
    shown
}

fn data_file(file: &film::DataFile) -> view::DataFile {
    let word = |state: &FileState| match state {
        FileState::Live => "live",
        FileState::Removed => "removed",
        FileState::Deleted => "deleted",
    };
    let states: Vec<String> = file.states.iter().map(|(step, state)| format!("{step}:{}", word(state))).collect();
    let rows = file.rows.map(|rows| count(rows, "row"));
    view::DataFile {
        letter: file.letter.clone(),
        name: cut_in_the_middle(&file.path),
        detail: rows.unwrap_or_else(|| format!("{} bytes", grouped(file.bytes))),
        states: states.join(" "),
    }
}

/// `part-00000-7c16bbd2….parquet`
fn cut_in_the_middle(path: &str) -> String {
    const HEAD: usize = 19;
    const TAIL: usize = 8;
    let characters: Vec<char> = path.chars().collect();
    if characters.len() <= HEAD + TAIL {
        return path.to_owned();
    }
    let (head, tail) = (&characters[..HEAD], &characters[characters.len() - TAIL..]);
    head.iter().chain(['…'].iter()).chain(tail).collect()
}

fn shown_pane(film: &film::Film, place: usize, pane: &film::Pane) -> view::Pane {
    let rows = pane.relation.rows.iter().zip(&pane.fresh).take(MAX_ROWS);
    let mut extent = count(pane.total_rows, "row");
    if pane.total_rows > MAX_ROWS as u64 {
        extent = format!("the first {MAX_ROWS} of {extent}");
    }
    if pane.gone > 0 {
        extent = format!("{extent}, {} gone", grouped(pane.gone as u64));
    }
    view::Pane {
        on: on(film, |step| step.pane == Some(place)),
        heading: match &pane.of {
            PaneOf::Table { table, version } => {
                let name = film.tables.get(*table).map(|table| table.name.as_str()).unwrap_or_default();
                format!("Rows of {name}, version {version}")
            }
            PaneOf::Result => "Result".to_owned(),
        },
        columns: pane.relation.columns.iter().map(column).collect(),
        rows: rows.map(|(row, fresh)| view::Row { fresh: *fresh, values: row.iter().map(value).collect() }).collect(),
        extent,
    }
}
