use super::*;
use crate::store::quiz_amendments::{self, Change, NewChange};
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizAttempt, QuizOf, QuizScore};
use crate::store::quiz_extra_attempts::{self, ExtraAttempt};
use crate::store::quiz_extra_minutes::{self, Grant};
use crate::store::quiz_scores::{self, NewScore};
use crate::store::{quiz_answer_saves, quiz_answers};

const GRACE: SignedDuration = SignedDuration::from_secs(5);

fn of(world: &World) -> QuizOf<'static> {
    QuizOf { user: world.student, course: world.course, quiz: "week-3" }
}

async fn open(world: &World, second: i64, most: u32) -> Opened {
    let new = NewAttempt {
        release: &world.release,
        seed: 7,
        started_at: noon(second),
        deadline_at: Some(noon(second + 900)),
        most_attempts: Some(most),
    };
    quiz_attempts::open(&world.store, of(world), &new).await.unwrap()
}

async fn opened(world: &World, second: i64) -> QuizAttempt {
    match open(world, second, 2).await {
        Opened::Attempt(attempt) => attempt,
        Opened::NoneLeft => panic!("no attempt is left"),
    }
}

async fn close(world: &World, attempt: &QuizAttempt, second: i64) -> bool {
    quiz_attempts::submit(&world.store, attempt.id, noon(second)).await.unwrap()
}

fn score(attempt: &QuizAttempt, score: u32) -> NewScore {
    NewScore { attempt: attempt.id, score, max_score: 1_200, body: "{}".into() }
}

async fn kept(world: &World, attempt: &QuizAttempt) -> QuizAttempt {
    quiz_attempts::get(&world.store, attempt.id).await.unwrap().unwrap()
}

async fn save(world: &World, attempt: &QuizAttempt, answer: &str, second: i64) -> bool {
    let answers = BTreeMap::from([("q1".to_owned(), answer.to_owned())]);
    quiz_answers::save(&world.store, attempt.id, &answers, (noon(second), GRACE)).await.unwrap()
}

#[tokio::test]
async fn an_open_attempt_is_given_again_until_it_is_closed_and_then_the_next() {
    let world = World::new().await;
    let first = opened(&world, 0).await;
    assert_eq!(opened(&world, 1).await, first);
    assert!(close(&world, &first, 60).await);
    assert_eq!(opened(&world, 61).await.number, 2);
    let second = opened(&world, 62).await;
    assert!(close(&world, &second, 70).await);
    assert_eq!(open(&world, 71, 2).await, Opened::NoneLeft);
}

#[tokio::test]
async fn answers_count_until_the_deadline_and_its_grace() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    assert!(save(&world, &attempt, "1", 10).await);
    assert!(save(&world, &attempt, "2", 905).await);
    assert!(!save(&world, &attempt, "3", 906).await);
    assert_eq!(quiz_answers::of_attempt(&world.store, attempt.id).await.unwrap()["q1"], "2");
}

#[tokio::test]
async fn minutes_that_are_given_while_attempts_are_closed_hold() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    let overdue = quiz_attempts::overdue(&world.store, noon(901)).await.unwrap();
    assert_eq!(overdue, std::slice::from_ref(&attempt));
    let grant = Grant {
        course: world.course,
        quiz: "week-3",
        student: Some(world.student),
        minutes: 5,
        by: world.student,
        at: noon(901),
    };
    quiz_extra_minutes::give(&world.store, &grant).await.unwrap();
    assert!(!quiz_attempts::submit_overdue(&world.store, attempt.id, noon(901)).await.unwrap());
    assert!(kept(&world, &attempt).await.is_open());
    assert!(quiz_attempts::submit_overdue(&world.store, attempt.id, noon(1_201)).await.unwrap());
    assert_eq!(kept(&world, &attempt).await.submitted_at, Some(noon(1_200)), "as of its end");
}

#[tokio::test]
async fn a_release_is_forgotten_unless_something_names_it() {
    let world = World::new().await;
    opened(&world, 0).await;
    let [idle, published] = ["1111222233334444", "5555666677778888"].map(ReleaseId::from);
    releases::ensure(&world.store, &idle, world.course, noon(0)).await.unwrap();
    releases::publish(&world.store, &published, world.course, noon(0)).await.unwrap();
    assert!(releases::forget_unused(&world.store, &idle).await.unwrap());
    assert!(!releases::forget_unused(&world.store, &idle).await.unwrap(), "it is gone");
    for named in [&world.release, &published] {
        assert!(!releases::forget_unused(&world.store, named).await.unwrap());
        assert!(releases::is_known(&world.store, named, world.course).await.unwrap());
    }
}

#[tokio::test]
async fn a_closed_attempt_takes_no_answers_and_waits_until_it_is_scored_once() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    assert!(close(&world, &attempt, 60).await);
    assert!(!save(&world, &attempt, "1", 61).await);
    assert!(!close(&world, &attempt, 90).await, "it is closed once");
    let pending = kept(&world, &attempt).await;
    assert_eq!((pending.submitted_at, pending.score), (Some(noon(60)), None));
    assert_eq!(quiz_attempts::unscored(&world.store).await.unwrap(), [pending]);
    for points in [950, 0] {
        quiz_scores::add_first(&world.store, &score(&attempt, points), noon(91)).await.unwrap();
    }
    let scored = kept(&world, &attempt).await;
    assert_eq!(scored.score, Some(QuizScore { score: 950, max_score: 1_200 }));
    assert!(quiz_attempts::unscored(&world.store).await.unwrap().is_empty());
    assert_eq!(quiz_attempts::submitted(&world.store, world.course).await.unwrap(), [scored]);
}

