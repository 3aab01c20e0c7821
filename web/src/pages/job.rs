//! `/labs/{slug}/jobs/{key}`: a job's file beside its graph and its findings.

use std::collections::{BTreeMap, BTreeSet};

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use sandbar_content::{Lab, StarterFile};
use sandbar_labs::workflow::{self, Around, Checked, Syntax};
use serde::Deserialize;

use super::shown::{inspector, job_graph};
use super::workbench::{self, Workbench};
use super::{Answer, Asked, job_runs, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::config::MAX_DOCUMENT_BYTES;
use crate::error::{Fault, Problem};
use crate::job_runs::Files;
use crate::store::{self, documents};
use crate::view::job::{Job, JobCheck};
use crate::view::layout::{Link, Moment};

/// Times that a schedule is shown to fire.
const SHOWN_FIRINGS: usize = 3;

/// `GET /labs/{slug}/jobs/{key}`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    Query(Shown { task }): Query<Shown>,
) -> Answer<Job> {
    let lab = workbench::lab(&app, &slug)?;
    let file = file(lab, &key)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let document = bench.document(file).await?;
    let body = lab::text(&file.path, &document.content);
    let page = visitor.page(format!("{}, {}", file.path, lab.title));
    Ok(Job {
        below: job_runs::below(&bench, (lab, &key), (&file.path, &document.content), &page.csrf).await?,
        page,
        slug: slug.clone(),
        lab: Link { href: format!("/labs/{slug}"), text: lab.title.clone() },
        key: key.clone(),
        files: lab::files(lab, &file.path),
        path: file.path.clone(),
        revision: document.revision.unsigned_abs(),
        language: body.language,
        lines: body.lines,
        check: judged(&bench, lab, (&key, &file.path), (&document.content, document.revision), task).await?,
        text: document.content,
    })
}

#[derive(Debug, Deserialize)]
pub struct Shown {
    /// The task whose settings are shown.
    task: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Text {
    text: String,
    task: Option<String>,
}

/// `POST /labs/{slug}/jobs/{key}/check`: findings and graph of a text; a page without scripts saves by it.
pub async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, key)): Path<(String, String)>,
    asked: Asked,
    Form(Text { text, task }): Form<Text>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let file = file(lab, &key)?;
    if text.len() > MAX_DOCUMENT_BYTES {
        return Err(Problem::too_large(MAX_DOCUMENT_BYTES));
    }
    let text = text.replace("\r\n", "\n");
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    if asked == Asked::Page {
        let document = bench.document(file).await?;
        documents::save(&app.store, bench.of(), &file.path, (&text, document.revision), store::now()).await?;
        return Ok(Redirect::to(&format!("/labs/{slug}/jobs/{key}")).into_response());
    }
    // A script knows the revision itself.
    Ok(judged(&bench, lab, (&key, &file.path), (&text, 0), task).await?.into_response())
}

pub fn file<'a>(lab: &'a Lab, key: &str) -> Answer<&'a StarterFile> {
    let jobs = || lab.starter.iter().filter_map(|file| Some((lab::job_key(&file.path)?, file)));
    jobs().find(|(known, _)| *known == key).map(|(_, file)| file).ok_or_else(|| {
        let known = jobs().map(|(key, file)| (format!("/labs/{}/jobs/{key}", lab.slug), file.path.clone()));
        Problem::unknown("job", key, known)
    })
}

/// Graph, findings and the settings of a task; `key` and `path` of the file, its text and revision. A text of many
/// thousands of tasks takes a while, so that this is not done where requests are answered.
pub async fn judged(
    bench: &Workbench<'_>,
    lab: &Lab,
    (key, path): (&str, &str),
    (text, revision): (&str, i64),
    task: Option<String>,
) -> Answer<JobCheck> {
    let notebooks = lab.starter.iter().chain(&lab.given).map(|file| &file.path);
    let place = inspector::Place {
        slug: lab.slug.clone(),
        key: key.to_owned(),
        csrf: bench.visitor.page("").csrf,
        revision: revision.unsigned_abs(),
        notebooks: notebooks.filter(|path| workbench::is_notebook(path)).cloned().collect(),
    };
    let beside = Beside::of(bench, lab, path).await?;
    let (text, syntax) = (text.to_owned(), Syntax::of_file(path));
    let judging = tokio::task::spawn_blocking(move || {
        let checked = beside.check(&text, syntax);
        judge((&text, syntax), checked, place, task.as_deref())
    });
    Ok(judging.await.map_err(Fault::new)?)
}

/// What is to be said of a job's text; not where requests are answered, as it may take a while.
pub async fn checked(bench: &Workbench<'_>, lab: &Lab, text: &str, path: &str) -> Answer<Checked> {
    let beside = Beside::of(bench, lab, path).await?;
    let (text, syntax) = (text.to_owned(), Syntax::of_file(path));
    Ok(tokio::task::spawn_blocking(move || beside.check(&text, syntax)).await.map_err(Fault::new)?)
}

/// What a job of the lab is judged beside: the other jobs as they are saved, and the present.
struct Beside {
    file: String,
    others: Files,
    now: Timestamp,
}

impl Beside {
    async fn of(bench: &Workbench<'_>, lab: &Lab, path: &str) -> Answer<Self> {
        let is_other = |file: &&StarterFile| file.path != path && lab::job_key(&file.path).is_some();
        let given = lab.given.iter().filter(is_other).map(|file| (file.path.clone(), file.bytes.clone()));
        let mut others: BTreeMap<String, Vec<u8>> = given.collect();
        for file in lab.starter.iter().filter(is_other) {
            others.insert(file.path.clone(), bench.document(file).await?.content.into_bytes());
        }
        let file = lab::job_key(path).unwrap_or(path).to_owned();
        Ok(Self { file, others: Files::Saved(others), now: store::now() })
    }

    fn check(&self, text: &str, syntax: Syntax) -> Checked {
        let other = |id: &str| self.others.job_text(id);
        workflow::check_among(text, syntax, &Around { file: &self.file, key: None, other: &other, now: self.now })
    }
}

fn judge((text, syntax): (&str, Syntax), checked: Checked, place: inspector::Place, task: Option<&str>) -> JobCheck {
    let (summary, state) = job_graph::summary(&checked.findings);
    JobCheck {
        summary,
        state,
        graph: checked
            .job
            .as_ref()
            .filter(|job| !job.tasks.is_empty())
            .map(|job| job_graph::graph(job, &faulty(&checked), &job_graph::lines(text, syntax, &checked))),
        firings: firings(&checked),
        inspector: inspector::inspector(place, checked.job.as_ref(), task),
        findings: checked.findings.iter().map(super::shown::checks::finding).collect(),
    }
}

/// Indexes of the tasks that an error names.
fn faulty(checked: &Checked) -> BTreeSet<usize> {
    let errors =
        checked.findings.iter().filter(|finding| finding.severity == sandbar_labs::diagnostic::Severity::Error);
    errors.filter_map(|finding| finding.path.strip_prefix("tasks[")?.split(']').next()?.parse().ok()).collect()
}

/// The next times that the job would start by its schedule.
fn firings(checked: &Checked) -> Vec<Moment> {
    let Some(schedule) = checked.job.as_ref().and_then(|job| job.schedule.as_ref()) else { return Vec::new() };
    let next = workflow::schedule::next_firings(
        &schedule.quartz_cron_expression,
        &schedule.timezone_id,
        store::now(),
        SHOWN_FIRINGS,
    );
    next.unwrap_or_default().iter().map(Moment::firing).collect()
}
