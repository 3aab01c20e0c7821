//! What staff change about the items of a quiz after it was taken: rehearsed first, then recorded with the scores that
//! it gives.
//!
//! Invariant: what is applied gives exactly the scores that a rehearsal at that moment would list; attempts that have
//! no score yet get their first one with whatever stands then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sandbar_content::CourseQuiz;
use sandbar_quizzes::amend::{DryRun, Fixed, Recorded, dry_run};
use sandbar_quizzes::{Amendment, Keep, Points, draw};

use super::scoring::{Material, Unscored, new_score, standing};
use crate::app::App;
use crate::error::Fault;
use crate::store::quiz_amendments::{self, Change, NewChange, QuizAmendment};
use crate::store::quiz_attempts::{self, QuizAttempt};
use crate::store::quiz_scores::NewScore;
use crate::store::{self, QuizAmendmentId, ReleaseId, UserId, users};

/// What somebody wants to change.
#[derive(Clone, Debug, PartialEq)]
pub enum Wish {
    Amend(Amendment),
    Withdraw(QuizAmendmentId),
}

/// What would change, or did.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Students by their names.
    pub changes: DryRun,
    /// Attempts that were scored.
    pub scored: usize,
    /// Attempts that wait for their first score.
    pub waiting: usize,
    /// Attempts whose release cannot be read: their points stay as they are.
    pub unreadable: usize,
    scores: Vec<NewScore>,
}

/// Why a wish cannot be granted.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// In the words of who asked.
    #[error("{0}")]
    Wrong(String),
    #[error(transparent)]
    Unscored(#[from] Unscored),
}

impl<E> From<E> for Refused
where
    Fault: From<E>,
{
    fn from(error: E) -> Self {
        Self::Unscored(Unscored::from(Fault::from(error)))
    }
}

/// A scored attempt with what its score rests on.
pub struct Taken {
    pub attempt: QuizAttempt,
    pub material: Material,
    /// By name, and by login where two have the same.
    pub student: String,
}

impl Taken {
    fn recorded(&self) -> Recorded<'_> {
        Recorded {
            quiz: &self.material.quiz.quiz,
            student: self.student.clone(),
            number: number(&self.attempt),
            seed: self.attempt.seed,
            answers: self.material.answers.clone(),
            results: self.material.results.clone(),
            points: self.attempt.score.map(|score| (Points(score.score), Points(score.max_score))).unwrap_or_default(),
        }
    }
}

/// The attempts at a quiz that were handed in.
#[derive(Default)]
pub struct Class {
    /// Those that are scored, by student and number.
    pub taken: Vec<Taken>,
    pub waiting: usize,
    /// Those that are scored by a release that is lost.
    pub unreadable: Vec<(QuizAttempt, String)>,
}

/// Every attempt at the quiz that was handed in.
///
/// # Errors
/// When the SQL of a release has to be run and cannot, or the database fails.
pub async fn taken(app: &App, slug: &str) -> Result<Class, Unscored> {
    let (mut class, mut names) = (Class::default(), BTreeMap::new());
    for attempt in quiz_attempts::submitted(&app.store, app.course_id).await? {
        if attempt.quiz != slug {
            continue;
        }
        if attempt.score.is_none() {
            class.waiting += 1;
            continue;
        }
        let student = name(app, attempt.user, &mut names).await?;
        match Material::of(app, &attempt).await {
            Ok(material) => class.taken.push(Taken { attempt, material, student }),
            Err(Unscored::NotReady(why)) if why.is_lasting() => {
                tracing::warn!(attempt = %attempt.id, %why, "an attempt is left out");
                class.unreadable.push((attempt, student));
            }
            Err(why) => return Err(why),
        }
    }
    Ok(class)
}

/// The releases that asked the quiz before the one that is served, the newest first, with the quiz as it stands in their
/// files. Those that cannot be read are left out.
async fn former(app: &App, slug: &str) -> Result<Vec<(ReleaseId, CourseQuiz)>, Fault> {
    let mut quizzes = Vec::new();
    for release in quiz_attempts::releases(&app.store, app.course_id, slug).await? {
        if release == app.release {
            continue;
        }
        let course = app.releases.course(&release).await.ok();
        quizzes.extend(course.and_then(|course| course.quiz(slug).cloned()).map(|quiz| (release, quiz)));
    }
    Ok(quizzes)
}

/// The quiz of the newest release that asked this question and is not served any more; without what its SQL gives
/// where that cannot be run now.
///
/// # Errors
/// When the database fails.
pub async fn asked_before(app: &App, slug: &str, question: &str) -> Result<Option<Arc<CourseQuiz>>, Fault> {
    let has = |quiz: &CourseQuiz| quiz.quiz.questions.iter().any(|known| known.id == question);
    let found = former(app, slug).await?.into_iter().find(|(_, quiz)| has(quiz));
    let Some((release, quiz)) = found else { return Ok(None) };
    Ok(Some(app.quizzes.ready(app, &release, slug).await.unwrap_or_else(|_| Arc::new(quiz))))
}

/// Questions that attempts were asked, and the quiz has no more.
///
/// # Errors
/// When the database fails.
pub async fn not_asked(app: &App, of: &CourseQuiz) -> Result<BTreeSet<String>, Fault> {
    let former = former(app, &of.slug).await?;
    let mut asked = BTreeSet::new();
    for attempt in quiz_attempts::all_of_quiz(&app.store, app.course_id, &of.slug).await? {
        if let Some((_, quiz)) = former.iter().find(|(release, _)| *release == attempt.release) {
            asked.extend(draw(&quiz.quiz, attempt.seed).into_iter().map(|drawn| drawn.id));
        }
    }
    asked.retain(|id| !of.quiz.questions.iter().any(|question| question.id == *id));
    Ok(asked)
}

