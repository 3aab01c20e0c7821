//! A student's own work in a lab or lesson: its workspace, its documents, its last outputs.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use sandbar_content::{Lab, Lesson, StarterFile};
use sandbar_labs::notebook::{self, Cell, CellLanguage, Notebook};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{RunRequest, SandboxError, SessionKind, WorkspaceKey};
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::store::cell_outputs::{self, CellOutput};
use crate::store::documents::{self, Document};
use crate::store::lab_attempts::{self, LabAttempt, LabOf};
use crate::store::{self, UserId, job_runs, ledger};

/// The lab of that slug, or a page that names the labs there are.
pub fn lab<'a>(app: &'a App, slug: &str) -> Result<&'a Lab, Problem> {
    app.course.lab(slug).ok_or_else(|| {
        Problem::unknown(
            "lab",
            slug,
            app.course.labs.values().map(|lab| (format!("/labs/{}", lab.slug), lab.title.clone())),
        )
    })
}

/// The lesson of that slug, or a page that names the lessons there are.
pub fn lesson<'a>(app: &'a App, slug: &str) -> Result<&'a Lesson, Problem> {
    app.course.lesson(slug).ok_or_else(|| {
        let known = app.course.lessons.values();
        Problem::unknown(
            "lesson",
            slug,
            known.map(|lesson| (format!("/lessons/{}", lesson.slug), lesson.title.clone())),
        )
    })
}

/// A workspace of the visitor. `area` is a lab's slug, `lesson_` and a lesson's slug, or `case_` and a lab's.
pub struct Workbench<'a> {
    pub app: &'a App,
    pub visitor: &'a Visitor,
    pub area: String,
    pub attempt: LabAttempt,
    pub workspace: WorkspaceKey,
}

impl<'a> Workbench<'a> {
    pub async fn of_lab(app: &'a App, visitor: &'a Visitor, lab: &Lab) -> Result<Self, Problem> {
        Self::open(app, visitor, lab.slug.clone()).await
    }

    pub async fn of_lesson(app: &'a App, visitor: &'a Visitor, lesson: &Lesson) -> Result<Self, Problem> {
        Self::open(app, visitor, format!("lesson_{}", lesson.slug)).await
    }

    /// The rows of a case, apart from the lab's own tables.
    pub async fn of_case(app: &'a App, visitor: &'a Visitor, lab: &Lab) -> Result<Self, Problem> {
        Self::open(app, visitor, format!("case_{}", lab.slug)).await
    }

    async fn open(app: &'a App, visitor: &'a Visitor, area: String) -> Result<Self, Problem> {
        let of = LabOf { user: visitor.id(), course: app.course_id, lab: &area };
        let attempt = lab_attempts::current(&app.store, of, &app.release, store::now()).await?;
        let workspace = workspace_key(&app.course.slug, (visitor.id(), &area, attempt.number))?;
        Ok(Self { app, visitor, area, attempt, workspace })
    }

    pub fn of(&self) -> LabOf<'_> {
        LabOf { user: self.visitor.id(), course: self.app.course_id, lab: &self.area }
    }

    /// Puts the lab's tables into the workspace, once in the life of this process.
    pub async fn prepare(&self, lab: &Lab) -> Result<(), Problem> {
        if !lab.tables.is_empty() {
            self.app.engine()?;
        }
        Ok(seed(self.app, &self.workspace, &self.visitor.user.login, lab).await?)
    }

    /// Runs a text in the workspace, and records it: in the ledger, and as the cell's output.
    pub async fn run(&self, cell: &str, source: &str) -> Result<CellOutput, Problem> {
        let request = RunRequest {
            sql: source.to_owned(),
            parameters: BTreeMap::new(),
            user_name: self.visitor.user.login.clone(),
            keep_going: false,
            session: SessionKind::Notebook,
        };
        let begun = std::time::Instant::now();
        let outcomes = self.app.engine()?.run(&self.workspace, request).await.map_err(sandbox_problem)?;
        let elapsed_us = i64::try_from(begun.elapsed().as_micros()).unwrap_or(i64::MAX);
        let output = CellOutput {
            cell: cell.to_owned(),
            source: source.to_owned(),
            outcomes: serde_json::to_string(&outcomes)?,
            elapsed_us,
            ran_at: store::now(),
        };
        ledger::append(&self.app.store, self.attempt.id, cell, &entries(&outcomes)?, output.ran_at).await?;
        cell_outputs::put(&self.app.store, self.attempt.id, &output).await?;
        Ok(output)
    }

    /// Asks the workspace something on the page's behalf; it leaves no trace.
    pub async fn ask(&self, sql: String) -> Result<Vec<StatementOutcome>, Problem> {
        self.app.engine()?.run(&self.workspace, self.asked(sql, BTreeMap::new())).await.map_err(sandbox_problem)
    }

    /// As [`Workbench::ask`], with values for `:name`, until it is cancelled.
    pub async fn ask_until(
        &self,
        sql: String,
        parameters: BTreeMap<String, String>,
        cancel: CancellationToken,
    ) -> Result<Vec<StatementOutcome>, Problem> {
        let asked = self.asked(sql, parameters);
        self.app.engine()?.run_until(&self.workspace, asked, &cancel).await.map_err(sandbox_problem)
    }

    fn asked(&self, sql: String, parameters: BTreeMap<String, String>) -> RunRequest {
        let user_name = self.visitor.user.login.clone();
        RunRequest { sql, parameters, user_name, keep_going: true, session: SessionKind::Notebook }
    }

    /// The last output of each cell.
    pub async fn outputs(&self) -> Result<BTreeMap<String, CellOutput>, Fault> {
        let outputs = cell_outputs::of_attempt(&self.app.store, self.attempt.id).await?;
        Ok(outputs.into_iter().map(|output| (output.cell.clone(), output)).collect())
    }

    /// Cancels what runs; says whether something did.
    pub fn cancel(&self) -> Result<StatusCode, Problem> {
        let ran = self.app.engine()?.cancel(&self.workspace);
        Ok(if ran { StatusCode::ACCEPTED } else { StatusCode::NO_CONTENT })
    }

    /// Closes the attempt and opens the next one, with tables from version 0. Documents stay.
    pub async fn start_over(&self) -> Result<(), Problem> {
        self.cancel()?;
        for run in job_runs::active(&self.app.store, Some(self.attempt.id)).await? {
            crate::job_runs::cancel(self.app, run.id).await?;
        }
        lab_attempts::start_over(&self.app.store, self.of(), &self.app.release, store::now()).await?;
        Ok(())
    }

    /// The student's document; the starter's text becomes one when there is none.
    pub async fn document(&self, file: &StarterFile) -> Result<Document, Problem> {
        document(self.app, self.of(), file).await
    }

    /// The files as they would be handed in.
    pub async fn files(&self, lab: &Lab) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
        saved_files(self.app, self.of(), lab).await
    }
}

