//! The reports in the form that was asked for, and where each form goes.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use sandbar_grader::Report;
use sandbar_grader::report::github::{self, Located};
use sandbar_grader::report::{gradescope, json, junit, text};

use super::{Arguments, Failure, Format};

/// The file that GitHub Actions reads a step's summary from.
const GITHUB_SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// The folder of the checkout in GitHub Actions; annotations name files from there.
const GITHUB_FOLDER: &str = "GITHUB_WORKSPACE";

/// Writes the reports, each with the path that it was given by. There is at least one.
pub fn print(reports: &[(&Path, Report)], arguments: &Arguments) -> Result<(), Failure> {
    let text = match (arguments.format, reports) {
        (Format::Text, reports) => {
            reports.iter().map(|(_, report)| text::report(report)).collect::<Vec<_>>().join("\n")
        }
        (Format::Json, [(_, one)]) if arguments.submissions.len() == 1 => json::report(one),
        (Format::Json, reports) => json::reports(&only_reports(reports)),
        (Format::Junit, reports) => junit::reports(&only_reports(reports)).map_err(Failure::unavailable)?,
        (Format::Gradescope, [(_, one), ..]) => gradescope::results(one).ok_or_else(|| ungraded(one))?,
        (Format::Gradescope, []) => String::new(),
        (Format::Github, reports) => for_github(reports)?,
    };
    write(&text, arguments.output.as_deref())
}

fn only_reports(reports: &[(&Path, Report)]) -> Vec<Report> {
    reports.iter().map(|(_, report)| report.clone()).collect()
}

/// No points can be told, so no file is written that would tell some.
fn ungraded(report: &Report) -> Failure {
    let why = report.checks.iter().find(|check| check.status == sandbar_grader::Status::Unavailable);
    let why = why.map_or("a check could not be made", |check| check.message.as_str());
    Failure::unavailable(anyhow::anyhow!("no results were written: {why}")).with_remedy("grade it again")
}

/// The annotations; the summary is appended to the file that GitHub names.
fn for_github(reports: &[(&Path, Report)]) -> Result<String, Failure> {
    let checkout = std::env::var_os(GITHUB_FOLDER);
    let paths: Vec<(String, bool)> = reports.iter().map(|(path, _)| repository_path(path, checkout.as_ref())).collect();
    let located: Vec<Located<'_>> = reports
        .iter()
        .zip(&paths)
        .map(|((_, report), (path, is_folder))| Located { report, path, is_folder: *is_folder })
        .collect();
    if let Some(file) = std::env::var_os(GITHUB_SUMMARY).filter(|file| !file.is_empty()) {
        let opened = OpenOptions::new().create(true).append(true).open(&file);
        let appended = opened.and_then(|mut opened| opened.write_all(github::summary(&located).as_bytes()));
        appended.map_err(|error| unwritable("summary", &Path::new(&file).display().to_string(), error))?;
    }
    Ok(github::annotations(&located))
}

/// The path from the checkout's folder, when it is below that; and whether it is a folder.
fn repository_path(path: &Path, checkout: Option<&OsString>) -> (String, bool) {
    let below = checkout.filter(|checkout| !checkout.is_empty()).and_then(|checkout| path.strip_prefix(checkout).ok());
    let path_text = below.unwrap_or(path).display().to_string();
    (path_text.strip_prefix("./").unwrap_or(&path_text).to_owned(), path.is_dir())
}

fn write(text: &str, output: Option<&Path>) -> Result<(), Failure> {
    let written = match output {
        Some(path) => std::fs::write(path, text),
        None => io::stdout().lock().write_all(text.as_bytes()),
    };
    let place = output.map_or("standard output".to_owned(), |path| path.display().to_string());
    written.map_err(|error| unwritable("report", &place, error))
}

fn unwritable(what: &str, place: &str, error: io::Error) -> Failure {
    Failure::usage(anyhow::Error::new(error).context(format!("the {what} cannot be written to {place}")))
}
