//! What staff download of a submission to make its report again elsewhere: the bundle, and the report itself.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sandbar_grader::report::json;

use super::marked::{self, Marked};
use super::{Answer, review};
use crate::app::App;
use crate::auth::Staff;
use crate::bundles::{self, BundleError};
use crate::error::{Fault, Problem};
use crate::store::submissions::Submission;

/// `GET /teach/submissions/{id}/replay.zip`
pub async fn download(State(app): State<App>, Staff(_): Staff, Path(id): Path<String>) -> Answer<Response> {
    let submission = marked::find(&app, &id).await?;
    let archives = app.releases.archives().ok_or_else(|| Fault::new("this process keeps no archives of releases"))?;
    let bundle = bundles::of_submission(&app.store, archives, submission.id).await;
    let bundle = bundle.map_err(|error| problem(&submission, error))?;
    let written = tokio::task::spawn_blocking(move || bundle.write()).await.map_err(Fault::new)?;
    let bytes = written.map_err(|finding| Fault::new(finding.message))?;
    Ok(file("application/zip", &bundles::file_name(&submission.lab, submission.id), bytes))
}

/// `GET /teach/submissions/{id}/report.json`: the report that counts, as `sandbar grade --format json` prints it.
pub async fn report(State(app): State<App>, Staff(_): Staff, Path(id): Path<String>) -> Answer<Response> {
    let marked = Marked::read(&app, marked::find(&app, &id).await?).await?;
    let submission = &marked.submission;
    let report = marked.report.as_ref().ok_or_else(|| not_graded(submission))?;
    let name = format!("{}-submission-{}.json", submission.lab, submission.id);
    Ok(file("application/json", &name, json::report(report).into_bytes()))
}

fn file(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

fn problem(submission: &Submission, error: BundleError) -> Problem {
    match error {
        BundleError::NotGraded(_) => not_graded(submission),
        error => Fault::new(error).into(),
    }
}

fn not_graded(submission: &Submission) -> Problem {
    Problem::conflict("Not graded yet", "There is no report so far that could be made again.")
        .link(review::href(submission), "Back to the submission")
}
