//! `--replay`: a report once more, from a bundle anywhere, or from its token where the server's data are.

use std::path::{Path, PathBuf};

use sandbar_content::bundle::{self, Bundle};
use sandbar_labs::diagnostic::Finding;

use super::{Arguments, Graded, render, status};
use crate::bundles;
use crate::cli::bundle::failure;
use crate::cli::data::DataFolder;
use crate::cli::{Failure, Status, block_on_until_interrupted, findings};

/// Where the files of a submission lie in a bundle; reports that name paths name these.
const FOLDER: &str = "submission";

pub fn execute(of: &str, arguments: &Arguments) -> Result<Status, Failure> {
    block_on_until_interrupted(async {
        let bundle = match of.starts_with("sandbar:") {
            true => by_token(of, arguments.data.as_deref()).await?,
            false => from_file(Path::new(of), arguments.data.is_some())?,
        };
        let folder = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
        let sandbox = arguments.engine.start(folder.path(), 1, 0).await?;
        let replayed = bundle.replay(&sandbox).await;
        sandbox.stop().await;
        let report = replayed.map_err(|found| refused(&found))?;
        let graded = [Graded { name: bundle.name(), path: PathBuf::from(FOLDER), is_folder: true, report }];
        render::print(&graded, arguments)?;
        Ok(status(&graded, arguments.min_score))
    })
}

async fn by_token(token: &str, data: Option<&Path>) -> Result<Bundle, Failure> {
    let token = token.parse().map_err(|error: String| {
        Failure::usage_message(error).with_remedy("copy the whole line behind `replay` in a report")
    })?;
    let data = data.ok_or_else(|| {
        Failure::usage_message("a token names its files, and does not hold them")
            .with_remedy("add --data with the server's data folder, or give a bundle, which holds them")
    })?;
    let folder = DataFolder::find(data)?;
    let store = folder.read().await?;
    let bundle = bundles::of_token(&store, &folder.archives, token).await;
    store.close().await;
    bundle.map_err(failure)
}

fn from_file(path: &Path, with_data: bool) -> Result<Bundle, Failure> {
    if with_data {
        return Err(Failure::usage_message("a bundle holds its files, so it takes no --data")
            .with_remedy("leave --data out, or give a token"));
    }
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::usage(anyhow::Error::new(error).context(format!("the bundle {shown} cannot be read")))
            .with_remedy("name the file of a bundle, or a token, which begins with sandbar:1:")
    };
    if std::fs::metadata(path).map_err(unreadable)?.len() > bundle::MAX_BYTES as u64 {
        let message = format!("{shown} is larger than any bundle ({} MiB)", bundle::MAX_BYTES / 1024 / 1024);
        return Err(Failure::usage_message(message).with_remedy("name the file of a bundle"));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    Bundle::read(&bytes).map_err(|finding| refused(&[finding.in_file(&shown)]))
}

/// The findings are printed; they say what to do.
fn refused(found: &[Finding]) -> Failure {
    findings::print(found);
    Failure::usage_message("the report cannot be made again")
}