/// Puts the lab's tables into a workspace, once in the life of this process.
pub async fn seed(app: &App, workspace: &WorkspaceKey, login: &str, lab: &Lab) -> Result<(), Fault> {
    let Some(sandbox) = app.sandbox.as_ref().filter(|_| !lab.tables.is_empty()) else { return Ok(()) };
    if !app.prepared.lock().contains(workspace) {
        sandbox.seed(workspace, login, lab.tables.clone()).await.map_err(Fault::new)?;
        app.prepared.lock().insert(workspace.clone());
    }
    Ok(())
}

async fn document(app: &App, of: LabOf<'_>, file: &StarterFile) -> Result<Document, Problem> {
    if let Some(document) = documents::get(&app.store, of, &file.path).await? {
        return Ok(document);
    }
    let content = starter_content(file)?;
    documents::start(&app.store, of, &file.path, &content, &app.release, store::now()).await?;
    let document = documents::get(&app.store, of, &file.path).await?;
    document.ok_or_else(|| Fault::new("a document that was just written is not there").into())
}

/// A student's files of a lab, as they would be handed in.
pub async fn saved_files(app: &App, of: LabOf<'_>, lab: &Lab) -> Result<BTreeMap<String, Vec<u8>>, Problem> {
    let mut files = BTreeMap::new();
    for file in &lab.starter {
        let document = document(app, of, file).await?;
        let bytes = match is_notebook(&file.path) {
            true => notebook::write_sql(&read_cells(&document.content)?.into()).into_bytes(),
            false => document.content.into_bytes(),
        };
        files.insert(file.path.clone(), bytes);
    }
    Ok(files)
}

/// `course/u7/delta/a1`: whose work it is, and which attempt.
pub fn workspace_key(course: &str, (user, area, attempt): (UserId, &str, i64)) -> Result<WorkspaceKey, Fault> {
    let (user, attempt) = (format!("u{user}"), format!("a{attempt}"));
    let parts = [course, &user, area, &attempt];
    WorkspaceKey::new(parts).ok_or_else(|| Fault::new(format!("no workspace can be named {}", parts.join("/"))))
}

fn entries(outcomes: &[StatementOutcome]) -> Result<Vec<ledger::Entry>, Fault> {
    let entry = |outcome: &StatementOutcome| {
        Ok(ledger::Entry {
            sql: outcome.sql.clone(),
            error_class: outcome.error.as_ref().map(|error| error.class.clone()),
            commits: serde_json::to_string(&outcome.commits)?,
            elapsed_us: i64::try_from(outcome.elapsed_us).unwrap_or(i64::MAX),
        })
    };
    outcomes.iter().map(entry).collect()
}

/// A fault of the sandbox, as the visitor reads it.
pub fn sandbox_problem(error: SandboxError) -> Problem {
    Fault::new(error).into()
}

pub fn is_notebook(path: &str) -> bool {
    path.ends_with(".sql") || path.ends_with(".ipynb")
}

/// A cell as the browser sends it and the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCell {
    pub id: String,
    pub language: CellLanguage,
    #[serde(default)]
    pub title: Option<String>,
    pub source: String,
}

/// The cells of a stored notebook, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredCells(pub Vec<StoredCell>);

impl From<StoredCells> for Notebook {
    fn from(StoredCells(cells): StoredCells) -> Self {
        let cell = |cell: StoredCell| Cell {
            id: cell.id,
            language: cell.language,
            title: cell.title.filter(|title| !title.trim().is_empty()),
            source: cell.source,
            first_line: 1,
        };
        Notebook { cells: cells.into_iter().map(cell).collect() }
    }
}

impl From<Notebook> for StoredCells {
    fn from(notebook: Notebook) -> Self {
        let cell =
            |cell: Cell| StoredCell { id: cell.id, language: cell.language, title: cell.title, source: cell.source };
        Self(notebook.cells.into_iter().map(cell).collect())
    }
}

pub fn read_cells(content: &str) -> Result<StoredCells, Fault> {
    Ok(serde_json::from_str(content)?)
}

/// What a document holds that begins with the file.
pub fn starter_content(file: &StarterFile) -> Result<String, Problem> {
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    if !is_notebook(&file.path) {
        return Ok(text);
    }
    let notebook = notebook::read(&file.path, &file.bytes)
        .map_err(|findings| Problem::unusable("The lab's starter cannot be read", &findings))?;
    Ok(serde_json::to_string(&StoredCells::from(notebook))?)
}
