mod clusters;
mod laws;
mod limits;
mod repairs;
mod told;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::graph::tests::job;
use super::super::job::{
    ConditionOp, ConditionTask, Dependency, ForEachTask, JobCluster, NotebookTask, Parameter, Queue, RunIf, RunJobTask,
};
use super::*;

const MINUTE: i64 = 60_000;

fn start() -> Timestamp {
    "2024-01-15T06:00:00Z".parse().unwrap()
}

fn at(minutes: i64) -> Timestamp {
    start().checked_add(SignedDuration::from_mins(minutes)).unwrap()
}

fn settings() -> Settings {
    Settings::manual("7", "70", start())
}

/// Tasks of notebooks, on serverless compute.
fn notebooks(mut job: Job) -> Job {
    for task in &mut job.tasks {
        let notebook_path = format!("{}.sql", task.task_key);
        task.notebook_task = Some(NotebookTask { notebook_path, ..NotebookTask::default() });
    }
    job
}

/// `a -> b -> ..`
fn chain(keys: &[&str]) -> Job {
    let edges: Vec<(usize, usize)> = (1..keys.len()).map(|child| (child - 1, child)).collect();
    let mut job = job(keys.len(), &edges);
    for (task, key) in job.tasks.iter_mut().zip(keys) {
        task.task_key = (*key).to_owned();
    }
    for (task, parent) in job.tasks.iter_mut().skip(1).zip(keys) {
        task.depends_on[0].task_key = (*parent).to_owned();
    }
    notebooks(job)
}

fn drive(run: &mut Run, mut work: impl FnMut(&Order) -> Performed) -> Vec<Order> {
    let mut orders = Vec::new();
    while let Some(order) = run.next_order() {
        let performed = work(&order);
        run.performed(&order, performed);
        orders.push(order);
    }
    orders
}

fn finished(job: Job, settings: Settings, work: impl FnMut(&Order) -> Performed) -> Run {
    let mut run = Run::begin(job, settings).unwrap();
    drive(&mut run, work);
    run
}

/// Every attempt takes a minute.
fn minute(_: &Order) -> Performed {
    Performed::succeeded(MINUTE)
}

fn fault(task_key: &str, attempt: Option<u32>, kind: FaultKind) -> Fault {
    Fault { task_key: task_key.to_owned(), attempt, kind }
}

fn task<'a>(record: &'a RunRecord, key: &str) -> &'a TaskRecord {
    record.tasks.iter().find(|task| task.task_key == key).unwrap()
}

#[test]
fn tasks_run_one_after_the_other_and_side_by_side_on_the_clock() {
    let mut job = job(4, &[(0, 1), (0, 2), (1, 3), (2, 3)]);
    job = notebooks(job);
    let record = finished(job, settings(), minute).record();
    let starts: Vec<Timestamp> = record.tasks.iter().map(|task| task.attempts[0].start).collect();
    assert_eq!(starts, [at(0), at(1), at(1), at(2)]);
    assert_eq!((record.end, record.result), (Some(at(3)), Some(RunResult::Success)));
}

#[test]
fn a_retry_waits_from_the_start_of_the_attempt_that_failed() {
    let mut job = chain(&["a"]);
    job.tasks[0].max_retries = Some(2);
    job.tasks[0].min_retry_interval_millis = Some(5 * MINUTE);
    let work = |order: &Order| match order.number {
        1 => Performed::failed(MINUTE, "no".to_owned()),
        2 => Performed::failed(7 * MINUTE, "no".to_owned()),
        _ => Performed::succeeded(MINUTE),
    };
    let record = finished(job, settings(), work).record();
    let starts: Vec<Timestamp> = task(&record, "a").attempts.iter().map(|attempt| attempt.start).collect();
    assert_eq!(starts, [at(0), at(5), at(12)]);
    assert_eq!(record.result, Some(RunResult::Success));
}

#[test]
fn a_time_out_is_tried_again_only_when_the_task_says_so() {
    let mut job = chain(&["a"]);
    job.tasks[0].max_retries = Some(1);
    job.tasks[0].timeout_seconds = Some(60);
    let record = finished(job.clone(), settings(), |_| Performed::succeeded(2 * MINUTE)).record();
    assert_eq!(task(&record, "a").attempts.len(), 1);
    assert_eq!((task(&record, "a").result, record.end), (Some(TaskResult::TimedOut), Some(at(1))));
    job.tasks[0].retry_on_timeout = Some(true);
    let record = finished(job, settings(), |_| Performed::succeeded(2 * MINUTE)).record();
    assert_eq!(task(&record, "a").attempts.len(), 2);
}

