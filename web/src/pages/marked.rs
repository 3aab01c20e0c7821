//! A submission with all that its mark is made of: the report that counts, what people set, what they wrote.
//!
//! Invariant: what a student may not see yet is cut out in [`Marked::for_student`], before anything is made of it.

use jiff::Timestamp;
use sandbar_grader::Report;
use sandbar_grader::property::counterexample::Counterexample;
use sandbar_grader::report::Receipt;

use super::release;
use super::rules::{HandedIn, Rules};
use super::scores::{Reader, Scores};
use super::shown::checks;
use crate::app::App;
use crate::config::GRADING_PATIENCE;
use crate::error::{Fault, Problem};
use crate::marks::{self, Layers, Mark};
use crate::store::comments::{self, Comment};
use crate::store::lab_attempts::LabOf;
use crate::store::lab_policies::Results;
use crate::store::overrides::{self, Override, Set};
use crate::store::submissions::Submission;
use crate::store::{SubmissionId, counting_reports, submissions};
use crate::view;
use crate::view::layout::Link;

pub struct Marked {
    pub submission: Submission,
    /// `None` while it waits for grading.
    pub report: Option<Report>,
    /// The latest first, also those that are not in force any more.
    pub overrides: Vec<Override>,
    pub comments: Vec<Comment>,
    layers: Layers,
    /// The counts of the whole report, where only its public part is here.
    withheld: Option<Withheld>,
}

/// What stands in the place of hidden checks.
pub struct Withheld {
    pub receipt: Receipt,
    /// `None` where it stays so.
    pub until: Option<Timestamp>,
}

impl Marked {
    /// Everything, for staff.
    pub async fn read(app: &App, submission: Submission) -> Result<Self, Fault> {
        let rules = Rules::read(app, Some(submission.user)).await?;
        let report = wait_for_report(app, submission.id).await?;
        let overrides = overrides::of_submission(&app.store, submission.id).await?;
        let comments = comments::of_submission(&app.store, submission.id).await?;
        let layers = report.as_ref().map(|report| rules.layers(report, handed_in(&submission), in_force(&overrides)));
        let layers = layers.unwrap_or_default();
        Ok(Self { report, overrides, comments, layers, withheld: None, submission })
    }

    /// What the lab's rules let the student see.
    pub async fn for_student(app: &App, submission: Submission) -> Result<Self, Fault> {
        let mut marked = Self::read(app, submission).await?;
        let (user, lab) = (marked.submission.user, marked.submission.lab.as_str());
        let rules = Rules::read(app, Some(user)).await?;
        if !rules.withholds(lab, user) {
            return Ok(marked);
        }
        let until = rules.due(lab, user).filter(|_| rules.policy(lab).results == Results::AfterDue);
        if let Some(report) = &mut marked.report {
            marked.withheld = Some(Withheld { receipt: report.receipt(), until });
            *report = report.public_part();
            marked.comments.retain(|it| it.check.as_deref().is_none_or(|id| has(report, id)));
            marked.overrides.retain(|it| has(report, &it.check) || it.check.starts_with(marks::DEDUCTION));
        }
        Ok(marked)
    }

    pub fn mark(&self) -> Option<Mark> {
        self.report.as_ref().map(|report| marks::effective(report, &self.layers))
    }

    /// The report as pages show it.
    pub fn shown(&self) -> Option<view::report::Report> {
        let (report, mark) = self.report.as_ref().zip(self.mark())?;
        Some(checks::report(report, &mark, (&self.overrides, &self.comments), self.withheld.as_ref()))
    }

    /// The case that shows what is wrong with a check, where this reader may see it.
    pub fn case(&self, check: &str) -> Option<&Counterexample> {
        let report = self.report.as_ref()?;
        report.checks.iter().find(|it| it.id == check)?.counterexample.as_ref()
    }

    /// The lab as it was, when the report, or the submission that waits for one, is of a release that is not served.
    pub async fn earlier(&self, app: &App) -> Result<Option<Link>, Problem> {
        let graded = self.report.as_ref().map(|report| report.replay.release.as_str());
        release::earlier(app, &self.submission.lab, graded.unwrap_or(self.submission.release.as_str())).await
    }

    /// What is written about the submission as a whole.
    pub fn remarks(&self) -> Vec<view::checks::Comment> {
        self.comments.iter().filter(|comment| comment.check.is_none()).map(checks::comment).collect()
    }
}

fn has(report: &Report, id: &str) -> bool {
    report.checks.iter().any(|check| check.id == id)
}

fn handed_in(submission: &Submission) -> HandedIn<'_> {
    HandedIn { user: submission.user, lab: &submission.lab, at: submission.submitted_at }
}

/// The latest last.
fn in_force(overrides: &[Override]) -> Vec<Set> {
    let rows = overrides.iter().rev().filter(|row| row.in_force);
    rows.filter_map(|row| Some((row.check.clone(), row.points?))).collect()
}

/// The submission of this course; an id that is no number is nobody's.
pub async fn find(app: &App, id: &str) -> Result<Submission, Problem> {
    let id: SubmissionId = id.parse().map_err(|_| Problem::not_found())?;
    let found = submissions::get(&app.store, id).await?;
    found.filter(|submission| submission.course == app.course_id).ok_or_else(Problem::not_found)
}

/// The report, after a moment's patience: mostly it is there before a page could ask again.
async fn wait_for_report(app: &App, id: SubmissionId) -> Result<Option<Report>, Fault> {
    let deadline = tokio::time::Instant::now() + GRADING_PATIENCE;
    loop {
        let graded = app.grading.graded.notified();
        tokio::pin!(graded);
        graded.as_mut().enable();
        if let Some(found) = counting_reports::of_submission(&app.store, id).await? {
            return Ok(Some(serde_json::from_str(&found.body)?));
        }
        if tokio::time::timeout_at(deadline, graded).await.is_err() {
            return Ok(None);
        }
    }
}

/// Whether the submission counts, and why.
pub async fn standing(app: &App, submission: &Submission, reader: Reader) -> Result<String, Fault> {
    let scores = Scores::read(app, Some(submission.user), reader).await?;
    Ok(scores.standing(submission.user, &submission.lab, submission.id).to_owned())
}

/// The student's other submissions of the lab, the latest first.
pub async fn others(
    app: &App,
    submission: &Submission,
    href: impl Fn(&Submission) -> String,
) -> Result<Vec<Link>, Fault> {
    let of = LabOf { user: submission.user, course: submission.course, lab: &submission.lab };
    let all = submissions::of_lab(&app.store, of).await?;
    let link = |other: &Submission| Link { href: href(other), text: format!("Submission {}", other.number) };
    Ok(all.iter().filter(|other| other.id != submission.id).map(link).collect())
}