async fn name(app: &App, id: UserId, known: &mut BTreeMap<UserId, String>) -> Result<String, Unscored> {
    if let Some(name) = known.get(&id) {
        return Ok(name.clone());
    }
    let user = users::by_id_or_former(&app.store, id).await?;
    let name = user.map_or_else(|| format!("person {id}"), |user| format!("{} ({})", user.name, user.login));
    known.insert(id, name.clone());
    Ok(name)
}

/// Says what the wish would change, and changes nothing.
///
/// # Errors
/// When it cannot be granted.
pub async fn rehearse(app: &App, served: &CourseQuiz, wish: &Wish) -> Result<Rehearsal, Refused> {
    let recorded = quiz_amendments::of_quiz(&app.store, app.course_id, &served.slug).await?;
    let before = standing(&app.store, app.course_id, &served.slug).await?;
    let after = wished(&recorded, &before, wish)?;
    let class = taken(app, &served.slug).await?;
    if let Wish::Amend(amendment) = wish {
        check(app, amendment, served).await?;
    }
    let (changes, scores) = compared(served.quiz.keep, &class, (&before, &after))?;
    let Class { taken, waiting, unreadable } = class;
    Ok(Rehearsal { changes, scored: taken.len(), waiting, unreadable: unreadable.len(), scores })
}

/// Puts the wish on the record, with the scores that it gives; `left_out` is how many attempts the rehearsal told of that
/// cannot be scored again.
///
/// # Errors
/// When it cannot be granted, or when more attempts are left out now; then nothing was changed.
pub async fn apply(
    app: &App,
    served: &CourseQuiz,
    (wish, reason, left_out): (&Wish, &str, usize),
    by: UserId,
) -> Result<Rehearsal, Refused> {
    let _marking = app.quizzes.marking.lock().await;
    let rehearsal = rehearse(app, served, wish).await?;
    if rehearsal.unreadable > left_out {
        return Err(Refused::Wrong(
            "More attempts cannot be scored again than were told of. Look at the list again.".to_owned(),
        ));
    }
    let json;
    let change = match wish {
        Wish::Amend(amendment) => {
            json = serde_json::to_string(amendment)?;
            Change::Amend(&json)
        }
        Wish::Withdraw(id) => Change::Withdraw(*id),
    };
    let new = NewChange { course: app.course_id, quiz: &served.slug, change, reason, by, at: store::now() };
    quiz_amendments::apply(&app.store, &new, &rehearsal.scores).await?;
    Ok(rehearsal)
}

/// What would stand.
fn wished(recorded: &[QuizAmendment], before: &[Amendment], wish: &Wish) -> Result<Vec<Amendment>, Refused> {
    match wish {
        Wish::Amend(amendment) => Ok(before.iter().chain([amendment]).cloned().collect()),
        Wish::Withdraw(id) => {
            let standing: Vec<&QuizAmendment> = recorded.iter().filter(|amendment| amendment.stands()).collect();
            let Some(place) = standing.iter().position(|amendment| amendment.id == *id) else {
                return Err(Refused::Wrong("It was taken back already.".to_owned()));
            };
            let kept = before.iter().enumerate().filter(|(index, _)| *index != place);
            Ok(kept.map(|(_, amendment)| amendment.clone()).collect())
        }
    }
}

/// Whether the amendment fits the quiz that is served, or one that was asked.
async fn check(app: &App, amendment: &Amendment, served: &CourseQuiz) -> Result<(), Refused> {
    let Err(why) = amendment.check(&served.quiz) else { return Ok(()) };
    let asked = asked_before(app, &served.slug, amendment.question()).await?;
    let fits = asked.is_some_and(|quiz| amendment.check(&quiz.quiz).is_ok());
    if fits { Ok(()) } else { Err(Refused::Wrong(why)) }
}

/// Whose points differ from those on the record, and the scores that would be new.
fn compared(
    keep: Keep,
    class: &Class,
    (before, after): (&[Amendment], &[Amendment]),
) -> Result<(DryRun, Vec<NewScore>), Fault> {
    let recorded: Vec<Recorded<'_>> = class.taken.iter().map(Taken::recorded).collect();
    let fixed: Vec<Fixed> = class.unreadable.iter().map(|(attempt, student)| fixed(attempt, student)).collect();
    let changes = dry_run(keep, (&recorded, &fixed), after);
    let mut scores = Vec::new();
    for (one, recorded) in class.taken.iter().zip(&recorded) {
        let will_be = one.material.score(after);
        // What was left out before, as its release could not be read, is caught up with.
        let is_behind = recorded.points != (will_be.points, will_be.max_points);
        if is_behind || one.material.score(before) != will_be {
            scores.push(new_score(one.attempt.id, &will_be)?);
        }
    }
    Ok((changes, scores))
}

fn fixed(attempt: &QuizAttempt, student: &str) -> Fixed {
    let points = attempt.score.map(|score| Points(score.score)).unwrap_or_default();
    Fixed { student: student.to_owned(), number: number(attempt), points }
}

fn number(attempt: &QuizAttempt) -> u32 {
    u32::try_from(attempt.number).unwrap_or(u32::MAX)
}
