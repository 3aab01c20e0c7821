use proptest::prelude::*;
use sandbar_grader::rubric::HintLevel;

use super::*;
use crate::marks::{self, effective};
use crate::store::comments::{self, NewComment};
use crate::store::lab_policies::{self, Counting, LabPolicy, Late, Results};
use crate::store::overrides::{self, NewOverride};
use crate::store::regrades::{self, Regrade, Turned, Wanted};
use crate::store::reports::NewReport;
use crate::store::{
    OverrideId, RegradeId, SubmissionId, counting_reports, extensions, grading_queue, hints_opened, regrade_queue,
};

const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// A report of two checks, of 40 and 60 points.
fn report(points: [u32; 2]) -> NewReport {
    let report = marks::tests::report(&[(points[0], 4_000), (points[1], 6_000)]);
    NewReport {
        release: ReleaseId::from("r1"),
        engine: "0.1.0".into(),
        score: report.score.hundredths(),
        max_score: report.max_score.hundredths(),
        body: serde_json::to_string(&report).unwrap(),
    }
}

async fn graded(world: &World, points: [u32; 2]) -> SubmissionId {
    let id = world.submit(0).await.id;
    let lease = grading_queue::lease(&world.store, MINUTE, noon(0)).await.unwrap().unwrap();
    assert!(grading_queue::complete(&world.store, lease, &report(points), noon(0)).await.unwrap());
    id
}

/// Starts a regrade of the lab and gives its submissions, in order, these points.
async fn regraded(world: &World, all: &[[u32; 2]]) -> RegradeId {
    let wanted = Wanted { course: world.course, lab: "delta", submission: None };
    let id = regrades::start(&world.store, wanted, world.student, noon(1)).await.unwrap();
    for points in all {
        let lease = regrade_queue::lease(&world.store, MINUTE, noon(1)).await.unwrap().unwrap();
        assert!(regrade_queue::complete(&world.store, lease, &report(*points), noon(1)).await.unwrap());
    }
    id
}

async fn regrade(world: &World, id: RegradeId) -> Regrade {
    regrades::get(&world.store, world.course, id).await.unwrap().unwrap()
}

async fn apply(world: &World, id: RegradeId) -> Turned {
    regrades::apply(&world.store, &regrade(world, id).await, world.student, noon(2)).await.unwrap()
}

async fn undo(world: &World, id: RegradeId) -> Turned {
    regrades::undo(&world.store, &regrade(world, id).await, world.student, noon(3)).await.unwrap()
}

/// The mark of each submission of the course.
async fn all_marks(world: &World) -> Vec<marks::Mark> {
    let sets = overrides::in_force(&world.store, world.course, None).await.unwrap();
    let mut all = Vec::new();
    for graded in counting_reports::of_course(&world.store, world.course, None).await.unwrap() {
        let stored = counting_reports::of_submission(&world.store, graded.submission).await.unwrap().unwrap();
        assert_eq!(stored.score, graded.score);
        let sets = sets.get(&graded.submission).map(Vec::as_slice).unwrap_or_default();
        all.push(effective(&serde_json::from_str(&stored.body).unwrap(), &sets.into()));
    }
    all
}

async fn scores(world: &World) -> Vec<u32> {
    all_marks(world).await.iter().map(|mark| mark.score.hundredths()).collect()
}

async fn set(world: &World, submission: SubmissionId, check: &str, points: u32) {
    let new = NewOverride { submission, check, points, reason: "It is right.", by: world.student };
    overrides::add(&world.store, new, noon(1)).await.unwrap();
}

#[tokio::test]
async fn nothing_of_a_mark_can_be_changed_or_removed() {
    let world = World::new().await;
    let submission = graded(&world, [4_000, 0]).await;
    set(&world, submission, "check-1", 100).await;
    let comment = NewComment { submission, check: None, text: "Well done.", by: world.student };
    comments::add(&world.store, comment, noon(1)).await.unwrap();
    let last = LabPolicy { counting: Counting::Last, ..LabPolicy::default() };
    lab_policies::set(&world.store, (world.course, "delta"), last, world.student, noon(1)).await.unwrap();
    extensions::set(&world.store, (world.course, "delta", world.student), Some(noon(9)), world.student, noon(1))
        .await
        .unwrap();
    hints_opened::open(&world.store, world.lab(), (1, HintLevel::Clause), &world.release, noon(1)).await.unwrap();
    let regrade = regraded(&world, &[[4_000, 6_000]]).await;
    assert_eq!(apply(&world, regrade).await, Turned::Done);
    for (table, column) in [
        ("reports", "score = 0"),
        ("overrides", "points = 0"),
        ("comments", "text = 'x'"),
        ("regrades", "lab = 'x'"),
        ("counting_reports", "at = 0"),
        ("lab_policies", "counting = 'best'"),
        ("extensions", "due_at = 1"),
        ("hints_opened", "at = 1"),
    ] {
        for sql in [format!("UPDATE {table} SET {column}"), format!("DELETE FROM {table}")] {
            let refused = sqlx::query(sqlx::AssertSqlSafe(sql.clone())).execute(&world.store.pool).await.unwrap_err();
            assert!(refused.to_string().contains("append-only"), "{sql}: {refused}");
        }
    }
}

