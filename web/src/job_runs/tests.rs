//! Without an engine: who may begin, what is kept, and what a server that was started again makes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use sandbar_content::Course;
use sandbar_labs::workflow::run::{Performed, Repair, Run, RunRecord, Settings};
use sandbar_labs::workflow::{self, Job, Syntax};

use super::clock::{first_room, going_on};
use super::*;
use crate::app::{App, PageSettings};
use crate::error::Fault;
use crate::store::enrolments::Role;
use crate::store::job_runs::{self as stored, JobRun, NewJobRun, Progress, Span, Standing, State, Trigger};
use crate::store::lab_attempts::{self, LabOf};
use crate::store::{JobRunId, LabAttemptId, ReleaseId, Store, courses, enrolments, releases, users};

const JOB: &str = "name: orders\ntasks:\n  - {task_key: etl, notebook_task: {notebook_path: ./etl.sql}}\n";

/// A server without an engine, and a workspace in it.
struct World {
    app: App,
    attempt: LabAttemptId,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.sqlite")).await.unwrap();
        let course = Arc::new(Course::try_builtin().unwrap().clone());
        let course_id = courses::ensure(&store, &course.slug, &course.title, noon(0)).await.unwrap();
        let release = ReleaseId::from(course.release.as_str());
        releases::ensure(&store, &release, course_id, noon(0)).await.unwrap();
        let section = courses::ensure_section(&store, course_id, "All").await.unwrap();
        let user = users::ensure(&store, "ada", "Ada", "hash", noon(0)).await.unwrap();
        enrolments::put(&store, user, section, Role::Student, noon(0)).await.unwrap();
        let of = LabOf { user, course: course_id, lab: "workflows" };
        let attempt = lab_attempts::current(&store, of, &release, noon(0)).await.unwrap().id;
        let app = App::new(store, course, (course_id, release), PageSettings::default());
        Self { app, attempt, _folder: folder }
    }

    /// The workspace of another student.
    async fn attempt_of(&self, login: &str) -> LabAttemptId {
        let user = users::ensure(&self.app.store, login, login, "hash", noon(0)).await.unwrap();
        let of = LabOf { user, course: self.app.course_id, lab: "workflows" };
        lab_attempts::current(&self.app.store, of, &self.app.release, noon(0)).await.unwrap().id
    }

    async fn start(&self, job: &str, at: Timestamp) -> Option<JobRun> {
        let wanted = Wanted {
            attempt: self.attempt,
            path: "job.yml",
            settings: job,
            job: &parsed(job),
            parameters: &BTreeMap::new(),
            trigger: Trigger::Periodic,
            at,
        };
        start(&self.app, &wanted).await.unwrap()
    }

    /// A run as another server left it.
    async fn put(&self, state: State, times: (i64, Option<i64>), record: Option<&RunRecord>) -> JobRunId {
        let new = NewJobRun {
            attempt: self.attempt,
            path: "job.yml",
            settings: JOB,
            parameters: "{}",
            trigger: Trigger::Manual,
            state,
            result: None,
            starts_at: noon(times.0),
            note: None,
        };
        let run = stored::add(&self.app.store, &new, noon(0)).await.unwrap();
        let progress = Progress {
            state,
            result: None,
            ends_at: times.1.map(noon),
            record: record.map(|record| serde_json::to_string(record).unwrap()),
            note: None,
        };
        stored::save(&self.app.store, run.id, &progress).await.unwrap();
        run.id
    }

    /// Without an engine, what has begun breaks off.
    async fn settle(&self, id: JobRunId) {
        let mut changes = self.app.job_runs.follow();
        while self.get(id).await.state.is_active() {
            changes.recv().await.unwrap();
        }
    }

    async fn get(&self, id: JobRunId) -> JobRun {
        stored::get(&self.app.store, id).await.unwrap().unwrap()
    }
}

