//! Pages that follow runs of jobs: one stream of server-sent events a tab. An event says that something was saved;
//! the page
//! asks for its part anew.

use std::convert::Infallible;

use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::app::App;
use crate::error::{Fault, Problem};
use crate::job_runs::Changed;
use crate::store::{JobRunId, LabAttemptId, job_runs};

/// What a page follows.
#[derive(Clone, Debug)]
pub enum Followed {
    Run(JobRunId),
    /// All runs of the job in that file.
    Job(LabAttemptId, String),
}

impl Followed {
    /// A number that is another one after each save, and whether there may be more saves.
    async fn look(&self, app: &App) -> Result<(i64, bool), Fault> {
        Ok(match self {
            Self::Run(id) => match job_runs::get(&app.store, *id).await? {
                Some(run) => (run.revision, run.state.is_active()),
                None => (-1, false),
            },
            Self::Job(attempt, path) => (job_runs::mark_of_job(&app.store, *attempt, path).await?, true),
        })
    }

    fn concerns(&self, changed: Changed) -> bool {
        match self {
            Self::Run(id) => *id == changed.run,
            Self::Job(attempt, _) => *attempt == changed.attempt,
        }
    }
}

/// The stream. `since` is what the page shows; a browser that comes back says by `Last-Event-ID` what it has seen.
pub async fn follow(
    app: App,
    followed: Followed,
    headers: &HeaderMap,
    since: Option<i64>,
) -> Result<Response, Problem> {
    let receiver = app.job_runs.follow();
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let seen = last.or(since);
    let (mark, active) = followed.look(&app).await?;
    if !active && seen == Some(mark) {
        // A browser does not come back after this.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = events(Follower { app, followed, receiver, seen, ended: false });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}

struct Follower {
    app: App,
    followed: Followed,
    receiver: Receiver<Changed>,
    seen: Option<i64>,
    ended: bool,
}

fn events(follower: Follower) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    })
}

impl Follower {
    /// Waits for the next change; `None` when there will be no more, or the server stops.
    async fn next(&mut self) -> Option<Event> {
        while !self.ended {
            let (mark, active) = self.followed.look(&self.app).await.map_err(|fault| fault.log()).ok()?;
            self.ended = !active;
            if self.seen != Some(mark) {
                self.seen = Some(mark);
                let state = if active { "going" } else { "over" };
                return Some(Event::default().event("run").id(mark.to_string()).data(state));
            }
            self.changed().await?;
        }
        None
    }

    async fn changed(&mut self) -> Option<()> {
        let stop = self.app.job_runs.stop.clone();
        loop {
            let received = tokio::select! {
                () = stop.cancelled() => return None,
                received = self.receiver.recv() => received,
            };
            match received {
                Ok(changed) if !self.followed.concerns(changed) => {}
                Ok(_) | Err(RecvError::Lagged(_)) => return Some(()),
                Err(RecvError::Closed) => return None,
            }
        }
    }
}
