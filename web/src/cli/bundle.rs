//! `sandbar bundle`: what makes a submission's report again anywhere, as one file.

use std::io::Write;
use std::path::PathBuf;

use sandbar_content::bundle::Bundle;
use sandbar_grader::ReplayToken;

use super::data::DataFolder;
use super::{Failure, Status, block_on};
use crate::bundles::{self, BundleError};
use crate::error::chain;
use crate::store::SubmissionId;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Number of the submission, as in the address of its page for staff, or the replay token of one of its reports
    #[arg(value_parser = of)]
    submission: Of,
    /// The server's data folder. The server may be running
    #[arg(long, env = "SANDBAR_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The file that is written; without it, a name made of lab and number, in this folder
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Clone, Debug)]
enum Of {
    Submission(SubmissionId),
    Token(ReplayToken),
}

fn of(text: &str) -> Result<Of, String> {
    if text.starts_with("sandbar:") {
        return text.parse().map(Of::Token);
    }
    text.parse()
        .map(Of::Submission)
        .map_err(|_| "give a number, as in /teach/submissions/7, or a replay token".to_owned())
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let folder = DataFolder::find(&arguments.data)?;
    let bundle = block_on(async {
        let store = folder.read().await?;
        let bundle = match &arguments.submission {
            Of::Submission(id) => bundles::of_submission(&store, &folder.archives, *id).await,
            Of::Token(token) => bundles::of_token(&store, &folder.archives, token.clone()).await,
        };
        store.close().await;
        bundle.map_err(failure)
    })?;
    let bytes = bundle.write().map_err(|finding| Failure::unavailable(anyhow::anyhow!(finding.message)))?;
    let path = arguments.output.clone().unwrap_or_else(|| PathBuf::from(name(&arguments.submission, &bundle)));
    std::fs::write(&path, &bytes).map_err(|error| {
        let message = format!("the bundle cannot be written to {}", path.display());
        Failure::usage(anyhow::Error::new(error).context(message)).with_remedy("name another file with --output")
    })?;
    let (path, token) = (path.display(), &bundle.token);
    writeln!(std::io::stdout().lock(), "{path}: replay {token}").map_err(Failure::unavailable)?;
    Ok(Status::Success)
}

fn name(of: &Of, bundle: &Bundle) -> String {
    match of {
        Of::Submission(id) => bundles::file_name(&bundle.lab, *id),
        Of::Token(_) => format!("{}-{}.zip", bundle.lab, bundle.name().replace(' ', "-")),
    }
}

/// Why there is no bundle, with what to do.
pub fn failure(error: BundleError) -> Failure {
    let remedy = match &error {
        BundleError::NoSubmission(_) | BundleError::UnknownToken(..) => {
            "take number or token from the submission's page on the server with this data folder"
        }
        BundleError::NotGraded(_) => "wait until it is graded",
        BundleError::Archive(_) => "put the archive back, or start the server once with that course as --content",
        BundleError::Report(_) | BundleError::Store(_) | BundleError::Interrupted(_) => {
            return Failure::unavailable(error);
        }
    };
    let message = chain(&error);
    Failure::usage_message(message).with_remedy(remedy)
}
