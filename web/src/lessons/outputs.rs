//! What snippets give to a reader who has not run them. Publishing keeps it beside the release's archive; where it is
//! not there, or is of another version of the engine, it is made when the lesson is first opened, and kept there.

use std::sync::Arc;

use sandbar_content::Lesson;
use sandbar_content::snippets::{self, Outputs};

use super::once::Key;
use super::{Computed, Lessons, Missing, computed};
use crate::app::App;
use crate::error::chain;

/// What the outputs of a lesson depend on.
pub fn key(lesson: &Lesson) -> Key {
    let lines: Vec<String> = lesson.snippets().map(|snippet| snippet.line.to_string()).collect();
    Key { content: snippets::key(lesson), lines: lines.join(" ") }
}

impl Lessons {
    /// The outputs of the lesson's snippets; `None` where there are none, too.
    pub async fn outputs(&self, app: &App, lesson: &Lesson) -> Computed<Arc<Outputs>> {
        if lesson.snippets().next().is_none() {
            return Ok(None);
        }
        let outputs = self.outputs.get(key(lesson), || {
            let (app, lesson) = (app.clone(), lesson.clone());
            async move { kept_or_made(&app, &lesson).await }
        });
        computed(&lesson.slug, outputs.await)
    }
}

async fn kept_or_made(app: &App, lesson: &Lesson) -> Result<Outputs, Missing> {
    let (archives, release) = (app.releases.archives(), app.release.as_str());
    let kept = archives.and_then(|archives| archives.outputs(release, &lesson.slug));
    if let Some(kept) = kept.filter(|kept| kept.fit(lesson)) {
        return Ok(kept);
    }
    let sandbox = app.sandbox.as_ref().ok_or(Missing::Engine)?;
    let made = snippets::run(sandbox, lesson).await.map_err(Missing::Wrong)?;
    // A folder that cannot be written costs a run at the next start.
    if let Some(archives) = archives
        && let Err(error) = archives.keep_outputs(release, &lesson.slug, &made)
    {
        tracing::error!(error = %chain(&error), "what the snippets of a lesson gave could not be kept");
    }
    Ok(made)
}
