//! A course under its author's hands, `sandbar serve --watch DIR`: what is served, what is wrong with the files as they
//! are now, and the pages that follow both.
//!
//! Invariant: what is served is always a whole course. Files with mistakes are told of and change nothing else.

mod folder;
mod follow;
mod sql;
mod watch;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use parking_lot::RwLock;
use sandbar_labs::diagnostic::Finding;
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub use follow::{events, panel, shown};
pub use watch::Watch;

use crate::store::ReleaseId;

/// How the folder is at the moment.
#[derive(Clone, Debug)]
pub struct State {
    /// The release that is served.
    pub release: ReleaseId,
    /// Whether that is what the files say; otherwise it is what they said before.
    pub is_current: bool,
    /// What is to be mended in the files.
    pub findings: Vec<Finding>,
}

impl State {
    /// The same for the same state, in whatever process.
    pub fn mark(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(self.release.as_str());
        hasher.update(format!("{} {:?}", self.is_current, self.findings));
        let mut mark = hex::encode(hasher.finalize());
        mark.truncate(16);
        mark
    }
}

/// The state, and whoever waits for another one.
#[derive(Debug)]
pub struct Preview(tokio::sync::watch::Sender<State>);

impl Preview {
    /// Of the course as it was read at the start.
    pub fn of(release: &ReleaseId) -> Self {
        let state = State { release: release.clone(), is_current: true, findings: Vec::new() };
        Self(tokio::sync::watch::Sender::new(state))
    }

    pub fn state(&self) -> State {
        self.0.borrow().clone()
    }

    /// Notes a state; pages are told when it is another one.
    pub fn note(&self, state: State) {
        self.0.send_if_modified(|before| {
            let is_other = before.mark() != state.mark();
            *before = state;
            is_other
        });
    }

    pub fn follow(&self) -> tokio::sync::watch::Receiver<State> {
        self.0.subscribe()
    }
}

/// The pages of the course that is served now. A request is answered to its end by the pages that it came to.
#[derive(Clone, Debug)]
pub struct Current(Arc<RwLock<Router>>);

impl Current {
    pub fn new(pages: Router) -> Self {
        Self(Arc::new(RwLock::new(pages)))
    }

    pub fn set(&self, pages: Router) {
        *self.0.write() = pages;
    }

    /// A router that hands each request to the pages of its moment.
    pub fn router(self) -> Router {
        Router::new().fallback_service(tower::service_fn(move |request: Request| {
            let pages = self.0.read().clone();
            pages.oneshot(request)
        }))
    }
}
