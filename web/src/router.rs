//! Every address of the server, in one place.
//!
//! Layers, from the outside: headers, compression, sessions, the form of problems, panics, the CSRF token. Assets and
//! health lie outside the sessions.

use axum::Router;
use axum::middleware::{from_extractor_with_state, from_fn, from_fn_with_state};
use axum::routing::{get, post, put};
use time::Duration;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

use crate::app::App;
use crate::auth::{Staff, csrf};
use crate::config::{MAX_BODY_BYTES, SESSION_COOKIE, SESSION_COOKIE_HTTPS, SESSION_IDLE};
use crate::error::{Problem, show};
use crate::pages::{
    bundle, case, certification, changes, checks, dashboard, documents, exercise, glossary, gradebook, health, hints,
    job, job_change, job_run, job_runs, lab, lesson, lesson_log, lesson_place, lesson_question, overview, progress,
    quiz, quiz_attempt, regrade, release, review, run, sign_in, submission, submissions, table, teach_lab,
    teach_question, teach_quiz, teach_statistics, transfer, walkthrough, widgets,
};
use crate::quizzes::exams;
use crate::store::sessions::DatabaseSessions;
use crate::{assets, headers, preview};

/// The whole server as one service.
pub fn router(app: App) -> Router {
    let layers = ServiceBuilder::new()
        .layer(sessions(&app))
        .layer(from_fn_with_state(app.clone(), show::show))
        .layer(CatchPanicLayer::custom(show::panicked))
        .layer(from_fn(csrf::guard));
    pages(&app)
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || axum::http::StatusCode::METHOD_NOT_ALLOWED)
        .layer(axum::extract::DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(layers)
        .layer(CompressionLayer::new())
        .merge(outside())
        .layer(from_fn_with_state(app.clone(), headers::secure))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

fn pages(app: &App) -> Router<App> {
    Router::new()
        .route("/", get(overview::show))
        .route("/sign-in", get(sign_in::show).post(sign_in::sign_in))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/progress", get(progress::show))
        .route("/certification", get(certification::show))
        .merge(closed_by_exams(app))
        .merge(quizzes())
        .merge(teaching(app))
}

/// What an exam may close; without one, nobody is asked.
fn closed_by_exams(app: &App) -> Router<App> {
    let (lessons, labs) = (lessons(), labs());
    if app.course.quizzes.values().all(|of| of.quiz.exam.is_none()) {
        return lessons.merge(labs);
    }
    let guarded = lessons.layer(from_fn_with_state(app.clone(), exams::guard_lessons));
    guarded.merge(labs.layer(from_fn_with_state(app.clone(), exams::guard_workbench)))
}

fn lessons() -> Router<App> {
    Router::new()
        .route("/glossary", get(glossary::show))
        .route("/lessons/{slug}", get(lesson::show))
        .route("/lessons/{slug}/run", post(lesson::run))
        .route("/lessons/{slug}/cancel", post(lesson::cancel))
        .route("/lessons/{slug}/start-over", post(lesson::start_over))
        .route("/lessons/{slug}/done", post(lesson::done))
        .route("/lessons/{slug}/log", get(lesson_log::show))
        .route("/lessons/{slug}/place", post(lesson_place::keep))
        .route("/lessons/{slug}/walkthrough", post(walkthrough::reach))
        .route("/lessons/{slug}/questions/{number}", post(lesson_question::answer))
        .route("/lessons/{slug}/exercise", post(exercise::check))
        .route("/lessons/{slug}/media/{file}", get(walkthrough::media))
}

fn labs() -> Router<App> {
    Router::new()
        .route("/labs/{slug}", get(lab::show))
        .route("/labs/{slug}/documents/{path}", put(documents::save).post(documents::save_form))
        .route("/labs/{slug}/cells/{id}/run", post(run::cell))
        .route("/labs/{slug}/cancel", post(run::cancel))
        .route("/labs/{slug}/widgets", get(widgets::show).post(widgets::choose))
        .route("/labs/{slug}/tables", get(table::panel))
        .route("/labs/{slug}/tables/{table}", get(table::show))
        .route("/labs/{slug}/replay", post(checks::replay))
        .route("/labs/{slug}/check", post(checks::check))
        .route("/labs/{slug}/submit", post(submission::submit))
        .route("/labs/{slug}/submissions/{id}", get(submission::show))
        .route("/labs/{slug}/submissions/{id}/cases/{check}/try", post(case::load))
        .route("/labs/{slug}/case", get(case::show))
        .route("/labs/{slug}/case/run", post(case::run))
        .route("/labs/{slug}/case/cancel", post(case::cancel))
        .route("/labs/{slug}/tasks/{number}/hints/{level}", post(hints::open))
        .route("/labs/{slug}/changes", get(changes::show))
        .route("/labs/{slug}/changes/take", post(changes::take))
        .route("/labs/{slug}/changes/done", post(changes::done))
        .route("/labs/{slug}/releases/{id}", get(release::show))
        .route("/labs/{slug}/start-over", post(run::start_over))
        .route("/labs/{slug}/import", post(transfer::import))
        .route("/labs/{slug}/jobs/{key}", get(job::show))
        .route("/labs/{slug}/jobs/{key}/check", post(job::check))
        .merge(job_runs())
        .route("/labs/{slug}/jobs/{key}/change", post(job_change::change))
        .route("/labs/{slug}/dashboards/{key}", get(dashboard::show))
        .route("/labs/{slug}/{file}", get(transfer::export))
}

fn job_runs() -> Router<App> {
    Router::new()
        .route("/labs/{slug}/jobs/{key}/runs", get(job_runs::table).post(job_runs::start))
        .route("/labs/{slug}/jobs/{key}/start", get(job_runs::start_form))
        .route("/labs/{slug}/jobs/{key}/runs/events", get(job_runs::events))
        .route("/labs/{slug}/runs/{id}", get(job_run::show))
        .route("/labs/{slug}/runs/{id}/events", get(job_run::events))
        .route("/labs/{slug}/runs/{id}/cancel", post(job_run::cancel))
        .route("/labs/{slug}/runs/{id}/repair", post(job_run::repair))
}

fn quizzes() -> Router<App> {
    Router::new()
        .route("/quiz", get(quiz::show_first))
        .route("/quizzes/{slug}", get(quiz::show))
        .route("/quizzes/{slug}/attempts", post(quiz::start))
        .route("/quiz/attempts/{id}", get(quiz_attempt::show))
        .route("/quiz/attempts/{id}/answers", post(quiz_attempt::save))
        .route("/quiz/attempts/{id}/questions/{number}/check", post(quiz_attempt::check))
        .route("/quiz/attempts/{id}/submit", post(quiz_attempt::submit))
}

/// To anybody but staff no address of these exists, whatever the method.
fn teaching(app: &App) -> Router<App> {
    Router::new()
        .route("/teach/gradebook", get(gradebook::show))
        .route("/teach/gradebook.csv", get(gradebook::csv))
        .route("/teach/submissions", get(submissions::show))
        .route("/teach/submissions/{id}", get(review::show))
        .route("/teach/submissions/{id}/replay.zip", get(bundle::download))
        .route("/teach/submissions/{id}/report.json", get(bundle::report))
        .route("/teach/submissions/{id}/checks/{check}/points", post(review::set_points))
        .route("/teach/submissions/{id}/overrides/{override}/withdraw", post(review::withdraw))
        .route("/teach/submissions/{id}/deductions/{name}/waive", post(review::waive))
        .route("/teach/submissions/{id}/comments", post(review::comment))
        .route("/teach/submissions/{id}/grade-again", post(review::grade_again))
        .route("/teach/labs/{slug}", get(teach_lab::show))
        .route("/teach/labs/{slug}/policy", post(teach_lab::set_policy))
        .route("/teach/labs/{slug}/extensions", post(teach_lab::extend))
        .route("/teach/labs/{slug}/regrades", post(regrade::start))
        .merge(teaching_quizzes())
        .route("/teach/regrades/{id}", get(regrade::show))
        .route("/teach/regrades/{id}/apply", post(regrade::apply))
        .route("/teach/regrades/{id}/undo", post(regrade::undo))
        .method_not_allowed_fallback(async || axum::http::StatusCode::METHOD_NOT_ALLOWED)
        .layer(from_extractor_with_state::<Staff, App>(app.clone()))
}

fn teaching_quizzes() -> Router<App> {
    Router::new()
        .route("/teach/quizzes/{slug}", get(teach_quiz::show))
        .route("/teach/quizzes/{slug}/minutes", post(teach_quiz::more_minutes))
        .route("/teach/quizzes/{slug}/attempts", post(teach_quiz::one_more_attempt))
        .route("/teach/quizzes/{slug}/statistics", get(teach_statistics::show))
        .route("/teach/quizzes/{slug}/questions/{id}", get(teach_question::show))
        .route("/teach/quizzes/{slug}/questions/{id}/rehearsal", post(teach_question::rehearse))
        .route("/teach/quizzes/{slug}/questions/{id}/amendments", post(teach_question::apply))
        .route("/teach/quizzes/{slug}/amendments/{id}/rehearsal", post(teach_question::rehearse_withdrawal))
        .route("/teach/quizzes/{slug}/amendments/{id}/withdraw", post(teach_question::withdraw))
}

/// What needs no session.
fn outside() -> Router<App> {
    Router::new()
        .route("/assets/{*file}", get(assets::serve))
        .route("/preview", get(preview::panel))
        .route("/preview/events", get(preview::events))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
}

fn sessions(app: &App) -> SessionManagerLayer<DatabaseSessions> {
    let https = app.settings.https;
    SessionManagerLayer::new(DatabaseSessions::new(app.store.clone()))
        .with_name(if https { SESSION_COOKIE_HTTPS } else { SESSION_COOKIE })
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_secure(https)
        .with_expiry(Expiry::OnInactivity(Duration::try_from(SESSION_IDLE).unwrap_or(Duration::WEEK)))
}
