//! The server through its router, without an engine: who may see what, and what is answered to bad input.

mod amending;
mod bad_input;
mod browser;
mod exams;
mod feedback;
mod hints;
mod job_runs;
mod lessons;
mod pages;
mod release_change;
mod rules;
mod security;
mod sign_in;
mod teaching;
mod workflows;

use std::sync::Arc;

use axum::Router;
use sandbar_content::Course;
use sandbar_quizzes::Kind;

use crate::app::{App, PageSettings};
use crate::auth::password;
use crate::router::router;
use crate::store::enrolments::Role;
use crate::store::{self, ReleaseId, SectionId, Store, UserId, courses, enrolments, releases, users};
use browser::Browser;

const PASSWORD: &str = "correct horse battery";

/// A server with the built-in course and a database of its own.
pub(crate) struct Server {
    pub(crate) app: App,
    router: Router,
    section: SectionId,
    _folder: tempfile::TempDir,
}

impl Server {
    async fn new() -> Self {
        Self::with(PageSettings::default()).await
    }

    async fn with(settings: PageSettings) -> Self {
        Self::of(without_sql(Course::try_builtin().unwrap().clone()), settings).await
    }

    /// With another course than the built-in one.
    pub(crate) async fn of(course: Course, settings: PageSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("test.sqlite")).await.unwrap();
        let course = Arc::new(course);
        let at = store::now();
        let course_id = courses::ensure(&store, &course.slug, &course.title, at).await.unwrap();
        let release = ReleaseId::from(course.release.as_str());
        releases::ensure(&store, &release, course_id, at).await.unwrap();
        let section = courses::ensure_section(&store, course_id, "All").await.unwrap();
        let app = App::new(store, course, (course_id, release), settings);
        Self { router: router(app.clone()), app, section, _folder: folder }
    }

    async fn enrol(&self, login: &str, role: Role) -> UserId {
        let user = self.add(login).await;
        enrolments::put(&self.app.store, user, self.section, role, store::now()).await.unwrap();
        user
    }

    /// Somebody who can sign in and is in no section.
    async fn add(&self, login: &str) -> UserId {
        let hash = password::hash(PASSWORD).unwrap();
        users::ensure(&self.app.store, login, &format!("{login} Example"), &hash, store::now()).await.unwrap()
    }

    fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }

    /// A browser in which that person is signed in.
    async fn signed_in(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(login, PASSWORD).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    async fn student(&self) -> Browser {
        self.enrol("ada", Role::Student).await;
        self.signed_in("ada").await
    }
}

/// Without an engine, no attempt begins at a quiz that needs one.
fn without_sql(mut course: Course) -> Course {
    for quiz in course.quizzes.values_mut().map(|of| &mut of.quiz) {
        quiz.questions.retain(|it| !matches!(it.kind, Kind::Predict(_) | Kind::FixSql(_) | Kind::ReadLog(_)));
    }
    course
}
