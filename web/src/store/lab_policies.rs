//! `lab_policies`: which of a student's submissions of a lab counts. Only added to; of a lab, the last row holds.

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
    pub fn word(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Best => "best",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Last, Self::Best].into_iter().find(|counting| counting.word() == word)
    }
}

/// Lets the lab's submissions count so from now on.
pub async fn set(
    store: &Store,
    (course, lab): (CourseId, &str),
    counting: Counting,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO lab_policies (course_id, lab, counting, user_id, at) VALUES ($1, $2, $3, $4, $5)")
        .bind(course)
        .bind(lab)
        .bind(counting.word())
        .bind(by)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// The labs whose policy somebody set; of any other, [`Counting::default`] holds.
pub async fn of_course(store: &Store, course: CourseId) -> Result<BTreeMap<String, Counting>> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT lab, counting FROM lab_policies WHERE course_id = $1 ORDER BY id")
            .bind(course)
            .fetch_all(&store.pool)
            .await?;
    let policy = |(lab, word): (String, String)| match Counting::of_word(&word) {
        Some(counting) => Ok((lab, counting)),
        None => Err(StoreError::corrupt(format!("the policy `{word}`"))),
    };
    rows.into_iter().map(policy).collect()
}
