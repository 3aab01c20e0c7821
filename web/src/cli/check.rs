//! `sandbar check`: a course is free of mistakes and proves itself.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sandbar_content::Course;
use sandbar_content::course::Examined;
use sandbar_content::prove::{self, Effort, Progress, Proved};
use sandbar_grader::feedback::count;
use sandbar_labs::diagnostic::Finding;

use super::findings;
use super::{EngineArguments, Failure, Status, block_on_until_interrupted, workers_of};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Folder of the course; without it the course that is built into the program
    course: Option<PathBuf>,
    /// Seeds from 1 on that every solution is graded under; without it two
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// Solutions that are graded at the same time
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let folder = arguments.course.as_deref();
    if let Some(missing) = folder.filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage_message(format!("there is no folder {}", missing.display()))
            .with_remedy("name the folder of a course, the one with course.yml in it"));
    }
    let Examined { course, findings, .. } = Course::examine(&findings::files(folder)?);
    match course {
        Some(course) => Ok(status(&prove(&course, findings, &arguments.engine, &arguments.effort())?)),
        None => {
            findings::print(&findings);
            let name = folder.unwrap_or(Path::new("the built-in course")).display();
            say(&format!("{name}: not proved; {} findings, so nothing was run", findings.len()))?;
            Ok(Status::Unsuccessful)
        }
    }
}

impl Arguments {
    fn effort(&self) -> Effort {
        effort(self.seeds, self.jobs)
    }
}

/// The seeds from 1 to `last`; without it the two that are always taken.
pub fn effort(last: Option<u64>, jobs: usize) -> Effort {
    let seeds = last.map_or(Effort::default().seeds, |last| (1..=last.max(1)).collect());
    Effort { seeds, jobs, ..Effort::default() }
}

/// Whether nothing was wrong.
pub fn status(proved: &Proved) -> Status {
    if proved.findings.is_empty() { Status::Success } else { Status::Unsuccessful }
}

/// Prints what was found, proves what could be read of the course, prints what is wrong with that, and says it in a
/// line.
/// The findings of both come back.
pub fn prove(
    course: &Course,
    found: Vec<Finding>,
    engine: &EngineArguments,
    effort: &Effort,
) -> Result<Proved, Failure> {
    findings::print(&found);
    let gradable = &course.gradable(&found);
    let mut proved = block_on_until_interrupted(async {
        let data = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
        let sandbox = engine.start_for_one_author(data.path(), workers_of(effort.jobs)).await?;
        let watched = Watched::default();
        let watcher = Arc::new(move |progress: Progress<'_>| watched.tell(progress));
        let proved = prove::prove(&sandbox, gradable, effort, watcher).await;
        sandbox.stop().await;
        Ok(proved)
    })?;
    findings::print(&proved.findings);
    let findings = found.len() + proved.findings.len();
    let told = if findings == 0 { "proved" } else { "not proved" };
    say(&format!(
        "{} (release {}): {told}; {} with {} and {}, {} with {} and {}, {} with {} of SQL, {}",
        course.slug,
        course.release,
        count(course.lessons.len(), "lesson"),
        count(proved.walkthroughs, "walkthrough"),
        count(proved.snippets, "snippet"),
        count(course.labs.len(), "lab"),
        count(proved.solutions, "solution"),
        count(proved.mutants, "mutant"),
        if course.quizzes.len() == 1 { "1 quiz".to_owned() } else { format!("{} quizzes", course.quizzes.len()) },
        count(proved.executions, "run"),
        count(findings, "finding"),
    ))?;
    proved.findings.splice(0..0, found);
    Ok(proved)
}

/// Says on standard error how far a proof is, now and then.
struct Watched(parking_lot::Mutex<Instant>);

/// Between two lines.
const PAUSE: Duration = Duration::from_secs(5);

impl Default for Watched {
    fn default() -> Self {
        Self(parking_lot::Mutex::new(Instant::now()))
    }
}

impl Watched {
    fn tell(&self, Progress { lab, seed, nth_seed, seeds, done, all }: Progress<'_>) {
        let mut last = self.0.lock();
        if last.elapsed() >= PAUSE {
            *last = Instant::now();
            eprintln!("{lab}: seed {seed} ({nth_seed} of {seeds}): {done} of {all} solutions and mutants");
        }
    }
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{line}").map_err(Failure::unavailable)
}
