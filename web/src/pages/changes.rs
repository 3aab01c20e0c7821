//! `/labs/{slug}/changes`: what a later release changed in a starter, offered to a student who began with an earlier one.
//!
//! Invariant: nothing of the student's changes without a click of theirs, and nothing that they wrote is replaced.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use sandbar_content::changes::{self as starter, Change};
use sandbar_content::highlight;
use sandbar_content::markdown::escape;
use sandbar_content::{Lab, StarterFile};
use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
use serde::Deserialize;

use super::workbench::{self, StoredCells, Workbench, is_notebook, read_cells, starter_content};
use super::{Answer, release};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store::documents::{self, Document, Saved};
use crate::store::{self, audit};
use crate::view::changes::{self as view, Offer};
use crate::view::layout::Link;

/// A file of the student's whose starter is not the one that they began with.
struct Changed {
    document: Document,
    changes: Changes,
}

/// What changed in it.
enum Changes {
    Cells { new: Notebook, mine: Notebook, changes: Vec<Change> },
    Text { old: String, new: String },
}

impl Changed {
    /// How many new parts the student does not have.
    fn open(&self) -> usize {
        match &self.changes {
            Changes::Cells { changes, .. } => changes.iter().filter(|change| change.is_open()).count(),
            Changes::Text { new, .. } => usize::from(self.document.content != *new),
        }
    }
}

/// `GET /labs/{slug}/changes`
pub async fn show(State(app): State<App>, visitor: Visitor, Path(slug): Path<String>) -> Answer<view::Changes> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let mut files = Vec::new();
    for changed in changed(&bench, lab).await? {
        let began = release::earlier(&app, &slug, changed.document.release.as_str()).await?;
        files.push(shown(&changed, began));
    }
    Ok(view::Changes {
        page: visitor.page(format!("What changed in the starter, {}", lab.title)),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        href: href(&slug),
        release: app.release.to_string(),
        files,
    })
}

/// The link of the lab's page to this one, when there is something that the student does not have.
pub async fn notice(bench: &Workbench<'_>, lab: &Lab) -> Answer<Option<Link>> {
    let open: usize = changed(bench, lab).await?.iter().map(Changed::open).sum();
    let text = "The starter of this lab changed since you began. Your files are as you left them.";
    Ok((open > 0).then(|| Link { href: href(&lab.slug), text: text.to_owned() }))
}

fn href(slug: &str) -> String {
    format!("/labs/{slug}/changes")
}

/// The student's files whose starter changed; none that began with a release that cannot be read any more.
async fn changed(bench: &Workbench<'_>, lab: &Lab) -> Answer<Vec<Changed>> {
    let mut files = Vec::new();
    for document in documents::all(&bench.app.store, bench.of()).await? {
        let now = lab.starter.iter().find(|file| file.path == document.path);
        let Some(now) = now.filter(|_| document.release != bench.app.release) else { continue };
        let course = match bench.app.releases.course(&document.release).await {
            Ok(course) => course,
            Err(problem) => {
                tracing::debug!(%problem, "the starter that a student began with cannot be read");
                continue;
            }
        };
        let old = course.lab(&lab.slug).and_then(|lab| lab.starter.iter().find(|file| file.path == document.path));
        let Some(old) = old.filter(|old| old.bytes != now.bytes) else { continue };
        files.extend(compared(document, old, now)?);
    }
    Ok(files)
}

fn compared(document: Document, old: &StarterFile, now: &StarterFile) -> Answer<Option<Changed>> {
    let (old, new) = (starter_content(old)?, starter_content(now)?);
    let changes = if is_notebook(&document.path) {
        let [old, new, mine]: [Notebook; 3] =
            [read_cells(&old)?.into(), read_cells(&new)?.into(), read_cells(&document.content)?.into()];
        let changes = starter::changes(&old, &new, &mine);
        if changes.is_empty() {
            return Ok(None);
        }
        Changes::Cells { new, mine, changes }
    } else {
        Changes::Text { old, new }
    };
    Ok(Some(Changed { document, changes }))
}

fn shown(changed: &Changed, began: Option<Link>) -> view::ChangedFile {
    let document = &changed.document;
    let changes = match &changed.changes {
        Changes::Cells { mine, changes, .. } => {
            (0..).zip(changes).map(|(number, change)| shown_change(number, change, mine)).collect()
        }
        Changes::Text { old, new } => vec![shown_text(&document.content, old, new)],
    };
    view::ChangedFile { path: document.path.clone(), revision: document.revision, began, changes }
}

