//! The films of walkthroughs.

use std::sync::Arc;

use sandbar_content::Lesson;
use sandbar_content::film::Film;
use sandbar_content::walkthrough::{self, shoot};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::sandbox::WorkspaceKey;
use sha2::{Digest, Sha256};

use super::once::Key;
use super::{Computed, Lessons, Missing, computed};
use crate::app::App;

/// What the film of a lesson depends on, and the lesson itself: two that are made at once need a workspace each. Its
/// lines are part of it.
pub fn key(lesson: &Lesson) -> Option<Key> {
    let walkthrough = lesson.walkthrough.as_ref()?;
    let content = hex::encode(Sha256::digest(format!("{} {walkthrough:?}", lesson.slug)));
    Some(Key { content, lines: String::new() })
}

impl Lessons {
    /// The film of the lesson's walkthrough; `None` where there is none, too.
    pub async fn walkthrough(&self, app: &App, lesson: &Lesson) -> Computed<Arc<Film>> {
        let (Some(key), Some(walkthrough)) = (key(lesson), lesson.walkthrough.as_ref()) else { return Ok(None) };
        let Some(sandbox) = app.sandbox.as_ref() else { return Ok(None) };
        let film = self.films.get(key, || {
            let (sandbox, walkthrough) = (sandbox.clone(), walkthrough.clone());
            let file = format!("lessons/{}/{}", lesson.slug, walkthrough::FILE);
            let parts = [app.course.slug.as_str(), "walkthroughs", app.release.as_str(), &lesson.slug];
            let workspace = WorkspaceKey::new(parts);
            async move {
                let film = match workspace {
                    Some(workspace) => shoot(&sandbox, &workspace, &walkthrough).await,
                    None => Err(vec![Finding::error("BAD_SLUG", "", "No workspace can be named after this lesson.")]),
                };
                let in_file = |found: Vec<Finding>| found.into_iter().map(|finding| finding.in_file(&file)).collect();
                film.map_err(|found| Missing::Wrong(in_file(found)))
            }
        });
        computed(&lesson.slug, film.await)
    }
}
