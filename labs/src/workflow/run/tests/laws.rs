//! What holds for every run.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::super::graph::tests::acyclic_jobs;
use super::super::super::propagate::propagate;
use super::*;

/// Any graph, any `run_if`, some tasks that always fail, some retries.
fn jobs_with_faults() -> impl Strategy<Value = (Job, BTreeSet<String>)> {
    acyclic_jobs().prop_flat_map(|job| {
        let tasks = job.tasks.len();
        let run_ifs = prop::collection::vec(prop::sample::select(RunIf::ALL.to_vec()), tasks);
        let retries = prop::collection::vec(0_i64..3, tasks);
        let failed = prop::collection::btree_set(0..tasks, 0..=tasks);
        (Just(notebooks(job)), run_ifs, retries, failed).prop_map(|(mut job, run_ifs, retries, failed)| {
            for ((task, (_, run_if)), most) in job.tasks.iter_mut().zip(run_ifs).zip(retries) {
                (task.run_if, task.max_retries) = (run_if, Some(most));
            }
            (job, failed.into_iter().map(|index| format!("t{index}")).collect())
        })
    })
}

fn faults(failed: &BTreeSet<String>) -> Vec<Fault> {
    failed.iter().map(|key| fault(key, None, FaultKind::Fail)).collect()
}

/// So many minutes as its key has it: the same each time.
fn by_key(order: &Order) -> Performed {
    let length = order.task_key.bytes().map(i64::from).sum::<i64>() % 7;
    Performed::succeeded(length * MINUTE)
}

proptest! {
    #[test]
    fn what_becomes_of_each_task_is_what_the_table_says((job, failed) in jobs_with_faults()) {
        let run = finished(job.clone(), Settings { faults: faults(&failed), ..settings() }, by_key);
        prop_assert_eq!(run.results(), propagate(&job, &failed));
    }

    #[test]
    fn no_task_starts_before_what_it_waits_for_has_ended((job, failed) in jobs_with_faults()) {
        let mut run = Run::begin(job.clone(), Settings { faults: faults(&failed), ..settings() }).unwrap();
        let orders = drive(&mut run, by_key);
        prop_assert!(orders.windows(2).all(|pair| pair[0].start <= pair[1].start));
        let record = run.record();
        for (task_settings, shown) in job.tasks.iter().zip(&record.tasks) {
            let Some(first) = shown.attempts.first() else { continue };
            for dependency in &task_settings.depends_on {
                let ended = task(&record, &dependency.task_key).attempts.last().and_then(|last| last.end);
                prop_assert!(ended.is_none_or(|ended| ended <= first.start));
            }
        }
    }

    #[test]
    fn a_task_that_always_fails_is_tried_as_often_as_allowed((job, failed) in jobs_with_faults()) {
        let record = finished(job.clone(), Settings { faults: faults(&failed), ..settings() }, by_key).record();
        for (settings, shown) in job.tasks.iter().zip(&record.tasks) {
            let expected = match shown.result {
                Some(TaskResult::Failed) => settings.max_retries.unwrap() + 1,
                Some(TaskResult::Success) => 1,
                _ => 0,
            };
            prop_assert_eq!(i64::try_from(shown.attempts.len()).unwrap(), expected);
        }
    }

    #[test]
    fn a_run_is_a_function_of_its_job_its_faults_and_its_work((job, failed) in jobs_with_faults()) {
        let run = || finished(job.clone(), Settings { faults: faults(&failed), ..settings() }, by_key).record();
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn a_repair_of_all_failed_tasks_without_the_faults_ends_in_success((job, failed) in jobs_with_faults()) {
        let run = finished(job.clone(), Settings { faults: faults(&failed), ..settings() }, by_key);
        match run.repair(job.clone(), settings(), Repair::all_failed(at(600))) {
            Ok(mut repaired) => {
                drive(&mut repaired, by_key);
                prop_assert_eq!(repaired.result(), Some(RunResult::Success));
                prop_assert_eq!(repaired.results(), propagate(&job, &BTreeSet::new()));
            }
            Err(error) => {
                prop_assert_eq!(error, RepairError::NothingFailed);
                prop_assert_eq!(run.result(), Some(RunResult::Success));
            }
        }
    }

    #[test]
    fn a_run_that_is_cancelled_anywhere_ends_and_leaves_nothing_open(
        (job, failed) in jobs_with_faults(),
        cancelled_at in 0_usize..12,
    ) {
        let mut run = Run::begin(job, Settings { faults: faults(&failed), ..settings() }).unwrap();
        let mut orders = 0;
        while let Some(order) = run.next_order() {
            match orders == cancelled_at {
                true => run.cancel(&order, Performed::canceled(3 * MINUTE)),
                false => run.performed(&order, by_key(&order)),
            }
            orders += 1;
        }
        let record = run.record();
        prop_assert!(record.tasks.iter().all(|task| task.result.is_some()));
        let attempts = || record.tasks.iter().flat_map(|task| &task.attempts);
        prop_assert!(attempts().all(|attempt| attempt.end.is_some_and(|end| attempt.start <= end)));
        prop_assert!(record.clusters.iter().all(|cluster| cluster.end.is_some()));
        prop_assert_eq!(record.end, Some(record.latest()));
        prop_assert_eq!(record.result == Some(RunResult::Canceled), cancelled_at < orders);
    }

    #[test]
    fn a_run_that_was_broken_off_anywhere_is_repaired_to_success((job, failed) in jobs_with_faults(), after in 0_usize..12) {
        let mut run = Run::begin(job.clone(), Settings { faults: faults(&failed), ..settings() }).unwrap();
        for _ in 0..after {
            let Some(order) = run.next_order() else { break };
            run.performed(&order, by_key(&order));
        }
        run.next_order();
        let mut record = run.record();
        record.break_off("The server stopped.");
        prop_assert!(record.tasks.iter().all(|task| task.result.is_some()));
        match record.repair(job.clone(), settings(), Repair::all_failed(record.latest())) {
            Ok(mut repaired) => {
                drive(&mut repaired, by_key);
                prop_assert_eq!(repaired.results(), propagate(&job, &BTreeSet::new()));
            }
            Err(error) => prop_assert_eq!(error, RepairError::NothingFailed),
        }
    }
}
