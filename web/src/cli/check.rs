//! `sandbar check`: a course is free of mistakes and proves itself.

use std::io::Write;
use std::path::PathBuf;

use sandbar_content::prove;

use super::findings::{self, CourseSource};
use super::{EngineArguments, Failure, Status, block_on_until_interrupted};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the course; without it the course that is built into the program
    course: Option<PathBuf>,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let source = CourseSource::open(arguments.course.as_deref(), None)?;
    let course = source.course();
    let proved = block_on_until_interrupted(async {
        let data = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
        let sandbox = arguments.engine.start(data.path(), 1, 0).await?;
        let proved = prove::prove(&sandbox, course).await;
        sandbox.stop().await;
        Ok(proved)
    })?;
    findings::print(&proved.findings);
    let mut out = std::io::stdout().lock();
    let told = if proved.findings.is_empty() { "proved" } else { "not proved" };
    let (snippets, solutions) = (proved.snippets, proved.solutions);
    writeln!(
        out,
        "{} (release {}): {told}; {} lessons with {snippets} snippets, {} labs with {solutions} solutions, {} findings",
        course.slug,
        course.release,
        course.lessons.len(),
        course.labs.len(),
        proved.findings.len(),
    )
    .map_err(Failure::unavailable)?;
    Ok(if proved.findings.is_empty() { Status::Success } else { Status::Unsuccessful })
}
