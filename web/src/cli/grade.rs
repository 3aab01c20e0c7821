//! `sandbar grade`: submissions to a lab, graded as the server grades them, or a report made again.

mod render;
mod replay;

use std::path::{Path, PathBuf};

use futures::{StreamExt, stream};
use sandbar_content::{Lab, grading, submission};
use sandbar_grader::{Points, Report, Scope, Submission};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::sandbox::Sandbox;

use super::findings::{self, CourseSource};
use super::{EngineArguments, Failure, Status, block_on_until_interrupted, lab, workers_of};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Slug of a lab of the course (delta, workflows), or a lab's folder
    #[arg(required_unless_present = "replay")]
    lab: Option<String>,
    /// One student's file, folder or zip archive
    #[arg(required_unless_present = "replay", value_name = "SUBMISSION")]
    submissions: Vec<PathBuf>,
    /// How the report is printed
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Write the report to this file in place of standard output
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Succeed from this number of points on, in place of all of them
    #[arg(long, value_name = "POINTS", value_parser = points)]
    min_score: Option<Points>,
    /// Seed of clock and random functions in the replay
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Submissions that are graded at the same time; the reports keep the order given
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    /// Folder of a course; without it the course that is built into the program
    #[arg(long, value_name = "DIR")]
    course: Option<PathBuf>,
    /// Make a report again: from a bundle, or from its token and the server's data folder
    #[arg(long, value_name = "BUNDLE|TOKEN", conflicts_with_all = ["lab", "submissions", "seed", "course"])]
    replay: Option<String>,
    /// The server's data folder, for a token. The server may be running
    #[arg(long, value_name = "DIR", requires = "replay")]
    data: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArguments,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Everything, as an object; for several submissions an array of objects `submission` and `report`
    Json,
    /// JUnit XML, a suite for each submission
    Junit,
    /// Gradescope's results.json, for one submission
    Gradescope,
    /// Annotations for GitHub Actions, and a summary of the job
    Github,
}

/// A report, and how its submission is told from others.
struct Graded {
    /// The name of the file or folder.
    name: String,
    path: PathBuf,
    is_folder: bool,
    report: Report,
}

fn points(text: &str) -> Result<Points, String> {
    Points::parse(text).ok_or_else(|| "give a number of points with at most two decimals".to_owned())
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    if let Some(of) = &arguments.replay {
        return replay::execute(of, &arguments);
    }
    if arguments.format == Format::Gradescope && arguments.submissions.len() > 1 {
        let message = "results.json holds one submission, and several are given";
        return Err(Failure::usage_message(message).with_remedy("grade them one by one, each with its own --output"));
    }
    let (folder, slug) = lab::place(arguments.lab.as_deref().unwrap_or_default(), arguments.course.as_deref())?;
    let course = CourseSource::open(folder.as_deref())?;
    let course = course.course();
    let lab = lab::find(course, &slug)?;
    block_on_until_interrupted(async {
        let data = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
        let sandbox = arguments.engine.start(data.path(), workers_of(arguments.jobs), 0).await?;
        let graded = grade_all(&sandbox, lab, &course.release, &arguments).await;
        sandbox.stop().await;
        graded
    })
}

async fn grade_all(sandbox: &Sandbox, lab: &Lab, release: &str, arguments: &Arguments) -> Result<Status, Failure> {
    let grade = |path| grade_one(sandbox, lab, release, path, arguments.seed);
    let graded = stream::iter(&arguments.submissions).map(|path| grade(path)).buffered(arguments.jobs.max(1));
    let (mut reports, mut unreadable) = (Vec::new(), 0);
    for Ended { findings, graded } in graded.collect::<Vec<_>>().await {
        findings::print(&findings);
        unreadable += usize::from(!findings.is_empty());
        reports.extend(graded);
    }
    if !reports.is_empty() {
        render::print(&reports, arguments)?;
    }
    let message = match (unreadable, arguments.submissions.len()) {
        (0, _) => return Ok(status(&reports, arguments.min_score)),
        (1, 1) => "the submission cannot be read, so nothing was graded".to_owned(),
        (some, all) => format!("{some} of {all} submissions cannot be read"),
    };
    Err(Failure::usage_message(message).with_remedy("mend what is said above and grade again"))
}

/// How one submission ended: with findings where it cannot be read. Its report says them too, for readers of the report
/// only; where there is nothing at the path there is none.
struct Ended {
    findings: Vec<Finding>,
    graded: Option<Graded>,
}

async fn grade_one(sandbox: &Sandbox, lab: &Lab, release: &str, path: &Path, seed: u64) -> Ended {
    let is_folder = path.is_dir() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let graded = |name: String, report| Graded { name, path: path.to_owned(), is_folder, report };
    let unreadable = |submission: &Submission, found| grading::unreadable(lab, submission, found, seed, release);
    let submission = match submission::from_path(path) {
        Ok(submission) => submission,
        Err(finding) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let told = Finding { file: None, ..finding.clone() };
            let report = (finding.code != submission::UNREADABLE)
                .then(|| graded(name, unreadable(&Submission::default(), vec![told])));
            return Ended { findings: vec![finding], graded: report };
        }
    };
    let name = submission.name.clone();
    match grading::grade(sandbox, lab, submission.clone(), seed, release, Scope::All).await {
        Ok(report) => Ended { findings: Vec::new(), graded: Some(graded(name, report)) },
        Err(found) => {
            // The name of the submission is no part of its report.
            let told = |finding: &Finding| {
                let file = finding.file.clone().filter(|file| submission.files.contains_key(file));
                Finding { file, ..finding.clone() }
            };
            let report = unreadable(&submission, found.iter().map(told).collect());
            let findings = found.into_iter().map(|finding| named(finding, path)).collect();
            Ended { findings, graded: Some(graded(name, report)) }
        }
    }
}

/// The finding with its file as it is called from where the command runs.
fn named(finding: Finding, path: &Path) -> Finding {
    match &finding.file {
        Some(file) if path.join(file).exists() => {
            let file = path.join(file).display().to_string();
            finding.in_file(file)
        }
        _ => finding.in_file(path.display().to_string()),
    }
}

fn status(graded: &[Graded], min_score: Option<Points>) -> Status {
    let reached = |report: &Report| match min_score {
        Some(least) => report.reaches(least),
        None => report.is_complete(),
    };
    let mut all = graded.iter().map(|graded| &graded.report);
    if all.clone().any(Report::is_unavailable) {
        Status::Unavailable
    } else if all.all(reached) {
        Status::Success
    } else {
        Status::Unsuccessful
    }
}
