//! `sandbar quiz`: quizzes for authors and scripts.

mod export;
mod import;
mod score;

use std::io::Write;
use std::path::Path;

use clap::Subcommand;
use sandbar_labs::sandbox::Sandbox;
use sandbar_quizzes::exchange::Remark;
use sandbar_quizzes::{Mistake, Quiz, parse};

use super::{EngineArguments, Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: QuizCommand,
}

#[derive(Debug, Subcommand)]
enum QuizCommand {
    /// Score a file of answers to a quiz
    Score(score::Arguments),
    /// Make a quiz of a file in Moodle's GIFT format
    Import(import::Arguments),
    /// Write a quiz in QTI 1.2.1, in the profile of IMS Common Cartridge
    Export(export::Arguments),
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    match &arguments.command {
        QuizCommand::Score(arguments) => score::execute(arguments),
        QuizCommand::Import(arguments) => import::execute(arguments),
        QuizCommand::Export(arguments) => export::execute(arguments),
    }
}

fn read_quiz(file: &Path) -> Result<Quiz, Failure> {
    parse(&read(file)?).map_err(|mistakes| mistaken(file, &mistakes))
}

/// The quiz with what its SQL gives.
async fn with_results(quiz: Quiz, file: &Path, sandbox: &Sandbox) -> Result<Quiz, Failure> {
    let results = sandbar_content::quiz::execute(sandbox, quiz.missing()).await;
    quiz.with_results(results).map_err(|mistakes| mistaken(file, &mistakes))
}

/// Runs with an engine of its own, in a folder that is thrown away.
async fn with_engine<T>(
    engine: &EngineArguments,
    body: impl AsyncFnOnce(&Sandbox) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let data = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
    let sandbox = engine.start(data.path(), 2, 0).await?;
    let done = body(&sandbox).await;
    sandbox.stop().await;
    done
}

/// Every mistake of a file with its place.
fn mistaken(file: &Path, mistakes: &[Mistake]) -> Failure {
    let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}:{mistake}", file.display())).collect();
    Failure::usage_message(format!("{} has {} mistake(s):\n{}", file.display(), mistakes.len(), lines.join("\n")))
}

/// Says on standard error what did not come across as it was.
fn tell(file: &Path, what: &str, remarks: &[Remark]) {
    for Remark { question, line, message } in remarks {
        let of = if question.is_empty() { String::new() } else { format!(" `{question}`:") };
        eprintln!("{}:{line}: {what}:{of} {message}", file.display());
    }
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        let is_other_text = error.kind() == std::io::ErrorKind::InvalidData;
        let failure = Failure::usage(anyhow::Error::new(error).context(format!("{} cannot be read", file.display())));
        if is_other_text { failure.with_remedy("save it with the encoding UTF-8") } else { failure }
    })
}

/// To the file, or to standard output without one.
fn write(output: Option<&Path>, bytes: &[u8]) -> Result<(), Failure> {
    let Some(file) = output else {
        return std::io::stdout().lock().write_all(bytes).map_err(Failure::unavailable);
    };
    std::fs::write(file, bytes).map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("{} cannot be written", file.display())))
    })
}
