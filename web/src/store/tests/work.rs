use proptest::prelude::*;

use super::*;
use crate::store::cell_outputs::{self, CellOutput};
use crate::store::documents::{self, Saved};
use crate::store::{lab_attempts, ledger, lesson_parts, lesson_progress};

#[tokio::test]
async fn a_save_against_an_old_revision_changes_nothing() {
    let world = World::new().await;
    let start =
        async || documents::start(&world.store, world.lab(), "a.sql", "one", &world.release, noon(0)).await.unwrap();
    start().await;
    let save = async |content, seen| {
        documents::save(&world.store, world.lab(), "a.sql", (content, seen), noon(1)).await.unwrap()
    };
    assert_eq!(save("two", 1).await, Saved::Kept { revision: 2 });
    let Saved::Stale(Some(kept)) = save("three", 1).await else { panic!("an old revision was taken") };
    assert_eq!((kept.content.as_str(), kept.revision), ("two", 2));
    start().await;
    assert_eq!(documents::get(&world.store, world.lab(), "a.sql").await.unwrap().unwrap().content, "two");
}

#[tokio::test]
async fn of_two_writers_at_once_one_wins_and_the_other_is_told() {
    let world = World::new().await;
    documents::start(&world.store, world.lab(), "a.sql", "one", &world.release, noon(0)).await.unwrap();
    let save = |content: &'static str| documents::save(&world.store, world.lab(), "a.sql", (content, 1), noon(1));
    let (left, right) = tokio::join!(save("left"), save("right"));
    let kept = [left.unwrap(), right.unwrap()].iter().filter(|saved| matches!(saved, Saved::Kept { .. })).count();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn starting_over_opens_a_new_attempt_with_the_next_number() {
    let world = World::new().await;
    let current = async || lab_attempts::current(&world.store, world.lab(), &world.release, noon(0)).await.unwrap();
    let (first, same) = (current().await, current().await);
    assert_eq!(first, same);
    let next = lab_attempts::start_over(&world.store, world.lab(), &world.release, noon(1)).await.unwrap();
    assert_eq!((first.number, next.number), (1, 2));
    assert_eq!(current().await, next);
}

#[tokio::test]
async fn many_requests_at_once_open_one_attempt() {
    let world = World::new().await;
    let opened = (0..8).map(|_| lab_attempts::current(&world.store, world.lab(), &world.release, noon(0)));
    let attempts = futures::future::join_all(opened).await;
    let first = attempts[0].as_ref().unwrap();
    assert!(attempts.iter().all(|attempt| attempt.as_ref().unwrap() == first));
}

#[tokio::test]
async fn the_last_output_of_a_cell_is_kept() {
    let world = World::new().await;
    let attempt = lab_attempts::current(&world.store, world.lab(), &world.release, noon(0)).await.unwrap();
    let output = |outcomes: &str, second| CellOutput {
        cell: "c1".into(),
        source: "SELECT 1".into(),
        outcomes: outcomes.into(),
        elapsed_us: 12,
        ran_at: noon(second),
    };
    for (outcomes, second) in [("[1]", 1), ("[2]", 2)] {
        cell_outputs::put(&world.store, attempt.id, &output(outcomes, second)).await.unwrap();
    }
    assert_eq!(cell_outputs::of_attempt(&world.store, attempt.id).await.unwrap(), [output("[2]", 2)]);
}

#[tokio::test]
async fn the_ledger_of_an_unknown_attempt_is_refused_whole() {
    let world = World::new().await;
    let entry = ledger::Entry { sql: "SELECT 1".into(), error_class: None, commits: "[]".into(), elapsed_us: 1 };
    let unknown = lab_attempts::LabAttempt { id: 99.into(), number: 1, release_id: world.release.clone() };
    assert!(ledger::append(&world.store, unknown.id, "c1", &[entry], noon(0)).await.is_err());
}

#[tokio::test]
async fn a_lesson_is_done_once_it_was_opened_and_finished() {
    let world = World::new().await;
    let whose = (world.student, world.course);
    lesson_progress::finish(&world.store, whose, "intro", noon(0)).await.unwrap();
    assert!(lesson_progress::of_user(&world.store, world.student, world.course).await.unwrap().is_empty());
    lesson_progress::open(&world.store, whose, "intro", &world.release, noon(1)).await.unwrap();
    lesson_progress::finish(&world.store, whose, "intro", noon(2)).await.unwrap();
    lesson_progress::finish(&world.store, whose, "intro", noon(9)).await.unwrap();
    let progress = lesson_progress::of_user(&world.store, world.student, world.course).await.unwrap();
    assert_eq!(progress[0].done_at, Some(noon(2)));
    assert_eq!(
        lesson_progress::finished(&world.store, world.course).await.unwrap(),
        BTreeMap::from([(world.student, 1)])
    );
}

#[tokio::test]
async fn parts_of_lessons_are_noted_once_and_a_walkthrough_keeps_its_place() {
    let world = World::new().await;
    let whose = (world.student, world.course);
    for (lesson, part, second) in [("intro", "walkthrough", 1), ("intro", "walkthrough", 5), ("more", "snippet-1", 2)] {
        lesson_parts::note(&world.store, whose, (lesson, part), noon(second)).await.unwrap();
    }
    let done = lesson_parts::of_user(&world.store, world.student, world.course).await.unwrap();
    let seen: Vec<(&str, usize)> = done.iter().map(|(lesson, parts)| (lesson.as_str(), parts.len())).collect();
    assert_eq!(seen, [("intro", 1), ("more", 1)]);
    lesson_progress::open(&world.store, whose, "intro", &world.release, noon(1)).await.unwrap();
    lesson_progress::reach(&world.store, whose, "intro", (4, "walkthrough")).await.unwrap();
    lesson_progress::open(&world.store, whose, "intro", &world.release, noon(2)).await.unwrap();
    let progress = lesson_progress::of_user(&world.store, world.student, world.course).await.unwrap();
    assert_eq!(progress[0].walkthrough_step, 4);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    /// Whatever a student types comes back as it was.
    #[test]
    fn a_document_reads_back_as_it_was_written(content in any::<String>(), path in "[a-z]{1,8}\\.sql") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let read = runtime.block_on(async {
            let world = World::new().await;
            documents::start(&world.store, world.lab(), &path, &content, &world.release, noon(0)).await.unwrap();
            documents::get(&world.store, world.lab(), &path).await.unwrap().unwrap().content
        });
        prop_assert_eq!(read, content);
    }
}

