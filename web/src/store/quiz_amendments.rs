//! `quiz_amendments`: what staff changed about the items of a quiz. Only added to; taking one back is a row.

use jiff::Timestamp;

use super::instants::Millis;
use super::quiz_scores::{self, NewScore};
use super::{CourseId, QuizAmendmentId, Result, Store, UserId};

/// An amendment on the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuizAmendment {
    pub id: QuizAmendmentId,
    /// As JSON.
    pub amendment: String,
    pub reason: String,
    /// Who made it, by name.
    pub by: String,
    pub at: Timestamp,
    /// Who took it back, and when.
    pub withdrawn: Option<(String, Timestamp)>,
}

impl QuizAmendment {
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none()
    }
}

/// What is put on the record.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// As JSON.
    Amend(&'a str),
    Withdraw(QuizAmendmentId),
}

/// Who changes what about which quiz, and why.
#[derive(Clone, Copy, Debug)]
pub struct NewChange<'a> {
    pub course: CourseId,
    pub quiz: &'a str,
    pub change: Change<'a>,
    pub reason: &'a str,
    pub by: UserId,
    pub at: Timestamp,
}

/// Records the change and the scores that it gives, both or neither.
pub async fn apply(store: &Store, new: &NewChange<'_>, scores: &[NewScore]) -> Result<QuizAmendmentId> {
    let (amendment, withdraws) = match new.change {
        Change::Amend(amendment) => (Some(amendment), None),
        Change::Withdraw(id) => (None, Some(id)),
    };
    let mut transaction = store.write().await?;
    let id: QuizAmendmentId = sqlx::query_scalar(
        "INSERT INTO quiz_amendments (course_id, quiz, amendment, withdraws, reason, user_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(new.course)
    .bind(new.quiz)
    .bind(amendment)
    .bind(withdraws)
    .bind(new.reason)
    .bind(new.by)
    .bind(Millis::from(new.at))
    .fetch_one(&mut *transaction)
    .await?;
    for score in scores {
        quiz_scores::add_amended(&mut transaction, score, id, new.at).await?;
    }
    transaction.commit().await?;
    Ok(id)
}

type Row = (QuizAmendmentId, String, String, String, Millis, Option<String>, Option<Millis>);

/// Every amendment of a quiz, the first one first; withdrawals are told with what they take back.
pub async fn of_quiz(store: &Store, course: CourseId, quiz: &str) -> Result<Vec<QuizAmendment>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.amendment, a.reason, u.name, a.at, v.name, w.at FROM quiz_amendments a
         JOIN users u ON u.id = a.user_id
         LEFT JOIN quiz_amendments w ON w.withdraws = a.id LEFT JOIN users v ON v.id = w.user_id
         WHERE a.course_id = $1 AND a.quiz = $2 AND a.amendment IS NOT NULL ORDER BY a.id",
    )
    .bind(course)
    .bind(quiz)
    .fetch_all(&store.pool)
    .await?;
    let amendment = |(id, amendment, reason, by, at, withdrawn_by, withdrawn_at): Row| QuizAmendment {
        id,
        amendment,
        reason,
        by,
        at: at.into(),
        withdrawn: withdrawn_by.zip(withdrawn_at.map(Timestamp::from)),
    };
    Ok(rows.into_iter().map(amendment).collect())
}