fn noon(second: i64) -> Timestamp {
    "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

fn parsed(job: &str) -> Job {
    workflow::check(job, Syntax::Yaml).job.unwrap()
}

fn with(line: &str) -> String {
    format!("{line}\n{JOB}")
}

#[tokio::test]
async fn a_run_beside_an_active_one_is_skipped_and_says_why() {
    let world = World::new().await;
    world.put(State::Running, (0, None), None).await;
    let skipped = world.start(JOB, noon(60)).await.unwrap();
    assert_eq!((skipped.state, skipped.result.as_deref()), (State::Over, Some("MAXIMUM_CONCURRENT_RUNS_REACHED")));
    assert!(skipped.note.unwrap().contains("`max_concurrent_runs` allows (1)"));
    let never = world.start(&with("max_concurrent_runs: 0"), noon(60)).await.unwrap();
    assert!(never.note.unwrap().contains("is 0, so that every run is skipped"));
}

#[tokio::test]
async fn with_a_queue_it_waits_and_can_be_cancelled_there() {
    let world = World::new().await;
    world.put(State::Running, (0, None), None).await;
    let queued = world.start(&with("queue: {enabled: true}"), noon(60)).await.unwrap();
    assert_eq!(world.get(queued.id).await.state, State::Queued);
    assert!(cancel(&world.app, queued.id).await.unwrap());
    let cancelled = world.get(queued.id).await;
    assert_eq!((cancelled.state, cancelled.result.as_deref()), (State::Over, Some("CANCELED")));
    assert!(!cancel(&world.app, queued.id).await.unwrap(), "it is over");
}

#[tokio::test]
async fn a_firing_during_an_earlier_run_on_its_clock_is_skipped_or_begins_when_that_one_ends() {
    let world = World::new().await;
    world.put(State::Over, (0, Some(600)), None).await;
    assert_eq!(world.start(JOB, noon(300)).await.unwrap().state, State::Over, "skipped");
    let queued = world.start(&with("queue: {enabled: true}"), noon(300)).await.unwrap();
    assert_eq!(queued.state, State::Queued);
    let begun = world.get(queued.id).await;
    assert_eq!(begun.starts_at, noon(600));
    let note = begun.note.unwrap();
    assert!(note.contains("12:05:00 UTC and waited 5 min in the queue."), "{note}");
    world.settle(queued.id).await;
    let alone = world.start(JOB, noon(6_000)).await.unwrap();
    assert_eq!(alone.state, State::Running);
}

#[tokio::test]
async fn so_many_runs_are_under_way_at_most() {
    let world = World::new().await;
    for _ in 0..20 {
        world.put(State::Queued, (0, None), None).await;
    }
    assert!(world.start(JOB, noon(0)).await.is_none());
}

#[tokio::test]
async fn who_decides_about_one_workspace_does_not_keep_another_waiting() {
    let world = World::new().await;
    let other = world.attempt_of("bob").await;
    let _held = world.app.job_runs.admission(other).await;
    assert!(world.start(JOB, noon(0)).await.is_some());
}

#[tokio::test]
async fn of_many_that_want_to_begin_at_once_one_does() {
    let world = Arc::new(World::new().await);
    // While this one has the workspace's turn, none of them ends.
    let _turn = world.app.job_runs.turn(world.attempt).await;
    let wanted = (0..8).map(|_| {
        let world = Arc::clone(&world);
        tokio::spawn(async move { world.start(JOB, noon(60)).await.unwrap().state })
    });
    let mut begun = 0;
    for state in futures::future::join_all(wanted).await {
        begun += usize::from(state.unwrap() == State::Running);
    }
    assert_eq!(begun, 1);
}

#[tokio::test]
async fn a_run_that_waits_for_its_turn_is_cancelled_at_once() {
    let world = World::new().await;
    let turn = world.app.job_runs.turn(world.attempt).await;
    let run = world.start(JOB, noon(60)).await.unwrap();
    let queued = world.start(&with("queue: {enabled: true}"), noon(60)).await.unwrap();
    assert!(cancel(&world.app, run.id).await.unwrap());
    world.settle(run.id).await;
    let cancelled = world.get(run.id).await;
    assert_eq!((cancelled.state, cancelled.result.as_deref()), (State::Over, Some("CANCELED")));
    assert!(cancelled.note.unwrap().contains("nothing of it has run"));
    let record: RunRecord = serde_json::from_str(&cancelled.record.unwrap()).unwrap();
    assert!(record.tasks.iter().all(|task| task.attempts.is_empty() && task.result.is_some()));
    assert!(record.foresee(&parsed(JOB), &Repair::all_failed(noon(99))).is_ok(), "it can be repaired");
    drop(turn);
    world.settle(queued.id).await;
}

#[tokio::test]
async fn a_run_whose_work_panics_breaks_off_and_the_next_one_begins() {
    let world = World::new().await;
    let broken = world.put(State::Running, (0, None), Some(&half())).await;
    let queued = world.put(State::Queued, (30, None), None).await;
    let standing = Standing::from(&world.get(broken).await);
    carry::hold(&world.app, standing, async { panic!("a bug of ours") });
    world.settle(broken).await;
    let run = world.get(broken).await;
    assert_eq!(run.state, State::Broken);
    assert!(run.note.unwrap().starts_with("The engine failed on our side, not in your job (reference "));
    world.settle(queued).await;
    assert_eq!(world.get(queued).await.state, State::Broken, "there is no engine");
}

#[tokio::test]
async fn what_a_panic_said_is_in_the_fault() {
    let words = |fault: Result<(), Fault>| fault.unwrap_err().into_source().to_string();
    assert_eq!(words(carry::unpanicked(async { panic!("a bug of ours") }).await), "a run panicked: a bug of ours");
    let number = 7;
    assert_eq!(words(carry::unpanicked(async move { panic!("bug {number}") }).await), "a run panicked: bug 7");
}

/// `etl` is over, `quality` is under way.
fn half() -> RunRecord {
    let job = parsed(&format!(
        "{JOB}  - {{task_key: quality, depends_on: [{{task_key: etl}}], notebook_task: {{notebook_path: q.sql}}}}\n"
    ));
    let mut run = Run::begin(job, Settings::manual("job", "1", noon(0))).unwrap();
    let etl = run.next_order().unwrap();
    run.performed(&etl, Performed::succeeded(15_000).with_output(vec!["etl.sql:1: SELECT 1: 1 row".to_owned()]));
    run.next_order().unwrap();
    run.record()
}

#[tokio::test]
async fn a_server_that_was_started_again_tells_of_the_run_that_was_under_way_and_lets_the_next_begin() {
    let world = World::new().await;
    let broken = world.put(State::Running, (0, None), Some(&half())).await;
    let queued = world.put(State::Queued, (30, None), None).await;
    take_up(&world.app).await.unwrap();
    let run = world.get(broken).await;
    assert_eq!(run.state, State::Broken);
    assert!(run.note.unwrap().starts_with("The server stopped while this was under way."));
    let record: RunRecord = serde_json::from_str(&run.record.unwrap()).unwrap();
    assert_eq!(record.tasks[0].attempts[0].output.len(), 1, "what was done is kept");
    assert_eq!((run.ends_at, record.end), (Some(noon(15)), Some(noon(15))));
    assert_ne!(world.get(queued).await.state, State::Queued);
    assert_eq!(world.get(queued).await.starts_at, noon(30));
}

#[test]
fn a_record_with_too_much_in_it_is_cut_to_its_bound_and_can_still_be_repaired() {
    let mut record = half();
    record.break_off(&"x".repeat(50_000));
    let template = record.tasks[0].attempts[0].clone();
    for _ in 0..3_000 {
        let mut attempt = template.clone();
        attempt.output = vec!["y".repeat(3_000); 3];
        attempt.parameters = (0..20).map(|number| (format!("p{number}"), "z".repeat(500))).collect();
        record.tasks[0].attempts.push(attempt);
    }
    let text = bounds::stored(record).unwrap();
    assert!(text.len() <= bounds::MAX_RECORD_BYTES, "{} bytes", text.len());
    let kept: RunRecord = serde_json::from_str(&text).unwrap();
    assert!(kept.tasks[1].error.as_ref().unwrap().chars().count() <= 2_001);
    let job = parsed(JOB);
    let repair = Repair::of_tasks(noon(9), vec!["etl".to_owned()], true);
    assert_eq!(kept.foresee(&job, &repair).unwrap().runs, ["etl"]);
}

#[test]
fn a_record_keeps_its_bound_through_many_tasks_and_repairs() {
    let key = |number: usize| format!("{number:0>100}");
    let task = |number| format!("  - {{task_key: t{}, notebook_task: {{notebook_path: a.sql}}}}\n", &key(number)[1..]);
    let job = format!("tasks:\n{}", (0..1_000).map(task).collect::<String>());
    let mut record = Run::begin(parsed(&job), Settings::manual("job", "1", noon(0))).unwrap().record();
    record.break_off(&"\u{1}".repeat(50_000));
    let template = half().tasks[0].attempts[0].clone();
    for task in &mut record.tasks {
        task.error = Some("\u{1}".repeat(300));
        for number in 1..=6 {
            let mut attempt = template.clone();
            attempt.number = number;
            attempt.error.clone_from(&task.error);
            attempt.written = (0..5).map(|number| (format!("a_table_of_that_attempt_{number}"), 7)).collect();
            task.attempts.push(attempt);
        }
    }
    let again: Vec<String> = record.tasks.iter().map(|task| task.task_key.clone()).collect();
    record.repairs = (0..60).map(|_| Repair { again: again.clone(), ..Repair::all_failed(noon(9)) }).collect();
    let text = bounds::stored(record).unwrap();
    assert!(text.len() <= bounds::MAX_RECORD_BYTES, "{} bytes", text.len());
    let kept: RunRecord = serde_json::from_str(&text).unwrap();
    assert_eq!(kept.tasks.len(), 1_000);
    assert!(kept.foresee(&parsed(&job), &Repair::all_failed(noon(9))).is_ok());
}

#[test]
fn a_paused_schedule_does_not_fire() {
    let schedule = |status: &str| {
        let cron = "quartz_cron_expression: 0 0 6 * * ?, timezone_id: UTC";
        parsed(&with(&format!("schedule: {{{cron}, pause_status: {status}}}")))
    };
    assert!(matches!(next_firing(&schedule("PAUSED"), noon(0)), Err(NoFiring::Paused)));
    assert_eq!(next_firing(&schedule("UNPAUSED"), noon(0)).unwrap().timestamp(), noon(18 * 3_600));
    assert!(matches!(next_firing(&parsed(JOB), noon(0)), Err(NoFiring::NoSchedule)));
}

fn over(times: &[(i64, i64)]) -> Vec<Span> {
    times.iter().map(|&(from, length)| Span { starts_at: noon(from), ends_at: noon(from + length) }).collect()
}

proptest! {
    #[test]
    fn the_first_room_is_the_earliest_instant_with_room(
        times in prop::collection::vec((0_i64..50, 1_i64..20), 0..8),
        from in 0_i64..60,
        room in 1_usize..4,
    ) {
        let runs = over(&times);
        let at = first_room(&runs, noon(from), room);
        prop_assert!(going_on(&runs, at).count() < room);
        prop_assert!((from..at.as_second() - noon(0).as_second()).all(|second| going_on(&runs, noon(second)).count() >= room));
    }
}
