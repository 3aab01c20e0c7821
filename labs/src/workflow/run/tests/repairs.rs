//! What a repair says that it will do is what it does, and of a for_each task only what failed runs again.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::super::graph::tests::acyclic_jobs;
use super::*;

/// What one task of a random job is, and what a repair asks of it.
#[derive(Clone, Debug)]
struct Kind {
    run_if: RunIf,
    /// Of a condition, what it comes to.
    condition: Option<bool>,
    disabled: bool,
    fails: bool,
    asked_for: bool,
    /// On the edges from it, where it is a condition.
    outcome: Option<bool>,
}

fn kinds(tasks: usize) -> impl Strategy<Value = Vec<Kind>> {
    let run_if = prop::sample::select(RunIf::ALL.to_vec());
    let condition = prop::option::weighted(0.3, any::<bool>());
    let rare = prop::bool::weighted(0.1);
    let kind = (run_if, condition, rare, any::<bool>(), any::<bool>(), prop::option::of(any::<bool>()));
    let kind = kind.prop_map(|((_, run_if), condition, disabled, fails, asked_for, outcome)| Kind {
        run_if,
        condition,
        disabled,
        fails,
        asked_for,
        outcome,
    });
    prop::collection::vec(kind, tasks)
}

fn made(mut job: Job, kinds: &[Kind]) -> Job {
    let outcomes: BTreeMap<String, String> = job
        .tasks
        .iter()
        .zip(kinds)
        .filter(|(_, kind)| kind.condition.is_some())
        .filter_map(|(task, kind)| Some((task.task_key.clone(), kind.outcome?.to_string())))
        .collect();
    for (task, kind) in job.tasks.iter_mut().zip(kinds) {
        (task.run_if, task.disabled) = (kind.run_if, kind.disabled);
        if let Some(holds) = kind.condition {
            let right = if holds { "a" } else { "b" };
            let (left, right) = ("a".to_owned(), right.to_owned());
            task.condition_task = Some(ConditionTask { op: ConditionOp::EqualTo, left, right });
            task.notebook_task = None;
        }
        for dependency in &mut task.depends_on {
            dependency.outcome = outcomes.get(&dependency.task_key).cloned();
        }
    }
    job
}

fn keys(job: &Job, kinds: &[Kind], wanted: impl Fn(&Kind) -> bool) -> Vec<String> {
    let tasks = job.tasks.iter().zip(kinds).filter(|(_, kind)| wanted(kind));
    tasks.map(|(task, _)| task.task_key.clone()).collect()
}

proptest! {
    #[test]
    fn a_repair_runs_what_it_says_when_all_of_it_succeeds(
        (job, kinds) in acyclic_jobs().prop_flat_map(|job| {
            let tasks = job.tasks.len();
            (Just(notebooks(job)), kinds(tasks))
        }),
        all_failed in any::<bool>(),
        dependents in any::<bool>(),
    ) {
        let job = made(job, &kinds);
        let faults = keys(&job, &kinds, |kind| kind.fails);
        let faults = faults.iter().map(|key| fault(key, None, FaultKind::Fail)).collect();
        let run = finished(job.clone(), Settings { faults, ..settings() }, minute);
        let asked_for = if all_failed { Vec::new() } else { keys(&job, &kinds, |kind| kind.asked_for) };
        let repair = Repair::of_tasks(at(600), asked_for, dependents);
        let Ok(foreseen) = run.record().foresee(&job, &repair) else {
            prop_assert!(run.repair(job, settings(), repair).is_err());
            return Ok(());
        };
        let mut repaired = run.repair(job.clone(), settings(), repair).unwrap();
        drive(&mut repaired, minute);
        prop_assert_eq!(repaired.repaired(), &foreseen.runs[..]);
        let results = repaired.results();
        prop_assert!(foreseen.excluded.iter().all(|key| results[key] == TaskResult::Excluded));
        let behind = [TaskResult::UpstreamFailed, TaskResult::UpstreamCanceled, TaskResult::Disabled];
        prop_assert!(foreseen.behind.iter().all(|key| behind.contains(&results[key])));
        prop_assert!(foreseen.keeps.iter().all(|key| results.get(key) == run.results().get(key)));
        let lists = [&foreseen.runs, &foreseen.keeps, &foreseen.excluded, &foreseen.behind];
        let all: BTreeSet<&String> = lists.into_iter().flatten().collect();
        prop_assert_eq!(all.len(), job.tasks.len());
        prop_assert!(foreseen.assumed.is_empty(), "plain conditions are computed");
    }
}

