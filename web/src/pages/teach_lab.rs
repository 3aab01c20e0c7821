//! `/teach/labs/{slug}`: the rules of a lab, more time for one student, and the lab's regrades.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::rules::{Rules, counting_text, results_text};
use super::shown::{count, moment};
use super::{Answer, regrade, workbench};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::error::Problem;
use crate::store::lab_policies::{self, Counting, LabPolicy, Late, Results};
use crate::store::regrades::{self, Regrade};
use crate::store::users::{User, canonical_login};
use crate::store::{self, audit, counting_reports, enrolments, extensions};
use crate::view::checks::TextField;
use crate::view::layout::Link;
use crate::view::report::Choice;
use crate::view::teach_lab as view;

/// What stands in the fields of both forms.
#[derive(Default)]
struct Fields {
    due: TextField,
    late_percent: TextField,
    late_most: TextField,
    until: TextField,
    /// The login that is chosen for more time.
    student: String,
}

impl Fields {
    fn of(policy: LabPolicy) -> Self {
        let field = |text: String| TextField { text, error: None };
        Self {
            due: field(policy.due_at.map(local).unwrap_or_default()),
            late_percent: field(policy.late.percent_a_day.to_string()),
            late_most: field(policy.late.most_percent.to_string()),
            ..Self::default()
        }
    }

    /// The first field that was refused.
    fn refused(&self) -> Option<Link> {
        let fields = [
            ("#due", &self.due),
            ("#late_percent", &self.late_percent),
            ("#late_most", &self.late_most),
            ("#until", &self.until),
        ];
        fields.into_iter().find_map(|(href, field)| Some(Link { href: href.to_owned(), text: field.error.clone()? }))
    }
}

/// `GET /teach/labs/{slug}`
pub async fn show(State(app): State<App>, Staff(visitor): Staff, Path(slug): Path<String>) -> Answer<view::TeachLab> {
    let policy = Rules::read(&app, None).await?.policy(&slug);
    page(&app, &visitor, &slug, (policy, Fields::of(policy))).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    slug: &str,
    (policy, fields): (LabPolicy, Fields),
) -> Answer<view::TeachLab> {
    let lab = workbench::lab(app, slug)?;
    let rules = Rules::read(app, None).await?;
    let graded = counting_reports::of_course(&app.store, app.course_id, None).await?;
    let graded = graded.iter().filter(|graded| graded.lab == lab.slug).count();
    let regrades = regrades::of_lab(&app.store, app.course_id, &lab.slug).await?;
    let students = enrolments::students(&app.store, app.course_id).await?;
    Ok(view::TeachLab {
        page: visitor.page(format!("{}, marks", lab.title)),
        title: lab.title.clone(),
        href: href(&lab.slug),
        submissions: format!("/teach/submissions?lab={}", lab.slug),
        graded: count(graded as u64, "graded submission"),
        anything: graded > 0,
        refused: fields.refused(),
        counting: Counting::ALL.map(|it| choice(it.word(), counting_text(it), it == policy.counting)).into(),
        results: Results::ALL.map(|it| choice(it.word(), results_text(it), it == policy.results)).into(),
        due_hint: due_hint(app, slug),
        due: fields.due,
        late_percent: fields.late_percent,
        late_most: fields.late_most,
        until: fields.until,
        extensions: shown_extensions(&rules, &students, slug),
        students: students.iter().map(|it| choice(&it.login, &it.name, it.login == fields.student)).collect(),
        regrades: regrades.iter().map(regrade_line).collect(),
    })
}

fn choice(value: &str, text: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), text: text.to_owned(), chosen }
}

fn due_hint(app: &App, slug: &str) -> String {
    let own = app.course.topics.iter().find(|topic| topic.slug == slug).and_then(|topic| topic.due);
    let zone = TimeZone::system();
    let zone = zone.iana_name().unwrap_or("the server's time zone");
    match own {
        Some(due) => format!("In {zone}. Empty for the course's own: {}.", moment(due).text),
        None => format!("In {zone}. Empty for none."),
    }
}

fn shown_extensions(rules: &Rules, students: &[User], slug: &str) -> Vec<view::ExtensionLine> {
    let line = |it: &extensions::Extension| view::ExtensionLine {
        student: students.iter().find(|student| student.id == it.student).map_or_else(
            || "Somebody who is not enrolled any more".to_owned(),
            |student| format!("{} ({})", student.name, student.login),
        ),
        due: moment(it.due_at),
        by: it.by.clone(),
    };
    rules.extensions.iter().filter(|it| it.lab == slug).map(line).collect()
}

/// A field that is not sent keeps what holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Policy {
    counting: Option<String>,
    results: Option<String>,
    due: Option<String>,
    late_percent: Option<String>,
    late_most: Option<String>,
}

