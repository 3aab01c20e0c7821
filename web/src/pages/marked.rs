//! A submission with all that its mark is made of: the report that counts, what people set, what they wrote.

use sandbar_grader::Report;

use super::release;
use super::scores::{self, Scores};
use super::shown::checks;
use crate::app::App;
use crate::config::GRADING_PATIENCE;
use crate::error::{Fault, Problem};
use crate::marks::{self, Mark};
use crate::store::comments::{self, Comment};
use crate::store::lab_attempts::LabOf;
use crate::store::overrides::{self, Override};
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
}

impl Marked {
    pub async fn read(app: &App, submission: Submission) -> Result<Self, Fault> {
        Ok(Self {
            report: wait_for_report(app, submission.id).await?,
            overrides: overrides::of_submission(&app.store, submission.id).await?,
            comments: comments::of_submission(&app.store, submission.id).await?,
            submission,
        })
    }

    pub fn mark(&self) -> Option<Mark> {
        let sets = self.overrides.iter().filter(|row| row.in_force);
        let sets: Vec<_> = sets.filter_map(|row| Some((row.check.clone(), row.points?))).collect();
        self.report.as_ref().map(|report| marks::effective(report, &sets))
    }

    /// The report as pages show it.
    pub fn shown(&self) -> Option<view::report::Report> {
        let (report, mark) = self.report.as_ref().zip(self.mark())?;
        Some(checks::report(report, &mark, (&self.overrides, &self.comments)))
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
pub async fn standing(app: &App, submission: &Submission) -> Result<String, Fault> {
    let scores = Scores::read(app, Some(submission.user)).await?;
    let counting = scores.counting(submission.user, &submission.lab).map(|scored| scored.submission);
    Ok(scores::standing(scores.policy(&submission.lab), submission.id, counting).to_owned())
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
