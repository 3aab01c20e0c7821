//! `sandbar job`: workflows without a browser.

mod graph;
mod next;
mod run;
mod validate;

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use sandbar_labs::diagnostic::{Finding, Severity};
use sandbar_labs::workflow::{self, Checked, Syntax};

use super::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: JobCommand,
}

#[derive(Debug, Subcommand)]
enum JobCommand {
    /// Print the tasks in an order in which they can run
    Graph(graph::Arguments),
    /// Print the instants at which the job's schedule fires next
    Next(next::Arguments),
    /// Run the job's tasks in a workspace, on a clock of its own
    Run(run::Arguments),
    /// Print everything that is wrong with the job
    Validate(validate::Arguments),
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

/// The job file, as every subcommand takes it.
#[derive(Debug, clap::Args)]
struct JobFile {
    /// Job file: a Jobs API payload or a bundle, YAML or (by its name) JSON; - reads standard input
    file: PathBuf,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.command {
        JobCommand::Graph(arguments) => graph::execute(&arguments),
        JobCommand::Next(arguments) => next::execute(&arguments),
        JobCommand::Run(arguments) => run::execute(arguments),
        JobCommand::Validate(arguments) => validate::execute(&arguments),
    }
}

impl JobFile {
    /// As shown in messages.
    fn name(&self) -> String {
        if self.file == Path::new("-") { "standard input".to_owned() } else { self.file.display().to_string() }
    }

    fn check(&self) -> Result<Checked, Failure> {
        let text = read(&self.file)?;
        let is_json = self.file == Path::new("-") && text.trim_start().starts_with('{');
        let syntax = if is_json { Syntax::Json } else { Syntax::of_file(&self.name()) };
        Ok(workflow::check(&text, syntax))
    }

    /// The job, or its findings on standard error.
    fn job(&self) -> Result<Option<workflow::Job>, Failure> {
        let checked = self.check()?;
        if checked.job.is_none() {
            checked.findings.iter().for_each(|finding| eprintln!("{}", line(&self.name(), finding)));
        }
        Ok(checked.job)
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        std::fs::read(file).map(|content| bytes = content)
    };
    let name = file.display();
    read.map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("{name} cannot be read")))
            .with_remedy("name a job file")
    })?;
    String::from_utf8(bytes).map_err(|_| {
        Failure::usage_message(format!("{name} is not text in UTF-8")).with_remedy("save the file in UTF-8")
    })
}

/// `job.yml:5:17: error CYCLE: ...`, and the hint below.
fn line(name: &str, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let place = format!("{name}:{}:{}", finding.line.unwrap_or(1), finding.column.unwrap_or(1));
    let hint = finding.hint.as_ref().map_or(String::new(), |hint| format!("\n    {hint}"));
    format!("{place}: {severity} {}: {}{hint}", finding.code, finding.message)
}