fn shown_change(number: usize, change: &Change, mine: &Notebook) -> view::Change {
    let mine = change.mine.and_then(|place| mine.cells.get(place));
    let title = change.new.as_ref().or(change.old.as_ref()).and_then(|cell| cell.title.clone());
    let (what, offer) = match (&change.old, &change.new) {
        (_, Some(_)) if change.taken => ("changed", Offer::Taken),
        (Some(_), Some(_)) if change.is_untouched(mine) => ("changed", Offer::Replace),
        (Some(_), Some(_)) => ("changed", Offer::Beside),
        (None, _) => ("new", Offer::Beside),
        (Some(_), None) => ("no longer in the starter", Offer::Nothing),
    };
    view::Change {
        number,
        title: title.unwrap_or_else(|| "A cell".to_owned()),
        what,
        old: change.old.as_ref().map(source),
        new: change.new.as_ref().map(source),
        mine: mine.map(source),
        offer,
    }
}

fn shown_text(mine: &str, old: &str, new: &str) -> view::Change {
    let offer = match mine {
        mine if mine == new => Offer::Taken,
        mine if mine == old => Offer::Replace,
        _ => Offer::Nothing,
    };
    let [old, new, mine] = [old, new, mine].map(|text| Some(escape(text)));
    view::Change { number: 0, title: "The file".to_owned(), what: "changed", old, new, mine, offer }
}

fn source(cell: &Cell) -> String {
    match cell.language {
        CellLanguage::Sql => highlight::sql(&cell.source),
        CellLanguage::Python | CellLanguage::Markdown => escape(&cell.source),
    }
}

/// A change that is taken: which one, and what the student saw.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Taken {
    file: String,
    revision: i64,
    release: String,
    number: usize,
}

/// `POST /labs/{slug}/changes/take`
pub async fn take(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(form): Form<Taken>,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let found = changed(&bench, lab).await?.into_iter().find(|changed| changed.document.path == form.file);
    let changed = found.filter(|it| form.release == app.release.as_str() && it.document.revision == form.revision);
    let changed = changed.ok_or_else(|| stale(&slug))?;
    let content = with_change(&changed, form.number)?;
    let saved = documents::save(&app.store, bench.of(), &form.file, (&content, form.revision), store::now()).await?;
    match saved {
        Saved::Kept { .. } => Ok(Redirect::to(&href(&slug))),
        Saved::Stale(_) => Err(stale(&slug)),
    }
}

/// The student's file with the change in it.
fn with_change(changed: &Changed, number: usize) -> Answer<String> {
    match &changed.changes {
        Changes::Cells { new, mine, changes } => {
            let change = changes.get(number).ok_or_else(Problem::not_found)?;
            let mut mine = mine.clone();
            starter::take(&mut mine, change, new);
            let cells = StoredCells::from(mine);
            not_too_many(&cells)?;
            Ok(serde_json::to_string(&cells)?)
        }
        Changes::Text { old, new } if changed.document.content == *old => Ok(new.clone()),
        Changes::Text { .. } => {
            let name = &changed.document.path;
            Err(Problem::conflict("Not taken over", format!("You changed {name}, so it was not overwritten."))
                .hint("Copy by hand what you want to take over."))
        }
    }
}

fn not_too_many(StoredCells(cells): &StoredCells) -> Answer<()> {
    let most = crate::config::MAX_CELLS;
    if cells.len() > most { Err(Problem::bad_request(format!("A notebook has at most {most} cells."))) } else { Ok(()) }
}

/// A file whose changes were seen.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Seen {
    file: String,
    release: String,
}

/// `POST /labs/{slug}/changes/done`: from now on the file counts as begun with the served release.
pub async fn done(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Form(form): Form<Seen>,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    if form.release != app.release.as_str() {
        return Err(stale(&slug));
    }
    documents::adopt(&app.store, bench.of(), &form.file, &app.release).await?;
    let subject = format!("{} {}", href(&slug), form.file);
    audit::record(&app.store, visitor.id(), "saw_changes", &subject, store::now()).await?;
    Ok(Redirect::to(&href(&slug)))
}

fn stale(slug: &str) -> Problem {
    let message = "Your file or the lab changed after this page was opened, so nothing was taken over.";
    Problem::conflict("Look once more", message).link(href(slug), "What changed in the starter")
}
