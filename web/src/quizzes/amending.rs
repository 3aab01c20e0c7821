//! What staff change about the items of a quiz after it was taken: rehearsed first, then recorded with the scores that
//! it gives.
//!
//! Invariant: what is applied gives exactly the scores that a rehearsal at that moment would list; attempts that have
//! no score yet get their first one with whatever stands then.

use std::collections::BTreeMap;
use std::sync::Arc;

use sandbar_content::CourseQuiz;
use sandbar_quizzes::amend::{DryRun, Recorded, dry_run};
use sandbar_quizzes::{Amendment, Keep};

use super::scoring::{Material, Unscored, new_score, standing};
use crate::app::App;
use crate::error::Fault;
use crate::store::quiz_amendments::{self, Change, NewChange, QuizAmendment};
use crate::store::quiz_attempts::{self, QuizAttempt};
use crate::store::quiz_scores::NewScore;
use crate::store::{self, QuizAmendmentId, UserId, users};

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
            number: u32::try_from(self.attempt.number).unwrap_or(u32::MAX),
            seed: self.attempt.seed,
            answers: self.material.answers.clone(),
            results: self.material.results.clone(),
        }
    }
}

/// The attempts at a quiz that were handed in.
#[derive(Default)]
pub struct Class {
    /// Those that are scored, by student and number.
    pub taken: Vec<Taken>,
    pub waiting: usize,
    /// How many are scored by a release that cannot be read any more.
    pub unreadable: usize,
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
                class.unreadable += 1;
            }
            Err(why) => return Err(why),
        }
    }
    Ok(class)
}

/// The quizzes that were asked and are not served any more, the newest first; without what their SQL gives where it
/// cannot be run. Those whose archive cannot be read are left out.
///
/// # Errors
/// When the database fails.
pub async fn former(app: &App, slug: &str) -> Result<Vec<Arc<CourseQuiz>>, Fault> {
    let mut quizzes: Vec<Arc<CourseQuiz>> = Vec::new();
    for release in quiz_attempts::releases(&app.store, app.course_id, slug).await? {
        if release == app.release {
            continue;
        }
        let Ok(quiz) = app.quizzes.ready(app, &release, slug).await else {
            let course = app.releases.course(&release).await;
            quizzes.extend(course.ok().and_then(|course| course.quiz(slug).cloned()).map(Arc::new));
            continue;
        };
        quizzes.push(quiz);
    }
    Ok(quizzes)
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
    let Class { taken, waiting, unreadable } = taken(app, &served.slug).await?;
    if let Wish::Amend(amendment) = wish {
        check(amendment, served, &former(app, &served.slug).await?)?;
    }
    let (changes, scores) = compared(served.quiz.keep, &taken, (&before, &after))?;
    Ok(Rehearsal { changes, scored: taken.len(), waiting, unreadable, scores })
}

/// Puts the wish on the record, with the scores that it gives.
///
/// # Errors
/// When it cannot be granted; then nothing was changed.
pub async fn apply(
    app: &App,
    served: &CourseQuiz,
    (wish, reason): (&Wish, &str),
    by: UserId,
) -> Result<Rehearsal, Refused> {
    let _marking = app.quizzes.marking.lock().await;
    let rehearsal = rehearse(app, served, wish).await?;
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
fn check(amendment: &Amendment, served: &CourseQuiz, former: &[Arc<CourseQuiz>]) -> Result<(), Refused> {
    let Err(why) = amendment.check(&served.quiz) else { return Ok(()) };
    let fits = former.iter().any(|quiz| amendment.check(&quiz.quiz).is_ok());
    if fits { Ok(()) } else { Err(Refused::Wrong(why)) }
}

/// Whose points differ, and the scores that would be new.
fn compared(
    keep: Keep,
    taken: &[Taken],
    (before, after): (&[Amendment], &[Amendment]),
) -> Result<(DryRun, Vec<NewScore>), Fault> {
    let recorded: Vec<Recorded<'_>> = taken.iter().map(Taken::recorded).collect();
    let changes = dry_run(keep, &recorded, before, after);
    let mut scores = Vec::new();
    for one in taken {
        let (was, will_be) = (one.material.score(before), one.material.score(after));
        if was != will_be {
            scores.push(new_score(one.attempt.id, &will_be)?);
        }
    }
    Ok((changes, scores))
}
