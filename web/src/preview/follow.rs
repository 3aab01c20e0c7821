//! `/preview`: what an author is told on every page, and the stream that says when it is something else.

use std::convert::Infallible;

use axum::extract::{Query, State as Shared};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use sandbar_labs::diagnostic::Finding;
use serde::Deserialize;
use tokio::sync::watch::Receiver;
use tokio_util::sync::CancellationToken;

use super::State;
use crate::app::App;
use crate::error::Problem;
use crate::view::preview::{Mistake, Panel};

/// What a page shows.
#[derive(Debug, Deserialize)]
pub struct Seen {
    release: String,
    mark: String,
}

/// `GET /preview`: the panel alone.
pub async fn panel(Shared(app): Shared<App>) -> Result<Response, Problem> {
    let preview = app.preview.as_ref().ok_or_else(Problem::not_found)?;
    Ok(shown(&preview.state()).into_response())
}

/// The panel of a page that is made now.
pub fn shown(state: &State) -> Panel {
    Panel {
        mark: state.mark(),
        release: state.release.as_str().to_owned(),
        is_current: state.is_current,
        count: match state.findings.len() {
            1 => "1 mistake".to_owned(),
            count => format!("{count} mistakes"),
        },
        mistakes: state.findings.iter().map(mistake).collect(),
    }
}

fn mistake(finding: &Finding) -> Mistake {
    let numbers = [finding.line, finding.column].into_iter().flatten().map(|number| format!(":{number}"));
    Mistake {
        place: format!("{}{}", finding.file.as_deref().unwrap_or_default(), numbers.collect::<String>()),
        message: finding.message.clone(),
        hint: finding.hint.clone().unwrap_or_default(),
    }
}

/// `GET /preview/events`: `course` when another release is served, `mistakes` when something else is to be said.
pub async fn events(Shared(app): Shared<App>, Query(seen): Query<Seen>) -> Result<Response, Problem> {
    let preview = app.preview.as_ref().ok_or_else(Problem::not_found)?;
    let follower = Follower { states: preview.follow(), seen, stop: app.job_runs.stop.clone() };
    Ok(Sse::new(changes(follower)).keep_alive(KeepAlive::default()).into_response())
}

struct Follower {
    states: Receiver<State>,
    seen: Seen,
    stop: CancellationToken,
}

fn changes(follower: Follower) -> impl Stream<Item = Result<Event, Infallible>> {
    futures::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    })
}

impl Follower {
    /// Waits for a state that the page does not show; `None` when the server stops.
    async fn next(&mut self) -> Option<Event> {
        loop {
            let (release, mark) = {
                let state = self.states.borrow_and_update();
                (state.release.as_str().to_owned(), state.mark())
            };
            if mark != self.seen.mark {
                let name = if release == self.seen.release { "mistakes" } else { "course" };
                self.seen = Seen { release, mark };
                return Some(Event::default().event(name).data(self.seen.mark.clone()));
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.states.changed() => changed.ok()?,
            }
        }
    }
}
