//! Does the work of a run's tasks: notebooks and SQL files of the job's folder in the workspace, data sets of a dashboard,
//! other jobs.
//!
//! How long an attempt takes on the run's clock is counted from its statements, so that the same run is the same each time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use sandbar_labs::dashboard;
use sandbar_labs::notebook::{self, CellLanguage};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::sandbox::RunRequest;
use sandbar_labs::workflow::run::{Order, Performed, Run, Settings, Work};
use sandbar_labs::workflow::{self, RunResult, Syntax};

use super::show;
use crate::cli::Failure;
use crate::cli::engine::{LocalWorkspace, user_name};

/// What an attempt takes besides its statements, and what each of these takes, on the run's clock.
const ATTEMPT_MILLIS: i64 = 10_000;
const STATEMENT_MILLIS: i64 = 5_000;
/// Jobs that may run each other, as in the Jobs API.
const MAX_DEPTH: usize = 3;

pub struct Driver<'a> {
    local: &'a LocalWorkspace,
    folder: PathBuf,
    shown: bool,
    depth: usize,
}

impl<'a> Driver<'a> {
    pub fn new(local: &'a LocalWorkspace, folder: PathBuf, shown: bool) -> Self {
        Self { local, folder, shown, depth: 1 }
    }

    /// Runs to the end.
    ///
    /// # Errors
    /// When the sandbox cannot be used; what goes wrong in a task is the task's failure.
    pub async fn drive(&mut self, mut run: Run) -> Result<Run, Failure> {
        while let Some(order) = run.next_order() {
            let performed = Box::pin(self.perform(&order)).await?;
            self.say(&show::attempt(&order, &performed));
            run.performed(&order, performed);
        }
        Ok(run)
    }

    pub fn say(&self, line: &str) {
        if self.shown {
            // A reader that went away is told at the end.
            let _ = writeln!(std::io::stdout().lock(), "{}{line}", "  ".repeat(self.depth - 1));
        }
    }

    async fn perform(&mut self, order: &Order) -> Result<Performed, Failure> {
        match &order.work {
            Work::Notebook { path } | Work::SqlFile { path } => self.notebook(path, order).await,
            Work::Dashboard { id } => self.dashboard(id, order).await,
            Work::Job { id, parameters } => self.job(id, parameters, order).await,
            Work::Query { id } => Ok(Performed::failed(
                ATTEMPT_MILLIS,
                format!(
                    "There is no stored query `{id}` here: put its text into a file and name that as sql_task.file.path."
                ),
            )),
        }
    }

