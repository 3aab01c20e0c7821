//! The ends of quiz attempts: taken when handed in, or with what was saved when their time is over; and the scorer,
//! which runs what answers need. A score that cannot be made now is tried again, less often the longer it takes.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::config::QUIZ_GRACE;
use crate::error::Fault;
use crate::quizzes::scoring;
use crate::store::quiz_attempts::{self, QuizAttempt};
use crate::store::{self, QuizAttemptId};

/// How long the scorer waits when nothing was handed in.
const IDLE: Duration = Duration::from_secs(5);
/// Before a score is tried again, the first time and at most.
const PAUSE: Duration = Duration::from_secs(2);
const MOST_PAUSE: Duration = Duration::from_secs(300);

/// Closes every attempt whose time, with the grace for late answers, is over.
pub async fn close_overdue(app: &App, at: Timestamp) -> Result<(), Fault> {
    let before = at - QUIZ_GRACE;
    for attempt in quiz_attempts::overdue(&app.store, before).await? {
        if quiz_attempts::submit_overdue(&app.store, attempt.id, before).await? {
            score(app, &attempt).await;
        }
    }
    Ok(())
}

/// Takes what was saved.
pub async fn close(app: &App, attempt: &QuizAttempt, at: Timestamp) -> Result<(), Fault> {
    if quiz_attempts::submit(&app.store, attempt.id, at).await? {
        score(app, attempt).await;
    }
    Ok(())
}

/// At once where nothing has to be run for that, and by the scorer otherwise.
async fn score(app: &App, attempt: &QuizAttempt) {
    match scoring::mark_at_once(app, attempt).await {
        Ok(true) => return,
        Ok(false) => {}
        Err(why) => tracing::warn!(attempt = %attempt.id, %why, "an attempt is scored later"),
    }
    app.quizzes.handed_in.notify_one();
}

/// Attempts that could not be scored: how often they were tried, and when they are again.
type Waiting = HashMap<QuizAttemptId, (u32, Instant)>;

/// Scores what waits, one attempt after the other.
pub async fn run(app: App, stop: CancellationToken) {
    let mut waiting = Waiting::new();
    while !stop.is_cancelled() {
        tokio::select! {
            done = round(&app, &mut waiting) => if let Err(fault) = done {
                fault.log();
            },
            () = stop.cancelled() => return,
        }
        tokio::select! {
            () = app.quizzes.handed_in.notified() => {}
            () = tokio::time::sleep(IDLE) => {}
            () = stop.cancelled() => {}
        }
    }
}

async fn round(app: &App, waiting: &mut Waiting) -> Result<(), Fault> {
    close_overdue(app, store::now()).await?;
    let unscored = quiz_attempts::unscored(&app.store).await?;
    waiting.retain(|id, _| unscored.iter().any(|attempt| attempt.id == *id));
    for attempt in unscored {
        let tries = match waiting.get(&attempt.id) {
            Some((_, at)) if *at > Instant::now() => continue,
            Some((tries, _)) => *tries,
            None => 0,
        };
        if let Err(why) = scoring::mark(app, &attempt).await {
            tracing::warn!(attempt = %attempt.id, tries, %why, "an attempt could not be scored; it is tried again");
            let pause = PAUSE.saturating_mul(1_u32.checked_shl(tries.min(8)).unwrap_or(1)).min(MOST_PAUSE);
            waiting.insert(attempt.id, (tries + 1, Instant::now() + pause));
        }
    }
    Ok(())
}
