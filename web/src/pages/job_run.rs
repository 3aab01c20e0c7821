//! `/labs/{slug}/runs/{id}`: a run of a job; cancelling and repairing it.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::Lab;
use sandbar_labs::workflow::run::{Foreseen, Repair, RepairError, RunRecord};
use sandbar_labs::workflow::{Syntax, TaskResult, check};

use super::follow::{self, Followed};
use super::job_runs::valid_job;
use super::shown::job_run::{Shown, attempts, gantt, graph, listed, state, verdict};
use super::workbench::{self, Workbench};
use super::{Answer, Asked, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::job_runs::instants::{Clock, length, millis};
use crate::job_runs::{self as runs, Refused, present};
use crate::store::job_runs::{self, Owner, State as Stored, Trigger};
use crate::store::{self, JobRunId};
use crate::view::job_run as view;
use crate::view::layout::Link;

type Fields = Vec<(String, String)>;

/// What the address asks for besides the run.
#[derive(Debug, Default)]
struct Asking {
    task: Option<String>,
    /// The repair that is to be previewed: its tasks, and whether what comes after them runs, too.
    repair: Option<(Vec<String>, bool)>,
    since: Option<i64>,
}

impl Asking {
    fn of(fields: &[(String, String)]) -> Self {
        let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Self {
            task: value("task"),
            repair: value("repair").map(|_| repair_of(fields)),
            since: value("since").and_then(|since| since.parse().ok()),
        }
    }
}

fn repair_of(fields: &[(String, String)]) -> (Vec<String>, bool) {
    let tasks = fields.iter().filter(|(name, _)| name == "again").map(|(_, key)| key.clone()).collect();
    (tasks, fields.iter().any(|(name, _)| name == "dependents"))
}

/// A run that the visitor may read.
struct Found<'a> {
    lab: &'a Lab,
    shown: Shown,
    owner: Owner,
    own: bool,
    href: String,
}

async fn find<'a>(app: &'a App, visitor: &Visitor, slug: &str, id: &str) -> Answer<Found<'a>> {
    let lab = workbench::lab(app, slug)?;
    let id: JobRunId = id.parse().map_err(|_| Problem::not_found())?;
    let run = job_runs::get(&app.store, id).await?.ok_or_else(Problem::not_found)?;
    let owner = job_runs::owner(&app.store, id).await?.ok_or_else(Problem::not_found)?;
    let own = owner.user_id == visitor.id();
    if owner.course_id != app.course_id || owner.lab != slug || !(own || visitor.role.is_staff()) {
        return Err(Problem::not_found());
    }
    let record = run.record.as_deref().map(serde_json::from_str).transpose()?;
    let job = check(&run.settings, Syntax::of_file(&run.path)).job;
    let terminating = run.state == Stored::Running && app.job_runs.is_terminating(id);
    let href = href(slug, id);
    Ok(Found { lab, shown: Shown { run, terminating, job, record }, owner, own, href })
}

/// Where a run is shown.
pub fn href(slug: &str, id: JobRunId) -> String {
    format!("/labs/{slug}/runs/{id}")
}

/// `GET /labs/{slug}/runs/{id}?task=etl`; with `repair`, `again=…` and `dependents` the preview of a repair.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
    asked: Asked,
    Query(fields): Query<Fields>,
) -> Answer<Response> {
    let found = find(&app, &visitor, &slug, &id).await?;
    let asking = Asking::of(&fields);
    let page = visitor.page(format!("Run {} of {}, {}", found.shown.run.number, found.shown.run.path, found.lab.title));
    let body = body(&app, &visitor, &found, (&page.csrf, &asking)).await?;
    if asked == Asked::Fragment {
        return Ok(body.into_response());
    }
    let run = &found.shown.run;
    let page = view::JobRun {
        lab: Link { href: format!("/labs/{slug}"), text: found.lab.title.clone() },
        job: Link { href: lab::href_of_file(&slug, &run.path), text: run.path.clone() },
        title: format!("Run {}", run.number),
        owner: (!found.own).then(|| found.owner.name.clone()),
        events: format!("{}/events", found.href),
        revision: run.revision,
        body,
        page,
    };
    Ok(page.into_response())
}

