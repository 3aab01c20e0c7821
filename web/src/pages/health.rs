//! `/healthz` and `/readyz`: for whoever watches the process.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// The process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// The process can do its work: the database answers and workers are up.
pub async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    if let Err(error) = app.store.ping().await {
        tracing::warn!(error = %crate::error::chain(&error), "not ready");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
    }
    match &app.sandbox {
        Some(_) => (StatusCode::OK, "ready\n"),
        None => (StatusCode::SERVICE_UNAVAILABLE, "the engine has not started\n"),
    }
}