#[test]
fn what_a_condition_leaves_out_is_foreseen_and_one_of_values_is_taken_to_come_to_the_same() {
    let mut job = chain(&["etl", "ask", "yes"]);
    let condition =
        ConditionTask { op: ConditionOp::EqualTo, left: "{{tasks.etl.values.rows}}".to_owned(), right: "0".to_owned() };
    (job.tasks[1].notebook_task, job.tasks[1].condition_task) = (None, Some(condition));
    job.tasks[2].depends_on[0].outcome = Some("true".to_owned());
    let set = |order: &Order| minute(order).with_values([("rows".to_owned(), json!("7"))].into());
    let run = finished(job.clone(), settings(), set);
    let repair = Repair::of_tasks(at(60), vec!["etl".to_owned()], true);
    let foreseen = run.record().foresee(&job, &repair).unwrap();
    assert_eq!((foreseen.runs, foreseen.excluded), (vec!["etl".to_owned(), "ask".to_owned()], vec!["yes".to_owned()]));
    assert_eq!(foreseen.assumed, ["ask"]);
}

#[test]
fn of_long_inputs_the_whole_value_counts() {
    let long = |end: &str| format!("{}{end}", "x".repeat(100));
    let [one, other] = ["a", "b"].map(|end| Iteration::new(1, &long(end)));
    assert_eq!(one.input, other.input, "what is shown is cut");
    assert_ne!(one, other);
    assert_eq!(one, Iteration::new(1, &long("a")));
    assert_eq!(Iteration::new(1, "short").digest, None);
}

/// `find`, and after it a for_each task over three inputs, of which the second fails.
fn with_a_failed_input() -> (Job, Run) {
    let mut job = chain(&["find", "each"]);
    let inside = job.tasks[1].notebook_task.take();
    let task = Box::new(Task { task_key: "one".to_owned(), notebook_task: inside, ..Task::default() });
    job.tasks[1].for_each_task = Some(ForEachTask { inputs: "[1, 2, 3]".to_owned(), concurrency: Some(2), task });
    let mut seen = 0;
    let run = finished(job.clone(), settings(), |order| {
        seen += usize::from(order.task_key == "each");
        if seen == 2 { Performed::failed(MINUTE, "no".to_owned()) } else { minute(order) }
    });
    (job, run)
}

fn iterations(run: &Run, repair: usize) -> Vec<String> {
    let record = run.record();
    let again = task(&record, "each").attempts.iter().filter(|attempt| attempt.repair == repair);
    again.filter_map(|attempt| Some(attempt.iteration.as_ref()?.input.clone())).collect()
}

#[test]
fn a_repair_of_a_for_each_task_runs_the_inputs_that_failed() {
    let (job, run) = with_a_failed_input();
    assert_eq!((iterations(&run, 0).len(), run.result()), (3, Some(RunResult::Failed)));
    let mut repaired = run.repair(job, settings(), Repair::all_failed(at(60))).unwrap();
    drive(&mut repaired, minute);
    assert_eq!((iterations(&repaired, 1), repaired.result()), (vec!["2".to_owned()], Some(RunResult::Success)));
}

#[test]
fn other_inputs_or_new_work_before_them_run_all_of_a_for_each_task() {
    let (job, run) = with_a_failed_input();
    let before = Repair::of_tasks(at(60), vec!["find".to_owned()], true);
    let mut repaired = run.repair(job.clone(), settings(), before).unwrap();
    drive(&mut repaired, minute);
    assert_eq!(iterations(&repaired, 1), ["1", "2", "3"]);
    let mut changed = job.clone();
    changed.tasks[1].for_each_task.as_mut().unwrap().inputs = "[1, 2, 4]".to_owned();
    let mut repaired = run.repair(changed, settings(), Repair::all_failed(at(60))).unwrap();
    drive(&mut repaired, minute);
    assert_eq!(iterations(&repaired, 1), ["2", "4"]);
    // One that succeeded and is asked for again runs all of its inputs.
    let asked = Repair::of_tasks(at(99), vec!["each".to_owned()], false);
    let mut again = repaired.repair(job, settings(), asked).unwrap();
    drive(&mut again, minute);
    assert_eq!(iterations(&again, 2), ["1", "2", "3"]);
}