    /// A file of the job's folder.
    fn read(&self, path: &str) -> Result<Vec<u8>, String> {
        let inside = Path::new(path);
        if inside.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(format!("`{path}` is not below the job's folder."));
        }
        std::fs::read(self.folder.join(inside)).map_err(|error| format!("`{path}` cannot be read: {error}."))
    }

    async fn notebook(&self, path: &str, order: &Order) -> Result<Performed, Failure> {
        let read = self.read(path).and_then(|bytes| {
            notebook::read(path, &bytes)
                .map_err(|findings| findings.first().map(|finding| finding.message.clone()).unwrap_or_default())
        });
        let notebook = match read {
            Ok(notebook) => notebook,
            Err(message) => return Ok(Performed::failed(ATTEMPT_MILLIS, message)),
        };
        let mut done = Done::default();
        for cell in &notebook.cells {
            match cell.language {
                CellLanguage::Markdown => continue,
                CellLanguage::Python => {
                    let message = format!("{path}:{}: Python cells cannot be run here yet.", cell.first_line);
                    return Ok(done.failed(message));
                }
                CellLanguage::Sql => {}
            }
            let outcomes = self.run(&cell.source, &order.parameters, done.statements == 0).await?;
            let failed = done.take(&outcomes);
            match (failed, cell.expects_error()) {
                (Some((error, line)), false) => {
                    let line = cell.first_line + line - 1;
                    return Ok(done.failed(format!("{path}:{line}: {error}")));
                }
                (None, true) => {
                    let message =
                        format!("{path}:{}: the cell is marked `-- expect-error` and did not fail.", cell.first_line);
                    return Ok(done.failed(message));
                }
                _ => {}
            }
        }
        Ok(done.succeeded())
    }

    async fn run(
        &self,
        sql: &str,
        parameters: &BTreeMap<String, String>,
        new_session: bool,
    ) -> Result<Vec<StatementOutcome>, Failure> {
        let request = RunRequest {
            sql: sql.to_owned(),
            parameters: parameters.clone(),
            user_name: user_name(),
            keep_going: false,
            new_session,
        };
        self.local.sandbox.run(&self.local.key, request).await.map_err(Failure::of_sandbox)
    }

    /// Asks every data set of the dashboard: the file of its id, or `dashboard.yml`.
    async fn dashboard(&self, id: &str, order: &Order) -> Result<Performed, Failure> {
        let names = [
            id.to_owned(),
            format!("{id}.yml"),
            format!("{id}.yaml"),
            "dashboard.yml".to_owned(),
            "dashboard.yaml".to_owned(),
        ];
        let found = names.iter().find_map(|name| Some((name, self.read(name).ok()?)));
        let Some((name, bytes)) = found else {
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
            let outcomes = self.run(&dataset.sql, &order.parameters, done.statements == 0).await?;
            if let Some((error, _)) = done.take(&outcomes) {
                return Ok(done.failed(format!("{name}: data set `{}`: {error}", dataset.name)));
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
    ) -> Result<Performed, Failure> {
        if self.depth >= MAX_DEPTH {
            let message = format!("Jobs run each other at most {MAX_DEPTH} deep.");
            return Ok(Performed::failed(0, message));
        }
        let begun = self.other(id, parameters, order);
        let run = match begun {
            Ok(run) => run,
            Err(message) => return Ok(Performed::failed(ATTEMPT_MILLIS, message)),
        };
        self.depth += 1;
        let run = self.drive(run).await;
        self.depth -= 1;
        let record = run?.record();
        let end = record.end.unwrap_or(record.start);
        let millis = end.as_millisecond() - record.start.as_millisecond();
        Ok(match record.result {
            Some(RunResult::Success | RunResult::SuccessWithFailures) => Performed::succeeded(millis),
            other => {
                Performed::failed(millis, format!("The job `{id}` ended with {}.", other.map_or("", RunResult::name)))
            }
        })
    }

    fn other(&self, id: &str, parameters: &BTreeMap<String, String>, order: &Order) -> Result<Run, String> {
        let names = ["yml", "yaml", "json"].map(|ending| format!("{id}.{ending}"));
        let found = names.iter().find_map(|name| Some((name, self.read(name).ok()?)));
        let (name, bytes) =
            found.ok_or_else(|| format!("There is no job `{id}`: `{id}.yml` is not in the job's folder."))?;
        let checked = workflow::check(&String::from_utf8_lossy(&bytes), Syntax::of_file(name));
        let job = checked.job.clone().filter(|_| checked.is_valid()).ok_or_else(|| format!("{name} is not valid."))?;
        let settings = Settings {
            trigger: "RUN_JOB_TASK".to_owned(),
            parameters: parameters.clone(),
            ..Settings::manual(id, format!("{}-{}", order.task_key, order.number), order.running_from)
        };
        Run::begin(job, settings).map_err(|error| error.to_string())
    }
}

/// What the statements of an attempt have done so far.
#[derive(Default)]
struct Done {
    statements: usize,
    read: BTreeSet<String>,
    written: BTreeMap<String, u64>,
}

impl Done {
    /// Gives the first error, and the line that it stands in.
    fn take(&mut self, outcomes: &[StatementOutcome]) -> Option<(String, u32)> {
        let mut failed = None;
        for outcome in outcomes {
            self.statements += 1;
            self.written.extend(outcome.commits.iter().map(|commit| (commit.table.clone(), commit.version)));
            if let Some(facts) = &outcome.facts {
                self.read.extend(facts.scans.iter().map(|scan| scan.relation.clone()));
            }
            if let Some(error) = &outcome.error {
                let line = error.position.map_or(outcome.line, |position| position.line);
                failed = failed.or_else(|| Some((error.to_string(), line)));
            }
        }
        failed
    }

    fn millis(&self) -> i64 {
        ATTEMPT_MILLIS + STATEMENT_MILLIS * i64::try_from(self.statements).unwrap_or(i64::MAX / STATEMENT_MILLIS / 2)
    }

    fn succeeded(self) -> Performed {
        Performed::succeeded(self.millis()).with_tables(self.read, self.written)
    }

    fn failed(self, error: String) -> Performed {
        Performed::failed(self.millis(), error).with_tables(self.read, self.written)
    }
}
