use proptest::prelude::*;

use super::super::graph::tests::{acyclic_jobs, job, jobs};
use super::super::job::{ConditionOp, ConditionTask};
use super::*;

use TaskResult::{Excluded, Failed, Success, UpstreamFailed};

fn failing(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|key| (*key).to_owned()).collect()
}

/// etl -> quality -> refresh, and clean_up after refresh whatever happened: the workflows lab.
fn lab() -> Job {
    let mut job = job(4, &[(0, 1), (1, 2), (2, 3)]);
    for (task, key) in job.tasks.iter_mut().zip(["etl", "quality", "refresh", "clean_up"]) {
        task.task_key = key.to_owned();
    }
    for (task, parent) in job.tasks.iter_mut().skip(1).zip(["etl", "quality", "refresh"]) {
        task.depends_on[0].task_key = parent.to_owned();
    }
    job.tasks[3].run_if = RunIf::AllDone;
    job
}

fn results(job: &Job, failed: &[&str]) -> Vec<TaskResult> {
    let results = propagate(job, &failing(failed));
    job.tasks.iter().map(|task| results[&task.task_key]).collect()
}

#[test]
fn a_failed_etl_leaves_the_dashboard_alone_and_still_cleans_up() {
    let job = lab();
    assert_eq!(results(&job, &[]), [Success; 4]);
    assert_eq!(results(&job, &["etl"]), [Failed, UpstreamFailed, UpstreamFailed, Success]);
    assert_eq!(results(&job, &["quality"]), [Success, Failed, UpstreamFailed, Success]);
}

#[test]
fn leaves_decide_the_runs_result() {
    let job = lab();
    let result = |failed: &[&str]| run_result(&job, &propagate(&job, &failing(failed)));
    assert_eq!(result(&[]), RunResult::Success);
    assert_eq!(result(&["etl"]), RunResult::SuccessWithFailures);
    assert_eq!(result(&["clean_up"]), RunResult::Failed);
}

#[test]
fn an_unmet_outcome_excludes_and_only_all_excluded_parents_exclude_what_follows() {
    let mut job = job(4, &[(0, 1), (0, 2), (1, 3), (2, 3)]);
    job.tasks[0].condition_task =
        Some(ConditionTask { op: ConditionOp::EqualTo, left: "12.0".into(), right: "12".into() });
    job.tasks[1].depends_on[0].outcome = Some("true".into());
    job.tasks[2].depends_on[0].outcome = Some("false".into());
    assert_eq!(results(&job, &[]), [Success, Excluded, Success, Success]);
    job.tasks[2].depends_on[0].outcome = Some("true".into());
    job.tasks[3].run_if = RunIf::AllDone;
    assert_eq!(results(&job, &[]), [Success, Excluded, Excluded, Excluded]);
    let forced = propagate_with(&job, &failing(&[]), &BTreeMap::from([("t0".to_owned(), true)]));
    assert_eq!(forced["t1"], Success);
}

#[test]
fn conditions_compare_equality_as_text_and_order_as_numbers() {
    assert_eq!(ConditionOp::EqualTo.holds("12.0", "12"), Some(false));
    assert_eq!(ConditionOp::NotEqual.holds("a", "A"), Some(true));
    assert_eq!(ConditionOp::GreaterThan.holds("10", "9"), Some(true));
    assert_eq!(ConditionOp::GreaterThanOrEqual.holds("12.0", "12"), Some(true));
    assert_eq!(ConditionOp::LessThan.holds("x", "9"), None);
}

#[test]
fn a_task_on_a_cycle_never_runs() {
    let job = job(3, &[(0, 1), (1, 0)]);
    assert_eq!(results(&job, &[]), [UpstreamFailed, UpstreamFailed, Success]);
    assert_eq!(run_result(&job, &propagate(&job, &failing(&[]))), RunResult::Failed);
}

fn run_ifs() -> impl Strategy<Value = RunIf> {
    prop::sample::select(RunIf::ALL.map(|(_, run_if)| run_if).to_vec())
}

fn upstreams() -> impl Strategy<Value = Vec<TaskResult>> {
    prop::collection::vec(prop::sample::select(vec![Success, Failed, Excluded, UpstreamFailed]), 1..6)
}

/// Any graph without cycles, any `run_if`, any tasks failing.
fn runs() -> impl Strategy<Value = (Job, BTreeSet<String>)> {
    acyclic_jobs().prop_flat_map(|job| {
        let tasks = job.tasks.len();
        let run_ifs = prop::collection::vec(run_ifs(), tasks);
        let failed = prop::collection::btree_set(0..tasks, 0..=tasks);
        (Just(job), run_ifs, failed).prop_map(|(mut job, run_ifs, failed)| {
            for (task, run_if) in job.tasks.iter_mut().zip(run_ifs) {
                task.run_if = run_if;
            }
            (job, failed.into_iter().map(|index| format!("t{index}")).collect())
        })
    })
}

#[test]
fn a_disabled_task_is_not_run_and_what_is_always_done_runs_behind_it() {
    let mut job = lab();
    job.tasks[1].disabled = true;
    let ran = results(&job, &[]);
    assert_eq!((ran[0], ran[1]), (Success, TaskResult::Disabled));
    let always = |job: &Job| job.tasks.iter().position(|task| task.run_if == RunIf::AllDone).unwrap();
    assert_eq!(ran[always(&job)], Success);
    assert_eq!(run_result(&job, &propagate(&job, &failing(&[]))), RunResult::Success);
}

