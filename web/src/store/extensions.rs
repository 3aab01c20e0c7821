//! `extensions`: another due date of a lab for one student. Only added to; of a student and lab, the last row holds.

use jiff::Timestamp;

use super::instants::Millis;
use super::{CourseId, Result, Store, UserId};

/// A due date of one student's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub student: UserId,
    pub lab: String,
    pub due_at: Timestamp,
    /// Who gave it, by name.
    pub by: String,
}

/// Gives the student that due date; `None` takes an earlier one back.
pub async fn set(
    store: &Store,
    (course, lab, student): (CourseId, &str, UserId),
    due_at: Option<Timestamp>,
    by: UserId,
    at: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO extensions (course_id, lab, student_id, due_at, user_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(course)
    .bind(lab)
    .bind(student)
    .bind(due_at.map(Millis::from))
    .bind(by)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

type Row = (UserId, String, Millis, String);

/// Those that hold in the course, or for one student.
pub async fn of_course(store: &Store, course: CourseId, student: Option<UserId>) -> Result<Vec<Extension>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT e.student_id, e.lab, e.due_at, u.name FROM extensions e JOIN users u ON u.id = e.user_id
         WHERE e.course_id = $1 AND ($2 IS NULL OR e.student_id = $2) AND e.due_at IS NOT NULL
           AND e.id = (SELECT max(l.id) FROM extensions l
                       WHERE l.course_id = e.course_id AND l.lab = e.lab AND l.student_id = e.student_id)
         ORDER BY e.id",
    )
    .bind(course)
    .bind(student)
    .fetch_all(&store.pool)
    .await?;
    let extension = |(student, lab, due_at, by): Row| Extension { student, lab, due_at: due_at.into(), by };
    Ok(rows.into_iter().map(extension).collect())
}
