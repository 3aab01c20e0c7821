//! What grading found: the student's receipt and report, and the instructor's view of the same.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::{Check, Comment, TextField};
use super::filters;
use super::job_runs::Column;
use super::lab::Rule;
use super::layout::{Link, Moment, Page};

/// `/labs/{slug}/submissions/{id}`.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "submission.html")]
pub struct Submission {
    pub page: Page,
    pub lab: Link,
    pub number: usize,
    pub at: Moment,
    /// Whether it is the one that counts, and why: `It counts: it is your best.`
    pub standing: String,
    /// What holds for the lab.
    pub rules: Vec<Rule>,
    /// `None` while it waits for grading; the page asks again by itself.
    pub report: Option<Report>,
    /// The lab as it was, when the report is from a release that is not served any more.
    pub earlier: Option<Link>,
    /// About the submission as a whole.
    pub comments: Vec<Comment>,
    /// Of the same lab, newest first.
    pub others: Vec<Link>,
}

/// `/teach/submissions/{id}`.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "teach_submission.html")]
pub struct TeachSubmission {
    pub page: Page,
    pub student: String,
    pub login: String,
    /// The lab's page for staff.
    pub lab: Link,
    /// This page, without a place in it.
    pub href: String,
    pub number: usize,
    pub at: Moment,
    pub standing: String,
    /// Why the form that was sent was refused, and its field.
    pub refused: Option<Link>,
    /// We could not grade it and gave up.
    pub put_aside: bool,
    pub report: Option<Report>,
    /// The lab as it was, when the report is from a release that is not served any more.
    pub earlier: Option<Link>,
    /// Every change of points, the latest first.
    pub adjustments: Vec<Adjustment>,
    /// About the submission as a whole.
    pub comments: Vec<Comment>,
    /// The checks that a comment may be about.
    pub about: Vec<Choice>,
    /// The comment that was typed and refused.
    pub comment: TextField,
    pub files: Vec<SubmittedFile>,
    pub others: Vec<Link>,
    /// The student's last runs of jobs in the lab.
    pub runs: Vec<Column>,
}

/// Points that a person set or withdrew.
#[derive(Debug)]
pub struct Adjustment {
    pub check: String,
    /// `None` for a withdrawal.
    pub points: Option<String>,
    pub reason: String,
    pub by: String,
    pub at: Moment,
    /// `in-force`, `replaced`, `withdrawn` or `withdrawal`.
    pub state: &'static str,
    pub state_text: &'static str,
    /// Where it is withdrawn, while it is in force.
    pub withdraw: Option<String>,
}

/// One of several that can be chosen in a form.
#[derive(Debug)]
pub struct Choice {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

#[derive(Debug)]
pub struct SubmittedFile {
    pub path: String,
    /// Highlighted, one line of text a line.
    pub html: String,
    pub lines: usize,
    pub size: String,
}

#[derive(Debug)]
pub struct Report {
    pub score: String,
    pub max_score: String,
    /// `points` or `public points`.
    pub unit: &'static str,
    /// What stands in the place of hidden checks.
    pub withheld: Option<Withheld>,
    /// What was taken off, one line each.
    pub deductions: Vec<Deduction>,
    pub percent: u32,
    /// `A person changed points; the grader gave 88.`
    pub adjusted: Option<String>,
    /// `21 of 25 checks hold. Tasks 5 and 7 lost points.`
    pub sentence: String,
    pub tasks: Vec<ReportTask>,
    /// The cell that stopped the run.
    pub stopped: Option<Stopped>,
    /// About the file as a whole.
    pub findings: Vec<Finding>,
    /// `None` for a reader who may not make the hidden data.
    pub replay: Option<ReplayToken>,
}

/// Counts, where the results of hidden checks do not show.
#[derive(Debug)]
pub struct Withheld {
    /// `20 of 22 public checks hold.`
    pub public: String,
    /// `1 of 3 hidden checks holds.`; `None` when there is none.
    pub hidden: Option<String>,
    /// When everything shows; `None` where it stays so.
    pub until: Option<Moment>,
}

/// Points taken off for opened hints or for lateness.
#[derive(Debug)]
pub struct Deduction {
    /// `Hints of task 5, down to the clause: 5 % of the task`.
    pub text: String,
    /// `1.2`; what it would be when it was taken back.
    pub points: String,
    /// Who took it back, and why.
    pub waived: Option<String>,
    /// `late` or `hints-5`.
    pub name: String,
    /// Where staff take it back.
    pub waive: Option<String>,
}

#[derive(Debug)]
pub struct ReportTask {
    pub number: u32,
    pub title: String,
    pub score: String,
    pub max_score: String,
    /// `passed`, `partly` or `failed`.
    pub state: &'static str,
    /// What the state was that it was judged on.
    pub note: Option<&'static str>,
    pub checks: Vec<Check>,
}

#[derive(Debug)]
pub struct Stopped {
    /// `Task 5: upsert`, or the file's name.
    pub place: String,
    pub line: Option<u32>,
    pub class: String,
    pub sqlstate: String,
    pub message: String,
    pub hint: Option<String>,
}

#[derive(Debug)]
pub struct ReplayToken {
    /// All of it in one line, as `sandbar grade --replay` takes it.
    pub line: String,
    pub release: String,
    pub seed: String,
    pub engine: String,
    pub submission_hash: String,
}

/// Something wrong with an authored or handed-in file.
#[derive(Debug)]
pub struct Finding {
    /// `error`, `warning` or `advice`.
    pub severity: &'static str,
    /// `Error`, `Warning` or `Advice`.
    pub severity_text: &'static str,
    pub code: String,
    pub message: String,
    pub hint: Option<String>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    /// `tasks[2].depends_on[0]`; may be empty.
    pub path: String,
}
