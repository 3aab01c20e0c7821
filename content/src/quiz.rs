//! A quiz of a course: the parsed bank with its slug.

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::Quiz;

use crate::files::Files;

#[derive(Clone, Debug)]
pub struct CourseQuiz {
    pub slug: String,
    pub title: String,
    /// 0 when the quiz has no time limit.
    pub minutes: u32,
    pub quiz: Quiz,
}

/// Reads the quiz `quizzes/{slug}.yml`.
///
/// # Errors
/// Every mistake with its line.
pub fn load(files: &Files, slug: &str) -> Result<CourseQuiz, Vec<Finding>> {
    let file = format!("quizzes/{slug}.yml");
    let text = files.text(&file).map_err(|finding| vec![finding])?;
    let quiz = read(text, &file)?;
    Ok(CourseQuiz { slug: slug.to_owned(), title: quiz.title.clone(), minutes: quiz.minutes.unwrap_or(0), quiz })
}

/// Reads a quiz from the text of a file of the course.
///
/// # Errors
/// Every mistake with its line.
pub fn read(text: &str, file: &str) -> Result<Quiz, Vec<Finding>> {
    let in_file = |mistake| finding(mistake).in_file(file);
    sandbar_quizzes::parse(text).map_err(|mistakes| mistakes.into_iter().map(in_file).collect())
}

fn finding(mistake: sandbar_quizzes::Mistake) -> Finding {
    let mut finding = Finding::error(mistake.code, mistake.path, mistake.message);
    finding.hint = mistake.hint;
    finding.at(Position { line: mistake.line, column: mistake.column })
}
