//! `sandbar quiz`: quizzes for authors and scripts.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use sandbar_quizzes::sheet::AnswerSheet;
use sandbar_quizzes::{Points, Quiz, Score, parse, score};

use super::job::Format;
use super::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: QuizCommand,
}

#[derive(Debug, Subcommand)]
enum QuizCommand {
    /// Score a file of answers to a quiz
    Score(ScoreArguments),
}

#[derive(Debug, clap::Args)]
struct ScoreArguments {
    /// Quiz file (YAML)
    quiz: PathBuf,
    /// Answers (JSON): {"seed": 7, "answers": {"QUESTION": {"choice": ["an option's text"]}, "OTHER": {"text": "42"}}}
    answers: PathBuf,
    /// Seed of the attempt, instead of the one in the answers
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How the score is printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let QuizCommand::Score(arguments) = &arguments.command;
    let quiz = read_quiz(&arguments.quiz)?;
    let attempt = read_attempt(&arguments.answers)?;
    for id in attempt.strangers(&quiz) {
        eprintln!("warning: the quiz has no question `{id}`");
    }
    let score = score(&quiz, &attempt.answers, arguments.seed.unwrap_or(attempt.seed));
    let mut out = std::io::stdout().lock();
    let written = match arguments.format {
        Format::Json => writeln!(out, "{:#}", json(&score)),
        Format::Text => out.write_all(text(&score).as_bytes()),
    };
    written.map_err(Failure::unavailable)?;
    Ok(Status::Success)
}

fn read_quiz(file: &Path) -> Result<Quiz, Failure> {
    parse(&read(file)?).map_err(|mistakes| {
        let count = mistakes.len();
        let lines: Vec<String> = mistakes.iter().map(|mistake| format!("{}:{mistake}", file.display())).collect();
        Failure::usage_message(format!("{} has {count} mistake(s):\n{}", file.display(), lines.join("\n")))
    })
}

fn read_attempt(file: &Path) -> Result<AnswerSheet, Failure> {
    AnswerSheet::parse(&read(file)?).map_err(|error| {
        let message = format!("{}:{}:{}: these are no answers: {error}", file.display(), error.line(), error.column());
        Failure::usage_message(message)
            .with_remedy("write {\"seed\": 7, \"answers\": {\"QUESTION\": {\"text\": \"42\"}}}")
    })
}

fn read(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file).map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("{} cannot be read", file.display())))
    })
}

fn text(score: &Score) -> String {
    let mut text = String::new();
    for question in &score.questions {
        let outcome = format!("{:?}", question.outcome).to_lowercase();
        text.push_str(&format!("{}: {} of {} ({outcome})\n", question.id, question.points, question.max_points));
    }
    text.push_str(&format!("total: {} of {}\n", score.points, score.max_points));
    text
}

fn json(score: &Score) -> serde_json::Value {
    let number = |points: Points| f64::from(points.0) / 100.0;
    let questions: Vec<serde_json::Value> = score
        .questions
        .iter()
        .map(|question| {
            serde_json::json!({
                "id": question.id,
                "topic": question.topic,
                "outcome": question.outcome,
                "points": number(question.points),
                "max_points": number(question.max_points),
                "feedback": question.feedback,
            })
        })
        .collect();
    serde_json::json!({ "points": number(score.points), "max_points": number(score.max_points), "questions": questions })
}
