//! Item statistics of a quiz, from its scored attempts as they count now.

use std::collections::BTreeSet;

use sandbar_content::CourseQuiz;
use sandbar_quizzes::statistics::{Statistics, Taken, elapsed, statistics};

use super::amending;
use super::scoring::{Unscored, standing};
use crate::app::App;
use crate::store::quiz_attempts::QuizAttempt;
use crate::store::{UserId, enrolments, quiz_answer_saves};

/// Which attempts are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// The first of each student: later ones know some items already.
    #[default]
    First,
    All,
}

/// Statistics of the quiz that is served, of the students' attempts; figures of items rest on every release that asked
/// them. With how many attempts are left out, as their release cannot be read.
///
/// # Errors
/// When the SQL of a release has to be run and cannot, or the database fails.
pub async fn of(app: &App, served: &CourseQuiz, which: Of) -> Result<(Statistics, usize), Unscored> {
    let amending::Class { taken, unreadable, .. } = amending::taken(app, &served.slug).await?;
    let students = enrolments::students(&app.store, app.course_id).await?;
    let students: BTreeSet<UserId> = students.iter().map(|student| student.id).collect();
    let amendments = standing(&app.store, app.course_id, &served.slug).await?;
    let saves = quiz_answer_saves::of_quiz(&app.store, app.course_id, &served.slug).await?;
    let mut attempts = Vec::new();
    let is_looked_at =
        |attempt: &QuizAttempt| students.contains(&attempt.user) && (which == Of::All || attempt.number == 1);
    for one in taken.iter().filter(|one| is_looked_at(&one.attempt)) {
        let own = saves.get(&one.attempt.id).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<(&str, i64)> = own.iter().map(|(question, at)| (question.as_str(), at.as_millisecond())).collect();
        attempts.push(Taken {
            quiz: &one.material.quiz.quiz,
            score: one.material.score(&amendments),
            elapsed_ms: elapsed(one.attempt.started_at.as_millisecond(), &own),
        });
    }
    let left_out = unreadable.iter().filter(|(attempt, _)| is_looked_at(attempt)).count();
    Ok((statistics(&served.quiz, &attempts), left_out))
}
