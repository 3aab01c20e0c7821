//! What lessons show and an engine computes: the films of walkthroughs and the outputs of snippets. Each is made when it
//! is first asked for, in a workspace that is nobody's, and once for the same content, whatever release it belongs to.

mod films;
mod once;
mod outputs;

use std::collections::HashSet;

use sandbar_content::film::Film;
use sandbar_content::snippets::Outputs;
use sandbar_content::{Course, snippets};
use sandbar_labs::diagnostic::Finding;

use crate::app::App;
use once::Once;

/// By the content that they were made from.
#[derive(Debug, Default)]
pub struct Lessons {
    films: Once<Film>,
    outputs: Once<Outputs>,
}

/// What a lesson shows that has to be computed: `Ok(None)` while there is no engine that could, and else what is wrong
/// with the lesson's SQL.
pub type Computed<T> = Result<Option<T>, Vec<Finding>>;

impl Lessons {
    /// Lets go of what no lesson of the course is made of any more.
    pub fn keep_only(&self, course: &Course) {
        let lessons = || course.lessons.values();
        self.films.retain(&lessons().filter_map(films::key).collect::<HashSet<_>>());
        self.outputs.retain(&lessons().map(snippets::key).collect::<HashSet<_>>());
    }

    /// What is wrong with the SQL of the course's lessons. All of it is run that was not run before.
    pub async fn faults(&self, app: &App) -> Vec<Finding> {
        let mut findings = Vec::new();
        for lesson in app.course.lessons.values() {
            findings.extend(self.walkthrough(app, lesson).await.err().into_iter().flatten());
            findings.extend(self.outputs(app, lesson).await.err().into_iter().flatten());
        }
        findings
    }
}

fn log(lesson: &str, findings: &[Finding]) {
    for finding in findings {
        tracing::error!(
            lesson,
            file = finding.file,
            line = finding.line,
            message = finding.message,
            "a lesson's SQL does not end as its author says"
        );
    }
}