#[tokio::test]
async fn an_override_holds_until_it_is_replaced_or_withdrawn_and_stays_in_the_list() {
    let world = World::new().await;
    let submission = graded(&world, [4_000, 0]).await;
    set(&world, submission, "check-1", 1_000).await;
    set(&world, submission, "check-1", 2_000).await;
    assert_eq!(scores(&world).await, [6_000]);
    let rows = overrides::of_submission(&world.store, submission).await.unwrap();
    let [last, first] = rows.as_slice() else { panic!("{rows:?}") };
    assert!(last.in_force && !first.in_force && last.by == "ada");
    let withdraw = async |id: OverrideId, submission| {
        overrides::withdraw(&world.store, (submission, id), world.student, noon(4)).await.unwrap()
    };
    assert!(!withdraw(first.id, submission).await, "it was replaced");
    let other = graded(&world, [0, 0]).await;
    assert!(!withdraw(last.id, other).await, "it belongs to another submission");
    assert!(withdraw(last.id, submission).await);
    assert!(!withdraw(last.id, submission).await, "once only");
    assert_eq!(scores(&world).await, [4_000, 0]);
    let rows = overrides::of_submission(&world.store, submission).await.unwrap();
    assert_eq!((rows.len(), rows[0].points, rows.iter().any(|row| row.in_force)), (3, None, false));
}

#[tokio::test]
async fn an_override_without_a_reason_is_refused() {
    let world = World::new().await;
    let submission = graded(&world, [0, 0]).await;
    let new = NewOverride { submission, check: "check-1", points: 1, reason: "  ", by: world.student };
    assert!(overrides::add(&world.store, new, noon(1)).await.is_err());
}

#[tokio::test]
async fn a_regrade_changes_no_mark_until_it_is_applied_and_undoing_brings_the_marks_back() {
    let world = World::new().await;
    let first = graded(&world, [4_000, 0]).await;
    graded(&world, [0, 0]).await;
    let id = regraded(&world, &[[4_000, 6_000]]).await;
    assert_eq!(apply(&world, id).await, Turned::Unfinished);
    let lease = regrade_queue::lease(&world.store, MINUTE, noon(1)).await.unwrap().unwrap();
    regrade_queue::give_back(&world.store, lease, "engine", (noon(1), 1)).await.unwrap();
    let open = regrade(&world, id).await;
    assert_eq!((open.all, open.waiting, open.failed, open.applied), (2, 0, 1, false));
    assert_eq!(scores(&world).await, [4_000, 0]);
    let pairs = regrades::pairs(&world.store, id).await.unwrap();
    assert_eq!((pairs.len(), pairs[0].submission), (1, first));
    assert_eq!((pairs[0].was_score, pairs[0].would_be_score), (4_000, 10_000));

    assert_eq!((apply(&world, id).await, apply(&world, id).await), (Turned::Done, Turned::Already));
    assert_eq!(scores(&world).await, [10_000, 0], "what could not be graded keeps its mark");
    assert!(regrade(&world, id).await.applied);
    assert_eq!(regrades::pairs(&world.store, id).await.unwrap(), pairs, "was is what was");
    assert_eq!((undo(&world, id).await, undo(&world, id).await), (Turned::Done, Turned::Already));
    assert_eq!(scores(&world).await, [4_000, 0]);
    assert_eq!(apply(&world, id).await, Turned::Done, "it can be applied again");
    assert_eq!(scores(&world).await, [10_000, 0]);
}

