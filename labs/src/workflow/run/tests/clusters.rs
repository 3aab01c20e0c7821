//! Clusters on the clock of a run.

use super::*;

/// Two tasks on one job cluster, then one without.
fn on_a_cluster() -> Job {
    let mut job = chain(&["a", "b", "c"]);
    job.job_clusters = vec![JobCluster { job_cluster_key: "small".into(), new_cluster: json!({}) }];
    job.tasks[0].job_cluster_key = Some("small".into());
    job.tasks[1].job_cluster_key = Some("small".into());
    job
}

#[test]
fn a_job_cluster_is_started_once_shared_and_ended_with_its_last_task() {
    let record = finished(on_a_cluster(), settings(), minute).record();
    let attempts: Vec<(Timestamp, Timestamp)> =
        record.tasks.iter().map(|task| (task.attempts[0].start, task.attempts[0].running_from)).collect();
    assert_eq!(attempts, [(at(0), at(4)), (at(5), at(5)), (at(6), at(6))]);
    let [cluster] = record.clusters.as_slice() else { panic!("one cluster") };
    assert_eq!((cluster.kind, cluster.end), (ClusterKind::Job, Some(at(6))));
    assert_eq!((record.cluster_minutes, record.start_up_millis), (6, 4 * MINUTE));
}

#[test]
fn an_all_purpose_cluster_goes_on_until_it_was_idle_for_long() {
    let mut job = chain(&["a", "b"]);
    job.tasks.iter_mut().for_each(|task| task.existing_cluster_id = Some("0115-abc".into()));
    let record = finished(job, settings(), minute).record();
    assert_eq!(record.clusters.len(), 1);
    assert_eq!(record.cluster_minutes, 6 + 120);
}

#[test]
fn a_lost_cluster_is_started_again_for_the_retry() {
    let mut job = on_a_cluster();
    job.tasks[0].max_retries = Some(1);
    let faults = vec![fault("a", Some(1), FaultKind::LoseCluster)];
    let record = finished(job, Settings { faults, ..settings() }, minute).record();
    assert_eq!(record.clusters.iter().map(|cluster| cluster.lost).collect::<Vec<_>>(), [true, false]);
    assert_eq!(record.result, Some(RunResult::Success));
    assert!(task(&record, "a").attempts[0].lost);
}

/// `a` and `b` side by side on one cluster.
fn side_by_side() -> Job {
    let mut job = on_a_cluster();
    job.tasks[1].depends_on.clear();
    job.tasks[2].depends_on.clear();
    job
}

#[test]
fn everything_that_runs_on_a_lost_cluster_fails_with_it_and_the_next_one_starts_then() {
    let mut job = side_by_side();
    job.tasks[0].max_retries = Some(1);
    let faults = vec![fault("a", Some(1), FaultKind::LoseCluster)];
    let record = finished(job, Settings { faults, ..settings() }, minute).record();
    let lost_at = after(at(4), 1_000);
    let b = &task(&record, "b").attempts;
    assert_eq!((b.len(), b[0].end, b[0].outcome, b[0].lost), (1, Some(lost_at), TaskResult::Failed, true));
    assert_eq!(task(&record, "b").life_cycle, LifeCycle::InternalError);
    assert_eq!(task(&record, "c").result, Some(TaskResult::Success));
    let clusters: Vec<_> = record.clusters.iter().map(|used| (used.pending_from, used.end, used.lost)).collect();
    let second = &task(&record, "a").attempts[1];
    assert_eq!(second.running_from, after(lost_at, 4 * MINUTE));
    assert_eq!(clusters, [(at(0), Some(lost_at), true), (lost_at, second.end, false)]);
}

#[test]
fn a_lost_cluster_that_nothing_needs_any_more_ends_then_all_the_same() {
    for is_of_all_purposes in [false, true] {
        let mut job = on_a_cluster();
        job.tasks.truncate(1);
        if is_of_all_purposes {
            job.tasks[0].job_cluster_key = None;
            job.tasks[0].existing_cluster_id = Some("1101-123456-shared".to_owned());
        }
        let faults = vec![fault("a", Some(1), FaultKind::LoseCluster)];
        let record = finished(job, Settings { faults, ..settings() }, minute).record();
        let (used, lost_at) = (&record.clusters[0], task(&record, "a").attempts[0].end);
        assert_eq!((record.clusters.len(), used.lost, used.end), (1, true, lost_at), "{is_of_all_purposes}");
    }
}

#[test]
fn what_is_over_when_the_cluster_is_lost_stays_as_it_was() {
    let faults = vec![fault("a", None, FaultKind::LoseCluster)];
    let work = |_: &Order| Performed::succeeded(500);
    let record = finished(side_by_side(), Settings { faults, ..settings() }, work).record();
    assert_eq!(task(&record, "b").result, Some(TaskResult::Success));
}

#[test]
fn an_attempt_whose_time_is_up_before_its_cluster_is_there_never_runs() {
    for minutes in [1, 4] {
        let (mut job, end) = (on_a_cluster(), at(minutes));
        job.tasks[0].timeout_seconds = Some(minutes * 60);
        let mut run = Run::begin(job, settings()).unwrap();
        assert!(drive(&mut run, minute).is_empty());
        let record = run.record();
        let attempt = &task(&record, "a").attempts[0];
        assert_eq!((attempt.running_from, attempt.end, attempt.outcome), (end, Some(end), TaskResult::TimedOut));
        assert!(attempt.error.as_ref().unwrap().contains("before its cluster was there"));
        assert_eq!((record.clusters[0].running_from, record.clusters[0].end), (end, Some(end)));
    }
}

#[test]
fn the_runs_own_time_may_be_up_before_the_cluster_is_there() {
    let mut job = on_a_cluster();
    job.timeout_seconds = Some(60);
    let mut run = Run::begin(job, settings()).unwrap();
    assert!(drive(&mut run, minute).is_empty());
    let record = run.record();
    let attempt = &task(&record, "a").attempts[0];
    assert_eq!((attempt.running_from, attempt.end), (at(1), Some(at(1))));
    assert_eq!((record.result, record.start_up_millis), (Some(RunResult::TimedOut), MINUTE));
}
