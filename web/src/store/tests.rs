//! Promises of the store, on a database file of each test's own.

mod grading;
mod job_runs;
mod marks;
mod people;
mod quizzes;
mod work;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::enrolments::Role;
use super::lab_attempts::LabOf;
use super::submissions::{NewSubmission, Submission};
use super::{CourseId, OpenError, ReleaseId, Store, UserId, courses, enrolments, releases, submissions, users};

/// A database with a course and one student.
struct World {
    store: Store,
    course: CourseId,
    student: UserId,
    release: ReleaseId,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.sqlite")).await.unwrap();
        let course = courses::ensure(&store, "week3", "Week 3", noon(0)).await.unwrap();
        let release = ReleaseId::from("r1");
        releases::ensure(&store, &release, course, noon(0)).await.unwrap();
        let mut world = Self { store, course, student: UserId::from(0), release, _folder: folder };
        world.student = world.enrol("ada", Role::Student).await;
        world
    }

    async fn enrol(&self, login: &str, role: Role) -> UserId {
        let user = users::ensure(&self.store, login, login, "hash", noon(0)).await.unwrap();
        let section = courses::ensure_section(&self.store, self.course, "All").await.unwrap();
        enrolments::put(&self.store, user, section, role, noon(0)).await.unwrap();
        user
    }

    fn lab(&self) -> LabOf<'static> {
        LabOf { user: self.student, course: self.course, lab: "delta" }
    }

    async fn submit(&self, second: i64) -> Submission {
        let files = BTreeMap::from([("lab.sql".to_owned(), format!("SELECT {second}").into_bytes())]);
        let new = NewSubmission { of: self.lab(), release: &self.release, hash: "ff", seed: u64::MAX, files: &files };
        submissions::add(&self.store, &new, noon(second)).await.unwrap()
    }
}

/// So many seconds after a noon.
fn noon(second: i64) -> Timestamp {
    "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}
