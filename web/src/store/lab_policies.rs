//! `lab_policies`: the rules of a lab that an instructor sets. Only added to; of a lab, the last row holds.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, StoreError, UserId};

/// Which submission counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counting {
    /// The last one that was graded.
    Last,
    /// The one with the most points, of equals the latest.
    #[default]
    Best,
}

impl Counting {
    pub const ALL: [Self; 2] = [Self::Best, Self::Last];

    pub fn word(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Best => "best",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|counting| counting.word() == word)
    }
}

/// What students see of hidden checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Results {
    /// Everything, as soon as it is graded.
    #[default]
    Everything,
    /// How many hold until the due date, everything from then on.
    AfterDue,
    /// How many hold, and nothing else.
    Counts,
}

impl Results {
    pub const ALL: [Self; 3] = [Self::Everything, Self::AfterDue, Self::Counts];

    pub fn word(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::AfterDue => "after_due",
            Self::Counts => "counts",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|results| results.word() == word)
    }
}

/// What late work loses, in percent of its points; nothing by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Late {
    /// For each day that has begun.
    pub percent_a_day: u32,
    /// Never more than this.
    pub most_percent: u32,
}

/// The rules of a lab; the default holds while nobody set any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LabPolicy {
    pub counting: Counting,
    pub results: Results,
    /// `None`: as the course says.
    pub due_at: Option<Timestamp>,
    pub late: Late,
}

/// Lets these rules hold for the lab from now on.
pub async fn set(
    store: &Store,
    (course, lab): (CourseId, &str),
    policy: LabPolicy,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO lab_policies (course_id, lab, counting, results, due_at, late_percent, late_most, user_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(course)
    .bind(lab)
    .bind(policy.counting.word())
    .bind(policy.results.word())
    .bind(policy.due_at.map(Millis::from))
    .bind(policy.late.percent_a_day)
    .bind(policy.late.most_percent)
    .bind(by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

type Row = (String, String, String, Option<Millis>, u32, u32);

/// The labs whose rules somebody set; of any other, [`LabPolicy::default`] holds.
pub async fn of_course(store: &Store, course: CourseId) -> Result<BTreeMap<String, LabPolicy>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT lab, counting, results, due_at, late_percent, late_most FROM lab_policies
         WHERE course_id = $1 ORDER BY id",
    )
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(policy).collect()
}

fn policy((lab, counting, results, due_at, percent_a_day, most_percent): Row) -> Result<(String, LabPolicy)> {
    let words = Counting::of_word(&counting).zip(Results::of_word(&results));
    let Some((counting, results)) = words else {
        return Err(StoreError::corrupt(format!("the policy `{counting}`, `{results}`")));
    };
    let late = Late { percent_a_day, most_percent };
    Ok((lab, LabPolicy { counting, results, due_at: due_at.map(Timestamp::from), late }))
}
