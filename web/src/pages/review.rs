//! `/teach/submissions/{id}`: a submission as staff see it, and what they may do to its mark.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_grader::Points;
use serde::Deserialize;

use super::marked::{self, Marked};
use super::scores::Reader;
use super::shown::{moment, points};
use super::workbench::{self, is_notebook};
use super::{Answer, job_runs, regrade};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::error::Problem;
use crate::marks::{self, Mark};
use crate::store::comments::{self, NewComment};
use crate::store::grading_queue::{self, State as Grading};
use crate::store::overrides::{self, NewOverride, Override};
use crate::store::regrades::{self, Wanted};
use crate::store::submissions::Submission;
use crate::store::{self, OverrideId, audit, submissions, users};
use crate::view::checks::{PointsForm, TextField};
use crate::view::layout::Link;
use crate::view::report as view;

/// A reason or a comment, in characters.
const MAX_TEXT: usize = 2_000;

/// What was typed into a form and refused, with why.
#[derive(Default)]
struct Refused {
    /// The check whose points were to be set.
    check: String,
    points: TextField,
    reason: TextField,
    comment: TextField,
    /// The check that the comment is about; empty for the submission as a whole.
    about: String,
}

impl Refused {
    /// The first field that was refused.
    fn first(&self) -> Option<Link> {
        let place = |name: &str| format!("#{name}-of-{}", self.check);
        let fields = [
            (place("points"), &self.points),
            (place("reason"), &self.reason),
            ("#comment-text".to_owned(), &self.comment),
        ];
        fields.into_iter().find_map(|(href, field)| Some(Link { href, text: field.error.clone()? }))
    }
}

