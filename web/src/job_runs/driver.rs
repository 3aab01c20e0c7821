//! Does the work of a run's tasks in a workspace: notebooks and SQL files, data sets of a dashboard, other jobs.
//!
//! How long an attempt takes on the run's clock is counted from its statements, so that the same run is the same each
//! time.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::time::Instant;

use sandbar_labs::dashboard;
use sandbar_labs::notebook::{self, Cell, CellLanguage};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::{RunRequest, Sandbox, SandboxError, SessionKind, WorkspaceKey};
use sandbar_labs::workflow::run::{Admission, News, Order, Performed, Run, Settings, Work, admit};
use sandbar_labs::workflow::{self, Around, JobName, RunResult};
use tokio_util::sync::CancellationToken;

use super::done::{ATTEMPT_MILLIS, Done, Place};
use super::files::{Files, JobSource};
use super::why::why;

/// Told of what is over in a run, with why it was not run where it was not, and how deep its job is in others, from 0.
pub type Told = Box<dyn Fn(&News, &str, usize) + Send + Sync>;

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
    /// The job that is run, those that run it before it.
    path: Vec<JobSource>,
}

impl<'a> Driver<'a> {
    pub fn new(
        (sandbox, workspace): (&'a Sandbox, &'a WorkspaceKey),
        user_name: String,
        files: Files,
        job: JobSource,
    ) -> Self {
        let (cancel, path) = (CancellationToken::new(), vec![job]);
        let (until, most_attempts) = (None, None);
        Self { sandbox, workspace, user_name, files, told: None, cancel, until, most_attempts, attempts: 0, path }
    }

    pub fn telling(self, told: Told) -> Self {
        Self { told: Some(told), ..self }
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the sandbox cannot be used; what goes wrong in a task is the task's failure.
    pub async fn drive(&mut self, mut run: Run) -> Result<Run, SandboxError> {
        loop {
            let order = run.next_order();
            self.tell(&mut run);
            let Some(order) = order else { return Ok(run) };
            let performed = Box::pin(self.perform(&order)).await?;
            match self.is_cancelled() {
                true => run.cancel(&order, performed),
                false => run.performed(&order, performed),
            }
        }
    }

    fn tell(&self, run: &mut Run) {
        let Some(told) = &self.told else { return };
        let news = run.news();
        // Of every attempt with its output: made once, and only where it is asked.
        let record = LazyCell::new(|| run.record());
        for news in news {
            let why = match &news {
                News::Task { task_key, error: None, .. } => {
                    let task = record.tasks.iter().find(|task| task.task_key == *task_key);
                    task.map(|task| why(run.job(), &record, task)).unwrap_or_default()
                }
                _ => String::new(),
            };
            told(&news, &why, self.path.len() - 1);
        }
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
        let mut done = Done::new(matches!(order.work, Work::SqlFile { .. }));
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
        if name != id && !name.starts_with(&format!("{id}.")) {
            done.say(format!("There is no dashboard `{id}` here, so that {name} stood for it."));
        }
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

    /// Another job: of the same bundle, or of the folder by the name of its file.
    async fn job(
        &mut self,
        id: &str,
        parameters: &BTreeMap<String, String>,
        order: &Order,
    ) -> Result<Performed, SandboxError> {
        let (source, run) = match self.other(id, parameters, order) {
            Ok(other) => other,
            Err(refused) => return Ok(refused),
        };
        let name = source.name.to_string();
        self.path.push(source);
        let run = self.drive(run).await;
        self.path.pop();
        let record = run?.record();
        let millis = record.latest().as_millisecond() - record.start.as_millisecond();
        let performed = match record.result {
            Some(RunResult::Success | RunResult::SuccessWithFailures) => Performed::succeeded(millis),
            Some(RunResult::Canceled) => Performed::canceled(millis),
            other => {
                Performed::failed(millis, format!("The job `{name}` ended with {}.", other.map_or("", RunResult::name)))
            }
        };
        Ok(super::done::of_other_job(&name, &record, performed))
    }

    /// A run of another job, or the failure of the attempt that wants it.
    fn other(
        &self,
        id: &str,
        parameters: &BTreeMap<String, String>,
        order: &Order,
    ) -> Result<(JobSource, Run), Performed> {
        let refused = |message: String| Performed::failed(ATTEMPT_MILLIS, message);
        let Some(from) = self.path.last() else { return Err(refused(String::new())) };
        let mut source = self.files.job_of(id, from).map_err(refused)?;
        let around = Around { key: source.name.key.as_deref(), ..Around::NOTHING };
        let checked = workflow::check_among(&source.text, source.syntax, &around);
        source.name.key = checked.key.clone();
        let path: Vec<JobName> = self.path.iter().map(|job| job.name.clone()).collect();
        if let Some(message) = workflow::too_deep(&path, &source.name) {
            return Err(Performed::failed(0, message));
        }
        let name = source.name.to_string();
        let job = checked.job.clone().filter(|_| checked.is_valid());
        let job = job.ok_or_else(|| refused(format!("The job `{name}` is not valid.")))?;
        if admit(&job, 0) == Admission::Skip {
            return Err(refused(format!("The job `{name}` was skipped: its `max_concurrent_runs` is 0.")));
        }
        let settings = Settings {
            trigger: "RUN_JOB_TASK".to_owned(),
            parameters: parameters.clone(),
            ..Settings::manual(name, format!("{}-{}", order.task_key, order.number), order.running_from)
        };
        let run = Run::begin(job, settings).map_err(|error| refused(error.to_string()))?;
        Ok((source, run))
    }
}
