//! The films of walkthroughs.

use std::sync::Arc;

use sandbar_content::film::Film;
use sandbar_content::walkthrough::{self, shoot};
use sandbar_content::{Lesson, walkthrough::Walkthrough};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::sandbox::{Sandbox, WorkspaceKey};
use sha2::{Digest, Sha256};

use super::{Computed, Lessons, log};
use crate::app::App;

/// What the film of a lesson depends on, and the lesson itself: two that are made at once need a workspace each.
pub fn key(lesson: &Lesson) -> Option<String> {
    let walkthrough = lesson.walkthrough.as_ref()?;
    Some(hex::encode(Sha256::digest(format!("{} {walkthrough:?}", lesson.slug))))
}

impl Lessons {
    /// The film of the lesson's walkthrough; `None` where there is none, too.
    pub async fn walkthrough(&self, app: &App, lesson: &Lesson) -> Computed<Arc<Film>> {
        let (Some(key), Some(walkthrough)) = (key(lesson), lesson.walkthrough.as_ref()) else { return Ok(None) };
        let Some(sandbox) = app.sandbox.as_ref() else { return Ok(None) };
        let film = self.films.get(key, make(app, sandbox, lesson, walkthrough)).await;
        film.map(Some).inspect_err(|found| log(&lesson.slug, found))
    }
}

async fn make(app: &App, sandbox: &Sandbox, lesson: &Lesson, walkthrough: &Walkthrough) -> Result<Film, Vec<Finding>> {
    let file = format!("lessons/{}/{}", lesson.slug, walkthrough::FILE);
    let parts = [app.course.slug.as_str(), "walkthroughs", app.release.as_str(), &lesson.slug];
    let film = match WorkspaceKey::new(parts) {
        Some(workspace) => shoot(sandbox, &workspace, walkthrough).await,
        None => Err(vec![Finding::error("BAD_SLUG", "", "No workspace can be named after this lesson.")]),
    };
    film.map_err(|found| found.into_iter().map(|finding| finding.in_file(&file)).collect())
}
