//! `/labs/{slug}`: tasks, the open file, tables and submissions.

use std::collections::BTreeSet;

use axum::extract::{Path, Query, State};
use sandbar_content::lab::Claim;
use sandbar_content::{Lab, StarterFile};
use sandbar_grader::Points;
use sandbar_grader::rubric::Visibility;
use sandbar_labs::notebook::CellLanguage;
use serde::Deserialize;

use super::rules::Rules;
use super::scores::Scores;
use super::shown::checks::check_list;
use super::shown::output::{Ran, cell_output};
use super::shown::{moment, points};
use super::workbench::{self, StoredCell, Workbench, is_notebook, read_cells};
use super::{Answer, changes, checks, documents, hints, table, widgets};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::store::UserId;
use crate::store::cell_outputs::CellOutput;
use crate::store::documents::Document;
use crate::store::lab_policies::Counting;
use crate::store::submissions::{self, Submission};
use crate::view::lab as view;
use crate::view::layout::Link;
use crate::view::tables::TablesPanel;

#[derive(Debug, Deserialize)]
pub struct Open {
    file: Option<String>,
    /// The number of a task that is shown unfolded.
    task: Option<String>,
}

/// `GET /labs/{slug}?file=etl.sql&task=5`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(open): Query<Open>,
) -> Answer<view::Lab> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let (document, current) = open_file(&bench, lab, open.file.as_deref()).await?;
    let widgets = match document.body {
        // A page is worth showing also while the session cannot be asked.
        view::Body::Notebook(_) => widgets::bar(&bench, lab, &current).await.ok(),
        view::Body::Text(_) => None,
    };
    let report = checks::latest(&bench).await?;
    let scores = Scores::of_student(&app, visitor.id()).await?;
    let unfolded = open.task.as_deref().unwrap_or_default();
    Ok(view::Lab {
        page: visitor.page(lab.title.clone()),
        slug: slug.clone(),
        title: lab.title.clone(),
        summary: lab.summary.clone(),
        introduction_html: lab.introduction_html.clone(),
        promises: lab.promises.clone(),
        points: format!("{} points", lab.points),
        due: scores.rules.due(&slug, visitor.id()).map(moment),
        tasks: with_hints(tasks(&bench, lab, report.as_ref()).await?, lab, (&scores.rules, visitor.id()), unfolded),
        files: files(lab, &current),
        document,
        widgets,
        changed: changes::notice(&bench, lab).await?,
        checks: report.as_ref().map(check_list),
        tables: panel_or_nothing(&bench, lab).await,
        submissions: submissions(&bench, &scores).await?,
        rules: scores.rules.told(&slug, visitor.id()),
    })
}

/// Where a file of the lab is edited.
pub fn href_of_file(slug: &str, path: &str) -> String {
    match job_key(path) {
        Some(key) => format!("/labs/{slug}/jobs/{key}"),
        None => format!("/labs/{slug}?file={path}"),
    }
}

/// `job` for `job.yml`: the file has a page that draws it.
pub fn job_key(path: &str) -> Option<&str> {
    path.strip_suffix(".yml").or(path.strip_suffix(".json")).filter(|stem| stem.starts_with("job"))
}

/// `dashboard` for `dashboard.yml`: the file has a page that shows it.
pub fn dashboard_key(path: &str) -> Option<&str> {
    path.strip_suffix(".yml").or(path.strip_suffix(".json")).filter(|stem| stem.starts_with("dashboard"))
}

/// The lab's files as a strip of tabs.
pub fn files(lab: &Lab, current: &str) -> Vec<view::LabFile> {
    let file = |file: &StarterFile, given: bool| view::LabFile {
        path: file.path.clone(),
        kind: kind(&file.path),
        href: href_of_file(&lab.slug, &file.path),
        current: file.path == current,
        given,
    };
    let own = lab.starter.iter().map(|starter| file(starter, false));
    own.chain(lab.given.iter().map(|given| file(given, true))).collect()
}

fn kind(path: &str) -> &'static str {
    match job_key(path) {
        Some(_) => "job",
        None if is_notebook(path) => "notebook",
        None => "text",
    }
}

