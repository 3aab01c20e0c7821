//! A quiz of a course: the parsed bank with its slug.

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::{Kind, Question, Quiz};

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
    let unserved: Vec<Finding> = not_served(&quiz).map(|finding| finding.in_file(&file)).collect();
    if !unserved.is_empty() {
        return Err(unserved);
    }
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

/// What a quiz may say and the server does not do yet: no attempt may begin whose answers could not be scored, and no
/// exam whose rules nobody keeps.
fn not_served(quiz: &Quiz) -> impl Iterator<Item = Finding> {
    let asks_sql =
        |question: &&Question| matches!(question.kind, Kind::Predict(_) | Kind::FixSql(_) | Kind::ReadLog(_));
    let questions = quiz.questions.iter().filter(asks_sql).map(|question| {
        let (line, column) = question.place;
        let message = format!("The question `{}` needs its SQL run, which the pages do not do yet.", question.id);
        let finding = Finding::error("QUIZ_NEEDS_ENGINE", format!("questions.{}", question.id), message);
        finding.with_hint("Ask it as a choice, with the outcome written out.").at(Position { line, column })
    });
    let exam = quiz.exam.iter().map(|_| {
        let message = "The rules of an exam are read and not kept by the pages yet.";
        Finding::error("EXAM_NOT_KEPT", "exam", message)
            .with_hint("Leave `exam` away; `minutes` and `attempts` are kept.")
    });
    questions.chain(exam)
}

/// What gives an answer away, or says too little: nothing that is wrong, and nothing that a learner should meet.
pub fn lint(of: &CourseQuiz) -> Vec<Finding> {
    let finding = |found: sandbar_quizzes::lint::Finding| {
        let path = found.question.map_or_else(|| "questions".to_owned(), |id| format!("questions.{id}"));
        let mut finding = Finding::error(found.code, path, found.message);
        finding.hint = found.hint;
        finding.at(Position { line: found.line, column: found.column }).in_file(format!("quizzes/{}.yml", of.slug))
    };
    sandbar_quizzes::lint::lint(&of.quiz).into_iter().map(finding).collect()
}

pub(crate) fn finding(mistake: sandbar_quizzes::Mistake) -> Finding {
    let mut finding = Finding::error(mistake.code, mistake.path, mistake.message);
    finding.hint = mistake.hint;
    finding.at(Position { line: mistake.line, column: mistake.column })
}
