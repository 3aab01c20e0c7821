//! What lessons show and an engine computes: the films of walkthroughs and the outputs of snippets. Each is made when it
//! is first asked for, in a workspace that is nobody's, and once for the same content, whatever release it belongs to.

mod films;
mod once;
mod outputs;

use std::collections::HashSet;

use sandbar_content::Course;
use sandbar_content::film::Film;
use sandbar_content::snippets::Outputs;
use sandbar_labs::diagnostic::Finding;
use tokio::task::JoinError;

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

/// Why something could not be computed.
#[derive(Clone, Debug)]
pub enum Missing {
    Engine,
    Wrong(Vec<Finding>),
}

impl Missing {
    /// Whether the same content would end so again: neither a fault of ours nor a limit that a busy machine was short of.
    fn lasts(&self) -> bool {
        let is_ours = |finding: &Finding| finding.code == "UNAVAILABLE" || finding.message.contains("LIMIT_EXCEEDED");
        match self {
            Self::Engine => false,
            Self::Wrong(found) => !found.iter().any(is_ours),
        }
    }
}

impl From<JoinError> for Missing {
    fn from(panic: JoinError) -> Self {
        Self::Wrong(vec![Finding::error("UNAVAILABLE", "", panic.to_string())])
    }
}

/// Without an engine nothing is wrong.
fn computed<T>(lesson: &str, made: Result<T, Missing>) -> Computed<T> {
    match made {
        Ok(value) => Ok(Some(value)),
        Err(Missing::Engine) => Ok(None),
        Err(Missing::Wrong(found)) => {
            log(lesson, &found);
            Err(found)
        }
    }
}

impl Lessons {
    /// Lets go of what no lesson of the course is made of any more.
    pub fn keep_only(&self, course: &Course) {
        let lessons = || course.lessons.values();
        self.films.retain(&lessons().filter_map(films::key).collect::<HashSet<_>>());
        self.outputs.retain(&lessons().map(outputs::key).collect::<HashSet<_>>());
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