#[tokio::test]
async fn only_the_topmost_regrade_of_a_submission_can_be_undone() {
    let world = World::new().await;
    graded(&world, [4_000, 0]).await;
    let lower = regraded(&world, &[[0, 0]]).await;
    let upper = regraded(&world, &[[4_000, 6_000]]).await;
    assert_eq!((apply(&world, lower).await, apply(&world, upper).await), (Turned::Done, Turned::Done));
    assert_eq!(undo(&world, lower).await, Turned::Covered);
    assert_eq!(undo(&world, upper).await, Turned::Done);
    assert_eq!(scores(&world).await, [0]);
    assert_eq!(undo(&world, lower).await, Turned::Done);
    assert_eq!(scores(&world).await, [4_000]);
    assert_eq!(apply(&world, upper).await, Turned::Done);
    assert_eq!(apply(&world, lower).await, Turned::Covered);
}

#[tokio::test]
async fn a_regrade_that_still_runs_is_not_started_twice() {
    let world = World::new().await;
    let submission = graded(&world, [0, 0]).await;
    let start = async |submission| {
        let wanted = Wanted { course: world.course, lab: "delta", submission };
        regrades::start(&world.store, wanted, world.student, noon(1)).await.unwrap()
    };
    let (whole, one) = (start(None).await, start(Some(submission)).await);
    assert_ne!(whole, one);
    assert_eq!((start(None).await, start(Some(submission)).await), (whole, one));
    assert_eq!(regrades::of_lab(&world.store, world.course, "delta").await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_regraded_report_from_a_lease_that_ended_is_dropped() {
    let world = World::new().await;
    graded(&world, [0, 0]).await;
    let id = regraded(&world, &[]).await;
    let slow = regrade_queue::lease(&world.store, MINUTE, noon(1)).await.unwrap().unwrap();
    grading_queue::end_leases(&world.store).await.unwrap();
    let successor = regrade_queue::lease(&world.store, MINUTE, noon(2)).await.unwrap().unwrap();
    assert!(!regrade_queue::complete(&world.store, slow, &report([0, 0]), noon(3)).await.unwrap());
    assert!(regrade_queue::complete(&world.store, successor, &report([0, 6_000]), noon(3)).await.unwrap());
    assert_eq!(regrades::pairs(&world.store, id).await.unwrap()[0].would_be_score, 6_000);
    assert_eq!(scores(&world).await, [0]);
}

#[tokio::test]
async fn comments_come_in_the_order_in_which_they_were_written() {
    let world = World::new().await;
    let submission = graded(&world, [0, 0]).await;
    for (check, text) in [(None, "one"), (Some("check-1"), "two")] {
        let new = NewComment { submission, check, text, by: world.student };
        comments::add(&world.store, new, noon(1)).await.unwrap();
    }
    let texts = comments::of_submission(&world.store, submission).await.unwrap();
    let texts: Vec<_> = texts.iter().map(|it| (it.check.as_deref(), it.text.as_str(), it.by.as_str())).collect();
    assert_eq!(texts, [(None, "one", "ada"), (Some("check-1"), "two", "ada")]);
}

#[tokio::test]
async fn the_last_rules_of_a_lab_hold_and_without_any_the_default() {
    let world = World::new().await;
    assert!(lab_policies::of_course(&world.store, world.course).await.unwrap().is_empty());
    assert_eq!((Counting::default(), Results::default()), (Counting::Best, Results::Everything));
    let late = Late { percent_a_day: 10, most_percent: 50 };
    let strict = LabPolicy { counting: Counting::Last, results: Results::AfterDue, due_at: Some(noon(5)), late };
    let counts = LabPolicy { results: Results::Counts, ..LabPolicy::default() };
    for policy in [strict, counts, strict] {
        lab_policies::set(&world.store, (world.course, "delta"), policy, world.student, noon(1)).await.unwrap();
        let policies = lab_policies::of_course(&world.store, world.course).await.unwrap();
        assert_eq!(policies, BTreeMap::from([("delta".to_owned(), policy)]));
    }
    let never = LabPolicy { late: Late { percent_a_day: 10, most_percent: 5 }, ..LabPolicy::default() };
    lab_policies::set(&world.store, (world.course, "delta"), never, world.student, noon(1)).await.unwrap_err();
}

#[tokio::test]
async fn the_last_extension_of_a_student_holds_until_it_is_taken_back() {
    let world = World::new().await;
    let bela = world.enrol("bela", Role::Student).await;
    let all = async |student| {
        let all = extensions::of_course(&world.store, world.course, student).await.unwrap();
        all.into_iter().map(|it| (it.student, it.due_at)).collect::<Vec<_>>()
    };
    let set = async |student, due_at| {
        let of = (world.course, "delta", student);
        extensions::set(&world.store, of, due_at, world.student, noon(1)).await.unwrap();
    };
    set(world.student, Some(noon(5))).await;
    set(bela, Some(noon(6))).await;
    set(world.student, Some(noon(7))).await;
    assert_eq!(all(None).await, [(bela, noon(6)), (world.student, noon(7))]);
    assert_eq!(all(Some(bela)).await, [(bela, noon(6))]);
    set(bela, None).await;
    assert_eq!(all(None).await, [(world.student, noon(7))]);
}

#[tokio::test]
async fn a_hint_is_opened_once_and_keeps_its_first_instant() {
    let world = World::new().await;
    let open = async |task, level, at| {
        hints_opened::open(&world.store, world.lab(), (task, level), &world.release, noon(at)).await.unwrap()
    };
    assert!(open(5, HintLevel::Concept, 1).await);
    assert!(open(5, HintLevel::Clause, 2).await);
    assert!(!open(5, HintLevel::Concept, 3).await, "it is open already");
    let opened = hints_opened::of_course(&world.store, world.course, Some(world.student)).await.unwrap();
    let opened: Vec<_> = opened.iter().map(|it| (it.lab.as_str(), it.task, it.level, it.at)).collect();
    assert_eq!(opened, [("delta", 5, HintLevel::Concept, noon(1)), ("delta", 5, HintLevel::Clause, noon(2))]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Apply then undo is as if nothing had been; between them what people set holds.
    #[test]
    fn applying_and_undoing_a_regrade_is_the_identity(
        before in proptest::collection::vec(any::<[u16; 2]>(), 1..4),
        after in proptest::collection::vec(any::<[u16; 2]>(), 4),
        sets in proptest::collection::vec((0..3_usize, 0..2_u32, 0..6_000_u32), 0..3),
    ) {
        let points = |all: &[u16; 2]| [u32::from(all[0]) % 4_001, u32::from(all[1]) % 6_001];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (was, between, is) = runtime.block_on(async {
            let world = World::new().await;
            let mut ids = Vec::new();
            for all in &before {
                ids.push(graded(&world, points(all)).await);
            }
            for (place, check, points) in &sets {
                set(&world, ids[place % ids.len()], &format!("check-{check}"), *points).await;
            }
            let was = all_marks(&world).await;
            let again: Vec<[u32; 2]> = after.iter().take(ids.len()).map(points).collect();
            let id = regraded(&world, &again).await;
            assert_eq!(apply(&world, id).await, Turned::Done);
            let between = all_marks(&world).await;
            assert_eq!(undo(&world, id).await, Turned::Done);
            (was, between, all_marks(&world).await)
        });
        prop_assert_eq!(&is, &was);
        for ((was, between), points) in was.iter().zip(&between).zip(after.iter().map(points)) {
            for ((was, between), graded) in was.checks.iter().zip(&between.checks).zip(points) {
                prop_assert_eq!(between.graded.hundredths(), graded);
                let expected = if was.set_by_person { was.points } else { between.graded };
                prop_assert_eq!(between.points, expected);
            }
        }
    }
}

#[tokio::test]
async fn in_a_database_from_before_marks_the_latest_report_of_a_submission_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let old = sqlx::SqlitePool::connect_with(options).await.unwrap();
    crate::store::MIGRATIONS.run_to(2, &old).await.unwrap();
    for sql in [
        "INSERT INTO users (id, login, name, password_hash, created_at) VALUES (1, 'ada', 'Ada', 'x', 0)",
        "INSERT INTO courses (id, slug, title, created_at) VALUES (1, 'week3', 'Week 3', 0)",
        "INSERT INTO releases (id, course_id, created_at) VALUES ('r1', 1, 0)",
        "INSERT INTO submissions (id, user_id, course_id, lab, number, release_id, hash, seed, submitted_at)
         VALUES (1, 1, 1, 'delta', 1, 'r1', 'ff', 1, 0), (2, 1, 1, 'delta', 2, 'r1', 'ff', 1, 0)",
        "INSERT INTO reports (submission_id, release_id, seed, engine, score, max_score, body, graded_at)
         VALUES (1, 'r1', 1, '0', 10, 100, '{}', 0), (2, 'r1', 1, '0', 30, 100, '{}', 0),
                (1, 'r1', 1, '0', 20, 100, '{}', 0)",
    ] {
        sqlx::query(sql).execute(&old).await.unwrap();
    }
    old.close().await;
    let store = Store::open(&path).await.unwrap();
    let graded = counting_reports::of_course(&store, CourseId::from(1), None).await.unwrap();
    assert_eq!(graded.iter().map(|it| (it.number, it.score)).collect::<Vec<_>>(), [(1, 20), (2, 30)]);
}
