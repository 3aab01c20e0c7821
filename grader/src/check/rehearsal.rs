//! A rehearsal of the submission's job: the engine that runs jobs goes through it, and every task's work takes a minute and
//! succeeds, unless a fault is put in.
//!
//! Invariant: it is a pure function of job, parameters, faults and rows. Conditions, for_each tasks, retries and parameters
//! are the engine's own, so a job is judged as it would run; only the first inputs of a for_each task are gone through,
//! and a job that comes to more than the limits is refused.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sandbar_labs::workflow::job::Job;
use sandbar_labs::workflow::run::{Fault, FaultKind, Performed, Run, RunLimits, Settings};

use super::sql_outputs::Outputs;
use crate::outcome;

/// What a task's work takes on the run's clock.
const WORK_MILLIS: i64 = 60_000;
/// Two inputs of a for_each task show what becomes of any number.
const LIMITS: RunLimits = RunLimits { attempts: 5_000, parameter_bytes: 16 * 1024 * 1024, inputs: 2 };

/// Why a job is not rehearsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotRehearsed {
    /// Its tasks have no order, or it has none.
    NoOrder,
    TooMuch,
}

impl NotRehearsed {
    /// What a check says of a job that is too much; `None` for one without order, which is the matter of other checks.
    pub fn fault(self) -> Option<outcome::Fault> {
        let RunLimits { attempts, parameter_bytes, .. } = LIMITS;
        let message = format!(
            "The job is too much to be gone through: a run comes to more than {attempts} attempts, or to more than \
             {} MiB of parameters.",
            parameter_bytes / 1024 / 1024
        );
        let next = "Do the work in fewer tasks, with shorter parameters.";
        (self == Self::TooMuch).then(|| outcome::Fault::new("too_much", message).next(next))
    }
}

/// Goes through a run with these parameters, in which every attempt of the tasks in `failing` fails and SQL tasks give
/// these rows.
///
/// # Errors
/// For a job whose tasks have no order, and for one that is too much. Of tasks with the same key the first one is run.
pub fn rehearse(
    job: &Job,
    parameters: BTreeMap<String, String>,
    failing: &[&str],
    outputs: &Outputs,
) -> Result<Run, NotRehearsed> {
    let mut job = job.clone();
    let mut keys = BTreeSet::new();
    job.tasks.retain(|task| keys.insert(task.task_key.clone()));
    let fault = |key: &&str| Fault { task_key: (*key).to_owned(), attempt: None, kind: FaultKind::Fail };
    let faults = failing.iter().map(fault).collect();
    let settings = Settings { parameters, faults, limits: LIMITS, ..Settings::manual("1", "1", Timestamp::UNIX_EPOCH) };
    let mut run = Run::begin(job, settings).map_err(|_| NotRehearsed::NoOrder)?;
    while let Some(order) = run.next_order() {
        let mut performed = Performed::succeeded(WORK_MILLIS);
        performed.rows = outputs.get(&order.task_key).cloned();
        run.performed(&order, performed);
    }
    if run.was_too_much() { Err(NotRehearsed::TooMuch) } else { Ok(run) }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::workflow::job::{ForEachTask, NotebookTask, Parameter, Task};

    use super::*;

    fn notebook(key: &str, parameters: &[(&str, &str)]) -> Task {
        let base_parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let work = NotebookTask {
            notebook_path: "n.sql".into(),
            base_parameters: base_parameters.collect(),
            ..Default::default()
        };
        Task { task_key: key.into(), notebook_task: Some(work), ..Task::default() }
    }

    fn through(job: &Job) -> Result<Run, NotRehearsed> {
        rehearse(job, BTreeMap::new(), &[], &Outputs::new())
    }

    fn parameter(name: &str, default: String) -> Parameter {
        Parameter { name: name.into(), default }
    }

    #[test]
    fn of_a_for_each_task_two_inputs_are_gone_through() {
        let inputs = serde_json::to_string(&(0..5_000).collect::<Vec<_>>()).unwrap();
        let inner = Box::new(notebook("inner", &[]));
        let each = ForEachTask { inputs, concurrency: Some(100), task: inner };
        let each = Task { task_key: "each".into(), for_each_task: Some(each), ..Task::default() };
        // A long parameter for each of so many inputs would fill the memory.
        let parameters = vec![parameter("long", "x".repeat(1_000_000))];
        let run = through(&Job { tasks: vec![each], parameters, ..Job::default() }).unwrap();
        assert_eq!(run.record().tasks[0].attempts.len(), 2);
    }

    #[test]
    fn a_job_of_too_many_attempts_or_too_long_parameters_is_a_students_fault() {
        // Every attempt fails by a reference to nothing, and is tried again.
        let tasks =
            (0..200).map(|at| Task { max_retries: Some(-1), ..notebook(&format!("t{at}"), &[("a", "{{job.x}}")]) });
        let many = Job { tasks: tasks.collect(), ..Job::default() };
        let tasks = (0..200).map(|at| notebook(&format!("t{at}"), &[]));
        let parameters = vec![parameter("long", "x".repeat(100_000))];
        let long = Job { tasks: tasks.collect(), parameters, ..Job::default() };
        for job in [many, long] {
            let refused = through(&job).unwrap_err();
            assert_eq!(refused.fault().unwrap().reason, "too_much");
        }
    }

    #[test]
    fn a_job_whose_parameters_name_each_other_without_end_is_rehearsed_to_its_end() {
        let round = [("a", "{{job.parameters.b}}"), ("b", "{{job.parameters.a}}")];
        let parameters = round.map(|(name, default)| parameter(name, default.to_owned())).to_vec();
        let job = Job { tasks: vec![notebook("t", &[])], parameters, ..Job::default() };
        let record = through(&job).unwrap().record();
        assert!(record.tasks[0].error.as_ref().unwrap().contains("without end"), "{:?}", record.tasks[0]);
    }
}
