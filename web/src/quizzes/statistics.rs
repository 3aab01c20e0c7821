//! Item statistics of a quiz, from its scored attempts as they count now.

use std::collections::BTreeSet;

use sandbar_content::CourseQuiz;
use sandbar_quizzes::statistics::{Statistics, Taken, elapsed, statistics};

use super::amending;
use super::scoring::{Unscored, standing};
use crate::app::App;
use crate::store::quiz_answer_saves;

/// Which attempts are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Of {
    /// The first of each student: later ones know some items already.
    #[default]
    First,
    All,
}

/// Statistics of the quiz that is served; figures of items rest on every release that asked them.
///
/// # Errors
/// When the quiz of an attempt's release cannot be had, or the database fails.
pub async fn of(app: &App, served: &CourseQuiz, which: Of) -> Result<Statistics, Unscored> {
    let (taken, _) = amending::taken(app, &served.slug).await?;
    let amendments = standing(&app.store, app.course_id, &served.slug).await?;
    let saves = quiz_answer_saves::of_quiz(&app.store, app.course_id, &served.slug).await?;
    let mut seen = BTreeSet::new();
    let mut attempts = Vec::new();
    for one in &taken {
        if which == Of::First && !seen.insert(one.attempt.user) {
            continue;
        }
        let own = saves.get(&one.attempt.id).map(Vec::as_slice).unwrap_or_default();
        let own: Vec<(&str, i64)> = own.iter().map(|(question, at)| (question.as_str(), at.as_millisecond())).collect();
        attempts.push(Taken {
            score: one.material.score(&amendments),
            elapsed_ms: elapsed(one.attempt.started_at.as_millisecond(), &own),
        });
    }
    Ok(statistics(&served.quiz, &attempts))
}
