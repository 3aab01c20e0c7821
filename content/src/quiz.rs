//! A quiz of a course: the parsed bank with its slug, and what its SQL gives.

mod execute;

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::{Kind, Question, Quiz, Results};

use crate::files::Files;

pub use execute::{execute, run};

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
    let file = file_of(slug);
    let text = files.text(&file).map_err(|finding| vec![finding])?;
    let quiz = read(text, &file)?;
    Ok(CourseQuiz { slug: slug.to_owned(), title: quiz.title.clone(), minutes: quiz.minutes.unwrap_or(0), quiz })
}

/// Reads a quiz from the text of a file of the course.
///
/// # Errors
/// Every mistake with its line.
pub fn read(text: &str, file: &str) -> Result<Quiz, Vec<Finding>> {
    sandbar_quizzes::parse(text).map_err(|mistakes| in_file(mistakes, file))
}

/// Questions of a lab's quiz that nobody runs: a check scores a sheet of answers as it is.
pub fn not_in_a_lab(quiz: &Quiz, file: &str) -> Vec<Finding> {
    let asks_sql =
        |question: &&Question| matches!(question.kind, Kind::Predict(_) | Kind::FixSql(_) | Kind::ReadLog(_));
    let finding = |question: &Question| {
        let (line, column) = question.place;
        let message = format!("`{}` needs its SQL run, which a lab's check does not do.", question.id);
        let finding = Finding::error("QUIZ_NEEDS_ENGINE", format!("questions.{}", question.id), message);
        let finding = finding.with_hint("Ask it in a quiz of the course, or as a choice with the outcome written out.");
        finding.at(Position { line, column }).in_file(file)
    };
    quiz.questions.iter().filter(asks_sql).map(finding).collect()
}

/// The quiz with what its SQL gave beside what is known of it; only then it can be taken.
///
/// # Errors
/// Every question that the results show to be wrong, or that lacks some, with its line.
pub fn with_results(of: &CourseQuiz, results: Results) -> Result<CourseQuiz, Vec<Finding>> {
    match of.quiz.clone().with_results(results) {
        Ok(quiz) => Ok(CourseQuiz { quiz, ..of.clone() }),
        Err(mistakes) => Err(in_file(mistakes, &file_of(&of.slug))),
    }
}

/// What gives an answer away, or says too little: nothing that is wrong, and nothing that a learner should meet.
pub fn lint(of: &CourseQuiz) -> Vec<Finding> {
    let finding = |found: sandbar_quizzes::lint::Finding| {
        let path = found.question.map_or_else(|| "questions".to_owned(), |id| format!("questions.{id}"));
        let mut finding = Finding::error(found.code, path, found.message);
        finding.hint = found.hint;
        finding.at(Position { line: found.line, column: found.column }).in_file(file_of(&of.slug))
    };
    sandbar_quizzes::lint::lint(&of.quiz).into_iter().map(finding).collect()
}

fn file_of(slug: &str) -> String {
    format!("quizzes/{slug}.yml")
}

fn in_file(mistakes: Vec<sandbar_quizzes::Mistake>, file: &str) -> Vec<Finding> {
    mistakes.into_iter().map(|mistake| finding(mistake).in_file(file)).collect()
}

pub(crate) fn finding(mistake: sandbar_quizzes::Mistake) -> Finding {
    let mut finding = Finding::error(mistake.code, mistake.path, mistake.message);
    finding.hint = mistake.hint;
    finding.at(Position { line: mistake.line, column: mistake.column })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_labs_quiz_may_not_ask_what_nobody_runs() {
        let text = "title: t\nquestions:\n  - {id: a, kind: numeric, prompt: p, answer: 1}\n  \
                    - {id: b, kind: predict, prompt: p, query: SELECT 1}\n";
        let quiz = read(text, "labs/x/quiz.yml").unwrap();
        let findings = not_in_a_lab(&quiz, "labs/x/quiz.yml");
        let seen: Vec<_> =
            findings.iter().map(|found| (found.code.as_str(), found.line, found.file.as_deref())).collect();
        assert_eq!(seen, [("QUIZ_NEEDS_ENGINE", Some(4), Some("labs/x/quiz.yml"))]);
    }

    #[test]
    fn what_has_not_been_run_is_told_with_its_file_and_line() {
        let text = "title: t\nquestions:\n  - {id: b, kind: predict, prompt: p, query: SELECT 1}\n";
        let quiz = read(text, "quizzes/x.yml").unwrap();
        let of = CourseQuiz { slug: "x".to_owned(), title: "t".to_owned(), minutes: 0, quiz };
        let findings = with_results(&of, Results::default()).unwrap_err();
        assert_eq!((findings[0].code.as_str(), findings[0].line), ("NOT_EXECUTED", Some(3)));
        assert_eq!(findings[0].file.as_deref(), Some("quizzes/x.yml"));
    }
}
