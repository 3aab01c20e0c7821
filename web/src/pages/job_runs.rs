//! Starting runs of a job, and what became of its last ones.

use std::collections::BTreeMap;

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sandbar_content::Lab;
use sandbar_labs::workflow::run::RunRecord;
use sandbar_labs::workflow::{self, Checked, Job, Syntax};

use super::follow::{self, Followed};
use super::job::{checked, file};
use super::shown::job_run::state;
use super::workbench::{self, Workbench};
use super::{Answer, documents, job_run, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::job_runs::instants::Clock;
use crate::job_runs::{self as runs, NoFiring, Wanted, last_firing, next_firing, present};
use crate::store::job_runs::{self, JobRun, Trigger};
use crate::store::lab_attempts::LabOf;
use crate::store::{self, UserId};
use crate::view::job_run::State as Look;
use crate::view::job_runs as view;

/// Runs that the table beside the job shows.
const COLUMNS: i64 = 12;
/// Rows of it.
const MAX_ROWS: usize = 100;
/// Before the name of a parameter in the form.
const PARAMETER: &str = "parameter.";
const MAX_PARAMETER_CHARACTERS: usize = 10_000;

type Fields = Vec<(String, String)>;

/// `POST /labs/{slug}/jobs/{key}/runs`: runs the job as it is saved, now or at its schedule's next firing.
pub async fn start(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let path = &file(lab, &key)?.path;
    app.engine()?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let (settings, job) = valid_job(&bench, lab, path).await?;
    let back = lab::href_of_file(&slug, path);
    let parameters = overrides(&fields, &job).map_err(|problem| problem.link(&back, "Back to the job"))?;
    let clock = job_runs::clock(&app.store, bench.attempt.id).await?;
    let at_firing = fields.iter().any(|(name, value)| name == "at" && value == "firing");
    let (trigger, at) = match at_firing {
        false => (Trigger::Manual, present(store::now(), clock)),
        true => match next_firing(&job, last_firing(store::now(), clock)) {
            Ok(firing) => (Trigger::Periodic, firing.timestamp()),
            Err(none) => return Err(no_firing(&none).link(&back, "Back to the job")),
        },
    };
    let wanted = Wanted {
        attempt: bench.attempt.id,
        path,
        settings: &settings,
        job: &job,
        parameters: &parameters,
        trigger,
        at,
    };
    match runs::start(&app, &wanted).await? {
        Some(run) => Ok(Redirect::to(&job_run::href(&slug, run.id)).into_response()),
        None => Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "Too many runs are under way",
            "Nothing was started. Wait until some of them are over, or cancel them.",
        )
        .link(back, "Back to the job")),
    }
}

fn no_firing(none: &NoFiring) -> Problem {
    let why = none.to_string();
    let why = format!("There is no next firing: {}.", why.trim_end_matches('.'));
    let problem = Problem::conflict("Nothing was started", why);
    match none {
        NoFiring::Schedule(error) => problem.hint(error.hint()),
        NoFiring::Paused => problem.hint("Take `pause_status` out, or write UNPAUSED."),
        NoFiring::Never => problem.hint("Write a schedule with instants that are still to come."),
        NoFiring::NoSchedule => {
            problem.hint("Write a `schedule` with `quartz_cron_expression` and `timezone_id` into the job.")
        }
    }
}

/// The job as the student has saved it, with its text.
pub async fn valid_job(bench: &Workbench<'_>, lab: &Lab, path: &str) -> Answer<(String, Job)> {
    let text = bench.document(documents::file(lab, path)?).await?.content;
    let checked = checked(bench, lab, &text, path).await?;
    let job = checked.job.clone().unwrap_or_default();
    match (checked.is_valid(), job.tasks.is_empty()) {
        (true, false) => Ok((text, job)),
        (_, true) if checked.job.is_some() => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "The job cannot be run yet",
            format!("`{path}` has no task."),
        )
        .link(lab::href_of_file(&lab.slug, path), "To the job")),
        _ => Err(Problem::unusable("The job cannot be run yet", &checked.findings)
            .link(lab::href_of_file(&lab.slug, path), "To the job")),
    }
}

