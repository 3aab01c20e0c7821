//! The marks that count, beside those that the same submissions would have under another release. Changes nothing.

use futures::{StreamExt, stream};
use sandbar_content::{Course, grading};
use sandbar_grader::{Report, Scope};
use sandbar_labs::sandbox::Sandbox;

use crate::error::{Fault, Problem};
use crate::marks::{self, Mark};
use crate::pages::rules::{HandedIn, Rules};
use crate::pages::scores::{Reader, Scored, Scores};
use crate::store::overrides;
use crate::store::{CourseId, Store, SubmissionId, counting_reports, courses, submissions, users};

#[derive(Debug, Default)]
pub struct Marks {
    /// Submissions that count, one for each student and lab.
    pub graded: usize,
    /// Of these, not graded by a fault of ours.
    pub unavailable: usize,
    pub changes: Vec<Change>,
}

/// A submission whose mark would be another.
#[derive(Debug)]
pub struct Change {
    pub login: String,
    pub lab: String,
    /// As in the address of its page: `/teach/submissions/7`.
    pub submission: SubmissionId,
    pub was: String,
    pub would_be: String,
    /// Ids of the checks that differ, or why there is no mark.
    pub why: Vec<String>,
}

/// What grading under the new release came to.
enum Outcome {
    Same,
    Unavailable,
    Changed(Change),
}

impl Marks {
    /// Grades what counts with the course, each submission with its own seed and under what people set.
    pub async fn compare(sandbox: &Sandbox, store: &Store, course: &Course, jobs: usize) -> Result<Self, Fault> {
        let Some(id) = courses::find(store, &course.slug).await? else { return Ok(Self::default()) };
        let scores = Scores::of_course(store, (id, course), None, Reader::Staff).await?;
        let counting = scores.all_counting();
        let mut marks = Self { graded: counting.len(), ..Self::default() };
        let outcomes =
            stream::iter(counting).map(|scored| outcome(sandbox, store, (course, id, &scores.rules), scored));
        for outcome in outcomes.buffered(jobs).collect::<Vec<_>>().await {
            match outcome? {
                Outcome::Same => {}
                Outcome::Unavailable => marks.unavailable += 1,
                Outcome::Changed(change) => marks.changes.push(change),
            }
        }
        Ok(marks)
    }
}

async fn outcome(
    sandbox: &Sandbox,
    store: &Store,
    (course, id, rules): (&Course, CourseId, &Rules),
    scored: &Scored,
) -> Result<Outcome, Fault> {
    let gone = || Fault::new(format!("submission {} is not whole in the database", scored.submission));
    let submission = submissions::get(store, scored.submission).await?.ok_or_else(gone)?;
    let student = users::by_id_or_former(store, scored.user).await?.ok_or_else(gone)?;
    let sets = overrides::in_force(store, id, Some(scored.user)).await?.remove(&scored.submission).unwrap_or_default();
    let stored = counting_reports::of_submission(store, scored.submission).await?.ok_or_else(gone)?;
    let handed_in = HandedIn { user: scored.user, lab: &scored.lab, at: submission.submitted_at };
    let mark = |report: &Report| marks::effective(report, &rules.layers(report, handed_in, sets.clone()));
    let was = mark(&serde_json::from_str(&stored.body)?);
    let change = |would_be: String, why: Vec<String>| Change {
        login: student.login.clone(),
        lab: scored.lab.clone(),
        submission: scored.submission,
        was: shown(&was),
        would_be,
        why,
    };
    let Some(lab) = course.lab(&submission.lab) else {
        return Ok(Outcome::Changed(change(
            "stays".to_owned(),
            vec!["the course has no such lab any more".to_owned()],
        )));
    };
    let files = submissions::files(store, submission.id).await?;
    let work = sandbar_grader::Submission { name: student.login.clone(), files };
    Ok(match grading::grade(sandbox, lab, work, submission.seed, &course.release, Scope::All).await {
        Err(found) => {
            let why = found.first().map(Problem::sentence).unwrap_or_default();
            Outcome::Changed(change("stays".to_owned(), vec![format!("it cannot be read: {why}")]))
        }
        Ok(report) if report.is_unavailable() => Outcome::Unavailable,
        Ok(report) => match differing(&was, mark(&report)) {
            Some((would_be, checks)) => Outcome::Changed(change(shown(&would_be), checks)),
            None => Outcome::Same,
        },
    })
}

/// The other mark and the checks in which it differs.
fn differing(was: &Mark, would_be: Mark) -> Option<(Mark, Vec<String>)> {
    if (would_be.score, would_be.max_score) == (was.score, was.max_score) {
        return None;
    }
    let checks = would_be.differences(was).map(str::to_owned).collect();
    Some((would_be, checks))
}

fn shown(mark: &Mark) -> String {
    format!("{} of {}", mark.score, mark.max_score)
}
