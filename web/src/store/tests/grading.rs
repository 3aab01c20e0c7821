use super::*;
use crate::store::counting_reports;
use crate::store::grading_queue::{self, Lease, State};
use crate::store::reports::NewReport;
use crate::store::submissions::{Filter, Listed};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

fn report(score: u32) -> NewReport {
    NewReport {
        release: ReleaseId::from("r1"),
        engine: "0.1.0".into(),
        score,
        max_score: 10_000,
        body: format!("{{\"score\":{score}}}"),
    }
}

async fn lease(world: &World, second: i64) -> Option<Lease> {
    grading_queue::lease(&world.store, MINUTE, noon(second)).await.unwrap()
}

#[tokio::test]
async fn submissions_are_numbered_and_keep_their_files_and_seed() {
    let world = World::new().await;
    let (first, second) = (world.submit(0).await, world.submit(1).await);
    assert_eq!((first.number, second.number), (1, 2));
    assert_eq!(submissions::get(&world.store, first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(first.seed, u64::MAX);
    assert_eq!(submissions::files(&world.store, first.id).await.unwrap()["lab.sql"], b"SELECT 0");
    let ids: Vec<_> = submissions::of_lab(&world.store, world.lab()).await.unwrap().iter().map(|it| it.id).collect();
    assert_eq!(ids, [second.id, first.id]);
}

#[tokio::test]
async fn what_was_handed_in_cannot_be_changed_or_removed() {
    let world = World::new().await;
    world.submit(0).await;
    for sql in [
        "UPDATE submissions SET hash = 'x'",
        "DELETE FROM submissions",
        "UPDATE submission_files SET content = x'00'",
        "DELETE FROM submission_files",
    ] {
        let refused = sqlx::query(sql).execute(&world.store.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn the_queue_gives_each_submission_to_one_worker_in_order() {
    let world = World::new().await;
    let (first, second) = (world.submit(0).await, world.submit(1).await);
    assert_eq!(grading_queue::state(&world.store, second.id).await.unwrap(), Some(State::Waiting { ahead: 1 }));
    let leases = [lease(&world, 2).await, lease(&world, 2).await, lease(&world, 2).await];
    let ids: Vec<_> = leases.iter().flatten().map(|lease| lease.submission).collect();
    assert_eq!(ids, [first.id, second.id]);
    assert_eq!(grading_queue::state(&world.store, first.id).await.unwrap(), Some(State::Running));
}

#[tokio::test]
async fn a_report_from_a_lease_that_ended_is_dropped() {
    let world = World::new().await;
    let submission = world.submit(0).await;
    let slow = lease(&world, 0).await.unwrap();
    assert_eq!(lease(&world, 59).await, None, "the lease still holds");
    let successor = lease(&world, 60).await.unwrap();
    assert!(!grading_queue::complete(&world.store, slow, &report(1), noon(61)).await.unwrap());
    assert!(grading_queue::complete(&world.store, successor, &report(9_000), noon(62)).await.unwrap());
    assert!(!grading_queue::complete(&world.store, successor, &report(2), noon(63)).await.unwrap(), "once only");
    let latest = counting_reports::of_submission(&world.store, submission.id).await.unwrap().unwrap();
    assert_eq!((latest.score, latest.graded_at), (9_000, noon(62)));
    assert_eq!(grading_queue::state(&world.store, submission.id).await.unwrap(), Some(State::Done));
}

#[tokio::test]
async fn leases_that_a_dead_process_held_are_ended_and_its_late_report_is_dropped() {
    let world = World::new().await;
    let submission = world.submit(0).await;
    let dead = lease(&world, 0).await.unwrap();
    grading_queue::end_leases(&world.store).await.unwrap();
    let successor = lease(&world, 1).await.unwrap();
    assert_eq!(successor.submission, submission.id);
    assert!(!grading_queue::complete(&world.store, dead, &report(1), noon(2)).await.unwrap());
    assert!(grading_queue::complete(&world.store, successor, &report(9_000), noon(3)).await.unwrap());
}

#[tokio::test]
async fn a_submission_on_which_the_grading_queue_dies_each_time_is_put_aside_and_the_next_has_its_turn() {
    let world = World::new().await;
    let (fatal, next) = (world.submit(0).await, world.submit(1).await);
    for second in [2, 3] {
        grading_queue::put_aside(&world.store, noon(second), 2).await.unwrap();
        assert_eq!(lease(&world, second).await.unwrap().submission, fatal.id);
        grading_queue::end_leases(&world.store).await.unwrap();
    }
    grading_queue::put_aside(&world.store, noon(4), 2).await.unwrap();
    assert_eq!(grading_queue::state(&world.store, fatal.id).await.unwrap(), Some(State::Failed));
    let held = lease(&world, 4).await.unwrap();
    assert_eq!(held.submission, next.id);
    grading_queue::put_aside(&world.store, noon(5), 1).await.unwrap();
    assert!(
        grading_queue::complete(&world.store, held, &report(1), noon(5)).await.unwrap(),
        "a lease that holds stays"
    );
    grading_queue::retry(&world.store, fatal.id, noon(6)).await.unwrap();
    assert_eq!(lease(&world, 6).await.unwrap().submission, fatal.id);
}

#[tokio::test]
async fn a_submission_that_fails_again_and_again_is_put_aside_and_can_be_retried() {
    let world = World::new().await;
    let submission = world.submit(0).await;
    for (second, expected) in [(0, State::Waiting { ahead: 0 }), (10, State::Failed)] {
        let held = lease(&world, second).await.unwrap();
        grading_queue::give_back(&world.store, held, "engine", (noon(second + 10), 2)).await.unwrap();
        assert_eq!(grading_queue::state(&world.store, submission.id).await.unwrap(), Some(expected));
        assert_eq!(lease(&world, second + 9).await, None, "not before its time");
    }
    assert_eq!(lease(&world, 500).await, None);
    grading_queue::retry(&world.store, submission.id, noon(500)).await.unwrap();
    assert!(lease(&world, 500).await.is_some());
}

#[tokio::test]
async fn graded_submissions_are_listed_with_their_scores_by_student() {
    let world = World::new().await;
    for (second, score) in [(0, 5_000), (1, 8_000)] {
        world.submit(second).await;
        let lease = lease(&world, second).await.unwrap();
        assert!(grading_queue::complete(&world.store, lease, &report(score), noon(second)).await.unwrap());
    }
    world.submit(2).await;
    let graded = counting_reports::of_course(&world.store, world.course, Some(world.student)).await.unwrap();
    let scores: Vec<_> = graded.iter().map(|it| (it.number, it.score, it.max_score)).collect();
    assert_eq!(scores, [(1, 5_000, 10_000), (2, 8_000, 10_000)]);
    let other = world.enrol("bela", Role::Student).await;
    assert!(counting_reports::of_course(&world.store, world.course, Some(other)).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_not_graded_yet_is_counted() {
    let world = World::new().await;
    let first = world.submit(0).await;
    let second = world.submit(1).await;
    let lease = lease(&world, 1).await.unwrap();
    assert_eq!(lease.submission, first.id);
    grading_queue::complete(&world.store, lease, &report(10), noon(2)).await.unwrap();
    let handed_in = submissions::handed_in(&world.store, world.course).await.unwrap();
    assert_eq!((handed_in[0].count, handed_in[0].ungraded, handed_in[0].failed), (2, 1, 0));
    assert_eq!(handed_in[0].latest, second.id);
}

#[tokio::test]
async fn submissions_are_listed_by_lab_student_and_state() {
    let mut world = World::new().await;
    let graded = world.submit(0).await;
    let held = lease(&world, 0).await.unwrap();
    assert!(grading_queue::complete(&world.store, held, &report(10), noon(0)).await.unwrap());
    let put_aside = world.submit(1).await;
    let held = lease(&world, 1).await.unwrap();
    grading_queue::give_back(&world.store, held, "engine", (noon(2), 1)).await.unwrap();
    world.student = world.enrol("bela", Role::Student).await;
    let waiting = world.submit(3).await;
    let ids = async |filter, most| {
        let listed = submissions::listed(&world.store, world.course, filter, most).await.unwrap();
        listed.iter().map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(Filter::default(), 2).await, [waiting.id, put_aside.id]);
    for (state, id) in [(Listed::Graded, graded.id), (Listed::PutAside, put_aside.id), (Listed::Waiting, waiting.id)] {
        assert_eq!(ids(Filter { state: Some(state), ..Filter::default() }, 9).await, [id]);
    }
    assert_eq!(ids(Filter { student: Some("bela"), ..Filter::default() }, 9).await, [waiting.id]);
    assert_eq!(ids(Filter { lab: Some("workflows"), ..Filter::default() }, 9).await, []);
}