#[test]
fn endless_retries_end() {
    let mut job = chain(&["a"]);
    job.tasks[0].max_retries = Some(-1);
    let record = finished(job, settings(), |_| Performed::failed(1, "no".to_owned())).record();
    assert_eq!(task(&record, "a").attempts.len(), MAX_ATTEMPTS as usize);
    let why = "no It was tried 100 times, and a run tries nothing more often than that.";
    assert_eq!(task(&record, "a").error.as_deref(), Some(why));
}

#[test]
fn a_condition_chooses_a_branch_and_is_never_tried_again() {
    let mut job = notebooks(job(3, &[(0, 1), (0, 2)]));
    job.tasks[0].notebook_task = None;
    job.tasks[0].max_retries = Some(3);
    job.tasks[0].condition_task =
        Some(ConditionTask { op: ConditionOp::GreaterThan, left: "{{job.parameters.n}}".into(), right: "9".into() });
    job.parameters = vec![Parameter { name: "n".into(), default: "10".into() }];
    job.tasks[1].depends_on[0].outcome = Some("true".into());
    job.tasks[2].depends_on[0].outcome = Some("false".into());
    let results = |n: &str| {
        let parameters = BTreeMap::from([("n".to_owned(), n.to_owned())]);
        let run = finished(job.clone(), Settings { parameters, ..settings() }, minute);
        (run.results()["t1"], run.results()["t2"], run.record().tasks[0].attempts.len())
    };
    assert_eq!(results("10"), (TaskResult::Success, TaskResult::Excluded, 1));
    assert_eq!(results("8"), (TaskResult::Excluded, TaskResult::Success, 1));
    assert_eq!(results("many").0, TaskResult::UpstreamFailed);
}