/// A page is worth showing also while the tables cannot be read.
async fn panel_or_nothing(bench: &Workbench<'_>, lab: &Lab) -> TablesPanel {
    match table::of_workspace(bench, lab).await {
        Ok(panel) => panel,
        Err(_) => TablesPanel { tables: Vec::new(), views: Vec::new() },
    }
}

async fn open_file(
    bench: &Workbench<'_>,
    lab: &Lab,
    wanted: Option<&str>,
) -> Result<(view::Document, String), Problem> {
    let path = match wanted {
        Some(path) => path,
        None => lab.starter.first().map(|file| file.path.as_str()).unwrap_or_default(),
    };
    if let Some(given) = lab.given.iter().find(|file| file.path == path) {
        return Ok((given_document(given)?, path.to_owned()));
    }
    let document = bench.document(documents::file(lab, path)?).await?;
    let body = if is_notebook(path) {
        view::Body::Notebook(notebook(bench, &document).await?)
    } else {
        view::Body::Text(text(&document.path, &document.content))
    };
    let revision = document.revision.unsigned_abs();
    let saved = (revision > 1).then(|| moment(document.updated_at));
    let shown = dashboard_key(path).map(|key| Link {
        href: format!("/labs/{}/dashboards/{key}", lab.slug),
        text: "Show the dashboard".to_owned(),
    });
    Ok((view::Document { path: document.path, revision, saved, read_only: false, shown, body }, path.to_owned()))
}

fn given_document(file: &StarterFile) -> Result<view::Document, Problem> {
    let body = if is_notebook(&file.path) {
        let notebook = sandbar_labs::notebook::read(&file.path, &file.bytes)
            .map_err(|findings| Problem::unusable("This file of the lab cannot be read", &findings))?;
        let cells = workbench::StoredCells::from(notebook).0;
        view::Body::Notebook(cells.into_iter().map(|cell| shown_cell(cell, None)).collect())
    } else {
        view::Body::Text(text(&file.path, &String::from_utf8_lossy(&file.bytes)))
    };
    Ok(view::Document { path: file.path.clone(), revision: 0, saved: None, read_only: true, shown: None, body })
}

async fn notebook(bench: &Workbench<'_>, document: &Document) -> Result<Vec<view::Cell>, Fault> {
    let outputs = bench.outputs().await?;
    let tables = format!("/labs/{}/tables", bench.area);
    let mut cells = Vec::new();
    for cell in read_cells(&document.content)?.0 {
        let output = outputs.get(&cell.id).map(|output| shown_output(output, &tables)).transpose()?;
        cells.push(shown_cell(cell, output));
    }
    Ok(cells)
}

fn shown_cell(cell: StoredCell, output: Option<crate::view::output::CellOutput>) -> view::Cell {
    let (language, language_text) = match cell.language {
        CellLanguage::Sql => ("sql", "SQL"),
        CellLanguage::Python => ("python", "Python"),
        CellLanguage::Markdown => ("markdown", "Text"),
    };
    let html = match cell.language {
        CellLanguage::Sql => sandbar_content::highlight::sql(&cell.source),
        CellLanguage::Python => sandbar_content::markdown::escape(&cell.source),
        CellLanguage::Markdown => sandbar_content::markdown::student_to_html(&cell.source),
    };
    view::Cell {
        id: cell.id,
        language,
        language_text,
        title: cell.title.unwrap_or_default(),
        html,
        lines: cell.source.lines().count().max(1),
        source: cell.source,
        output,
    }
}

/// A kept output as the page shows it.
pub fn shown_output(output: &CellOutput, tables: &str) -> Result<crate::view::output::CellOutput, Fault> {
    let outcomes: Vec<_> = serde_json::from_str(&output.outcomes)?;
    Ok(cell_output(&Ran {
        source: &output.source,
        outcomes: &outcomes,
        elapsed_us: output.elapsed_us.unsigned_abs(),
        at: output.ran_at,
        tables: Some(tables),
    }))
}

