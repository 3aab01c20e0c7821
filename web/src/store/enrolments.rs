//! `enrolments`: who is what in which section of a course.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::instants::Millis;
use super::users::User;
use super::{CourseId, Result, SectionId, Store, StoreError, UserId};

/// What a person may do in a course; a later one may do all that an earlier one may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    Student,
    Assistant,
    Instructor,
    Administrator,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Student, Self::Assistant, Self::Instructor, Self::Administrator];

    /// Whether the role sees other people's work.
    pub fn is_staff(self) -> bool {
        self > Self::Student
    }

    fn word(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Assistant => "assistant",
            Self::Instructor => "instructor",
            Self::Administrator => "administrator",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Role {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|role| role.word() == text)
            .ok_or_else(|| StoreError::corrupt(format!("the role `{text}`")))
    }
}

/// Enrols the person in the section, or changes the role they have there.
pub async fn put(store: &Store, user: UserId, section: SectionId, role: Role, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO enrolments (user_id, section_id, role, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id, section_id) DO UPDATE SET role = excluded.role",
    )
    .bind(user)
    .bind(section)
    .bind(role.word())
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// Takes everybody who is in the newest other course into a section of a course that nobody is in, with their highest role
/// there. Nobody gets back what they were or had in a course before that one.
pub async fn take_over(store: &Store, section: SectionId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO enrolments (user_id, section_id, role, created_at)
         SELECT e.user_id, $1, e.role, $2 FROM enrolments e JOIN sections f ON f.id = e.section_id
         WHERE f.course_id = (
             SELECT max(p.course_id) FROM sections p JOIN enrolments q ON q.section_id = p.id
             WHERE p.course_id <> (SELECT course_id FROM sections WHERE id = $1)
         ) AND NOT EXISTS (
             SELECT 1 FROM enrolments o JOIN sections s ON s.id = o.section_id
             WHERE s.course_id = (SELECT course_id FROM sections WHERE id = $1)
         )
         ORDER BY CASE e.role WHEN 'administrator' THEN 0 WHEN 'instructor' THEN 1 WHEN 'assistant' THEN 2 ELSE 3 END
         ON CONFLICT (user_id, section_id) DO NOTHING",
    )
    .bind(section)
    .bind(Millis::from(at))
    .execute(&store.pool)
    .await?;
    Ok(())
}

/// The highest role that the person has in any section of the course.
pub async fn role(store: &Store, user: UserId, course: CourseId) -> Result<Option<Role>> {
    let words: Vec<String> = sqlx::query_scalar(
        "SELECT e.role FROM enrolments e JOIN sections s ON s.id = e.section_id WHERE e.user_id = $1 AND s.course_id = $2",
    )
    .bind(user)
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    let roles: Vec<Role> = words.iter().map(|word| word.parse()).collect::<Result<_>>()?;
    Ok(roles.into_iter().max())
}

/// The course's students who may sign in, by name.
pub async fn students(store: &Store, course: CourseId) -> Result<Vec<User>> {
    let rows = sqlx::query_as(
        "SELECT DISTINCT u.id, u.login, u.name FROM users u
         JOIN enrolments e ON e.user_id = u.id JOIN sections s ON s.id = e.section_id
         WHERE s.course_id = $1 AND e.role = 'student' AND u.disabled_at IS NULL ORDER BY u.name, u.login",
    )
    .bind(course)
    .fetch_all(&store.pool)
    .await?;
    Ok(rows)
}
