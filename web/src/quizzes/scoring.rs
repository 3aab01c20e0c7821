//! The score of an attempt from what was saved: statements in answers are run, each once, and what they gave is kept
//! before the score is made. An attempt that was handed in and has no score is what there is still to do.

use std::sync::Arc;

use sandbar_content::{CourseQuiz, quiz};
use sandbar_labs::sandbox::Sandbox;
use sandbar_quizzes::{Amendment, Answers, Basis, Executed, Execution, Results, Score, attempt, needed, score_on};

use super::NotReady;
use crate::app::App;
use crate::error::{Fault, Problem};
use crate::store::quiz_attempts::QuizAttempt;
use crate::store::quiz_scores::NewScore;
use crate::store::{
    self, CourseId, QuizAttemptId, Store, StoreError, quiz_amendments, quiz_answers, quiz_executions, quiz_scores,
};

/// Everything that the score of an attempt rests on, besides amendments.
#[derive(Clone, Debug)]
pub struct Material {
    pub quiz: Arc<CourseQuiz>,
    pub seed: u64,
    pub answers: Answers,
    /// Of the statements in the answers.
    pub results: Results,
}

/// Why an attempt has no score yet.
#[derive(Debug, thiserror::Error)]
pub enum Unscored {
    #[error(transparent)]
    NotReady(#[from] NotReady),
    #[error("an answer could not be run: {0}")]
    Unavailable(String),
    #[error("a fault of ours: {}", crate::error::chain(.0.as_ref()))]
    Fault(Box<dyn std::error::Error + Send + Sync>),
}

impl From<Fault> for Unscored {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault.into_source())
    }
}

impl From<StoreError> for Unscored {
    fn from(error: StoreError) -> Self {
        Self::Fault(Box::new(error))
    }
}

impl From<serde_json::Error> for Unscored {
    fn from(error: serde_json::Error) -> Self {
        Self::Fault(Box::new(error))
    }
}

impl From<Unscored> for Problem {
    fn from(why: Unscored) -> Self {
        match why {
            Unscored::NotReady(why) => why.into(),
            Unscored::Unavailable(_) => Problem::no_engine(),
            Unscored::Fault(source) => Problem::from(Fault::new(source)),
        }
    }
}

impl Material {
    /// # Errors
    /// When the quiz of the attempt's release cannot be had, or the database fails.
    pub async fn of(app: &App, attempt: &QuizAttempt) -> Result<Self, Unscored> {
        let quiz = app.quizzes.ready(app, &attempt.release, &attempt.quiz).await?;
        let mut results = Results::default();
        for (execution, executed) in quiz_executions::of_attempt(&app.store, attempt.id).await? {
            results.insert(serde_json::from_str(&execution)?, serde_json::from_str(&executed)?);
        }
        Ok(Self { quiz, seed: attempt.seed, answers: answers(app, attempt.id).await?, results })
    }

    /// What has to be run before it can be scored.
    pub fn needed(&self) -> Vec<Execution> {
        needed(&self.quiz.quiz, &self.answers, self.seed, &self.results)
    }

    pub fn score(&self, amendments: &[Amendment]) -> Score {
        let basis = Basis { results: Some(&self.results), amendments };
        score_on(&self.quiz.quiz, &self.answers, self.seed, &basis)
    }
}

/// The score as it is shown: of an attempt that was handed in, with the amendments that stand.
///
/// # Errors
/// As [`Material::of`].
pub async fn shown(app: &App, attempt: &QuizAttempt) -> Result<(Material, Score), Unscored> {
    let material = Material::of(app, attempt).await?;
    let amendments = standing(&app.store, attempt.course, &attempt.quiz).await?;
    let score = material.score(&amendments);
    Ok((material, score))
}

/// The same; `None` while the quiz of the attempt's release cannot be had.
///
/// # Errors
/// When the database fails.
pub async fn shown_if_ready(app: &App, attempt: &QuizAttempt) -> Result<Option<(Material, Score)>, Fault> {
    match shown(app, attempt).await {
        Ok(shown) => Ok(Some(shown)),
        Err(Unscored::Fault(source)) => Err(Fault::new(source)),
        Err(Unscored::NotReady(_) | Unscored::Unavailable(_)) => Ok(None),
    }
}