/// `POST /teach/labs/{slug}/policy`
pub async fn set_policy(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Form(form): Form<Policy>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let now = Rules::read(&app, None).await?.policy(&slug);
    let (policy, fields) = read(&form, now)?;
    let course_due = app.course.topics.iter().find(|topic| topic.slug == slug).and_then(|topic| topic.due);
    let fields = demand_due(fields, policy, policy.due_at.or(course_due));
    if fields.refused().is_some() {
        let page = page(&app, &visitor, &slug, (policy, fields)).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let (at, place) = (store::now(), href(&lab.slug));
    lab_policies::set(&app.store, (app.course_id, &lab.slug), policy, visitor.id(), at).await?;
    audit::record(&app.store, visitor.id(), "set_policy", &place, at).await?;
    Ok(Redirect::to(&place).into_response())
}

/// What was sent over what holds now, and the fields with what is wrong in them.
fn read(form: &Policy, now: LabPolicy) -> Result<(LabPolicy, Fields), Problem> {
    let counting = form.counting.as_deref().map_or(Some(now.counting), Counting::of_word);
    let counting =
        counting.ok_or_else(|| Problem::bad_request("Choose whether the best or the last submission counts."))?;
    let results = form.results.as_deref().map_or(Some(now.results), Results::of_word);
    let results = results.ok_or_else(|| Problem::bad_request("Choose what students see of hidden checks."))?;
    let mut fields = Fields::of(now);
    let due_at = taken(&mut fields.due, form.due.as_deref(), now.due_at, instant);
    let percent_a_day = taken(&mut fields.late_percent, form.late_percent.as_deref(), now.late.percent_a_day, percent);
    let most_percent = taken(&mut fields.late_most, form.late_most.as_deref(), now.late.most_percent, percent);
    let late = Late { percent_a_day, most_percent };
    if late.most_percent < late.percent_a_day && fields.late_most.error.is_none() {
        let message = format!("At most {most_percent} % is less than one day's {percent_a_day} %.");
        fields.late_most.error = Some(message);
    }
    Ok((LabPolicy { counting, results, due_at, late }, fields))
}

/// The value that was sent; what holds now without one, or where it is refused in its field.
fn taken<T>(field: &mut TextField, sent: Option<&str>, now: T, read: fn(&str) -> Result<T, String>) -> T {
    let Some(text) = sent else { return now };
    text.clone_into(&mut field.text);
    match read(text.trim()) {
        Ok(value) => value,
        Err(message) => {
            field.error = Some(message);
            now
        }
    }
}

fn demand_due(mut fields: Fields, policy: LabPolicy, due: Option<Timestamp>) -> Fields {
    let needs = policy.results == Results::AfterDue || policy.late.percent_a_day > 0;
    if needs && due.is_none() && fields.due.error.is_none() {
        fields.due.error = Some("Set a due date: without one, nothing is late and nothing shows later.".to_owned());
    }
    fields
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Extended {
    /// A login.
    student: String,
    until: String,
}

/// `POST /teach/labs/{slug}/extensions`
pub async fn extend(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Form(form): Form<Extended>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let login = canonical_login(&form.student);
    let students = enrolments::students(&app.store, app.course_id).await?;
    let student = students.iter().find(|student| student.login == login);
    let student = student.ok_or_else(|| Problem::bad_request("Choose a student of this course."))?;
    let due_at = match instant(form.until.trim()) {
        Ok(due_at) => due_at,
        Err(message) => {
            let policy = Rules::read(&app, None).await?.policy(&slug);
            let until = TextField { text: form.until, error: Some(message) };
            let fields = Fields { until, student: login, ..Fields::of(policy) };
            let page = page(&app, &visitor, &slug, (policy, fields)).await?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
    };
    let (at, place) = (store::now(), href(&lab.slug));
    let of = (app.course_id, lab.slug.as_str(), student.id);
    extensions::set(&app.store, of, due_at, visitor.id(), at).await?;
    audit::record(&app.store, visitor.id(), "extended", &format!("{place} for {login}"), at).await?;
    Ok(Redirect::to(&place).into_response())
}

pub fn href(slug: &str) -> String {
    format!("/teach/labs/{slug}")
}

/// A date and time of the server's zone, as a browser sends it; empty for none.
fn instant(text: &str) -> Result<Option<Timestamp>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong =
        || format!("“{}” is no date and time such as 2026-11-29T23:59.", text.chars().take(40).collect::<String>());
    let civil: DateTime = text.parse().map_err(|_| wrong())?;
    let zoned = civil.to_zoned_datetime(TimeZone::system()).map_err(|_| wrong())?;
    Ok(Some(zoned.timestamp()))
}

/// As a browser's field holds it.
fn local(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::system()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Empty for nothing.
fn percent(text: &str) -> Result<u32, String> {
    match text {
        "" => Ok(0),
        text => text
            .parse()
            .ok()
            .filter(|percent| *percent <= 100)
            .ok_or_else(|| "A whole number of percent, from 0 to 100.".to_owned()),
    }
}

fn regrade_line(regrade: &Regrade) -> view::RegradeLine {
    let (state, state_text) = match (regrade.applied, regrade.waiting) {
        (true, _) => ("done", "Applied"),
        (false, 0) if regrade.undone => ("new", "Undone"),
        (false, 0) => ("new", "Not applied"),
        (false, _) => ("started", "Being graded"),
    };
    view::RegradeLine {
        href: regrade::href(regrade.id),
        number: regrade.id.to_string(),
        extent: count(regrade.all.unsigned_abs(), "submission"),
        by: regrade.by.clone(),
        at: moment(regrade.at),
        state,
        state_text,
    }
}
