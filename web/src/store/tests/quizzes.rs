use super::*;
use crate::store::quiz_answers;
use crate::store::quiz_attempts::{self, NewAttempt, Opened, QuizAttempt, QuizOf, QuizResult};

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

fn result(second: i64) -> QuizResult {
    QuizResult { submitted_at: noon(second), score: 950, max_score: 1_200, body: "{}".into() }
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
    quiz_attempts::close(&world.store, first.id, &result(60)).await.unwrap();
    assert_eq!(opened(&world, 61).await.number, 2);
    let second = opened(&world, 62).await;
    quiz_attempts::close(&world.store, second.id, &result(70)).await.unwrap();
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
async fn a_closed_attempt_takes_no_answers_and_keeps_its_score() {
    let world = World::new().await;
    let attempt = opened(&world, 0).await;
    quiz_attempts::close(&world.store, attempt.id, &result(60)).await.unwrap();
    assert!(!save(&world, &attempt, "1", 61).await);
    let changed = QuizResult { score: 0, ..result(90) };
    quiz_attempts::close(&world.store, attempt.id, &changed).await.unwrap();
    let kept = quiz_attempts::get(&world.store, attempt.id).await.unwrap().unwrap();
    assert_eq!(kept.result, Some(result(60)));
    assert_eq!(quiz_attempts::submitted(&world.store, world.course).await.unwrap(), [kept]);
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
