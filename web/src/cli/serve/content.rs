//! Which course is served: a folder's, or the release that was published last, or the one that is built in.

use std::path::Path;
use std::sync::Arc;

use anyhow::Error;
use sandbar_content::Course;
use sandbar_content::files::Files;
use sandbar_labs::diagnostic::Finding;

use crate::archives::Archives;
use crate::cli::{Failure, findings};
use crate::error::Problem;
use crate::store::{Store, releases};

/// A course with its files.
pub struct Content {
    pub files: Files,
    pub course: Arc<Course>,
}

impl Content {
    /// The course in a folder.
    pub fn of_folder(folder: &Path) -> Result<Self, Failure> {
        let files = findings::files(Some(folder))?;
        let course = Course::from_files(&files).map_err(|found| unusable(&found))?;
        Ok(Self { files, course: Arc::new(course) })
    }

    /// What was published last; without anything published, the built-in course.
    pub async fn published_or_builtin(store: &Store, archives: &Archives) -> Result<Self, Failure> {
        let Some(id) = releases::published(store).await.map_err(Failure::unavailable)? else { return Self::builtin() };
        let files = archives.read(id.as_str()).map_err(|error| {
            let message = format!("release {id}, which was published last, cannot be served");
            Failure::usage(Error::new(error).context(message))
                .with_remedy("put its archive back, publish the course again, or name its folder with --content")
        })?;
        let course = Course::from_files(&files).map_err(|found| unusable(&found))?;
        Ok(Self { files, course: Arc::new(course) })
    }

    fn builtin() -> Result<Self, Failure> {
        let course = Course::try_builtin().map_err(unusable)?;
        Ok(Self { files: Files::builtin(), course: Arc::new(course.clone()) })
    }
}

fn unusable(findings: &[Finding]) -> Failure {
    let lines: Vec<String> = findings.iter().map(Problem::sentence).collect();
    Failure::usage_message(format!("the course cannot be served:\n  {}", lines.join("\n  ")))
        .with_remedy("correct these places; `sandbar check FOLDER` reads them again")
}