/// `GET /labs/{slug}/runs/{id}/events`
pub async fn events(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
    Query(fields): Query<Fields>,
    headers: HeaderMap,
) -> Answer<Response> {
    let run = find(&app, &visitor, &slug, &id).await?.shown.run.id;
    follow::follow(app, Followed::Run(run), &headers, Asking::of(&fields).since).await
}

/// `POST /labs/{slug}/runs/{id}/cancel`
pub async fn cancel(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
) -> Answer<Redirect> {
    let found = find(&app, &visitor, &slug, &id).await?;
    own(&found)?;
    runs::cancel(&app, found.shown.run.id).await?;
    Ok(Redirect::to(&found.href))
}

/// `POST /labs/{slug}/runs/{id}/repair`
pub async fn repair(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Answer<Redirect> {
    let found = find(&app, &visitor, &slug, &id).await?;
    own(&found)?;
    app.engine()?;
    let run = &found.shown.run;
    let bench = Workbench::of_lab(&app, &visitor, found.lab).await?;
    if bench.attempt.id != run.attempt {
        return Err(refused("The run belongs to tables that you left behind when you started over.", &found.href));
    }
    let (text, job) = valid_job(&bench, found.lab, &run.path).await?;
    let at = present(store::now(), job_runs::clock(&app.store, run.attempt).await?);
    match runs::repair(&app, run, (&text, job), repair_of(&fields), at).await {
        Ok(()) => Ok(Redirect::to(&found.href)),
        Err(Refused::Repair(error)) => Err(refused(&error.to_string(), &found.href)),
        Err(Refused::OthersActive) => Err(refused(
            "Another run of this job is under way, and `max_concurrent_runs` allows no more. Wait for its end.",
            &found.href,
        )),
        Err(Refused::Fault(fault)) => Err(fault.into()),
    }
}

fn refused(message: &str, href: &str) -> Problem {
    Problem::conflict("The run was not repaired", message).link(href, "Back to the run")
}

/// To whoever may only read it, nothing of this exists.
fn own(found: &Found<'_>) -> Answer<()> {
    if found.own { Ok(()) } else { Err(Problem::not_found()) }
}

async fn body(
    app: &App,
    visitor: &Visitor,
    found: &Found<'_>,
    (csrf, asking): (&str, &Asking),
) -> Answer<view::RunBody> {
    let Found { shown, href, .. } = found;
    let Shown { run, terminating, job, record } = shown;
    let clock = Clock::of(job.as_ref(), run.starts_at);
    let record = record.as_ref();
    let chosen = record.and_then(|record| attempts::chosen(record, asking.task.as_deref()));
    let active = run.state.is_active();
    let current = chosen.map(|task| task.task_key.as_str());
    Ok(view::RunBody {
        href: href.clone(),
        csrf: csrf.to_owned(),
        active,
        state: state::of_shown(shown),
        verdict: verdict::verdict(shown),
        facts: facts(shown, &clock),
        may_cancel: active && found.own && !terminating,
        graph: job.as_ref().map(|job| graph::graph(job, record, (href, current))),
        gantt: record.and_then(|record| gantt::gantt(record, &clock, href)),
        attempts: record.map(|record| attempts::table(record, &clock, href)).unwrap_or_default(),
        task: record.zip(chosen).map(|(record, task)| attempts::task(job.as_ref(), record, task, &clock)),
        clusters: record.map(|record| attempts::clusters(record, &clock)).unwrap_or_default(),
        repairs: record.map(|record| repairs(record, &clock)).unwrap_or_default(),
        repair: match record.filter(|_| found.own && !active) {
            Some(record) => Some(repair_part(app, visitor, found, (record, asking)).await?),
            None => None,
        },
        settings: view::Settings {
            path: run.path.clone(),
            text: run.settings.clone(),
            parameters: given(&run.parameters)?,
        },
    })
}

fn given(parameters: &str) -> Answer<Vec<view::Pair>> {
    let given: std::collections::BTreeMap<String, String> = serde_json::from_str(parameters)?;
    Ok(given.into_iter().map(|(name, value)| view::Pair { name, value }).collect())
}

fn facts(shown: &Shown, clock: &Clock) -> Vec<view::Fact> {
    let run = &shown.run;
    let trigger = match run.trigger {
        Trigger::Manual => "By hand".to_owned(),
        Trigger::Periodic => "A firing of its schedule".to_owned(),
    };
    let fact = |name, value| view::Fact { name, value };
    // What is queued begins at the end of another run, which nobody knows yet.
    let start = if run.state == Stored::Queued { "Due" } else { "Begins" };
    let mut facts = vec![fact("Started", trigger), fact(start, clock.long(run.starts_at))];
    if let Some(end) = run.ends_at.filter(|_| shown.record.is_some()) {
        facts.push(fact("Ends", clock.long(end)));
        facts.push(fact("Takes", length(millis(run.starts_at, end))));
    }
    if let Some(record) = shown.record.as_ref().filter(|record| !record.clusters.is_empty()) {
        facts.push(fact("Cluster time", format!("{} min", record.cluster_minutes)));
        facts.push(fact("Waits for clusters", length(record.start_up_millis)));
    }
    facts.push(fact("In the Jobs API", state::in_the_api(shown)));
    facts.push(fact("Asked for", clock.long(run.created_at)));
    facts
}

fn repairs(record: &RunRecord, clock: &Clock) -> Vec<view::RepairRow> {
    let row = |repair: &Repair| {
        let again: Vec<&str> = repair.again.iter().map(String::as_str).collect();
        view::RepairRow { at: clock.long(repair.at), again: listed(&again) }
    };
    record.repairs.iter().map(row).collect()
}

async fn repair_part(
    app: &App,
    visitor: &Visitor,
    found: &Found<'_>,
    (record, asking): (&RunRecord, &Asking),
) -> Answer<view::RepairPart> {
    let failed = |result: Option<TaskResult>| result.is_none_or(TaskResult::is_failure);
    let (chosen, dependents) = match &asking.repair {
        Some((tasks, dependents)) => (Some(tasks), *dependents),
        None => (None, true),
    };
    let choices = record.tasks.iter().map(|task| view::Choice {
        key: task.task_key.clone(),
        state: state::of_task(task),
        chosen: chosen.map_or(failed(task.result), |tasks| tasks.contains(&task.task_key)),
    });
    let preview = match &asking.repair {
        Some((tasks, _)) if tasks.is_empty() => {
            Some(view::Preview { sentence: "Choose at least one task.".to_owned(), again: None })
        }
        Some((tasks, dependents)) => {
            let bench = Workbench::of_lab(app, visitor, found.lab).await?;
            Some(match valid_job(&bench, found.lab, &found.shown.run.path).await {
                Ok((_, job)) => preview(record, &job, &Repair::of_tasks(record.latest(), tasks.clone(), *dependents)),
                Err(problem) => view::Preview { sentence: problem.message, again: None },
            })
        }
        None => None,
    };
    Ok(view::RepairPart { choices: choices.collect(), dependents, open: preview.is_some(), preview })
}

/// ` Excluded: ...` and the like, for what there is of it.
fn sentence_of(before: &str, keys: &[String], after: &str) -> String {
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    if keys.is_empty() { String::new() } else { format!(" {before}{}{after}", listed(&keys)) }
}

fn foreseen(foreseen: &Foreseen) -> String {
    let or_nothing = |keys: &[String]| if keys.is_empty() { " nothing".to_owned() } else { sentence_of("", keys, "") };
    [
        format!("Will run again:{}. Keeps:{}.", or_nothing(&foreseen.runs), or_nothing(&foreseen.keeps)),
        sentence_of("Excluded: ", &foreseen.excluded, ", as its conditions have it."),
        sentence_of("Cannot run: ", &foreseen.behind, ", because of what is before it or its settings."),
        sentence_of("This holds if ", &foreseen.assumed, " comes to the same as before."),
    ]
    .concat()
}

/// What the repair would do with the job as it is saved now.
fn preview(record: &RunRecord, job: &sandbar_labs::workflow::Job, repair: &Repair) -> view::Preview {
    match record.foresee(job, repair) {
        Err(error @ RepairError::UnknownTask(_)) => {
            view::Preview { sentence: format!("{error} The job was changed since."), again: None }
        }
        Err(error) => view::Preview { sentence: error.to_string(), again: None },
        Ok(found) => view::Preview { sentence: foreseen(&found), again: Some(repair.tasks.clone()) },
    }
}
