//! Does the work of a run's tasks in a workspace: notebooks and SQL files, data sets of a dashboard, other jobs.
//!
//! How long an attempt takes on the run's clock is counted from its statements, so that the same run is the same each
//! time.

use std::collections::BTreeMap;
use std::time::Instant;

use sandbar_labs::dashboard;
use sandbar_labs::notebook::{self, Cell, CellLanguage};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{RunRequest, Sandbox, SandboxError, SessionKind, WorkspaceKey};
use sandbar_labs::workflow::run::{Order, Performed, Run, Settings, Work};
use sandbar_labs::workflow::{self, RunResult, Syntax};
use tokio_util::sync::CancellationToken;

use super::done::{ATTEMPT_MILLIS, Done, Place};
use super::files::Files;

/// Jobs that may run each other, as in the Jobs API.
const MAX_DEPTH: usize = 3;

/// Told of each attempt, with how deep its job is in others, from 0.
pub type Told = Box<dyn Fn(&Order, &Performed, usize) + Send + Sync>;

pub struct Driver<'a> {
    sandbox: &'a Sandbox,
    workspace: &'a WorkspaceKey,
    user_name: String,
    files: Files,
    told: Option<Told>,
    /// What goes on ends soon after it is cancelled.
    pub cancel: CancellationToken,
    /// As if it were cancelled then.
    pub until: Option<Instant>,
    /// As if it were cancelled after so many attempts, those of other jobs that it runs among them.
    pub most_attempts: Option<usize>,
    attempts: usize,
    depth: usize,
}

impl<'a> Driver<'a> {
    pub fn new(sandbox: &'a Sandbox, workspace: &'a WorkspaceKey, user_name: String, files: Files) -> Self {
        let cancel = CancellationToken::new();
        let (until, most_attempts) = (None, None);
        Self { sandbox, workspace, user_name, files, told: None, cancel, until, most_attempts, attempts: 0, depth: 0 }
    }

    pub fn telling(self, told: Told) -> Self {
        Self { told: Some(told), ..self }
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the sandbox cannot be used; what goes wrong in a task is the task's failure.
    pub async fn drive(&mut self, mut run: Run) -> Result<Run, SandboxError> {
        while let Some(order) = run.next_order() {
            let performed = Box::pin(self.perform(&order)).await?;
            match self.is_cancelled() {
                true => run.cancel(&order, performed),
                false => run.performed(&order, performed),
            }
        }
        Ok(run)
    }

    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled() || self.until.is_some_and(|until| Instant::now() >= until) || self.had_enough()
    }

    /// Whether the run had all the attempts that it may have.
    pub fn had_enough(&self) -> bool {
        self.most_attempts.is_some_and(|most| self.attempts >= most)
    }

    /// Does the work of one attempt.
    ///
    /// # Errors
    /// When the sandbox cannot be used.
    pub async fn perform(&mut self, order: &Order) -> Result<Performed, SandboxError> {
        // Work that asks nobody would keep a thread of the server to itself.
        tokio::task::yield_now().await;
        let performed = match &order.work {
            _ if self.is_cancelled() => Performed::canceled(0),
            Work::Notebook { path } | Work::SqlFile { path } => self.notebook(path, order).await?,
            Work::Dashboard { id } => self.dashboard(id, order).await?,
            Work::Job { id, parameters } => self.job(id, parameters, order).await?,
            Work::Query { id } => Performed::failed(
                ATTEMPT_MILLIS,
                format!(
                    "There is no stored query `{id}` here: put its text into a file and name that as sql_task.file.path."
                ),
            ),
        };
        self.attempts += 1;
        if let Some(told) = &self.told {
            told(order, &performed, self.depth);
        }
        Ok(performed)
    }

    async fn notebook(&self, path: &str, order: &Order) -> Result<Performed, SandboxError> {
        let read = self.files.notebook(path).and_then(|(name, bytes)| match notebook::read(&name, &bytes) {
            Ok(notebook) => Ok((name, notebook)),
            Err(findings) => Err(findings.first().map(|finding| finding.message.clone()).unwrap_or_default()),
        });
        let (name, notebook) = match read {
            Ok(notebook) => notebook,
            Err(message) => return Ok(Performed::failed(ATTEMPT_MILLIS, message)),
        };
        let mut done = Done::default();
        for (index, cell) in notebook.cells.iter().enumerate() {
            let place = self.place(&name, index, cell);
            match cell.language {
                CellLanguage::Markdown => continue,
                CellLanguage::Python => {
                    let message = format!("{}: Python cells cannot be run here yet.", place.at(1));
                    return Ok(done.failed(message));
                }
                CellLanguage::Sql => {}
            }
            let outcomes = self.run(&cell.source, &order.parameters, done.is_empty()).await?;
            let failed = done.take(&outcomes, &place);
            if self.is_cancelled() {
                return Ok(done.canceled());
            }
            match (failed, cell.expects_error()) {
                (Some(error), false) => return Ok(done.failed(error)),
                (None, true) => {
                    let message = format!("{}: the cell is marked `-- expect-error` and did not fail.", place.at(1));
                    return Ok(done.failed(message));
                }
                _ => {}
            }
        }
        Ok(done.succeeded())
    }

