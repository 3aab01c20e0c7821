//! `sandbar quiz score`: a file of answers, scored as the server scores it.

use std::io::Write;
use std::path::{Path, PathBuf};

use sandbar_labs::sandbox::Sandbox;
use sandbar_quizzes::sheet::AnswerSheet;
use sandbar_quizzes::{Basis, Points, Quiz, Results, Score, needed, score_on};

use super::{read, read_quiz, with_engine, with_results};
use crate::cli::job::Format;
use crate::cli::{EngineArguments, Failure, Status, block_on_until_interrupted};

#[derive(Debug, clap::Args)]
pub struct Arguments {
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
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let quiz = read_quiz(&arguments.quiz)?;
    let attempt = read_attempt(&arguments.answers)?;
    for id in attempt.strangers(&quiz) {
        eprintln!("warning: the quiz has no question `{id}`");
    }
    let score = scored(arguments, quiz, &attempt)?;
    let mut out = std::io::stdout().lock();
    let written = match arguments.format {
        Format::Json => writeln!(out, "{:#}", json(&score)),
        Format::Text => out.write_all(text(&score).as_bytes()),
    };
    written.map_err(Failure::unavailable)?;
    Ok(Status::Success)
}

/// An engine is started only where something has to be run.
fn scored(arguments: &Arguments, quiz: Quiz, attempt: &AnswerSheet) -> Result<Score, Failure> {
    let seed = arguments.seed.unwrap_or(attempt.seed);
    if quiz.missing().is_empty() {
        return Ok(score_on(&quiz, &attempt.answers, seed, &Basis::default()));
    }
    block_on_until_interrupted(with_engine(&arguments.engine, async |sandbox: &Sandbox| {
        let quiz = with_results(quiz, &arguments.quiz, sandbox).await?;
        let answered = needed(&quiz, &attempt.answers, seed, &Results::default());
        let results = sandbar_content::quiz::execute(sandbox, answered).await;
        let score = score_on(&quiz, &attempt.answers, seed, &Basis { results: Some(&results), amendments: &[] });
        if score.is_final() {
            return Ok(score);
        }
        Err(Failure::unavailable(anyhow::anyhow!("the engine could not run every answer, so there is no score"))
            .with_remedy("try it again"))
    }))
}

fn read_attempt(file: &Path) -> Result<AnswerSheet, Failure> {
    AnswerSheet::parse(&read(file)?).map_err(|error| {
        let message = format!("{}:{}:{}: these are no answers: {error}", file.display(), error.line(), error.column());
        Failure::usage_message(message)
            .with_remedy("write {\"seed\": 7, \"answers\": {\"QUESTION\": {\"text\": \"42\"}}}")
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
