//! Work that nobody waits for at a screen: grading, scoring, and the ends of quizzes and sessions.

pub mod grading;
pub mod quizzes;
mod upkeep;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Starts the background work of this process; it ends soon after `stop`.
pub fn start(app: &App, stop: &CancellationToken) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(grading::run(app.clone(), stop.clone()));
    tasks.spawn(quizzes::run(app.clone(), stop.clone()));
    tasks.spawn(upkeep::run(app.clone(), stop.clone()));
    tasks
}
