//! `sandbar schema`: the JSON Schemas that editors and other programs use.

use std::io::Write;

use sandbar_content::walkthrough;
use sandbar_grader::schema;

use super::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[arg(value_enum)]
    of: Of,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Of {
    /// What sandbar grade --format json prints
    Report,
    /// The file lab.yml of a lab
    Lab,
    /// A file in quizzes/
    Quiz,
    /// The file walkthrough.yml in a lesson's folder
    Walkthrough,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let text = match arguments.of {
        Of::Report => schema::REPORT,
        Of::Lab => schema::LAB,
        Of::Quiz => sandbar_quizzes::schema::QUIZ,
        Of::Walkthrough => walkthrough::SCHEMA,
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::unavailable)?;
    Ok(Status::Success)
}
