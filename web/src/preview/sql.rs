//! What is wrong with the SQL of a course that is watched: it shows only when it is run. What was run before, also for
//! a course of a moment ago, is not run again.

use sandbar_content::Course;
use sandbar_labs::diagnostic::Finding;

use crate::app::App;
use crate::archives::{ArchiveError, Archives};
use crate::quizzes::NotReady;

/// The statements of lessons and quizzes that do not end as their author says, with file and line.
pub async fn faults(app: &App) -> Vec<Finding> {
    let mut findings = app.lessons.faults(app).await;
    for slug in app.course.quizzes.keys() {
        match app.quizzes.served(app, slug).await {
            Err(NotReady::Wrong(found)) => findings.extend(found),
            Err(NotReady::NoEngine) if app.sandbox.is_some() => findings.push(not_run(slug)),
            _ => {}
        }
    }
    findings
}

/// That the SQL of a quiz came to no end: what it met there is no result, so that no question is to blame for it.
fn not_run(slug: &str) -> Finding {
    let message = "The SQL of this quiz could not be run to its end: a statement met a limit, or the engine was away.";
    Finding::error("UNAVAILABLE", "questions", message)
        .in_file(format!("quizzes/{slug}.yml"))
        .with_hint("`sandbar check` says which question it is.")
}

/// Takes over what quizzes' SQL gave in the release before, where the course runs the same.
///
/// # Errors
/// When the folder cannot be written.
pub fn carry_results(archives: &Archives, before: &str, course: &Course) -> Result<(), ArchiveError> {
    for of in course.quizzes.values() {
        let known = archives.results(before, &of.slug);
        let same = known.of_these(of.quiz.executions());
        archives.keep_results(&course.release, &of.slug, &same)?;
    }
    Ok(())
}
