use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use super::*;
use crate::store::sessions::{self, DatabaseSessions};
use crate::store::sign_in_failures;

#[tokio::test]
async fn a_login_is_one_person_however_it_is_typed() {
    let world = World::new().await;
    let again = users::ensure(&world.store, "  ADA ", "Somebody else", "other", noon(1)).await.unwrap();
    assert_eq!(again, world.student);
    assert_eq!(users::by_id(&world.store, again).await.unwrap().unwrap().name, "ada");
    assert_eq!(users::credentials(&world.store, "Ada").await.unwrap().unwrap().password_hash, "hash");
}

#[tokio::test]
async fn a_disabled_person_cannot_sign_in_and_their_name_stays() {
    let world = World::new().await;
    users::disable(&world.store, world.student, noon(1)).await.unwrap();
    assert!(users::credentials(&world.store, "ada").await.unwrap().is_none());
    assert!(users::by_id(&world.store, world.student).await.unwrap().is_none());
    assert!(users::by_id_or_former(&world.store, world.student).await.unwrap().is_some());
}

#[tokio::test]
async fn the_highest_role_of_a_person_counts() {
    let world = World::new().await;
    let other = courses::ensure_section(&world.store, world.course, "Evening").await.unwrap();
    enrolments::put(&world.store, world.student, other, Role::Instructor, noon(1)).await.unwrap();
    let role = enrolments::role(&world.store, world.student, world.course).await.unwrap();
    assert_eq!(role, Some(Role::Instructor));
    assert_eq!(enrolments::role(&world.store, UserId::from(99), world.course).await.unwrap(), None);
}

#[tokio::test]
async fn failures_are_counted_within_their_window_only() {
    let world = World::new().await;
    let window = SignedDuration::from_secs(60);
    let count =
        async |at| sign_in_failures::recent(&world.store, "account:ada", window, at).await.unwrap().map(|it| it.count);
    for second in [0, 10, 59] {
        sign_in_failures::record(&world.store, "account:ada", window, noon(second)).await.unwrap();
    }
    assert_eq!(count(noon(59)).await, Some(3));
    assert_eq!(count(noon(60)).await, None, "the window began with the first failure");
    sign_in_failures::record(&world.store, "account:ada", window, noon(61)).await.unwrap();
    assert_eq!(count(noon(61)).await, Some(1));
}

#[tokio::test]
async fn a_session_is_loaded_until_it_expires_or_is_deleted() {
    let world = World::new().await;
    let sessions = DatabaseSessions::new(world.store.clone());
    let now = time::OffsetDateTime::now_utc();
    let record = |minutes: i64| Record {
        id: Id::default(),
        data: std::collections::HashMap::from([("user".to_owned(), serde_json::json!(7))]),
        expiry_date: now + time::Duration::minutes(minutes),
    };
    let (mut live, mut expired) = (record(5), record(-5));
    sessions.create(&mut live).await.unwrap();
    sessions.create(&mut expired).await.unwrap();
    assert_eq!(sessions.load(&live.id).await.unwrap().unwrap().data, live.data);
    assert!(sessions.load(&expired.id).await.unwrap().is_none());
    assert_eq!(sessions::delete_expired(&world.store, super::super::now()).await.unwrap(), 1);
    sessions.delete(&live.id).await.unwrap();
    assert!(sessions.load(&live.id).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_id_that_is_taken_is_not_given_out_again() {
    let world = World::new().await;
    let sessions = DatabaseSessions::new(world.store.clone());
    let expiry_date = time::OffsetDateTime::now_utc() + time::Duration::minutes(5);
    let mut first = Record { id: Id::default(), data: Default::default(), expiry_date };
    sessions.create(&mut first).await.unwrap();
    let mut second = Record { id: first.id, data: Default::default(), expiry_date };
    sessions.create(&mut second).await.unwrap();
    assert_ne!(first.id, second.id);
}

#[tokio::test]
async fn a_course_that_nobody_is_in_takes_over_the_people_once_with_their_highest_role() {
    let world = World::new().await;
    let ines = world.enrol("ines", Role::Instructor).await;
    let evening = courses::ensure_section(&world.store, world.course, "Evening").await.unwrap();
    enrolments::put(&world.store, world.student, evening, Role::Assistant, noon(1)).await.unwrap();
    let next = courses::ensure(&world.store, "week4", "Week 4", noon(2)).await.unwrap();
    let section = courses::ensure_section(&world.store, next, "All").await.unwrap();
    enrolments::take_over(&world.store, section, noon(3)).await.unwrap();
    let role = async |user| enrolments::role(&world.store, user, next).await.unwrap();
    assert_eq!((role(ines).await, role(world.student).await), (Some(Role::Instructor), Some(Role::Assistant)));
    let late = world.enrol("late", Role::Student).await;
    enrolments::take_over(&world.store, section, noon(4)).await.unwrap();
    assert_eq!(role(late).await, None, "somebody is there now, and who comes later is enrolled by hand");
    enrolments::put(&world.store, ines, section, Role::Student, noon(5)).await.unwrap();
    let last = courses::ensure(&world.store, "week5", "Week 5", noon(6)).await.unwrap();
    let section = courses::ensure_section(&world.store, last, "All").await.unwrap();
    enrolments::take_over(&world.store, section, noon(7)).await.unwrap();
    let role = async |user| enrolments::role(&world.store, user, last).await.unwrap();
    assert_eq!((role(ines).await, role(late).await), (Some(Role::Student), None), "as in the course just before");
}
