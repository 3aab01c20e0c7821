//! The reports in the form that was asked for, and where each form goes.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use sandbar_grader::Report;
use sandbar_grader::report::github::{self, Located};
use sandbar_grader::report::{Named, gradescope, json, junit, text};

use super::{Arguments, Failure, Format, Graded};

/// The file that GitHub Actions reads a step's summary from.
const GITHUB_SUMMARY: &str = "GITHUB_STEP_SUMMARY";
/// The folder of the checkout in GitHub Actions; annotations name files from there.
const GITHUB_FOLDER: &str = "GITHUB_WORKSPACE";

/// Writes the reports. There is at least one.
pub fn print(graded: &[Graded], arguments: &Arguments) -> Result<(), Failure> {
    let named: Vec<Named<'_>> = graded.iter().map(|it| Named { name: &it.name, report: &it.report }).collect();
    let text = match (arguments.format, named.as_slice()) {
        (Format::Text, named) => named.iter().map(|named| text::report(*named)).collect::<Vec<_>>().join("\n"),
        (Format::Json, [one]) if arguments.submissions.len() < 2 => json::report(one.report),
        (Format::Json, named) => json::reports(named),
        (Format::Junit, named) => junit::reports(named).map_err(Failure::unavailable)?,
        (Format::Gradescope, [one, ..]) => gradescope::results(one.report).ok_or_else(|| ungraded(one.report))?,
        (Format::Gradescope, []) => String::new(),
        (Format::Github, _) => for_github(graded)?,
    };
    write(&text, arguments.output.as_deref())
}

/// No points can be told, so no file is written that would tell some.
fn ungraded(report: &Report) -> Failure {
    let why = report.checks.iter().find(|check| check.status == sandbar_grader::Status::Unavailable);
    let why = why.map_or("a check could not be made", |check| check.message.as_str());
    Failure::unavailable(anyhow::anyhow!("no results were written: {why}")).with_remedy("grade it again")
}

/// The annotations; the summary is appended to the file that GitHub names.
fn for_github(graded: &[Graded]) -> Result<String, Failure> {
    let checkout = std::env::var_os(GITHUB_FOLDER);
    let paths: Vec<String> = graded.iter().map(|it| repository_path(&it.path, checkout.as_ref())).collect();
    let located: Vec<Located<'_>> = graded
        .iter()
        .zip(&paths)
        .map(|(it, path)| Located { name: &it.name, report: &it.report, path, is_folder: it.is_folder })
        .collect();
    if let Some(file) = std::env::var_os(GITHUB_SUMMARY).filter(|file| !file.is_empty()) {
        let opened = OpenOptions::new().create(true).append(true).open(&file);
        let appended = opened.and_then(|mut opened| opened.write_all(github::summary(&located).as_bytes()));
        appended.map_err(|error| unwritable("summary", &Path::new(&file).display().to_string(), error))?;
    }
    Ok(github::annotations(&located))
}

/// The path from the checkout's folder, when it is below that.
fn repository_path(path: &Path, checkout: Option<&OsString>) -> String {
    let below = checkout.filter(|checkout| !checkout.is_empty()).and_then(|checkout| path.strip_prefix(checkout).ok());
    let path_text = below.unwrap_or(path).display().to_string();
    path_text.strip_prefix("./").unwrap_or(&path_text).to_owned()
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