/// Values of the form that differ from what the job declares.
fn overrides(fields: &[(String, String)], job: &Job) -> Result<BTreeMap<String, String>, Problem> {
    let mut given = BTreeMap::new();
    for (field, value) in fields {
        let Some(name) = field.strip_prefix(PARAMETER) else { continue };
        let refused = |message: String| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "Nothing was started", message);
        let declared = job.parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
            let name: String = name.chars().take(80).collect();
            refused(format!("The saved job has no parameter `{name}`.")).hint("Reload the job's page and try again.")
        })?;
        if value.chars().count() > MAX_PARAMETER_CHARACTERS {
            return Err(refused(format!("A value has at most {MAX_PARAMETER_CHARACTERS} characters.")));
        }
        if *value != declared.default {
            given.insert(name.to_owned(), value.clone());
        }
    }
    Ok(given)
}

/// `GET /labs/{slug}/jobs/{key}/runs`
pub async fn table(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
) -> Answer<view::JobRuns> {
    let lab = workbench::lab(&app, &slug)?;
    let path = &file(lab, &key)?.path;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    last_runs(&bench, (&slug, &key), path).await
}

/// `GET /labs/{slug}/jobs/{key}/runs/events`
pub async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let path = file(lab, &key)?.path.clone();
    let attempt = Workbench::of_lab(&app, &visitor, lab).await?.attempt.id;
    let since = fields.iter().find(|(name, _)| name == "since").and_then(|(_, value)| value.parse().ok());
    follow::follow(app, Followed::Job(attempt, path), &headers, since).await
}

/// The part of the job's page below its text: starting a run, and the last ones.
pub async fn below(
    bench: &Workbench<'_>,
    (lab, key): (&Lab, &str),
    (path, text): (&str, &str),
    csrf: &str,
) -> Answer<view::JobBelow> {
    let slug = lab.slug.as_str();
    let clock = job_runs::clock(&bench.app.store, bench.attempt.id).await?;
    let start = start_part((slug, key), &checked(bench, lab, text, path).await?, clock, csrf);
    Ok(view::JobBelow { start, runs: last_runs(bench, (slug, key), path).await? })
}

/// `GET /labs/{slug}/jobs/{key}/start`: how a run is started, by the job as it is saved now.
pub async fn start_form(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
) -> Answer<view::JobStart> {
    let lab = workbench::lab(&app, &slug)?;
    let path = &file(lab, &key)?.path;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let text = bench.document(documents::file(lab, path)?).await?.content;
    let clock = job_runs::clock(&app.store, bench.attempt.id).await?;
    let checked = checked(&bench, lab, &text, path).await?;
    Ok(start_part((&slug, &key), &checked, clock, visitor.frame.csrf()))
}

fn start_part(
    (slug, key): (&str, &str),
    checked: &Checked,
    clock: (Option<Timestamp>, Option<Timestamp>),
    csrf: &str,
) -> view::JobStart {
    let job = checked.job.clone().unwrap_or_default();
    let blocked = match (checked.is_valid(), job.tasks.is_empty()) {
        (true, false) => None,
        (_, true) if checked.job.is_some() => Some("The saved job has no task yet.".to_owned()),
        _ => Some("The saved job has errors: mend them, then it can be run.".to_owned()),
    };
    let now = store::now();
    let at = present(now, clock);
    let firing = next_firing(&job, last_firing(now, clock));
    view::JobStart {
        href: format!("/labs/{slug}/jobs/{key}/runs"),
        part: format!("/labs/{slug}/jobs/{key}/start"),
        csrf: csrf.to_owned(),
        fields: job.parameters.iter().map(field).collect(),
        blocked,
        firing: firing.map(|firing| firing.strftime("%a %-d %b %Y, %H:%M %Z").to_string()).map_err(|none| match none {
            NoFiring::NoSchedule => "The job has no schedule.".to_owned(),
            NoFiring::Paused => "The job's schedule is paused.".to_owned(),
            NoFiring::Schedule(_) => "The job's schedule has an error.".to_owned(),
            NoFiring::Never => "The job's schedule never fires again.".to_owned(),
        }),
        clock: (at > now).then(|| Clock::of(Some(&job), at).long(at)),
    }
}

