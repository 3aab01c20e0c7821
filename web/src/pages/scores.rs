//! The graded submissions of the course with the points that count, and which of them counts for its student.

use std::collections::BTreeMap;

use crate::app::App;
use crate::error::Fault;
use crate::marks;
use crate::store::lab_policies::{self, Counting};
use crate::store::{CourseId, Store, SubmissionId, UserId, counting_reports, overrides, reports};

/// A graded submission; points are hundredths, with what people set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scored {
    pub user: UserId,
    pub lab: String,
    pub submission: SubmissionId,
    pub number: i64,
    pub score: u32,
    pub max_score: u32,
    /// Whether a person set points in it.
    pub adjusted: bool,
}

/// Everybody's, or one student's.
pub struct Scores {
    all: Vec<Scored>,
    policies: BTreeMap<String, Counting>,
}

impl Scores {
    pub async fn read(app: &App, user: Option<UserId>) -> Result<Self, Fault> {
        Self::of_course(&app.store, app.course_id, user).await
    }

    pub async fn of_course(store: &Store, course: CourseId, user: Option<UserId>) -> Result<Self, Fault> {
        let sets = overrides::in_force(store, course, user).await?;
        let mut all = Vec::new();
        for graded in counting_reports::of_course(store, course, user).await? {
            // Only a submission in which a person set something needs its whole report.
            let mark = match sets.get(&graded.submission) {
                Some(sets) => reports::get(store, graded.report).await?.map(|report| (report, sets)),
                None => None,
            };
            let score = match mark {
                Some((report, sets)) => marks::effective(&serde_json::from_str(&report.body)?, sets).score.hundredths(),
                None => graded.score,
            };
            let adjusted = sets.contains_key(&graded.submission);
            let (user, submission, number, max_score) =
                (graded.user, graded.submission, graded.number, graded.max_score);
            all.push(Scored { user, lab: graded.lab, submission, number, score, max_score, adjusted });
        }
        Ok(Self { all, policies: lab_policies::of_course(store, course).await? })
    }

    pub fn of(&self, submission: SubmissionId) -> Option<&Scored> {
        self.all.iter().find(|scored| scored.submission == submission)
    }

    pub fn policy(&self, lab: &str) -> Counting {
        self.policies.get(lab).copied().unwrap_or_default()
    }

    /// Everybody's submission that counts, in each lab.
    pub fn all_counting(&self) -> Vec<&Scored> {
        let of_lab = |scored: &&Scored| self.counting(scored.user, &scored.lab).is_some_and(|it| it == *scored);
        self.all.iter().filter(of_lab).collect()
    }

    /// The submission of the lab that counts for the student.
    pub fn counting(&self, user: UserId, lab: &str) -> Option<&Scored> {
        let own: Vec<&Scored> = self.all.iter().filter(|scored| scored.user == user && scored.lab == lab).collect();
        let graded: Vec<(i64, u32)> = own.iter().map(|scored| (scored.number, scored.score)).collect();
        marks::counting(self.policy(lab), &graded).and_then(|place| own.get(place).copied())
    }
}

pub fn policy_text(policy: Counting) -> &'static str {
    match policy {
        Counting::Best => "The best submission counts.",
        Counting::Last => "The last submission counts.",
    }
}

/// Whether a submission counts, and why; `counting` is the one that does.
pub fn standing(policy: Counting, submission: SubmissionId, counting: Option<SubmissionId>) -> &'static str {
    match (policy, counting) {
        (_, None) => policy_text(policy),
        (Counting::Best, Some(id)) if id == submission => "It counts: it is the best one.",
        (Counting::Best, Some(_)) => "Another submission counts: it is better.",
        (Counting::Last, Some(id)) if id == submission => "It counts: it is the last one.",
        (Counting::Last, Some(id)) if id > submission => "A later submission counts.",
        (Counting::Last, Some(_)) => "It counts as soon as it is graded.",
    }
}