pub fn text(path: &str, text: &str) -> view::TextBody {
    let language = match path.rsplit_once('.') {
        Some((_, "json")) => "json",
        Some((_, "sql")) => "sql",
        _ => "yaml",
    };
    view::TextBody { language, text: text.to_owned(), lines: text.lines().count().max(1) }
}

async fn tasks(
    bench: &Workbench<'_>,
    lab: &Lab,
    report: Option<&sandbar_grader::Report>,
) -> Result<Vec<view::Task>, Problem> {
    let started = started_tasks(bench, lab).await?;
    let task = |task: &sandbar_content::lab::LabTask| {
        let graded = report.and_then(|report| report.tasks.iter().find(|graded| graded.number == task.number));
        let (state, state_text) = match graded {
            Some(graded) if graded.score == graded.max_score => ("passed", "All checks hold".to_owned()),
            Some(graded) => ("failed", format!("{} of {} points", graded.score, graded.max_score)),
            None if started.contains(&task.number) => ("started", "Started".to_owned()),
            None => ("new", "Not started".to_owned()),
        };
        view::Task {
            number: task.number,
            title: task.title.clone(),
            points: task.points.to_string(),
            text_html: task.html.clone(),
            checks: task.claims.iter().map(task_check).collect(),
            state,
            state_text,
            hints: Vec::new(),
            open: false,
        }
    };
    Ok(lab.tasks.iter().map(task).collect())
}

fn task_check(claim: &Claim) -> view::TaskCheck {
    view::TaskCheck {
        claim: claim.claim.clone(),
        points: if claim.points == Points::whole(1) {
            "1 point".to_owned()
        } else {
            format!("{} points", claim.points)
        },
        hidden: claim.visibility == Visibility::Hidden,
        terms: claim.terms.clone(),
    }
}

/// The tasks with their hints as far as the student opened them.
fn with_hints(
    mut tasks: Vec<view::Task>,
    lab: &Lab,
    (rules, student): (&Rules, UserId),
    unfolded: &str,
) -> Vec<view::Task> {
    let opened = rules.open(&lab.slug, student);
    for (task, authored) in tasks.iter_mut().zip(&lab.tasks) {
        task.hints = hints::ladder(&lab.slug, authored, &opened);
        task.open = task.number.to_string() == unfolded;
    }
    tasks
}

/// Tasks that have a cell of their own which was run.
async fn started_tasks(bench: &Workbench<'_>, lab: &Lab) -> Result<BTreeSet<u32>, Problem> {
    let outputs = bench.outputs().await?;
    let mut started = BTreeSet::new();
    for file in lab.starter.iter().filter(|file| is_notebook(&file.path)) {
        let notebook: sandbar_labs::notebook::Notebook = read_cells(&bench.document(file).await?.content)?.into();
        let ran = notebook.cells.iter().filter(|cell| outputs.contains_key(&cell.id));
        started.extend(ran.filter_map(|cell| cell.task_number()));
    }
    Ok(started)
}

async fn submissions(bench: &Workbench<'_>, scores: &Scores) -> Result<Vec<view::SubmissionSummary>, Fault> {
    let counting = scores.counting(bench.visitor.id(), &bench.area).map(|scored| scored.submission);
    // Public points alone do not say which one is the best.
    let is_known = !(scores.withholds(&bench.area, bench.visitor.id()) && scores.policy(&bench.area) == Counting::Best);
    let summary = |submission: Submission| view::SubmissionSummary {
        href: format!("/labs/{}/submissions/{}", bench.area, submission.id),
        number: usize::try_from(submission.number).unwrap_or_default(),
        at: moment(submission.submitted_at),
        result: match scores.of(submission.id) {
            Some(scored) if scored.withheld => {
                format!("{} of {} public points", points(scored.score), points(scored.max_score))
            }
            Some(scored) => format!("{} of {}", points(scored.score), points(scored.max_score)),
            None => "being graded".to_owned(),
        },
        counts: is_known && counting == Some(submission.id),
    };
    Ok(submissions::of_lab(&bench.app.store, bench.of()).await?.into_iter().map(summary).collect())
}
