//! `/teach/regrades/{id}`: what a regrade would change, before it changes anything; applying and undoing it.

use axum::extract::{Path, State};
use axum::response::Redirect;

use super::rules::{HandedIn, Rules};
use super::shown::{count, moment};
use super::{Answer, teach_lab, workbench};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::error::{Fault, Problem};
use crate::marks::{self, Mark};
use crate::store::overrides::{self, Set};
use crate::store::regrades::{self, Pair, Regrade, Turned, Wanted};
use crate::store::{self, RegradeId, ReportId, audit, counting_reports, reports};
use crate::view::layout::Link;
use crate::view::regrade as view;

/// `POST /teach/labs/{slug}/regrades`: of every graded submission of the lab.
pub async fn start(State(app): State<App>, Staff(visitor): Staff, Path(slug): Path<String>) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let at = store::now();
    let wanted = Wanted { course: app.course_id, lab: &lab.slug, submission: None };
    let place = href(regrades::start(&app.store, wanted, visitor.id(), at).await?);
    audit::record(&app.store, visitor.id(), "started_regrade", &place, at).await?;
    app.grading.handed_in.notify_one();
    Ok(Redirect::to(&place))
}

/// `GET /teach/regrades/{id}`
pub async fn show(State(app): State<App>, Staff(visitor): Staff, Path(id): Path<String>) -> Answer<view::Regrade> {
    let regrade = find(&app, &id).await?;
    let lab = workbench::lab(&app, &regrade.lab)?;
    let pairs = regrades::pairs(&app.store, regrade.id).await?;
    let changes = changes(&app, &pairs).await?;
    Ok(view::Regrade {
        page: visitor.page(format!("Regrade {}, {}", regrade.id, lab.title)),
        lab: Link { href: teach_lab::href(&lab.slug), text: lab.title.clone() },
        href: href(regrade.id),
        number: regrade.id.to_string(),
        of: if regrade.submission.is_some() { "One submission" } else { "Every graded submission" },
        by: regrade.by.clone(),
        at: moment(regrade.at),
        waiting: regrade.waiting > 0,
        progress: format!("{} of {} graded again.", pairs.len(), regrade.all),
        failed: (regrade.failed > 0).then(|| {
            format!("{} could not be graded again; there the mark stays.", submissions(regrade.failed.unsigned_abs()))
        }),
        applied: regrade.applied,
        anything: !pairs.is_empty(),
        sentence: sentence(&regrade, changes.len(), pairs.len()),
        changes,
    })
}

/// `POST /teach/regrades/{id}/apply`
pub async fn apply(State(app): State<App>, Staff(visitor): Staff, Path(id): Path<String>) -> Answer<Redirect> {
    let regrade = find(&app, &id).await?;
    let turned = regrades::apply(&app.store, &regrade, visitor.id(), store::now()).await?;
    turn(&app, &visitor, &regrade, (turned, "applied_regrade")).await
}

/// `POST /teach/regrades/{id}/undo`
pub async fn undo(State(app): State<App>, Staff(visitor): Staff, Path(id): Path<String>) -> Answer<Redirect> {
    let regrade = find(&app, &id).await?;
    let turned = regrades::undo(&app.store, &regrade, visitor.id(), store::now()).await?;
    turn(&app, &visitor, &regrade, (turned, "undid_regrade")).await
}

async fn turn(app: &App, visitor: &Visitor, regrade: &Regrade, (turned, action): (Turned, &str)) -> Answer<Redirect> {
    let place = href(regrade.id);
    let refused =
        |title: &str, message: &str| Err(Problem::conflict(title, message).link(place.clone(), "Back to the regrade"));
    match turned {
        Turned::Done => audit::record(&app.store, visitor.id(), action, &place, store::now()).await?,
        Turned::Already => {}
        Turned::Unfinished => {
            return refused("Not finished yet", "Some submissions still wait to be graded again. Nothing was changed.");
        }
        Turned::Covered => {
            let message =
                "A later regrade of the same submissions is applied. Undo that one first. Nothing was changed.";
            return refused("A later regrade counts", message);
        }
    }
    Ok(Redirect::to(&place))
}

async fn find(app: &App, id: &str) -> Result<Regrade, Problem> {
    let id: RegradeId = id.parse().map_err(|_| Problem::not_found())?;
    regrades::get(&app.store, app.course_id, id).await?.ok_or_else(Problem::not_found)
}

pub fn href(id: RegradeId) -> String {
    format!("/teach/regrades/{id}")
}

fn submissions(number: u64) -> String {
    count(number, "submission")
}

fn sentence(regrade: &Regrade, changed: usize, graded: usize) -> String {
    let (all, some) = (submissions(graded as u64), count(changed as u64, "mark"));
    match (changed, regrade.applied) {
        (0, _) => format!("No mark of {all} differs."),
        (_, true) => format!("Applied: it changed {some} of {all}."),
        (_, false) if regrade.undone => {
            let again = format!("Applied once more, it would change {some} of {all}.");
            format!("Applied and undone: every mark is as it was before. {again}")
        }
        (_, false) => format!("It would change {some} of {all}. Nothing is changed so far."),
    }
}

/// The submissions whose mark differs, under all that lies above their reports.
async fn changes(app: &App, pairs: &[Pair]) -> Result<Vec<view::Change>, Fault> {
    let sets = overrides::in_force(&app.store, app.course_id, None).await?;
    let rules = Rules::read(app, None).await?;
    let graded = counting_reports::of_course(&app.store, app.course_id, None).await?;
    let mut changes = Vec::new();
    for pair in pairs {
        let own = sets.get(&pair.submission).map(Vec::as_slice).unwrap_or_default();
        let Some(graded) = graded.iter().find(|graded| graded.submission == pair.submission) else { continue };
        let handed_in = HandedIn { user: graded.user, lab: &graded.lab, at: graded.submitted_at };
        if own.is_empty() && pair.was_score == pair.would_be_score && rules.opened(handed_in).is_empty() {
            continue;
        }
        let above = (&rules, handed_in, own);
        let (was, would_be) = (mark(app, pair.was, above).await?, mark(app, pair.would_be, above).await?);
        if was.score != would_be.score {
            changes.push(change(pair, &was, &would_be));
        }
    }
    Ok(changes)
}

async fn mark(
    app: &App,
    report: ReportId,
    (rules, handed_in, sets): (&Rules, HandedIn<'_>, &[Set]),
) -> Result<Mark, Fault> {
    let stored = reports::get(&app.store, report).await?;
    let stored = stored.ok_or_else(|| Fault::new(format!("report {report} is not there")))?;
    let report = serde_json::from_str(&stored.body)?;
    Ok(marks::effective(&report, &rules.layers(&report, handed_in, sets.to_vec())))
}

fn change(pair: &Pair, was: &Mark, would_be: &Mark) -> view::Change {
    let points = |mark: &Mark, id: &str| mark.check(id).map_or_else(|| "none".to_owned(), |it| it.points.to_string());
    let check =
        |id: &str| view::CheckChange { id: id.to_owned(), was: points(was, id), would_be: points(would_be, id) };
    view::Change {
        student: pair.student.clone(),
        number: pair.number.to_string(),
        href: format!("/teach/submissions/{}", pair.submission),
        was: was.score.to_string(),
        would_be: would_be.score.to_string(),
        checks: would_be.differences(was).map(check).collect(),
    }
}
