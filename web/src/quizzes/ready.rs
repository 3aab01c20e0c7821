//! The quiz of a release, ready to be taken: with what its SQL gives. Publishing keeps the results beside the release's
//! archive; where there are none, they are made by the engine when the quiz is first asked for, and kept there.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use sandbar_content::{CourseQuiz, quiz};
use sandbar_labs::diagnostic::Finding;
use sandbar_quizzes::{Executed, Execution, Results};
use tokio::sync::{Notify, OnceCell};

use crate::app::{App, NoRelease};
use crate::error::{Fault, Problem};
use crate::store::ReleaseId;

/// The quiz, or what is wrong with it: that stays so as long as the release is the same.
type Outcome = Result<Arc<CourseQuiz>, Vec<Finding>>;
type Cell = Arc<OnceCell<Outcome>>;

/// Quizzes by release and slug, and the signals of their scoring.
#[derive(Debug, Default)]
pub struct Quizzes {
    ready: Mutex<HashMap<(ReleaseId, String), Cell>>,
    /// Held while scores are made and recorded, so that an amendment meets every score or none.
    pub marking: tokio::sync::Mutex<()>,
    /// Wakes the scorer when an attempt was handed in.
    pub handed_in: Notify,
}

/// Why a quiz cannot be taken or scored now. Nobody's answers are lost by it.
#[derive(Debug, thiserror::Error)]
pub enum NotReady {
    #[error("release {release} has no quiz {slug}")]
    NoQuiz { release: ReleaseId, slug: String },
    #[error(transparent)]
    NoRelease(#[from] NoRelease),
    #[error("the quiz needs SQL that could not be run")]
    NoEngine,
    #[error("a fault of ours while its SQL was run: {0}")]
    Fault(String),
    #[error("the quiz is wrong: {}", .0.iter().map(Problem::sentence).collect::<Vec<_>>().join(" "))]
    Wrong(Vec<Finding>),
}

impl NotReady {
    /// Whether it stays so however often it is tried: files would have to be put back.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::NoQuiz { .. } | Self::Wrong(_) => true,
            Self::NoRelease(why) => why.is_lost,
            Self::NoEngine | Self::Fault(_) => false,
        }
    }
}

impl Quizzes {
    /// The quiz of that release. What it lacks is run now, for the first one who asks, and to the end also when they go
    /// away; when that fails, the next one has it tried again.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn ready(&self, app: &App, release: &ReleaseId, slug: &str) -> Result<Arc<CourseQuiz>, NotReady> {
        let cell = Arc::clone(self.ready.lock().entry((release.clone(), slug.to_owned())).or_default());
        if let Some(outcome) = cell.get() {
            return outcome.clone().map_err(NotReady::Wrong);
        }
        let (app, release, slug) = (app.clone(), release.clone(), slug.to_owned());
        let making = tokio::spawn(async move {
            let outcome = cell.get_or_try_init(|| make(&app, &release, &slug)).await?;
            outcome.clone().map_err(NotReady::Wrong)
        });
        making.await.map_err(|panic| NotReady::Fault(panic.to_string()))?
    }

    /// Lets go of the quizzes of a release that is no more.
    pub fn forget(&self, release: &ReleaseId) {
        self.ready.lock().retain(|(of, _), _| of != release);
    }

    /// The quiz of the release that is served.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub async fn served(&self, app: &App, slug: &str) -> Result<Arc<CourseQuiz>, NotReady> {
        self.ready(app, &app.release, slug).await
    }
}

async fn make(app: &App, release: &ReleaseId, slug: &str) -> Result<Outcome, NotReady> {
    let course = app.releases.course(release).await?;
    let no_quiz = || NotReady::NoQuiz { release: release.clone(), slug: slug.to_owned() };
    let of = course.quiz(slug).ok_or_else(no_quiz)?;
    let archives = app.releases.archives();
    let kept = archives.map(|archives| archives.results(release.as_str(), slug)).unwrap_or_default();
    let missing = kept.missing(of.quiz.executions());
    if missing.is_empty() {
        return Ok(with_results(of, kept));
    }
    let sandbox = app.sandbox.as_ref().ok_or(NotReady::NoEngine)?;
    let ran = quiz::execute(sandbox, missing.clone()).await;
    // The course's own SQL was within its limits when it was proved: one that it meets now is the machine's.
    let at_a_limit = |execution: &Execution| match ran.get(execution) {
        Some(Executed::Failed(failure)) => failure.class.starts_with("LIMIT_EXCEEDED"),
        _ => false,
    };
    let is_stopped = missing.iter().any(at_a_limit);
    let results = kept.with(&ran);
    if is_stopped || !results.missing(of.quiz.executions()).is_empty() {
        tracing::warn!(%release, quiz = slug, "the engine could not run the SQL of a quiz");
        return Err(NotReady::NoEngine);
    }
    match with_results(of, results.clone()) {
        Ok(quiz) => {
            keep(app, release, slug, &results);
            Ok(Ok(quiz))
        }
        // Not remembered, as what was kept would be: the next one has it run again.
        Err(findings) => Err(NotReady::Wrong(findings)),
    }
}

fn with_results(of: &CourseQuiz, results: Results) -> Outcome {
    let outcome = quiz::with_results(of, results).map(Arc::new);
    if let Err(findings) = &outcome {
        let told: Vec<String> = findings.iter().map(Problem::sentence).collect();
        tracing::error!(quiz = of.slug, "the quiz is wrong and cannot be taken: {}", told.join(" "));
    }
    outcome
}

/// A folder that cannot be written costs a run at the next start, and no attempt.
fn keep(app: &App, release: &ReleaseId, slug: &str, results: &Results) {
    if let Some(archives) = app.releases.archives()
        && let Err(error) = archives.keep_results(release.as_str(), slug, results)
    {
        tracing::error!(error = %crate::error::chain(&error), "what the SQL of a quiz gave could not be kept");
    }
}

impl From<NotReady> for Problem {
    fn from(why: NotReady) -> Self {
        match why {
            NotReady::NoEngine => Problem::no_engine().link("/", "Overview of the week"),
            NotReady::NoQuiz { .. } => Problem::not_found(),
            NotReady::NoRelease(_) | NotReady::Wrong(_) | NotReady::Fault(_) => Problem::from(Fault::new(why)),
        }
    }
}
