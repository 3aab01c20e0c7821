use super::*;
use crate::store::job_runs::{self, JobRun, KEPT, NewJobRun, Progress, Span, Standing, State, Trigger};
use crate::store::{LabAttemptId, lab_attempts};

async fn attempt(world: &World) -> LabAttemptId {
    lab_attempts::current(&world.store, world.lab(), &world.release, noon(0)).await.unwrap().id
}

async fn add(world: &World, attempt: LabAttemptId, state: State) -> JobRun {
    let new = NewJobRun {
        attempt,
        path: "job.yml",
        settings: "tasks: []",
        parameters: "{}",
        trigger: Trigger::Manual,
        state,
        result: None,
        starts_at: noon(5),
        note: None,
    };
    job_runs::add(&world.store, &new, noon(0)).await.unwrap()
}

#[tokio::test]
async fn the_oldest_runs_that_are_over_go_and_one_under_way_stays() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let active = add(&world, attempt, State::Running).await;
    for _ in 0..KEPT + 4 {
        add(&world, attempt, State::Over).await;
    }
    let numbers: Vec<i64> =
        job_runs::of_job(&world.store, attempt, "job.yml", 1_000).await.unwrap().iter().map(|run| run.number).collect();
    let newest: Vec<i64> = (6..=KEPT + 5).rev().chain([active.number]).collect();
    assert_eq!(numbers, newest);
}

#[tokio::test]
async fn whoever_starts_over_keeps_no_more_runs_than_others() {
    let world = World::new().await;
    let first = attempt(&world).await;
    let active = add(&world, first, State::Queued).await;
    for _ in 0..KEPT {
        add(&world, first, State::Over).await;
    }
    let elsewhere = LabOf { lab: "workflows", ..world.lab() };
    let elsewhere = lab_attempts::current(&world.store, elsewhere, &world.release, noon(0)).await.unwrap().id;
    add(&world, elsewhere, State::Over).await;
    let second = lab_attempts::start_over(&world.store, world.lab(), &world.release, noon(9)).await.unwrap().id;
    for _ in 0..3 {
        add(&world, second, State::Over).await;
    }
    let kept = job_runs::of_lab(&world.store, world.lab(), 1_000).await.unwrap();
    let expected = usize::try_from(KEPT).unwrap() + 1;
    assert_eq!((kept.len(), kept.last().unwrap().id), (expected, active.id), "{active:?} is not over");
    assert_eq!(kept.iter().filter(|run| run.attempt == second).count(), 3);
    let others = job_runs::of_job(&world.store, elsewhere, "job.yml", 1_000).await.unwrap();
    assert_eq!(others.len(), 1, "another lab's are its own");
}

#[tokio::test]
async fn who_decides_about_runs_reads_only_indexes() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let over = add(&world, attempt, State::Over).await;
    let queued = add(&world, attempt, State::Queued).await;
    let active = job_runs::active(&world.store, Some(attempt)).await.unwrap();
    assert_eq!(active, [Standing::from(&queued)]);
    assert_eq!(job_runs::active(&world.store, None).await.unwrap(), active);
    assert_eq!(job_runs::standing(&world.store, over.id).await.unwrap(), Some(Standing::from(&over)));
    assert_eq!(job_runs::settings(&world.store, over.id).await.unwrap().as_deref(), Some("tasks: []"));
    let progress = Progress { state: State::Over, result: None, ends_at: Some(noon(90)), record: None, note: None };
    job_runs::save(&world.store, over.id, &progress).await.unwrap();
    let spans = async |at| job_runs::spans_after(&world.store, attempt, "job.yml", noon(at)).await.unwrap();
    assert_eq!(spans(89).await, [Span { starts_at: noon(5), ends_at: noon(90) }]);
    assert_eq!(spans(90).await, []);
    for sql in [job_runs::ACTIVE, job_runs::SPANS_AFTER, job_runs::CLOCK] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .fetch_all(&world.store.pool)
                .await
                .unwrap();
        assert!(plan.iter().any(|(.., step)| step.contains("COVERING INDEX")), "{sql}: {plan:?}");
    }
}

#[tokio::test]
async fn a_queued_run_begins_once_and_only_one_that_is_over_goes_on() {
    let world = World::new().await;
    let attempt = attempt(&world).await;
    let run = add(&world, attempt, State::Queued).await;
    assert!(!job_runs::reopen(&world.store, run.id, ("", "{}")).await.unwrap());
    assert!(job_runs::begin(&world.store, run.id, noon(60), Some("It waited.")).await.unwrap());
    assert!(!job_runs::begin(&world.store, run.id, noon(99), None).await.unwrap());
    let progress =
        Progress { state: State::Over, result: Some("FAILED"), ends_at: Some(noon(90)), record: None, note: None };
    assert_eq!(job_runs::save(&world.store, run.id, &progress).await.unwrap(), 2);
    assert_eq!(job_runs::clock(&world.store, attempt).await.unwrap(), (Some(noon(60)), Some(noon(90))));
    assert!(job_runs::reopen(&world.store, run.id, ("name: new", "{}")).await.unwrap());
    let reopened = job_runs::get(&world.store, run.id).await.unwrap().unwrap();
    assert_eq!((reopened.state, reopened.result, reopened.settings.as_str()), (State::Running, None, "name: new"));
}

#[tokio::test]
async fn a_runs_owner_is_whose_workspace_it_is_in() {
    let world = World::new().await;
    let run = add(&world, attempt(&world).await, State::Over).await;
    let owner = job_runs::owner(&world.store, run.id).await.unwrap().unwrap();
    assert_eq!(
        (owner.user_id, owner.login.as_str(), owner.lab.as_str(), owner.attempt),
        (world.student, "ada", "delta", 1)
    );
}
