//! `sandbar schema`: the JSON Schemas that editors and other programs use.

use std::io::Write;

use sandbar_content::schema;
use sandbar_grader::schema::REPORT;

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
    /// The file course.yml of a course
    Course,
    /// The head of a lesson, between its lines ---
    Lesson,
    /// A question in a lesson's text, in a fence `question`
    Question,
    /// The file walkthrough.yml in a lesson's folder
    Walkthrough,
    /// The file lab.yml of a lab
    Lab,
    /// A data set of a lab
    Dataset,
    /// A dashboard in a lab's starter and solutions
    Dashboard,
    /// A job: a payload of the Jobs API, or a bundle with jobs
    Job,
    /// Answers to a quiz, in a lab's solutions
    Answers,
    /// A file in the folder quizzes
    Quiz,
    /// The file glossary.yml of a course
    Glossary,
    /// The file certification.yml of a course
    Certification,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let question = schema::question();
    let text = match arguments.of {
        Of::Report => REPORT,
        Of::Course => schema::COURSE,
        Of::Lesson => schema::LESSON,
        Of::Question => &question,
        Of::Walkthrough => schema::WALKTHROUGH,
        Of::Lab => schema::LAB,
        Of::Dataset => schema::DATASET,
        Of::Dashboard => schema::DASHBOARD,
        Of::Job => schema::JOB,
        Of::Answers => schema::ANSWERS,
        Of::Quiz => schema::QUIZ,
        Of::Glossary => schema::GLOSSARY,
        Of::Certification => schema::CERTIFICATION,
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Failure::unavailable)?;
    Ok(Status::Success)
}
