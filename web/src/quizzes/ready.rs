//! The quiz of a release, ready to be taken: with what its SQL gives. Publishing keeps the results beside the release's
//! archive; where there are none, they are made by the engine when the quiz is first asked for, and kept there.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use sandbar_content::{Course, CourseQuiz, quiz};
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
    /// What SQL of quizzes gave that are wrong, while somebody writes the course: by the SQL, so that it is not run
    /// again when another file is saved.
    tried: Mutex<Results>,
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

    /// Lets go of what was tried, but for the SQL that the course has.
    pub fn keep_only(&self, course: &Course) {
        let mut tried = self.tried.lock();
        *tried = tried.of_these(course.quizzes.values().flat_map(|of| of.quiz.executions()));
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
    let kept = app.quizzes.tried.lock().with(&kept);
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
        // Not kept, so that an engine of another version runs it again.
        Err(findings) => {
            if app.preview.is_some() {
                let mut tried = app.quizzes.tried.lock();
                *tried = tried.with(&ran);
            }
            Err(NotReady::Wrong(findings))
        }
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

#[cfg(test)]
mod tests {
    use sandbar_content::files::Files;
    use sandbar_quizzes::execution::Table;

    use super::*;
    use crate::app::PageSettings;
    use crate::tests::Server;

    /// A course with one quiz, whose wrong option gives what the right one gives.
    fn course(query: &str) -> Course {
        let question =
            format!("{{id: a, kind: predict, prompt: p, query: {query}, distractors: [{{query: SELECT 1}}]}}");
        let quiz = format!("title: Q\nquestions: [{question}]\n");
        let course = "slug: c\ntitle: C\nsummary: S.\ntopics:\n  - quiz: small\n";
        let files = [("course.yml", course), ("quizzes/small.yml", &quiz)];
        let files: Files = files.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
        Course::from_files(&files).unwrap()
    }

    #[tokio::test]
    async fn sql_that_was_tried_is_not_run_again_as_long_as_the_course_has_it() {
        // Nothing can be run here, so that what is said comes from what was tried.
        let server = Server::of(course("SELECT 1 AS one"), PageSettings::default()).await;
        let asked = async || server.app.quizzes.served(&server.app, "small").await;
        assert!(matches!(asked().await, Err(NotReady::NoEngine)));
        let one =
            |_: &Execution| Executed::Table(Table { columns: vec!["one".into()], rows: vec![vec![Some("1".into())]] });
        let executions = server.app.course.quizzes["small"].quiz.executions();
        *server.app.quizzes.tried.lock() = Results::of(executions, one);
        server.app.quizzes.keep_only(&server.app.course);
        let wrong = asked().await.unwrap_err();
        assert!(matches!(&wrong, NotReady::Wrong(found) if found[0].code == "SAME_OUTPUT"), "{wrong}");
        server.app.quizzes.keep_only(&course("SELECT 2"));
        server.app.quizzes.forget(&server.app.release);
        assert!(matches!(asked().await, Err(NotReady::NoEngine)), "the course has other SQL now");
    }
}