#[test]
fn for_each_runs_so_many_inputs_at_a_time_and_fails_with_one_of_them() {
    let mut job = chain(&["each"]);
    let inner = Task {
        task_key: "inner".into(),
        notebook_task: Some(NotebookTask {
            notebook_path: "n.sql".into(),
            base_parameters: BTreeMap::from([("who".to_owned(), "{{input.name}}/{{input}}".to_owned())]),
            ..NotebookTask::default()
        }),
        ..Task::default()
    };
    job.tasks[0].notebook_task = None;
    job.tasks[0].for_each_task = Some(ForEachTask {
        inputs: r#"[{"name": "a"}, {"name": "b"}, {"name": "c"}]"#.into(),
        concurrency: Some(2),
        task: Box::new(inner),
    });
    let mut seen = Vec::new();
    let work = |order: &Order| {
        seen.push((order.parameters["who"].clone(), order.start));
        if order.parameters["who"].starts_with('b') {
            return Performed::failed(2 * MINUTE, "no".to_owned());
        }
        Performed::succeeded(MINUTE)
    };
    let record = finished(job.clone(), settings(), work).record();
    assert_eq!(seen[0], (r#"a/{"name":"a"}"#.to_owned(), at(0)));
    assert_eq!(seen.iter().map(|(_, start)| *start).collect::<Vec<_>>(), [at(0), at(0), at(1)]);
    assert_eq!((record.result, record.tasks[0].inputs), (Some(RunResult::Failed), Some(3)));

    job.tasks[0].for_each_task.as_mut().unwrap().inputs = "[]".into();
    assert_eq!(finished(job.clone(), settings(), minute).result(), Some(RunResult::Success));
    job.tasks[0].for_each_task.as_mut().unwrap().inputs = "three".into();
    let record = finished(job, settings(), minute).record();
    assert!(record.tasks[0].error.as_ref().unwrap().contains("no JSON list: three"));
}

#[test]
fn a_notebook_sees_the_jobs_parameter_before_the_tasks_own() {
    let mut job = chain(&["first", "second"]);
    job.parameters = vec![
        Parameter { name: "day".into(), default: "{{job.start_time.iso_date}}".into() },
        Parameter { name: "kind".into(), default: "All".into() },
    ];
    let own = [
        ("kind", "Books"),
        ("mine", "{{task.name}} {{task.execution_count}}"),
        ("rows", "{{tasks.first.values.rows}}"),
    ];
    job.tasks[1].notebook_task.as_mut().unwrap().base_parameters =
        own.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let parameters = BTreeMap::from([("kind".to_owned(), "Clothing".to_owned())]);
    let mut run = Run::begin(job, Settings { parameters, ..settings() }).unwrap();
    let values = BTreeMap::from([("rows".to_owned(), json!(12))]);
    let orders = drive(&mut run, |_| Performed::succeeded(MINUTE).with_values(values.clone()));
    let seen: Vec<(&str, &str)> =
        orders[1].parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(seen, [("day", "2024-01-15"), ("kind", "Clothing"), ("mine", "second 1"), ("rows", "12")]);
}

#[test]
fn references_in_what_another_job_is_given_are_resolved() {
    let mut job = chain(&["a"]);
    job.tasks[0].notebook_task = None;
    let given = BTreeMap::from([("p".to_owned(), "g {{job.start_time.iso_date}}".to_owned())]);
    job.tasks[0].run_job_task = Some(RunJobTask { job_id: "child".into(), job_parameters: given });
    let orders = drive(&mut Run::begin(job, settings()).unwrap(), minute);
    let parameters = BTreeMap::from([("p".to_owned(), "g 2024-01-15".to_owned())]);
    assert_eq!(orders[0].work, Work::Job { id: "child".to_owned(), parameters });
}

#[test]
fn a_reference_to_what_is_not_there_fails_the_attempt() {
    let mut job = chain(&["first", "second"]);
    job.tasks[1].notebook_task.as_mut().unwrap().base_parameters =
        BTreeMap::from([("rows".to_owned(), "{{tasks.first.values.rows}}".to_owned())]);
    let record = finished(job, settings(), minute).record();
    assert_eq!(task(&record, "second").error.as_deref(), Some("The task `first` has set no value `rows`."));
}

#[test]
fn a_cancelled_run_still_runs_its_failure_handlers() {
    let mut job = notebooks(job(3, &[(0, 1), (0, 2)]));
    job.tasks[2].run_if = RunIf::AtLeastOneFailed;
    let run = finished(job, Settings { cancel_at: Some(at(1)), ..settings() }, |_| Performed::succeeded(5 * MINUTE));
    let results: Vec<TaskResult> = run.results().into_values().collect();
    assert_eq!(results, [TaskResult::Canceled, TaskResult::UpstreamCanceled, TaskResult::Success]);
    assert_eq!((run.result(), run.record().end), (Some(RunResult::Canceled), Some(at(6))));
}

/// `slow` runs while `quick` is over; then somebody cancels.
fn cancelled() -> Run {
    let mut job = notebooks(job(4, &[(0, 2), (1, 3)]));
    for (task, key) in job.tasks.iter_mut().zip(["quick", "slow", "after_quick", "handler"]) {
        task.task_key = key.to_owned();
    }
    job.tasks[2].depends_on[0].task_key = "quick".into();
    job.tasks[3].depends_on[0].task_key = "slow".into();
    job.tasks[3].run_if = RunIf::AllDone;
    let mut run = Run::begin(job, settings()).unwrap();
    while let Some(order) = run.next_order() {
        match order.task_key.as_str() {
            "slow" => run.cancel(&order, Performed::canceled(3 * MINUTE).with_output(vec!["half".to_owned()])),
            _ => run.performed(&order, Performed::succeeded(MINUTE)),
        }
    }
    run
}

#[test]
fn who_cancels_while_work_goes_on_ends_it_and_what_waits_for_it_but_not_its_handlers() {
    let record = cancelled().record();
    let slow = &task(&record, "slow").attempts[0];
    assert_eq!(
        (slow.end, slow.outcome, slow.output.as_slice()),
        (Some(at(3)), TaskResult::Canceled, &["half".to_owned()][..])
    );
    let results: Vec<Option<TaskResult>> = record.tasks.iter().map(|task| task.result).collect();
    assert!(task(&record, "after_quick").attempts.is_empty());
    // What was over by then has its result; what would have begun meanwhile has not.
    let expected = [TaskResult::Success, TaskResult::Canceled, TaskResult::Canceled, TaskResult::Success];
    assert_eq!(results, expected.map(Some));
    assert_eq!((record.result, record.end), (Some(RunResult::Canceled), Some(at(4))));
}

#[test]
fn a_run_that_was_broken_off_keeps_what_it_did_and_can_be_repaired() {
    let job = chain(&["etl", "quality", "refresh"]);
    let mut run = Run::begin(job.clone(), settings()).unwrap();
    let first = run.next_order().unwrap();
    run.performed(&first, minute(&first));
    run.next_order().unwrap();
    let kept = serde_json::to_string(&run.record()).unwrap();
    let mut record: RunRecord = serde_json::from_str(&kept).unwrap();
    record.break_off("The server stopped.");
    let life_cycles: Vec<LifeCycle> = record.tasks.iter().map(|task| task.life_cycle).collect();
    assert_eq!(life_cycles, [LifeCycle::Terminated, LifeCycle::InternalError, LifeCycle::Terminated]);
    assert_eq!((record.result, record.end), (Some(RunResult::Failed), Some(at(1))));
    assert_eq!(record.foresee(&job, &Repair::all_failed(at(9))).unwrap().runs, ["quality", "refresh"]);
    let mut repaired = record.repair(job, settings(), Repair::all_failed(at(9))).unwrap();
    let numbers: Vec<u32> = drive(&mut repaired, minute).iter().map(|order| order.number).collect();
    assert_eq!((numbers, repaired.result()), (vec![2, 1], Some(RunResult::Success)));
}

#[test]
fn when_the_runs_time_is_up_nothing_goes_on() {
    let mut job = chain(&["a", "b"]);
    job.timeout_seconds = Some(60);
    job.tasks[1].run_if = RunIf::AllDone;
    let run = finished(job, settings(), |_| Performed::succeeded(5 * MINUTE));
    let results: Vec<TaskResult> = run.results().into_values().collect();
    assert_eq!(results, [TaskResult::TimedOut, TaskResult::Canceled]);
    assert_eq!((run.result(), run.record().end), (Some(RunResult::TimedOut), Some(at(1))));
}

#[test]
fn a_repair_runs_what_failed_and_what_comes_after_it_with_the_current_settings() {
    let job = chain(&["etl", "quality", "refresh"]);
    let faults = vec![fault("quality", None, FaultKind::Fail)];
    let run = finished(job.clone(), Settings { faults, ..settings() }, minute);
    let mut current = job;
    current.tasks[1].notebook_task.as_mut().unwrap().notebook_path = "mended.sql".into();
    let mut repaired = run.repair(current, settings(), Repair::all_failed(at(60))).unwrap();
    let orders = drive(&mut repaired, minute);
    let done: Vec<(&str, u32, Timestamp)> =
        orders.iter().map(|order| (order.task_key.as_str(), order.number, order.start)).collect();
    assert_eq!(done, [("quality", 2, at(60)), ("refresh", 1, at(61))]);
    assert_eq!(orders[0].work, Work::Notebook { path: "mended.sql".to_owned() });
    let record = repaired.record();
    assert_eq!(record.result, Some(RunResult::Success));
    assert_eq!(record.repairs[0].again, ["quality", "refresh"]);
    assert_eq!(task(&record, "quality").attempts.iter().map(|attempt| attempt.repair).collect::<Vec<_>>(), [0, 1]);
}

#[test]
fn a_repair_says_what_of_it_cannot_run_and_keeps_what_ran() {
    let job = chain(&["etl", "quality", "refresh"]);
    let faults = vec![fault("etl", None, FaultKind::Fail)];
    let run = finished(job.clone(), Settings { faults, ..settings() }, minute);
    let repair = |keys: &[&str]| Repair::of_tasks(at(60), keys.iter().map(|key| (*key).to_owned()).collect(), false);
    let behind = |keys: &[&str]| run.record().foresee(&job, &repair(keys)).unwrap().behind;
    assert_eq!(behind(&["etl", "refresh"]), ["refresh"]);
    assert!(behind(&["etl", "quality", "refresh"]).is_empty());
    let mut repaired = run.repair(job.clone(), settings(), repair(&["etl", "refresh"])).unwrap();
    drive(&mut repaired, minute);
    assert_eq!(repaired.record().repairs[0].again, ["etl"]);
}

#[test]
fn a_repair_is_refused_where_there_is_nothing_to_repair() {
    let job = chain(&["a"]);
    let active = Run::begin(job.clone(), settings()).unwrap();
    assert_eq!(active.repair(job.clone(), settings(), Repair::all_failed(at(1))).unwrap_err(), RepairError::Active);
    let run = finished(job.clone(), settings(), minute);
    let refused = |repair| run.repair(job.clone(), settings(), repair).unwrap_err();
    assert_eq!(refused(Repair::all_failed(at(9))), RepairError::NothingFailed);
    let stranger = Repair::of_tasks(at(9), vec!["b".to_owned()], false);
    assert_eq!(refused(stranger), RepairError::UnknownTask("b".to_owned()));
}

#[test]
fn more_runs_than_allowed_wait_in_the_queue_or_are_skipped() {
    let mut job = chain(&["a"]);
    assert_eq!((admit(&job, 0), admit(&job, 1)), (Admission::Start, Admission::Skip));
    job.queue = Some(Queue { enabled: true });
    assert_eq!(admit(&job, 1), Admission::Queue);
    job.max_concurrent_runs = Some(0);
    assert_eq!(admit(&job, 0), Admission::Skip);
}

#[test]
fn a_job_whose_tasks_have_no_order_is_not_begun() {
    assert_eq!(Run::begin(Job::default(), settings()).unwrap_err(), RunError::NoTasks);
    let round = notebooks(job(2, &[(0, 1), (1, 0)]));
    assert_eq!(Run::begin(round, settings()).unwrap_err(), RunError::Cycle("t0".to_owned()));
    let mut twice = chain(&["a", "b"]);
    twice.tasks[1].task_key = "a".into();
    twice.tasks[1].depends_on = vec![Dependency::default()];
    assert_eq!(Run::begin(twice, settings()).unwrap_err(), RunError::DuplicateKey("a".to_owned()));
}
