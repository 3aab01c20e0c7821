//! `sandbar job`: workflows without a browser.

mod convert;
mod graph;
mod next;
mod run;
mod validate;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use jiff::Timestamp;
use sandbar_labs::diagnostic::{Finding, Severity};
use sandbar_labs::workflow::{self, Around, Checked, Syntax};

use super::{Failure, Status};
use crate::job_runs::Files;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: JobCommand,
}

#[derive(Debug, Subcommand)]
enum JobCommand {
    /// Print the job in the other format: Jobs API JSON or a bundle in YAML
    Convert(convert::Arguments),
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

/// A job file that was read.
struct ReadJob {
    text: String,
    syntax: Syntax,
    checked: Checked,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    match arguments.command {
        JobCommand::Convert(arguments) => convert::execute(&arguments),
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
        Ok(self.read()?.checked)
    }

    /// Its text, judged beside the other jobs of its folder. One that is not in UTF-8 has that for its finding.
    fn read(&self) -> Result<ReadJob, Failure> {
        let Ok(text) = String::from_utf8(read(&self.file)?) else {
            let finding = Finding::error("BAD_ENCODING", "", "The file is not text in UTF-8.");
            let checked = Checked { findings: vec![finding.with_hint("Save it in UTF-8.")], ..Checked::default() };
            return Ok(ReadJob { text: String::new(), syntax: Syntax::Yaml, checked });
        };
        let is_json = self.file == Path::new("-") && text.trim_start().starts_with('{');
        let syntax = if is_json { Syntax::Json } else { Syntax::of_file(&self.name()) };
        let (name, files) = (self.id(), Files::Folder(self.folder()));
        let around = Around { file: &name, key: None, other: &|id| files.job_text(id), now: Timestamp::now() };
        let checked = workflow::check_among(&text, syntax, &around);
        Ok(ReadJob { text, syntax, checked })
    }

    /// By which other jobs run it: the file's name without its ending.
    fn id(&self) -> String {
        self.file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Where its notebooks and other jobs are.
    fn folder(&self) -> PathBuf {
        self.file.parent().map(PathBuf::from).unwrap_or_default()
    }

    /// The job; of a file without one its findings are printed.
    fn job(&self) -> Result<Option<workflow::Job>, Failure> {
        let checked = self.check()?;
        if checked.job.is_none() {
            self.refuse(&checked)?;
        }
        Ok(checked.job)
    }

    /// Prints what is wrong: as JSON where that was asked for, else on standard error.
    fn refuse(&self, checked: &Checked) -> Result<(), Failure> {
        if self.format == Format::Json {
            return print_findings(checked).map_err(Failure::unavailable);
        }
        let errors = checked.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.for_each(|finding| eprintln!("{}", line(&self.name(), finding)));
        Ok(())
    }
}

fn print_findings(checked: &Checked) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{:#}", serde_json::json!({ "findings": checked.findings }))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
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
    Ok(bytes)
}

/// `job.yml:5:17: error CYCLE: ...`, and below it the place in the job, and the hint.
fn line(name: &str, finding: &Finding) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "advice",
    };
    let place = format!("{name}:{}:{}", finding.line.unwrap_or(1), finding.column.unwrap_or(1));
    let hint = finding.hint.as_ref().map_or(String::new(), |hint| format!("\n    {hint}"));
    let path = if finding.path.is_empty() { String::new() } else { format!("\n    at {}", finding.path) };
    format!("{place}: {severity} {}: {}{path}{hint}", finding.code, finding.message)
}

/// An instant as an argument.
fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write date, time and zone, as in 2025-03-28T12:00:00Z or 2025-03-28T12:00:00+01:00".to_owned())
}
