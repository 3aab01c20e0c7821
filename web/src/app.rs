//! What every request shares: the database, the course, the sandbox and the settings. Cheap to clone.

mod releases;

use std::collections::HashSet;
use std::sync::Arc;

use parking_lot::Mutex;
use sandbar_content::Course;
use sandbar_labs::sandbox::{Sandbox, WorkspaceKey};
use tokio::sync::Notify;

use crate::archives::Archives;
use crate::auth::password::Hashing;
use crate::error::Problem;
use crate::job_runs::JobRuns;
use crate::lessons::Lessons;
use crate::preview::Preview;
use crate::quizzes::Quizzes;
use crate::store::{CourseId, ReleaseId, Store};
pub use releases::{NoRelease, Releases};

/// The settings that pages ask for; the rest of them is used up at the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageSettings {
    pub demo: bool,
    pub https: bool,
    pub behind_proxy: bool,
}

#[derive(Clone)]
pub struct App {
    pub store: Store,
    /// `None` in a process without an engine.
    pub sandbox: Option<Sandbox>,
    pub course: Arc<Course>,
    pub course_id: CourseId,
    /// The one that is served.
    pub release: ReleaseId,
    /// Every one that there is an archive of.
    pub releases: Arc<Releases>,
    pub settings: PageSettings,
    pub hashing: Hashing,
    pub grading: Arc<GradingSignals>,
    /// Workspaces whose given tables are known to be there.
    pub prepared: Arc<Mutex<HashSet<WorkspaceKey>>>,
    /// Runs of students' jobs that this process has in hand.
    pub job_runs: Arc<JobRuns>,
    /// What lessons show that the engine computed.
    pub lessons: Arc<Lessons>,
    /// Quizzes with what their SQL gives.
    pub quizzes: Arc<Quizzes>,
    /// While the course's folder is watched.
    pub preview: Option<Arc<Preview>>,
}

impl App {
    /// Without an engine, and without archives of other releases.
    pub fn new(
        store: Store,
        course: Arc<Course>,
        (course_id, release): (CourseId, ReleaseId),
        settings: PageSettings,
    ) -> Self {
        let (hashing, grading, prepared, job_runs, lessons, quizzes) = Default::default();
        let releases = Arc::new(Releases::new((release.clone(), Arc::clone(&course)), None));
        Self {
            store,
            sandbox: None,
            course,
            course_id,
            release,
            releases,
            settings,
            hashing,
            grading,
            prepared,
            job_runs,
            lessons,
            quizzes,
            preview: None,
        }
    }

    /// With the archives that other releases are read from.
    pub fn with_archives(self, archives: Archives) -> Self {
        let served = (self.release.clone(), Arc::clone(&self.course));
        Self { releases: Arc::new(Releases::new(served, Some(archives))), ..self }
    }

    /// The engine, or a page that says there is none at the moment.
    pub fn engine(&self) -> Result<&Sandbox, Problem> {
        self.sandbox.as_ref().ok_or_else(Problem::no_engine)
    }
}

/// Wakes the grader when something was handed in, and the pages that wait when a report is there.
#[derive(Debug, Default)]
pub struct GradingSignals {
    pub handed_in: Notify,
    pub graded: Notify,
}
