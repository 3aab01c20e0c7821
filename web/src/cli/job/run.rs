//! `sandbar job run`: a run of a job on a virtual clock, whose tasks really run in a workspace.

mod show;

use std::io::Write;
use std::path::PathBuf;
use std::str::FromStr;

use jiff::Timestamp;
use sandbar_labs::workflow::run::{Admission, Fault, FaultKind, Repair, Run, RunRecord, Settings, admit};
use sandbar_labs::workflow::{Job, JobName, RunResult};

use super::{Format, JobFile, ReadJob};
use crate::cli::engine::{EngineArguments, LocalWorkspace, Parameter, user_name};
use crate::cli::{Failure, Status, block_on_until_interrupted, log};
use crate::job_runs::{Driver, Files, JobSource, NoFiring, next_firing};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Folder that holds the tables; without it a fresh one, thrown away at the end
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// Value for a parameter of the job; may be given more than once
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// Instant (RFC 3339) at which the run begins on its own clock; now when it is not given
    #[arg(long, value_name = "INSTANT", value_parser = super::instant)]
    at: Option<Timestamp>,
    /// Begin at the schedule's first firing after that instant
    #[arg(long)]
    next_firing: bool,
    /// Make a task fail, with :N only its Nth attempt, with =timeout or =lost for another reason; may be given more than once
    #[arg(long = "fault", value_name = "TASK[:N][=KIND]")]
    faults: Vec<FaultArgument>,
    /// Afterwards run once more what failed and what comes after it, without the faults
    #[arg(long)]
    repair: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

/// `etl`, `etl:2`, `etl:1=timeout`
#[derive(Clone, Debug)]
struct FaultArgument(Fault);

impl FromStr for FaultArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (place, kind) = text.split_once('=').unwrap_or((text, "fail"));
        let kind = match kind {
            "fail" => FaultKind::Fail,
            "timeout" => FaultKind::TimeOut,
            "lost" => FaultKind::LoseCluster,
            other => return Err(format!("there is no fault `{other}`: write fail, timeout or lost")),
        };
        let (task_key, attempt) = match place.rsplit_once(':') {
            None => (place, None),
            Some((key, number)) => {
                let number = number.parse().ok().filter(|number| *number > 0);
                (key, Some(number.ok_or_else(|| format!("`{place}`: attempts are counted from 1"))?))
            }
        };
        if task_key.is_empty() {
            return Err("write the key of the task, as in etl or etl:2".to_owned());
        }
        Ok(Self(Fault { task_key: task_key.to_owned(), attempt, kind }))
    }
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let ReadJob { text, syntax, checked } = arguments.job.read()?;
    let Some(job) = checked.job.clone().filter(|_| checked.is_valid()) else {
        arguments.job.refuse(&checked)?;
        let refused = Failure::usage_message(format!("{} is no job that can be run", arguments.job.name()));
        return Err(refused.with_remedy("sandbar job validate prints what is wrong with it"));
    };
    let settings = settings(&arguments, &job)?;
    if admit(&job, 0) == Admission::Skip {
        eprintln!("{}: `max_concurrent_runs` is 0, so that every run is skipped", arguments.job.name());
        return print(&RunRecord::skipped(&settings), arguments.job.format);
    }
    let name = JobName { file: arguments.job.id(), key: checked.key };
    let (folder, source) = (arguments.job.folder(), JobSource { name, text: text.into(), syntax });
    log::start("error");
    block_on_until_interrupted(async {
        let local = LocalWorkspace::open(arguments.workspace, &arguments.engine).await?;
        let shown = arguments.job.format == Format::Text;
        let mut driver = Driver::new((&local.sandbox, &local.key), user_name(), Files::Folder(folder), source);
        if shown {
            driver = driver.telling(Box::new(|news, why, depth| say(&show::news(news, why), depth)));
        }
        let run =
            Run::begin(job.clone(), settings.clone()).map_err(|error| Failure::usage_message(error.to_string()))?;
        let mut run = driver.drive(run).await.map_err(Failure::of_sandbox)?;
        if arguments.repair && run.result() != Some(RunResult::Success) {
            let at = run.record().end.unwrap_or(settings.start);
            let again = Settings { faults: Vec::new(), ..settings };
            if let Ok(repaired) = run.repair(job, again, Repair::all_failed(at)) {
                if shown {
                    say(&format!("{}  repair: {}", show::clock(at), repaired.repaired().join(", ")), 0);
                }
                run = driver.drive(repaired).await.map_err(Failure::of_sandbox)?;
            }
        }
        print(&run.record(), arguments.job.format)
    })
}

fn say(line: &str, depth: usize) {
    // A reader that went away is told at the end.
    let _ = writeln!(std::io::stdout().lock(), "{}{line}", "  ".repeat(depth));
}

fn settings(arguments: &Arguments, job: &Job) -> Result<Settings, Failure> {
    for parameter in &arguments.parameters {
        if !job.parameters.iter().any(|known| known.name == parameter.name) {
            let names: Vec<&str> = job.parameters.iter().map(|known| known.name.as_str()).collect();
            return Err(Failure::usage_message(format!("the job has no parameter `{}`", parameter.name)).with_remedy(
                format!("it declares {}", if names.is_empty() { "none".to_owned() } else { names.join(", ") }),
            ));
        }
    }
    for FaultArgument(fault) in &arguments.faults {
        if !job.tasks.iter().any(|task| task.task_key == fault.task_key) {
            return Err(Failure::usage_message(format!("the job has no task `{}`", fault.task_key))
                .with_remedy("sandbar job graph prints its tasks"));
        }
    }
    let at = arguments.at.unwrap_or_else(Timestamp::now);
    let (start, trigger) = if arguments.next_firing { (firing(job, at)?, "PERIODIC") } else { (at, "MANUAL") };
    Ok(Settings {
        trigger: trigger.to_owned(),
        parameters: arguments.parameters.iter().map(|given| (given.name.clone(), given.value.clone())).collect(),
        faults: arguments.faults.iter().map(|FaultArgument(fault)| fault.clone()).collect(),
        ..Settings::manual("1", "1", start)
    })
}

fn firing(job: &Job, after: Timestamp) -> Result<Timestamp, Failure> {
    match next_firing(job, after) {
        Ok(firing) => Ok(firing.timestamp()),
        Err(NoFiring::Schedule(error)) => {
            Err(Failure::usage_message(error.to_string()).with_remedy(error.hint().to_owned()))
        }
        Err(none) => Err(Failure::usage_message(none.to_string()).with_remedy("leave --next-firing out")),
    }
}

fn print(record: &RunRecord, format: Format) -> Result<Status, Failure> {
    let text = match format {
        Format::Json => format!("{:#}\n", serde_json::to_value(record).map_err(Failure::unavailable)?),
        Format::Text => show::summary(record),
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::unavailable)?;
    Ok(if record.result == Some(RunResult::Success) { Status::Success } else { Status::Unsuccessful })
}
