//! What the SQL files of a job give to the tasks after them: the job's notebooks and files, run once in an order that
//! the graph allows, in the worker that holds the student's code. A rehearsal takes the rows from there.
//!
//! Asked only where a reference such as `{{tasks.T.output.first_row.n}}` may need them.

use std::collections::BTreeMap;

use sandbar_labs::evidence::{Evidence, RunEvidence};
use sandbar_labs::sandbox::{NotebookRun, ReplayPlan};
use sandbar_labs::workflow::Graph;
use sandbar_labs::workflow::job::{Job, Task};
use sandbar_labs::workflow::run::{OutputRows, TaskRecord};

use super::Trial;
use super::job::stem;
use super::rehearsal::rehearse;
use crate::grading::REPLAY_USER;
use crate::scene::Scene;

/// The rows of the last query of each SQL task, by its key.
pub type Outputs = BTreeMap<String, OutputRows>;

const KEY: &str = "sql outputs";

/// The run of the job's files, until it has been made; none for a job that refers to no output.
pub fn trials(scene: &Scene<'_>, job: &Job) -> Vec<Trial> {
    let refers = || serde_json::to_string(job).is_ok_and(|text| text.contains(".output."));
    let is_file = |task: &Task| task.sql_task.as_ref().is_some_and(|sql| sql.file.is_some());
    if scene.trial(KEY).is_some() || !job.tasks.iter().any(is_file) || !refers() {
        return Vec::new();
    }
    vec![Trial { key: KEY.to_owned(), plan: plan(scene, job) }]
}

/// What that run gave; nothing where none was made, or a limit ended it.
pub fn outputs(scene: &Scene<'_>) -> Outputs {
    let Some(Ok(evidence)) = scene.trial(KEY) else { return Outputs::new() };
    of(evidence)
}

fn of(evidence: &Evidence) -> Outputs {
    let last = |run: &RunEvidence| {
        let mut statements = run.cells.iter().flat_map(|cell| &cell.statements);
        let result = statements.rfind(|statement| !statement.relation.columns.is_empty())?;
        Some((run.notebook.clone(), OutputRows::of(&result.relation, result.total_rows)))
    };
    evidence.runs.iter().filter_map(last).collect()
}

fn plan(scene: &Scene<'_>, job: &Job) -> ReplayPlan {
    let seen = parameters(job);
    let graph = Graph::of(job);
    let tasks = graph.topological().into_iter().filter_map(|index| job.tasks.get(index));
    let run = |task: &Task| {
        let notebook = task.notebook_task.as_ref().map(|work| work.notebook_path.as_str());
        let file = task.sql_task.as_ref().and_then(|work| work.file.as_ref()).map(|file| file.path.as_str());
        let submission = &scene.work.submission;
        let path = submission.notebook_named(stem(notebook.or(file)?))?;
        Some(NotebookRun {
            name: task.task_key.clone(),
            notebook: submission.read_notebook(path).ok()?,
            parameters: seen.get(&task.task_key).cloned().unwrap_or_default(),
            repairs: Vec::new(),
            may_fail: Vec::new(),
        })
    };
    ReplayPlan {
        seed: scene.seed,
        user_name: REPLAY_USER.to_owned(),
        tables: scene.lab.rubric.replays.first().map(|main| scene.lab.tables(main)).unwrap_or_default(),
        runs: tasks.filter_map(run).collect(),
    }
}

/// What each task sees: as far as a rehearsal without rows comes, its own; behind that the job's.
fn parameters(job: &Job) -> BTreeMap<String, BTreeMap<String, String>> {
    let own: BTreeMap<String, String> =
        job.parameters.iter().map(|parameter| (parameter.name.clone(), parameter.default.clone())).collect();
    let mut seen: BTreeMap<_, _> = job.tasks.iter().map(|task| (task.task_key.clone(), own.clone())).collect();
    if let Ok(run) = rehearse(job, BTreeMap::new(), &[], &Outputs::new()) {
        let last = |task: TaskRecord| Some((task.task_key, task.attempts.into_iter().next_back()?.parameters));
        seen.extend(run.record().tasks.into_iter().filter_map(last));
    }
    seen
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::{Syntax, check};

    use super::*;

    #[test]
    fn what_a_task_sees_is_known_also_behind_a_condition_on_rows() {
        let text = "
parameters: [{name: since, default: '2024-01-01'}]
tasks:
- {task_key: count, sql_task: {warehouse_id: w, file: {path: n.sql}, parameters: {day: '{{job.parameters.since}}'}}}
- {task_key: any, depends_on: [{task_key: count}],
   condition_task: {op: GREATER_THAN, left: '{{tasks.count.output.first_row.n}}', right: '0'}}
- {task_key: load, depends_on: [{task_key: any, outcome: 'true'}], notebook_task: {notebook_path: load.sql}}
";
        let job = check(text, Syntax::Yaml).job.unwrap();
        let seen = parameters(&job);
        assert_eq!(seen["count"]["day"], "2024-01-01");
        assert_eq!(seen["load"]["since"], "2024-01-01");
    }
}