    fn place(&self, file: &str, index: usize, cell: &Cell) -> Place {
        let file = file.trim_start_matches("./").to_owned();
        match self.files {
            Files::Folder(_) => Place::Line { file, first: cell.first_line },
            Files::Saved(_) => Place::Cell { file, number: index + 1, title: cell.title.clone() },
        }
    }

    /// In the session of the tasks, so that the notebooks keep what they have in theirs.
    async fn run(
        &self,
        sql: &str,
        parameters: &BTreeMap<String, String>,
        begins: bool,
    ) -> Result<Vec<StatementOutcome>, SandboxError> {
        let request = RunRequest {
            sql: sql.to_owned(),
            parameters: parameters.clone(),
            user_name: self.user_name.clone(),
            keep_going: false,
            session: if begins { SessionKind::NewTask } else { SessionKind::Task },
        };
        self.sandbox.run_until(self.workspace, request, &self.cancel).await
    }

    /// Asks every data set of the dashboard: the file of its id, or `dashboard.yml`.
    async fn dashboard(&self, id: &str, order: &Order) -> Result<Performed, SandboxError> {
        let names = [id, &format!("{id}.yml"), &format!("{id}.yaml"), "dashboard.yml", "dashboard.yaml"];
        let Some((name, bytes)) = self.files.first(&names.map(str::to_owned)) else {
            let message =
                format!("There is no dashboard `{id}`: neither `{id}.yml` nor `dashboard.yml` is in the job's folder.");
            return Ok(Performed::failed(ATTEMPT_MILLIS, message));
        };
        let checked = match dashboard::check(&String::from_utf8_lossy(&bytes)) {
            Ok(checked) => checked,
            Err(finding) => return Ok(Performed::failed(ATTEMPT_MILLIS, format!("{name}: {}", finding.message))),
        };
        let mut done = Done::default();
        for dataset in &checked.dashboard.datasets {
            if !dashboard::is_query(&dataset.sql) {
                let message = format!("{name}, data set {}: only a query can be asked.", dataset.name);
                return Ok(done.failed(message));
            }
            // The data set's own defaults, and over them what the run gives.
            let mut values = checked.dashboard.values(dataset, &BTreeMap::new());
            values.extend(order.parameters.clone());
            let outcomes = self.run(&dataset.sql, &values, done.is_empty()).await?;
            let place = Place::DataSet { file: name.clone(), name: dataset.name.clone() };
            if let Some(error) = done.take(&outcomes, &place) {
                return Ok(done.failed(error));
            }
            if self.is_cancelled() {
                return Ok(done.canceled());
            }
        }
        Ok(done.succeeded())
    }

    /// Another job of the folder, by the name of its file.
    async fn job(
        &mut self,
        id: &str,
        parameters: &BTreeMap<String, String>,
        order: &Order,
    ) -> Result<Performed, SandboxError> {
        if self.depth + 1 >= MAX_DEPTH {
            return Ok(Performed::failed(0, format!("Jobs run each other at most {MAX_DEPTH} deep.")));
        }
        let run = match self.other(id, parameters, order) {
            Ok(run) => run,
            Err(message) => return Ok(Performed::failed(ATTEMPT_MILLIS, message)),
        };
        self.depth += 1;
        let run = self.drive(run).await;
        self.depth -= 1;
        let record = run?.record();
        let millis = record.latest().as_millisecond() - record.start.as_millisecond();
        let performed = match record.result {
            Some(RunResult::Success | RunResult::SuccessWithFailures) => Performed::succeeded(millis),
            Some(RunResult::Canceled) => Performed::canceled(millis),
            other => {
                Performed::failed(millis, format!("The job `{id}` ended with {}.", other.map_or("", RunResult::name)))
            }
        };
        Ok(super::done::of_other_job(id, &record, performed))
    }

    fn other(&self, id: &str, parameters: &BTreeMap<String, String>, order: &Order) -> Result<Run, String> {
        let names = ["yml", "yaml", "json"].map(|ending| format!("{id}.{ending}"));
        let found = self.files.first(&names);
        let (name, bytes) =
            found.ok_or_else(|| format!("There is no job `{id}`: `{id}.yml` is not in the job's folder."))?;
        let checked = workflow::check(&String::from_utf8_lossy(&bytes), Syntax::of_file(&name));
        let job = checked.job.clone().filter(|_| checked.is_valid()).ok_or_else(|| format!("{name} is not valid."))?;
        let settings = Settings {
            trigger: "RUN_JOB_TASK".to_owned(),
            parameters: parameters.clone(),
            ..Settings::manual(id, format!("{}-{}", order.task_key, order.number), order.running_from)
        };
        Run::begin(job, settings).map_err(|error| error.to_string())
    }
}