#[test]
fn behind_a_disabled_task_each_rule_has_its_own_answer() {
    use TaskResult::Disabled;
    for (run_if, alone, beside_success, beside_failure) in [
        (RunIf::AllSuccess, Decision::Disable, Decision::Disable, Decision::UpstreamFailed),
        (RunIf::AtLeastOneSuccess, Decision::Disable, Decision::Run, Decision::UpstreamFailed),
        (RunIf::NoneFailed, Decision::Disable, Decision::Run, Decision::UpstreamFailed),
        (RunIf::AllDone, Decision::Run, Decision::Run, Decision::Run),
        (RunIf::AtLeastOneFailed, Decision::Disable, Decision::Disable, Decision::Run),
        (RunIf::AllFailed, Decision::Disable, Decision::Disable, Decision::Disable),
    ] {
        let found = [vec![Disabled], vec![Disabled, Success], vec![Failed, Disabled]].map(|it| by_run_if(run_if, &it));
        assert_eq!(found, [alone, beside_success, beside_failure], "{run_if:?}");
    }
}

proptest! {
    #[test]
    fn all_success_runs_when_no_dependency_failed(upstream in upstreams()) {
        prop_assume!(upstream.iter().any(|result| *result != Excluded));
        let failed = upstream.contains(&Failed) || upstream.contains(&UpstreamFailed);
        let expected = if failed { Decision::UpstreamFailed } else { Decision::Run };
        prop_assert_eq!(by_run_if(RunIf::AllSuccess, &upstream), expected);
    }

    #[test]
    fn at_least_one_success_runs_when_one_did_not_fail(upstream in upstreams()) {
        prop_assume!(upstream.iter().any(|result| *result != Excluded));
        let one = upstream.contains(&Success) || upstream.contains(&Excluded);
        let expected = if one { Decision::Run } else { Decision::UpstreamFailed };
        prop_assert_eq!(by_run_if(RunIf::AtLeastOneSuccess, &upstream), expected);
    }

    #[test]
    fn none_failed_runs_when_none_failed_and_one_ran(upstream in upstreams()) {
        prop_assume!(upstream.iter().any(|result| *result != Excluded));
        let fine = !upstream.contains(&Failed) && !upstream.contains(&UpstreamFailed) && upstream.contains(&Success);
        let expected = if fine { Decision::Run } else { Decision::UpstreamFailed };
        prop_assert_eq!(by_run_if(RunIf::NoneFailed, &upstream), expected);
    }

    #[test]
    fn all_done_always_runs_unless_all_are_excluded(upstream in upstreams()) {
        let excluded = upstream.iter().all(|result| *result == Excluded);
        prop_assert_eq!(by_run_if(RunIf::AllDone, &upstream), if excluded { Decision::Exclude } else { Decision::Run });
    }

    #[test]
    fn at_least_one_failed_runs_when_one_failed_and_is_excluded_otherwise(upstream in upstreams()) {
        let failed = upstream.contains(&Failed) || upstream.contains(&UpstreamFailed);
        let expected = if failed { Decision::Run } else { Decision::Exclude };
        prop_assert_eq!(by_run_if(RunIf::AtLeastOneFailed, &upstream), expected);
    }

    #[test]
    fn all_failed_runs_when_all_failed_and_is_excluded_otherwise(upstream in upstreams()) {
        let all = upstream.iter().all(|result| matches!(result, Failed | UpstreamFailed));
        prop_assert_eq!(by_run_if(RunIf::AllFailed, &upstream), if all { Decision::Run } else { Decision::Exclude });
    }

    #[test]
    fn the_order_of_the_dependencies_does_not_matter(run_if in run_ifs(), upstream in upstreams()) {
        let mut reversed = upstream.clone();
        reversed.reverse();
        prop_assert_eq!(by_run_if(run_if, &upstream), by_run_if(run_if, &reversed));
    }

    #[test]
    fn every_tasks_result_follows_from_its_dependencies((job, failed) in runs()) {
        let results = propagate(&job, &failed);
        prop_assert_eq!(results.len(), job.tasks.len());
        for task in &job.tasks {
            let upstream: Vec<TaskResult> = task.depends_on.iter().map(|dependency| results[&dependency.task_key]).collect();
            let expected = match decide(task, &upstream) {
                Decision::Run if failed.contains(&task.task_key) => Failed,
                Decision::Run => Success,
                Decision::Exclude => Excluded,
                Decision::Disable => TaskResult::Disabled,
                Decision::UpstreamFailed => UpstreamFailed,
            };
            prop_assert_eq!(results[&task.task_key], expected);
        }
    }

    #[test]
    fn without_failures_nothing_fails_and_the_run_succeeds((job, _) in runs()) {
        let results = propagate(&job, &BTreeSet::new());
        prop_assert!(results.values().all(|result| matches!(result, Success | Excluded)));
        if job.tasks.iter().all(|task| task.run_if == RunIf::AllSuccess) {
            prop_assert_eq!(run_result(&job, &results), RunResult::Success);
        }
    }

    #[test]
    fn any_graph_gets_a_result_for_every_task(job in jobs()) {
        prop_assert_eq!(propagate(&job, &BTreeSet::new()).len(), job.tasks.len());
    }
}
