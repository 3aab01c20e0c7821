//! `sandbar sql`: statements from a text, a file or standard input, in a workspace on this machine.

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use sandbar_labs::sandbox::{RunRequest, SessionKind};

use super::engine::{EngineArguments, LocalWorkspace, Parameter, user_name};
use super::outcomes::{Format, Printer, Source};
use super::{Failure, Status, block_on_until_interrupted, log};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// File with the statements; without it and without -e they are read from standard input
    file: Option<PathBuf>,
    /// The statements themselves
    #[arg(short = 'e', long = "execute", value_name = "SQL", conflicts_with = "file", allow_hyphen_values = true)]
    text: Option<String>,
    /// Folder that holds the tables; without it a fresh one, thrown away at the end
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Value for a :name in the statements; may be given more than once
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// Go on after a failed statement
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let (name, text) = statements(&arguments)?;
    log::start("error");
    block_on_until_interrupted(async {
        let local = LocalWorkspace::open(arguments.workspace, &arguments.engine).await?;
        let request = RunRequest {
            sql: text.clone(),
            parameters: arguments.parameters.into_iter().map(|given| (given.name, given.value)).collect(),
            user_name: user_name(),
            keep_going: arguments.keep_going,
            session: SessionKind::Notebook,
        };
        let outcomes = local.sandbox.run(&local.key, request).await.map_err(Failure::of_sandbox)?;
        let mut printer = Printer::new(arguments.format);
        let source = Source { name: name.as_deref(), text: &text, first_line: 1, cell: None };
        for outcome in &outcomes {
            printer.print(&source, outcome).map_err(Failure::unavailable)?;
        }
        let failed = outcomes.iter().any(|outcome| outcome.error.is_some());
        Ok(if failed { Status::Unsuccessful } else { Status::Success })
    })
}

/// The statements, and the file's name when they came from one.
fn statements(arguments: &Arguments) -> Result<(Option<String>, String), Failure> {
    if let Some(text) = &arguments.text {
        return Ok((None, text.clone()));
    }
    match arguments.file.as_deref() {
        Some(file) if file != Path::new("-") => Ok((Some(file.display().to_string()), read(file)?)),
        _ => Ok((None, read_standard_input()?)),
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("{} cannot be read", file.display())))
            .with_remedy("name a file with SQL statements, or give them with -e")
    })?;
    text(bytes, &file.display().to_string())
}

fn read_standard_input() -> Result<String, Failure> {
    let mut input = std::io::stdin();
    if input.is_terminal() {
        return Err(Failure::usage_message("there are no statements to run")
            .with_remedy("sandbar sql -e 'SELECT 1', sandbar sql FILE, or pipe statements in"));
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(Failure::usage)?;
    text(bytes, "standard input")
}

fn text(bytes: Vec<u8>, from: &str) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::usage_message(format!("{from} is not text in UTF-8: byte {at} cannot be read"))
            .with_remedy("save the file in UTF-8")
    })
}