fn field(parameter: &workflow::job::Parameter) -> view::Field {
    view::Field { name: parameter.name.clone(), value: parameter.default.clone() }
}

async fn last_runs(bench: &Workbench<'_>, (slug, key): (&str, &str), path: &str) -> Answer<view::JobRuns> {
    let store = &bench.app.store;
    let mark = job_runs::mark_of_job(store, bench.attempt.id, path).await?;
    let kept = job_runs::of_job(store, bench.attempt.id, path, COLUMNS).await?;
    let (slug, href) = (slug.to_owned(), format!("/labs/{slug}/jobs/{key}/runs"));
    // Settings and records may be large.
    let shown = tokio::task::spawn_blocking(move || shown_runs(&slug, href, mark, &kept));
    Ok(shown.await.map_err(Fault::new)??)
}

fn shown_runs(slug: &str, href: String, mark: i64, kept: &[JobRun]) -> Result<view::JobRuns, Fault> {
    let mut records: Vec<Option<RunRecord>> = Vec::new();
    for run in kept {
        records.push(run.record.as_deref().map(serde_json::from_str).transpose()?);
    }
    let rows = rows(slug, kept, &records);
    let mut legend: Vec<Look> = Vec::new();
    for cell in rows.iter().flat_map(|row| row.cells.iter().flatten()) {
        if !legend.contains(&cell.state) {
            legend.push(cell.state.clone());
        }
    }
    let columns = kept.iter().map(|run| column(slug, run)).collect();
    Ok(view::JobRuns { events: format!("{href}/events"), href, mark, columns, rows, legend })
}

/// The last runs of a student's jobs in the lab, for staff.
pub async fn of_student(app: &App, student: UserId, lab: &str) -> Answer<Vec<view::Column>> {
    let of = LabOf { user: student, course: app.course_id, lab };
    let (runs, slug) = (job_runs::of_lab(&app.store, of, COLUMNS).await?, lab.to_owned());
    let columns = tokio::task::spawn_blocking(move || runs.iter().map(|run| column(&slug, run)).collect());
    Ok(columns.await.map_err(Fault::new)?)
}

fn column(slug: &str, run: &JobRun) -> view::Column {
    let job = workflow::check(&run.settings, Syntax::of_file(&run.path)).job;
    let zone = Clock::of(job.as_ref(), run.starts_at).zone;
    view::Column {
        href: job_run::href(slug, run.id),
        number: run.number,
        at: run.starts_at.to_zoned_datetime(zone).strftime("%-d %b %H:%M %Z").to_string(),
        state: state::of_run(run),
    }
}

/// A row a task of any of the runs, in the order of the newest that has it.
fn rows(slug: &str, kept: &[JobRun], records: &[Option<RunRecord>]) -> Vec<view::Row> {
    let mut keys: Vec<&str> = Vec::new();
    for task in records.iter().flatten().flat_map(|record| &record.tasks) {
        if !keys.contains(&task.task_key.as_str()) && keys.len() < MAX_ROWS {
            keys.push(&task.task_key);
        }
    }
    let cell = |key: &str, run: &JobRun, record: &Option<RunRecord>| {
        let task = record.as_ref()?.tasks.iter().find(|task| task.task_key == key)?;
        let state = state::of_task(task);
        Some(view::Cell {
            href: format!("{}?task={key}#task", job_run::href(slug, run.id)),
            name: format!("{key} in run {}: {}", run.number, state.word),
            state,
        })
    };
    let row = |key: &&str| view::Row {
        key: (*key).to_owned(),
        cells: kept.iter().zip(records).map(|(run, record)| cell(key, run, record)).collect(),
    };
    keys.iter().map(row).collect()
}