/// The answers saved in the attempt.
///
/// # Errors
/// When the database fails.
pub async fn answers(app: &App, attempt: QuizAttemptId) -> Result<Answers, Fault> {
    let saved = quiz_answers::of_attempt(&app.store, attempt).await?;
    saved.into_iter().map(|(question, answer)| Ok((question, serde_json::from_str(&answer)?))).collect()
}

/// The amendments of a quiz that stand.
///
/// # Errors
/// When the database fails.
pub async fn standing(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<Amendment>, Fault> {
    let recorded = quiz_amendments::of_quiz(store, course, quiz).await?;
    let standing = recorded.iter().filter(|amendment| amendment.stands());
    Ok(standing.map(|amendment| serde_json::from_str(&amendment.amendment)).collect::<Result<_, _>>()?)
}

/// The most points that an attempt at the quiz can give, with the amendments that stand.
///
/// # Errors
/// When the database fails.
pub async fn max_points(app: &App, of: &CourseQuiz) -> Result<u32, Fault> {
    Ok(attempt::max_points(&of.quiz, &standing(&app.store, app.course_id, &of.slug).await?).0)
}

/// Runs what the attempt's answers need, and gives it its first score.
///
/// # Errors
/// When it has none after this; it can be tried again.
pub async fn mark(app: &App, attempt: &QuizAttempt) -> Result<(), Unscored> {
    let mut material = Material::of(app, attempt).await?;
    let ran = run(app, attempt, &mut material).await;
    match record(app, attempt, &material).await {
        // Where a question was taken out its answer need not be run.
        Err(Unscored::Unavailable(_)) if ran.is_err() => ran,
        recorded => recorded,
    }
}

/// Runs what the answers saved so far need, so that the feedback on one of them can be shown.
///
/// # Errors
/// When something could not be run; it can be tried again.
pub async fn run_so_far(app: &App, attempt: &QuizAttempt) -> Result<(), Unscored> {
    let mut material = Material::of(app, attempt).await?;
    run(app, attempt, &mut material).await
}

/// Everything that is needed; what could not be run is told at the end, so that it keeps nothing else waiting.
async fn run(app: &App, attempt: &QuizAttempt, material: &mut Material) -> Result<(), Unscored> {
    let mut ended = Ok(());
    for execution in material.needed() {
        let sandbox = app.sandbox.as_ref().ok_or(NotReady::NoEngine)?;
        let executed = within_limits(sandbox, &execution).await;
        if let Executed::Unavailable(why) = executed {
            ended = Err(Unscored::Unavailable(why));
            continue;
        }
        let (run, gave) = (serde_json::to_string(&execution)?, serde_json::to_string(&executed)?);
        quiz_executions::keep(&app.store, attempt.id, (&run, &gave), store::now()).await?;
        material.results.insert(execution, executed);
    }
    ended
}

/// How often an answer that meets a limit is run: a busy machine is not its fault.
const TRIES: usize = 3;

async fn within_limits(sandbox: &Sandbox, execution: &Execution) -> Executed {
    let mut executed = quiz::run(sandbox, execution).await;
    for _ in 1..TRIES {
        let Executed::Failed(failure) = &executed else { break };
        if !failure.class.starts_with("LIMIT_EXCEEDED") {
            break;
        }
        executed = quiz::run(sandbox, execution).await;
    }
    executed
}

/// Gives an attempt that needs nothing run its first score at once.
///
/// # Errors
/// As [`mark`].
pub async fn mark_at_once(app: &App, attempt: &QuizAttempt) -> Result<bool, Unscored> {
    let material = Material::of(app, attempt).await?;
    if !material.needed().is_empty() {
        return Ok(false);
    }
    record(app, attempt, &material).await?;
    Ok(true)
}

async fn record(app: &App, attempt: &QuizAttempt, material: &Material) -> Result<(), Unscored> {
    let _marking = app.quizzes.marking.lock().await;
    let score = material.score(&standing(&app.store, attempt.course, &attempt.quiz).await?);
    if !score.is_final() {
        return Err(Unscored::Unavailable("a question has nothing to be compared with".to_owned()));
    }
    quiz_scores::add_first(&app.store, &new_score(attempt.id, &score)?, store::now()).await?;
    Ok(())
}

/// A score as it is recorded.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn new_score(attempt: QuizAttemptId, score: &Score) -> Result<NewScore, Fault> {
    Ok(NewScore { attempt, score: score.points.0, max_score: score.max_points.0, body: serde_json::to_string(score)? })
}
