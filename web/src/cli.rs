//! The command line: one file per subcommand, each with its `Arguments` and an `execute` that gives an exit status.
//!
//! Invariant: standard output carries what was asked for and nothing else; usage errors, warnings and progress go to
//! standard error. A subcommand holds no rule of its own: it reads arguments, calls `labs`, `grader`, `content` or the
//! server, and prints.

mod bundle;
mod check;
mod data;
mod engine;
mod failure;
mod findings;
mod grade;
mod job;
mod lab;
mod limits;
pub mod log;
mod new;
mod outcomes;
mod pack;
mod publish;
mod quiz;
mod run;
mod schema;
mod serve;
mod sql;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use engine::{EngineArguments, workers_of};
pub use failure::{Failure, Status};

/// A course lab for the lakehouse: Delta tables, SQL, workflows and their grading in one program.
#[derive(Debug, Parser)]
#[command(name = "sandbar", version, max_term_width = 100)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write what makes a submission's report again anywhere, as one file
    Bundle(bundle::Arguments),
    /// Check a course: its files, its snippets, and the solutions that prove its labs
    Check(check::Arguments),
    /// Grade submissions to a lab
    Grade(grade::Arguments),
    /// Check a job file, order its tasks, list its next firings, run it
    Job(job::Arguments),
    /// Serve the course in the browser
    Serve(serve::Arguments),
    /// Print what a statement may use, one `name = value` a line
    Limits(limits::Arguments),
    /// Begin a course, or a lesson, lab or quiz in one: files that check at once, to write over
    New(new::Arguments),
    /// Write what students get of a lab: starter, data, public checks and a workflow for GitHub
    Pack(pack::Arguments),
    /// Make a course the one that a data folder's server serves, once it proves itself
    Publish(publish::Arguments),
    /// Score answers to a quiz, take questions from other systems, give them to others
    Quiz(quiz::Arguments),
    /// Run a notebook's cells in a workspace
    Run(run::Arguments),
    /// Print the JSON Schema of a file that others write or read
    Schema(schema::Arguments),
    /// Run SQL statements in a workspace
    Sql(sql::Arguments),
}

/// Reads the arguments, runs the subcommand and reports its failure on standard error.
pub fn main() -> ExitCode {
    let outcome = match CommandLine::parse().command {
        Command::Bundle(arguments) => bundle::execute(&arguments),
        Command::Check(arguments) => check::execute(arguments),
        Command::Grade(arguments) => grade::execute(arguments),
        Command::Job(arguments) => job::execute(arguments),
        Command::Serve(arguments) => serve::execute(arguments),
        Command::Limits(arguments) => limits::execute(&arguments),
        Command::New(arguments) => new::execute(&arguments),
        Command::Pack(arguments) => pack::execute(&arguments),
        Command::Publish(arguments) => publish::execute(arguments),
        Command::Quiz(arguments) => quiz::execute(&arguments),
        Command::Run(arguments) => run::execute(arguments),
        Command::Schema(arguments) => schema::execute(&arguments),
        Command::Sql(arguments) => sql::execute(arguments),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(failure) => failure.report().into(),
    }
}

/// Like [`block_on`]; Ctrl-C drops the body, which removes what it made only for itself.
pub fn block_on_until_interrupted<T>(body: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    block_on(async {
        tokio::select! {
            // First, so that it listens before the body has made anything.
            biased;
            _ = tokio::signal::ctrl_c() => Err(Failure::interrupted()),
            done = body => done,
        }
    })
}

/// Runs a subcommand's asynchronous body to its end.
pub fn block_on<T>(body: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::unavailable)?;
    runtime.block_on(body)
}