#[tokio::test]
async fn the_release_that_was_published_last_holds_and_the_list_is_only_added_to() {
    let world = World::new().await;
    assert_eq!(releases::published(&world.store).await.unwrap(), None, "serving alone publishes nothing");
    for (id, second) in [("r2", 1), ("r1", 2)] {
        let id = ReleaseId::from(id);
        releases::publish(&world.store, &id, world.course, noon(second)).await.unwrap();
        assert_eq!(releases::published(&world.store).await.unwrap(), Some(id));
    }
    assert!(releases::is_known(&world.store, &ReleaseId::from("r2"), world.course).await.unwrap());
    assert!(!releases::is_known(&world.store, &ReleaseId::from("r3"), world.course).await.unwrap());
    for sql in ["UPDATE published_releases SET release_id = 'r2'", "DELETE FROM published_releases"] {
        let refused = sqlx::query(sql).execute(&world.store.pool).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
    }
}

#[tokio::test]
async fn a_reader_beside_the_server_sees_what_is_written_and_writes_nothing() {
    let world = World::new().await;
    let path = world._folder.path().join("test.sqlite");
    let reader = Store::open_to_read(&path).await.unwrap();
    let submission = world.submit(0).await;
    assert_eq!(submissions::get(&reader, submission.id).await.unwrap(), Some(submission.clone()));
    assert_eq!(submissions::of_token(&reader, "ff", u64::MAX).await.unwrap(), Some(submission));
    assert_eq!(submissions::of_token(&reader, "ff", 1).await.unwrap(), None, "another seed is another report");
    assert!(releases::publish(&reader, &world.release, world.course, noon(1)).await.is_err());
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 5").execute(&world.store.pool).await.unwrap();
    assert!(matches!(Store::open_to_read(&path).await, Err(OpenError::OtherVersion { .. })));
    let nothing = world._folder.path().join("nothing.sqlite");
    assert!(Store::open_to_read(&nothing).await.is_err() && !nothing.exists(), "nothing is made");
}
