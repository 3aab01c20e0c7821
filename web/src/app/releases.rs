//! The course as it was in any release: the served one, and others from their archives.

use std::sync::Arc;

use parking_lot::Mutex;
use sandbar_content::Course;

use crate::archives::Archives;
use crate::error::{Problem, chain};
use crate::store::ReleaseId;

/// Loaded courses that are kept besides the served one. A class works on one or two releases.
const KEPT: usize = 4;

pub struct Releases {
    served: (ReleaseId, Arc<Course>),
    /// `None` in a process that has no data folder.
    archives: Option<Archives>,
    /// The one that was used last comes first.
    loaded: Mutex<Vec<(ReleaseId, Arc<Course>)>>,
}

/// Why a release cannot be used. Nobody's work is lost by it, and grading waits.
#[derive(Debug, thiserror::Error)]
#[error(
    "release {id} cannot be used: {why}. Put its archive back, or start the server once with that course as --content"
)]
pub struct NoRelease {
    id: ReleaseId,
    why: String,
    /// Whether its files are gone or are others, and not just out of reach at the moment.
    pub is_lost: bool,
}

/// Why the files of a release give no course, and whether they are lost.
type Unloaded = (String, bool);

impl Releases {
    pub fn new(served: (ReleaseId, Arc<Course>), archives: Option<Archives>) -> Self {
        Self { served, archives, loaded: Mutex::default() }
    }

    pub fn archives(&self) -> Option<&Archives> {
        self.archives.as_ref()
    }

    /// The course in that release.
    ///
    /// # Errors
    /// When its archive is missing, holds other files, or cannot be loaded.
    pub async fn course(&self, id: &ReleaseId) -> Result<Arc<Course>, NoRelease> {
        if *id == self.served.0 {
            return Ok(Arc::clone(&self.served.1));
        }
        if let Some(course) = self.used(id) {
            return Ok(course);
        }
        let failed = |(why, is_lost): Unloaded| NoRelease { id: id.clone(), why, is_lost };
        let archives = self.archives.clone().ok_or_else(|| failed(("there are no archives here".to_owned(), true)))?;
        let name = id.as_str().to_owned();
        let loaded = tokio::task::spawn_blocking(move || load(&archives, &name)).await;
        let course = Arc::new(loaded.map_err(|panic| failed((panic.to_string(), false)))?.map_err(failed)?);
        self.keep(id.clone(), Arc::clone(&course));
        Ok(course)
    }

    fn used(&self, id: &ReleaseId) -> Option<Arc<Course>> {
        let mut loaded = self.loaded.lock();
        let place = loaded.iter().position(|(kept, _)| kept == id)?;
        let entry = loaded.remove(place);
        let course = Arc::clone(&entry.1);
        loaded.insert(0, entry);
        Some(course)
    }

    fn keep(&self, id: ReleaseId, course: Arc<Course>) {
        let mut loaded = self.loaded.lock();
        loaded.retain(|(kept, _)| *kept != id);
        loaded.insert(0, (id, course));
        loaded.truncate(KEPT);
    }
}

fn load(archives: &Archives, id: &str) -> Result<Course, Unloaded> {
    let files = archives.read(id).map_err(|error| (chain(&error), error.is_lasting()))?;
    Course::from_files(&files).map_err(|findings| {
        let first = findings.first().map(Problem::sentence).unwrap_or_default();
        (format!("it is no course that this version reads: {first}"), true)
    })
}
