//! The graded submissions of the course with the points that count, and which of them counts for its student.

use sandbar_content::Course;

use super::rules::{HandedIn, Rules, counting_text};
use crate::app::App;
use crate::error::Fault;
use crate::marks;
use crate::store::counting_reports::Graded;
use crate::store::lab_policies::Counting;
use crate::store::overrides::Set;
use crate::store::{CourseId, Store, SubmissionId, UserId, counting_reports, overrides, reports};

/// For whom the points are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Sees everything.
    Staff,
    /// Sees what the lab's rules let a student see.
    Student,
}

/// A graded submission; points are hundredths, with everything that lies above its report.
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
    pub late_percent: u32,
    /// What opened hints cost.
    pub hints: u32,
    /// Whether these are the points of public checks only.
    pub withheld: bool,
}

/// Everybody's, or one student's.
pub struct Scores {
    all: Vec<Scored>,
    pub rules: Rules,
    reader: Reader,
}

impl Scores {
    /// Everybody's, for staff.
    pub async fn of_class(app: &App) -> Result<Self, Fault> {
        Self::read(app, None, Reader::Staff).await
    }

    /// A student's own, as the student may see them.
    pub async fn of_student(app: &App, user: UserId) -> Result<Self, Fault> {
        Self::read(app, Some(user), Reader::Student).await
    }

    pub async fn read(app: &App, user: Option<UserId>, reader: Reader) -> Result<Self, Fault> {
        Self::of_course(&app.store, (app.course_id, &app.course), user, reader).await
    }

    pub async fn of_course(
        store: &Store,
        (id, course): (CourseId, &Course),
        user: Option<UserId>,
        reader: Reader,
    ) -> Result<Self, Fault> {
        let mut sets = overrides::in_force(store, id, user).await?;
        let rules = Rules::of_course(store, (id, course), user).await?;
        let mut all = Vec::new();
        for graded in counting_reports::of_course(store, id, user).await? {
            let own = sets.remove(&graded.submission).unwrap_or_default();
            all.push(scored(store, (&rules, reader), graded, own).await?);
        }
        Ok(Self { all, rules, reader })
    }

    pub fn of(&self, submission: SubmissionId) -> Option<&Scored> {
        self.all.iter().find(|scored| scored.submission == submission)
    }

    pub fn policy(&self, lab: &str) -> Counting {
        self.rules.policy(lab).counting
    }

    /// Whether what is here of the lab are points of public checks only.
    pub fn withholds(&self, lab: &str, student: UserId) -> bool {
        self.reader == Reader::Student && self.rules.withholds(lab, student)
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

    /// Whether a submission counts, and why.
    pub fn standing(&self, user: UserId, lab: &str, submission: SubmissionId) -> &'static str {
        let counting = self.counting(user, lab).map(|scored| scored.submission);
        match (self.policy(lab), counting) {
            (policy, None) => counting_text(policy),
            (Counting::Best, Some(id)) if self.withholds(lab, user) => match id == submission {
                true => "By its public points it is the best one so far.",
                false => "By public points another submission is better so far.",
            },
            (Counting::Best, Some(id)) if id == submission => "It counts: it is the best one.",
            (Counting::Best, Some(_)) => "Another submission counts: it is better.",
            (Counting::Last, Some(id)) if id == submission => "It counts: it is the last one.",
            (Counting::Last, Some(id)) if id > submission => "A later submission counts.",
            (Counting::Last, Some(_)) => "It counts as soon as it is graded.",
        }
    }
}

/// The points of a submission. Its whole report is read only where something lies above it.
async fn scored(
    store: &Store,
    (rules, reader): (&Rules, Reader),
    graded: Graded,
    sets: Vec<Set>,
) -> Result<Scored, Fault> {
    let handed_in = HandedIn { user: graded.user, lab: &graded.lab, at: graded.submitted_at };
    let withheld = reader == Reader::Student && rules.withholds(&graded.lab, graded.user);
    let late_percent = rules.late_percent(handed_in);
    let plain = sets.is_empty() && !withheld && late_percent == 0 && rules.opened(handed_in).is_empty();
    let mut scored = Scored {
        user: graded.user,
        submission: graded.submission,
        number: graded.number,
        score: graded.score,
        max_score: graded.max_score,
        adjusted: !sets.is_empty(),
        late_percent: 0,
        hints: 0,
        withheld,
        lab: graded.lab.clone(),
    };
    if plain {
        return Ok(scored);
    }
    let stored = reports::get(store, graded.report).await?;
    let stored = stored.ok_or_else(|| Fault::new(format!("report {} is not there", graded.report)))?;
    let report: sandbar_grader::Report = serde_json::from_str(&stored.body)?;
    let layers = rules.layers(&report, handed_in, sets);
    let mark = match withheld {
        true => marks::effective(&report.public_part(), &layers),
        false => marks::effective(&report, &layers),
    };
    scored.score = mark.score.hundredths();
    scored.max_score = mark.max_score.hundredths();
    scored.late_percent = mark.late.filter(|cost| !cost.waived).map_or(0, |cost| cost.percent);
    scored.hints = mark.hint_points().hundredths();
    Ok(scored)
}