#[tokio::test]
async fn only_a_save_that_changes_an_answer_has_an_instant() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    for (answer, second) in [("1", 10), ("1", 20), ("2", 30)] {
        assert!(save(&world, &attempt, answer, second).await);
    }
    let saves = quiz_answer_saves::of_quiz(&world.store, world.course, "week-3").await.unwrap();
    assert_eq!(saves[&attempt.id], [("q1".to_owned(), noon(10)), ("q1".to_owned(), noon(30))]);
}

#[tokio::test]
async fn an_amendment_is_recorded_with_its_scores_and_taken_back_once() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    close(&world, &attempt, 60).await;
    quiz_scores::add_first(&world.store, &score(&attempt, 900), noon(61)).await.unwrap();
    let change = |change| NewChange {
        course: world.course,
        quiz: "week-3",
        change,
        reason: "The item was wrong.",
        by: world.student,
        at: noon(100),
    };
    let amend = change(Change::Amend("{}"));
    let id = quiz_amendments::apply(&world.store, &amend, &[score(&attempt, 1_000)]).await.unwrap();
    assert_eq!(kept(&world, &attempt).await.score.unwrap().score, 1_000);
    let back = change(Change::Withdraw(id));
    quiz_amendments::apply(&world.store, &back, &[score(&attempt, 900)]).await.unwrap();
    assert!(quiz_amendments::apply(&world.store, &back, &[score(&attempt, 0)]).await.is_err());
    assert_eq!(kept(&world, &attempt).await.score.unwrap().score, 900, "a refused change leaves no score");
    let recorded = quiz_amendments::of_quiz(&world.store, world.course, "week-3").await.unwrap();
    assert_eq!(recorded.len(), 1);
    assert!(!recorded[0].stands() && recorded[0].withdrawn == Some(("ada".to_owned(), noon(100))));
    for table in ["quiz_amendments", "quiz_scores"] {
        let delete = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
        assert!(sqlx::query(delete).execute(&world.store.pool).await.is_err(), "{table}");
    }
}

#[tokio::test]
async fn minutes_move_the_deadlines_of_open_attempts_and_of_nobody_else() {
    let world = World::new().await;
    let bela = world.enrol("bela", Role::Student).await;
    let first = opened(&world, 0).await;
    close(&world, &first, 60).await;
    let open = opened(&world, 100).await;
    let give =
        |student, minutes| Grant { course: world.course, quiz: "week-3", student, minutes, by: bela, at: noon(110) };
    assert_eq!(quiz_extra_minutes::give(&world.store, &give(Some(bela), 5)).await.unwrap(), 0);
    assert_eq!(quiz_extra_minutes::give(&world.store, &give(None, 3)).await.unwrap(), 1);
    assert_eq!(quiz_extra_minutes::give(&world.store, &give(Some(world.student), 2)).await.unwrap(), 1);
    assert_eq!(kept(&world, &open).await.deadline_at, Some(noon(100 + 900 + 300)));
    assert_eq!(kept(&world, &first).await.deadline_at, Some(noon(900)), "what is over stays");
    let given = quiz_extra_minutes::of_quiz(&world.store, world.course, "week-3").await.unwrap();
    let seen: Vec<_> = given.iter().map(|it| (it.student, it.minutes, it.by.as_str())).collect();
    assert_eq!(seen, [(Some(bela), 5, "bela"), (None, 3, "bela"), (Some(world.student), 2, "bela")]);
}

#[tokio::test]
async fn an_attempt_that_was_given_is_one_students_at_one_quiz_and_stays_on_the_record() {
    let world = World::new().await;
    let bela = world.enrol("bela", Role::Student).await;
    let count = async |of| quiz_extra_attempts::count(&world.store, of).await.unwrap();
    quiz_extra_attempts::give(&world.store, of(&world), bela, noon(110)).await.unwrap();
    assert_eq!(count(of(&world)).await, 1);
    assert_eq!(count(QuizOf { user: bela, ..of(&world) }).await, 0);
    assert_eq!(count(QuizOf { quiz: "exam", ..of(&world) }).await, 0);
    let given = quiz_extra_attempts::of_quiz(&world.store, world.course, "week-3").await.unwrap();
    assert_eq!(given, [ExtraAttempt { student: world.student, by: "bela".to_owned(), at: noon(110) }]);
    assert!(sqlx::query("DELETE FROM quiz_extra_attempts").execute(&world.store.pool).await.is_err());
}

#[tokio::test]
async fn attempts_past_their_deadline_are_found() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    assert!(quiz_attempts::overdue(&world.store, noon(900)).await.unwrap().is_empty());
    assert_eq!(quiz_attempts::overdue(&world.store, noon(901)).await.unwrap(), [attempt]);
}

#[tokio::test]
async fn two_clicks_at_once_open_one_attempt() {
    let world = World::new().await;
    let (left, right) = tokio::join!(open(&world, 0, 1), open(&world, 0, 1));
    assert_eq!(left, right);
}
