//! `sandbar quiz export`: a quiz in QTI 1.2.1, alone or as a cartridge that learning platforms import. What the format
//! cannot say is listed.

use std::path::{Path, PathBuf};

use sandbar_content::files::Files;
use sandbar_content::markdown::to_html;
use sandbar_content::release;
use sandbar_labs::sandbox::Sandbox;
use sandbar_quizzes::Quiz;
use sandbar_quizzes::exchange::qti::{self, Export};

use super::{read_quiz, tell, with_engine, with_results, write};
use crate::cli::{EngineArguments, Failure, Status, block_on_until_interrupted};

/// The assessment's file in a cartridge.
const ASSESSMENT: &str = "assessment.xml";

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Quiz file (YAML)
    quiz: PathBuf,
    /// File to write, instead of standard output; one that ends in .imscc becomes a cartridge, with its manifest
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Seed by which questions with numbers get theirs
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let quiz = ready(arguments)?;
    let export = qti::export(&quiz, arguments.seed, &|text| to_html(text)).map_err(Failure::unavailable)?;
    tell(&arguments.quiz, "left out", &export.left_out);
    tell(&arguments.quiz, "changed", &export.changed);
    let output = arguments.output.as_deref();
    if output.is_some_and(is_cartridge) {
        write(output, &cartridge(&quiz, &export)?)?;
    } else {
        write(output, export.xml.as_bytes())?;
    }
    let (written, left_out) = (quiz.questions.len() - export.left_out.len(), export.left_out.len());
    eprintln!("{written} exported, {left_out} left out");
    Ok(Status::Success)
}

/// An engine is started only where predicted outputs or logs have to be made.
fn ready(arguments: &Arguments) -> Result<Quiz, Failure> {
    let quiz = read_quiz(&arguments.quiz)?;
    if quiz.missing().is_empty() {
        return Ok(quiz);
    }
    block_on_until_interrupted(with_engine(&arguments.engine, async |sandbox: &Sandbox| {
        with_results(quiz, &arguments.quiz, sandbox).await
    }))
}

fn is_cartridge(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("imscc"))
}

fn cartridge(quiz: &Quiz, export: &Export) -> Result<Vec<u8>, Failure> {
    let manifest = qti::manifest(&quiz.title, ASSESSMENT).map_err(Failure::unavailable)?;
    let files = [("imsmanifest.xml", manifest), (ASSESSMENT, export.xml.clone())];
    let files: Files = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect();
    release::write(&files).map_err(|finding| Failure::usage_message(finding.message))
}
