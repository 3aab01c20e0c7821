//! A bundle: everything that makes a report again anywhere, in one file. The replay token, the release that it names,
//! and the submission's files.
//!
//! Form: a zip archive with `bundle.json`, and the files below `release/` and `submission/`. Invariant: a bundle in hand
//! has the files that its token names; the same report gives the same bytes.

use std::collections::BTreeMap;

use sandbar_grader::submission::MAX_SUBMISSION_BYTES;
use sandbar_grader::{ReplayToken, Report, Scope, Submission};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::sandbox::Sandbox;
use serde_json::{Value, json};

use crate::archive::{self, Bounds};
use crate::course::Course;
use crate::files::Files;
use crate::{grading, release};

const HEAD: &str = "bundle.json";
const RELEASE: &str = "release/";
const SUBMISSION: &str = "submission/";
/// The form that is written and read.
const FORM: u64 = 1;
/// More than this is no bundle.
pub const MAX_BYTES: usize = release::BOUNDS.max_bytes + MAX_SUBMISSION_BYTES + 4096;
const BOUNDS: Bounds = Bounds { max_files: release::BOUNDS.max_files + 201, max_bytes: MAX_BYTES };

/// What to do about a file that cannot be used.
const AGAIN: &str = "Get the bundle again: “Download for replay” on the submission's page, or `sandbar bundle`.";

#[derive(Clone, Debug)]
pub struct Bundle {
    /// The lab's slug.
    pub lab: String,
    pub token: ReplayToken,
    pub release: Files,
    pub submission: BTreeMap<String, Vec<u8>>,
}

impl Bundle {
    /// # Errors
    /// A finding when the files are not those that the token names, or too many.
    pub fn write(&self) -> Result<Vec<u8>, Finding> {
        self.verify()?;
        let head = json!({ "bundle": FORM, "lab": self.lab, "replay": self.token });
        let head = format!("{head:#}\n");
        let release = self.release.iter().map(|(path, bytes)| (format!("{RELEASE}{path}"), bytes));
        let submission = self.submission.iter().map(|(path, bytes)| (format!("{SUBMISSION}{path}"), bytes.as_slice()));
        archive::pack([(HEAD.to_owned(), head.as_bytes())].into_iter().chain(release).chain(submission), BOUNDS)
    }

    /// # Errors
    /// A finding when this is no bundle, or when a file in it is not the one that the token names.
    pub fn read(bytes: &[u8]) -> Result<Self, Finding> {
        let mut files = archive::unpack(bytes, BOUNDS).map_err(|finding| finding.with_hint(AGAIN))?;
        let head = files.remove(HEAD).ok_or_else(|| no_bundle("it has no file `bundle.json`"))?;
        let (lab, token) = read_head(&head)?;
        let below = |folder: &str| -> Vec<(String, Vec<u8>)> {
            let inside = files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(folder)?, bytes)));
            inside.map(|(path, bytes)| (path.to_owned(), bytes.clone())).collect()
        };
        let (release, submission) = (below(RELEASE).into_iter().collect(), below(SUBMISSION).into_iter().collect());
        let bundle = Self { lab, token, release, submission };
        bundle.verify()?;
        Ok(bundle)
    }

    /// Whether the files are those that the token names.
    fn verify(&self) -> Result<(), Finding> {
        let found = release::id(&self.release);
        if found != self.token.release {
            let message = format!("The course's files were changed: the token names release {}, ", self.token.release);
            return Err(changed(message + &format!("and theirs is {found}.")));
        }
        let found = self.work().hash();
        if found != self.token.submission {
            let message = format!("The submission's files were changed: the token names {}, ", self.token.submission);
            return Err(changed(message + &format!("and theirs is {found}.")));
        }
        Ok(())
    }

    fn work(&self) -> Submission {
        Submission { name: self.name(), files: self.submission.clone() }
    }

    /// How the submission is told from others: by its hash, as the token has no other name for it.
    pub fn name(&self) -> String {
        format!("submission {}", self.token.submission.get(..12).unwrap_or(&self.token.submission))
    }

    /// The report once more.
    ///
    /// # Errors
    /// Findings when another version of the engine made the report, or when the lab or the submission cannot be read.
    pub async fn replay(&self, sandbox: &Sandbox) -> Result<Report, Vec<Finding>> {
        if self.token.engine != ReplayToken::ENGINE {
            let (theirs, ours) = (&self.token.engine, ReplayToken::ENGINE);
            let message = format!("The report was made by sandbar {theirs}, and this is sandbar {ours}.");
            let hint = format!("Replay it with sandbar {theirs}; another version may give another report.");
            return Err(vec![Finding::error("OTHER_ENGINE", "", message).with_hint(hint)]);
        }
        let course = Course::from_files(&self.release)?;
        let lab = course.lab(&self.lab).ok_or_else(|| {
            let message = format!("The release {} has no lab `{}`.", self.token.release, self.lab);
            vec![Finding::error("UNKNOWN_LAB", "", message)]
        })?;
        grading::grade(sandbox, lab, self.work(), self.token.seed, &self.token.release, Scope::All).await
    }
}

/// The lab and the token.
fn read_head(bytes: &[u8]) -> Result<(String, ReplayToken), Finding> {
    let head: Value = serde_json::from_slice(bytes).map_err(|error| no_bundle(&format!("{HEAD}: {error}")))?;
    match head["bundle"].as_u64() {
        Some(FORM) => {}
        Some(other) => return Err(no_bundle(&format!("its form is {other}, and this program reads {FORM}"))),
        None => return Err(no_bundle(&format!("{HEAD} has no number `bundle`"))),
    }
    let text = |name: &str| head[name].as_str().ok_or_else(|| no_bundle(&format!("{HEAD} has no text `{name}`")));
    let token = text("replay")?.parse().map_err(|error: String| no_bundle(&error))?;
    Ok((text("lab")?.to_owned(), token))
}

fn no_bundle(why: &str) -> Finding {
    Finding::error("NO_BUNDLE", "", format!("This is no bundle: {why}.")).with_hint(AGAIN)
}

fn changed(message: String) -> Finding {
    Finding::error("CHANGED_FILES", "", message).with_hint(AGAIN)
}

#[cfg(test)]
mod tests;
