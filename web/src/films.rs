//! The films of lessons' walkthroughs: each is made by the engine when it is first asked for, once in the life of this
//! process, in a workspace that is nobody's.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use sandbar_content::Lesson;
use sandbar_content::film::Film;
use sandbar_content::walkthrough::{Walkthrough, shoot};
use sandbar_labs::sandbox::{Sandbox, WorkspaceKey};
use tokio::sync::OnceCell;

use crate::app::App;

/// By the lesson's slug; a process serves one release.
#[derive(Debug, Default)]
pub struct Films(Mutex<HashMap<String, Arc<OnceCell<Arc<Film>>>>>);

impl Films {
    /// The film of the lesson's walkthrough. `None` without an engine, and when it cannot be made; the next one who asks
    /// has it tried again.
    pub async fn walkthrough(&self, app: &App, lesson: &Lesson, walkthrough: &Walkthrough) -> Option<Arc<Film>> {
        let sandbox = app.sandbox.as_ref()?;
        let cell = Arc::clone(self.0.lock().entry(lesson.slug.clone()).or_default());
        let film = cell.get_or_try_init(|| make(app, sandbox, lesson, walkthrough)).await;
        film.ok().cloned()
    }
}

async fn make(app: &App, sandbox: &Sandbox, lesson: &Lesson, walkthrough: &Walkthrough) -> Result<Arc<Film>, ()> {
    let parts = [app.course.slug.as_str(), "walkthroughs", app.release.as_str(), &lesson.slug];
    let Some(workspace) = WorkspaceKey::new(parts) else {
        tracing::error!(lesson = lesson.slug, "no workspace can be named after this lesson");
        return Err(());
    };
    shoot(sandbox, &workspace, walkthrough).await.map(Arc::new).map_err(|finding| {
        tracing::error!(
            lesson = lesson.slug,
            line = finding.line,
            message = finding.message,
            "a walkthrough cannot be played"
        );
    })
}