/// `GET /teach/submissions/{id}`
pub async fn show(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(id): Path<String>,
) -> Answer<view::TeachSubmission> {
    let marked = Marked::read(&app, marked::find(&app, &id).await?).await?;
    page(&app, &visitor, &marked, Refused::default()).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetPoints {
    points: String,
    reason: String,
}

/// `POST /teach/submissions/{id}/checks/{check}/points`
pub async fn set_points(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((id, check)): Path<(String, String)>,
    Form(form): Form<SetPoints>,
) -> Answer<Response> {
    let marked = Marked::read(&app, marked::find(&app, &id).await?).await?;
    let report = marked.report.as_ref().ok_or_else(not_graded)?;
    let graded = report.checks.iter().find(|graded| graded.id == check).ok_or_else(Problem::not_found)?;
    let (points, reason) =
        (points_of(&form.points, graded.max_points), text_of(&form.reason, "Say why, for the student."));
    let (points, reason) = match (points, reason) {
        (Ok(points), Ok(reason)) => (points, reason),
        (points, reason) => {
            let refused = Refused {
                check,
                points: TextField { text: form.points, error: points.err() },
                reason: TextField { text: form.reason.clone(), error: reason.err() },
                ..Refused::default()
            };
            let page = page(&app, &visitor, &marked, refused).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let at = store::now();
    let new = NewOverride {
        submission: marked.submission.id,
        check: &check,
        points: points.hundredths(),
        reason,
        by: visitor.id(),
    };
    overrides::add(&app.store, new, at).await?;
    let place = format!("{}#points-{check}", href(&marked.submission));
    audit::record(&app.store, visitor.id(), "set_points", &place, at).await?;
    Ok(Redirect::to(&place).into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Waived {
    reason: String,
}

/// `POST /teach/submissions/{id}/deductions/{name}/waive`: takes back what hints or lateness cost.
pub async fn waive(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((id, name)): Path<(String, String)>,
    Form(form): Form<Waived>,
) -> Answer<Redirect> {
    let marked = Marked::read(&app, marked::find(&app, &id).await?).await?;
    let mark = marked.mark().ok_or_else(not_graded)?;
    let name = format!("{}{name}", marks::DEDUCTION);
    if !deducts(&mark, &name) {
        return Err(Problem::not_found());
    }
    let place = format!("{}#adjustments", href(&marked.submission));
    let reason = text_of(&form.reason, "Say why, for the student.").map_err(|message| {
        let refused = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was changed", message);
        refused.link(href(&marked.submission), "Back to the submission")
    })?;
    let at = store::now();
    let new = NewOverride { submission: marked.submission.id, check: &name, points: 0, reason, by: visitor.id() };
    overrides::add(&app.store, new, at).await?;
    audit::record(&app.store, visitor.id(), "waived_deduction", &place, at).await?;
    Ok(Redirect::to(&place))
}

/// `POST /teach/submissions/{id}/overrides/{override}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((id, row)): Path<(String, String)>,
) -> Answer<Redirect> {
    let submission = marked::find(&app, &id).await?;
    let row: OverrideId = row.parse().map_err(|_| Problem::not_found())?;
    let at = store::now();
    if !overrides::withdraw(&app.store, (submission.id, row), visitor.id(), at).await? {
        let message = "Somebody replaced or withdrew these points in the meantime. Nothing was changed.";
        return Err(
            Problem::conflict("Not in force any more", message).link(href(&submission), "Back to the submission")
        );
    }
    let place = format!("{}#adjustments", href(&submission));
    audit::record(&app.store, visitor.id(), "withdrew_points", &place, at).await?;
    Ok(Redirect::to(&place))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Commented {
    text: String,
    /// Empty for the submission as a whole.
    about: String,
}

/// `POST /teach/submissions/{id}/comments`
pub async fn comment(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(id): Path<String>,
    Form(form): Form<Commented>,
) -> Answer<Response> {
    let marked = Marked::read(&app, marked::find(&app, &id).await?).await?;
    let known = |check: &str| marked.report.iter().flat_map(|report| &report.checks).any(|it| it.id == check);
    if !form.about.is_empty() && !known(&form.about) {
        return Err(Problem::bad_request("The comment is about a check that this submission does not have."));
    }
    let text = match text_of(&form.text, "Write something first.") {
        Ok(text) => text,
        Err(error) => {
            let comment = TextField { text: form.text.clone(), error: Some(error) };
            let refused = Refused { comment, about: form.about, ..Refused::default() };
            let page = page(&app, &visitor, &marked, refused).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let check = Some(form.about.as_str()).filter(|about| !about.is_empty());
    let at = store::now();
    let new = NewComment { submission: marked.submission.id, check, text, by: visitor.id() };
    comments::add(&app.store, new, at).await?;
    let place = format!("{}#comments", href(&marked.submission));
    audit::record(&app.store, visitor.id(), "commented", &place, at).await?;
    Ok(Redirect::to(&place).into_response())
}

/// `POST /teach/submissions/{id}/grade-again`: a graded one as a regrade, one that was put aside in the queue.
pub async fn grade_again(State(app): State<App>, Staff(visitor): Staff, Path(id): Path<String>) -> Answer<Redirect> {
    let submission = marked::find(&app, &id).await?;
    let at = store::now();
    let place = match grading_queue::state(&app.store, submission.id).await? {
        Some(Grading::Done) => {
            let wanted = Wanted { course: app.course_id, lab: &submission.lab, submission: Some(submission.id) };
            regrade::href(regrades::start(&app.store, wanted, visitor.id(), at).await?)
        }
        _ => {
            grading_queue::retry(&app.store, submission.id, at).await?;
            href(&submission)
        }
    };
    audit::record(&app.store, visitor.id(), "graded_again", &href(&submission), at).await?;
    app.grading.handed_in.notify_one();
    Ok(Redirect::to(&place))
}

pub fn href(submission: &Submission) -> String {
    format!("/teach/submissions/{}", submission.id)
}

fn not_graded() -> Problem {
    Problem::conflict("Not graded yet", "Points can be set as soon as there is a report.")
}

/// The points, from 0 to the check's most.
fn points_of(text: &str, most: Points) -> Result<Points, String> {
    match Points::parse(text) {
        None => Err("Points are a number with at most two decimals, such as 7.5.".to_owned()),
        Some(points) if points > most => Err(format!("This check has at most {most} points.")),
        Some(points) => Ok(points),
    }
}

fn text_of<'a>(text: &'a str, missing: &str) -> Result<&'a str, String> {
    match text.trim() {
        "" => Err(missing.to_owned()),
        text if text.chars().count() > MAX_TEXT => Err(format!("At most {MAX_TEXT} characters.")),
        text => Ok(text),
    }
}

async fn page(app: &App, visitor: &Visitor, marked: &Marked, refused: Refused) -> Answer<view::TeachSubmission> {
    let submission = &marked.submission;
    let lab = workbench::lab(app, &submission.lab)?;
    let student = users::by_id_or_former(&app.store, submission.user).await?.ok_or_else(Problem::not_found)?;
    let files = submissions::files(&app.store, submission.id).await?;
    let page = visitor.page(format!("{}, {}", student.name, lab.title));
    let state = grading_queue::state(&app.store, submission.id).await?;
    let report = marked.shown().zip(marked.mark()).map(|(report, mark)| {
        let form = |check: &str| points_form(submission, &page.csrf, (check, &mark), &refused);
        with_forms(report, &href(submission), form)
    });
    Ok(view::TeachSubmission {
        student: student.name,
        login: student.login,
        lab: Link { href: format!("/teach/labs/{}", lab.slug), text: lab.title.clone() },
        href: href(submission),
        number: usize::try_from(submission.number).unwrap_or_default(),
        at: moment(submission.submitted_at),
        standing: marked::standing(app, submission, Reader::Staff).await?,
        refused: refused.first(),
        put_aside: state == Some(Grading::Failed),
        report,
        earlier: marked.earlier(app).await?,
        adjustments: marked.overrides.iter().map(|row| adjustment(marked, row)).collect(),
        comments: marked.remarks(),
        about: about(marked, &refused.about),
        comment: refused.comment,
        files: files.iter().map(|(path, bytes)| submitted_file(path, bytes)).collect(),
        others: marked::others(app, submission, href).await?,
        runs: job_runs::of_student(app, submission.user, &submission.lab).await?,
        page,
    })
}

fn with_forms(mut report: view::Report, href: &str, form: impl Fn(&str) -> PointsForm) -> view::Report {
    for check in report.tasks.iter_mut().flat_map(|task| &mut task.checks) {
        let form = form(&check.id);
        check.open |= form.open;
        check.remarks.form = Some(form);
    }
    for line in report.deductions.iter_mut().filter(|line| line.waived.is_none()) {
        line.waive = Some(format!("{href}/deductions/{}/waive", line.name));
    }
    report
}

fn points_form(submission: &Submission, csrf: &str, (check, mark): (&str, &Mark), refused: &Refused) -> PointsForm {
    let refused = Some(refused).filter(|refused| refused.check == check);
    let now = mark.check(check).map(|check| check.points.to_string()).unwrap_or_default();
    PointsForm {
        action: format!("{}/checks/{check}/points", href(submission)),
        csrf: csrf.to_owned(),
        points: refused.map_or(TextField { text: now, error: None }, |refused| refused.points.clone()),
        reason: refused.map(|refused| refused.reason.clone()).unwrap_or_default(),
        open: refused.is_some(),
    }
}

fn adjustment(marked: &Marked, row: &Override) -> view::Adjustment {
    let mut later = marked.overrides.iter().filter(|other| other.check == row.check && other.id > row.id);
    let mark = marked.mark();
    let known = mark.as_ref().is_some_and(|mark| mark.check(&row.check).is_some() || deducts(mark, &row.check));
    let (state, state_text) = match (row.in_force, row.points) {
        (true, _) if known => ("in-force", "In force"),
        (true, _) => ("in-force", "Without effect: the lab has no such check any more"),
        (false, None) => ("withdrawal", "Withdrawal"),
        (false, Some(_)) if later.next_back().is_some_and(|next| next.points.is_none()) => ("withdrawn", "Withdrawn"),
        (false, Some(_)) => ("replaced", "Replaced"),
    };
    view::Adjustment {
        check: row.check.strip_prefix(marks::DEDUCTION).map_or_else(|| row.check.clone(), deduction_text),
        points: row.points.map(points),
        reason: row.reason.clone(),
        by: row.by.clone(),
        at: moment(row.at),
        state,
        state_text,
        withdraw: row.in_force.then(|| format!("{}/overrides/{}/withdraw", href(&marked.submission), row.id)),
    }
}

/// Whether something is taken off under that name.
fn deducts(mark: &Mark, name: &str) -> bool {
    let late = mark.late.is_some() && name == marks::WAIVED_LATE;
    late || mark.hints.iter().any(|cost| marks::waived_hints(cost.price.task) == name)
}

/// `hints-5` in words.
fn deduction_text(name: &str) -> String {
    match name.strip_prefix("hints-") {
        Some(task) => format!("taken off for hints of task {task}"),
        None => "taken off for lateness".to_owned(),
    }
}

/// What a comment may be about, besides the submission as a whole.
fn about(marked: &Marked, chosen: &str) -> Vec<view::Choice> {
    let checks = marked.report.iter().flat_map(|report| &report.checks);
    let choice = |check: &sandbar_grader::CheckReport| view::Choice {
        value: check.id.clone(),
        text: format!("Task {}: {}", check.task, check.id),
        chosen: check.id == chosen,
    };
    checks.map(choice).collect()
}

fn submitted_file(path: &str, bytes: &[u8]) -> view::SubmittedFile {
    let text = String::from_utf8_lossy(bytes);
    let html = match is_notebook(path) {
        true => sandbar_content::highlight::sql(&text),
        false => sandbar_content::markdown::escape(&text),
    };
    let size = format!("{} kB", bytes.len().div_ceil(1024));
    view::SubmittedFile { path: path.to_owned(), html, lines: text.lines().count().max(1), size }
}
