//! `sandbar publish`: a course becomes the one that a server serves, once it proves itself and the instructor has seen
//! which marks it would change.

mod marks;
mod table;

use std::io::Write;
use std::path::{Path, PathBuf};

use sandbar_content::course::Examined;
use sandbar_content::files::Files;
use sandbar_content::prove::Proved;
use sandbar_content::{Course, release};
use sandbar_labs::diagnostic::Finding;

use super::data::DataFolder;
use super::{EngineArguments, Failure, Status, block_on_until_interrupted, check, findings};
use crate::store::{self, ReleaseId, Store, courses, releases};
use marks::Marks;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the course
    #[arg(value_name = "DIR")]
    course: PathBuf,
    /// The server's data folder, or an empty one to begin with. The server may be running; it serves the course from its next
    /// start on
    #[arg(long, env = "SANDBAR_DATA", value_name = "DIR")]
    data: PathBuf,
    /// Prove it and show which marks it would change, and publish nothing
    #[arg(long)]
    dry_run: bool,
    /// Seeds from 1 on that every solution is graded under; without it two
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// Solutions and submissions that are graded at the same time
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    #[command(flatten)]
    engine: EngineArguments,
}

/// A course that can be loaded, with its files.
struct Candidate {
    files: Files,
    course: Course,
    /// What its author should mend all the same.
    findings: Vec<Finding>,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let folder = DataFolder::find_or_new(&arguments.data)?;
    let Some(candidate) = candidate(&arguments.course)? else { return Ok(Status::Unsuccessful) };
    block_on_until_interrupted(fits(&folder, &candidate.course))?;
    let effort = check::effort(arguments.seeds, arguments.jobs);
    let proved = check::prove(&candidate.course, candidate.findings.clone(), &arguments.engine, &effort)?;
    if check::status(&proved) != Status::Success {
        say("nothing was published")?;
        return Ok(Status::Unsuccessful);
    }
    block_on_until_interrupted(publish(&folder, &candidate, &proved, &arguments))
}

/// The course in the folder; `None` when what is wrong with it was printed.
fn candidate(folder: &Path) -> Result<Option<Candidate>, Failure> {
    let files = findings::files(Some(folder))?;
    let examined = match release::write(&files) {
        Ok(_) => Course::examine(&files),
        Err(finding) => Examined { course: None, is_whole: false, findings: vec![finding] },
    };
    match examined {
        Examined { course: Some(course), is_whole: true, findings } => Ok(Some(Candidate { files, course, findings })),
        Examined { findings, .. } => {
            findings::print(&findings);
            say(&format!("{}: {} findings, so nothing was published", folder.display(), findings.len()))?;
            Ok(None)
        }
    }
}

/// A course of another name would leave behind what students handed in.
async fn fits(folder: &DataFolder, course: &Course) -> Result<(), Failure> {
    if folder.is_new {
        return Ok(());
    }
    let store = folder.read().await?;
    let slugs = courses::with_submissions(&store).await;
    store.close().await;
    let slugs = slugs.map_err(Failure::unavailable)?;
    if slugs.is_empty() || slugs.contains(&course.slug) {
        return Ok(());
    }
    let theirs = slugs.join("`, `");
    let message = format!("the folder holds work handed in to `{theirs}`, and this course is `{}`", course.slug);
    Err(Failure::usage_message(message).with_remedy("give the course that slug in course.yml, or name another --data"))
}

async fn publish(
    folder: &DataFolder,
    candidate: &Candidate,
    proved: &Proved,
    arguments: &Arguments,
) -> Result<Status, Failure> {
    let marks = compare(folder, &candidate.course, arguments).await?;
    say(&table::text(&marks))?;
    if marks.unavailable > 0 {
        let message = format!("{} submissions could not be graded, by a fault of ours", marks.unavailable);
        return Err(
            Failure::unavailable(anyhow::anyhow!("{message}; nothing was published")).with_remedy("try it again")
        );
    }
    if arguments.dry_run {
        say("dry run: nothing was published")?;
        return Ok(Status::Success);
    }
    let release = &candidate.course.release;
    // Before anything names the release: what names it can be read.
    folder.archives.keep(release, &candidate.files).map_err(Failure::unavailable)?;
    for (quiz, results) in &proved.quizzes {
        folder.archives.keep_results(release, quiz, results).map_err(Failure::unavailable)?;
    }
    for (lesson, outputs) in &proved.outputs {
        folder.archives.keep_outputs(release, lesson, outputs).map_err(Failure::unavailable)?;
    }
    let store = folder.write().await?;
    let recorded = record(&store, &candidate.course).await;
    store.close().await;
    recorded.map_err(Failure::unavailable)?;
    let data = arguments.data.display();
    say(&format!("release {release} is published: `sandbar serve --data {data}` serves it from its next start on"))?;
    Ok(Status::Success)
}

async fn compare(folder: &DataFolder, course: &Course, arguments: &Arguments) -> Result<Marks, Failure> {
    if folder.is_new {
        return Ok(Marks::default());
    }
    let scratch = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
    let store = folder.read().await?;
    let sandbox = arguments.engine.start(scratch.path(), arguments.jobs.max(1), 0).await?;
    let marks = Marks::compare(&sandbox, &store, course, arguments.jobs.max(1)).await;
    sandbox.stop().await;
    store.close().await;
    marks.map_err(|fault| Failure::unavailable(anyhow::anyhow!(fault.into_source())))
}

async fn record(store: &Store, course: &Course) -> store::Result<()> {
    let at = store::now();
    let id = courses::ensure(store, &course.slug, &course.title, at).await?;
    releases::publish(store, &ReleaseId::from(course.release.as_str()), id, at).await
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::unavailable)
}
