//! `sandbar quiz import`: a quiz of a file in another system's format. What cannot be said here is listed.

use std::path::PathBuf;

use sandbar_quizzes::exchange::{gift, quiz_file};

use super::{mistaken, read, tell, write};
use crate::cli::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// File in Moodle's GIFT format
    file: PathBuf,
    /// Title of the quiz; without it the file's name
    #[arg(long)]
    title: Option<String>,
    /// Quiz file to write, instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let file = &arguments.file;
    let import = gift::import(&read(file)?);
    if !import.mistakes.is_empty() {
        return Err(mistaken(file, &import.mistakes).with_remedy("correct these places; nothing was written"));
    }
    tell(file, "left out", &import.left_out);
    tell(file, "changed", &import.changed);
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let title = arguments.title.clone().unwrap_or(stem);
    let (left_out, questions) = (import.left_out.len(), import.questions.len());
    let no_question = || {
        let message = format!("{} has no question that can be imported", file.display());
        Failure::usage_message(message)
            .with_remedy("export the questions in the GIFT format; others, such as Moodle XML, are not read")
    };
    let quiz = import.into_quiz(&title).ok_or_else(no_question)?;
    let text = quiz_file(&quiz).ok_or_else(|| Failure::unavailable(anyhow::anyhow!("the quiz cannot be written")))?;
    write(arguments.output.as_deref(), text.as_bytes())?;
    eprintln!("{questions} imported, {left_out} left out");
    Ok(Status::Success)
}
