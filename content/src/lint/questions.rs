//! The questions in the lessons' texts, as one bank: what gives an answer away, and what says too little.

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::Quiz;

use crate::course::{Course, FILE};

pub(super) fn findings(course: &Course) -> Vec<Finding> {
    let Some(bank) = bank(course) else { return Vec::new() };
    let finding = |found: sandbar_quizzes::lint::Finding| {
        let lesson = found.question.as_deref().and_then(|id| id.rsplit_once('.')).map(|(slug, _)| slug.to_owned());
        // What is said of all of them together belongs to no lesson.
        let file = lesson.map_or_else(|| FILE.to_owned(), |slug| format!("lessons/{slug}.md"));
        let mut finding = Finding::error(found.code, found.question.unwrap_or_default(), found.message);
        finding.hint = found.hint;
        finding.at(Position { line: found.line, column: found.column }).in_file(file)
    };
    sandbar_quizzes::lint::lint(&bank).into_iter().map(finding).collect()
}

/// All of them, called `lesson.question-1`; `None` in a course without any.
fn bank(course: &Course) -> Option<Quiz> {
    let of_lesson = |lesson: &crate::Lesson| {
        let renamed = |asked: &crate::lesson::LessonQuestion| {
            let mut question = asked.question()?.clone();
            question.id = format!("{}.{}", lesson.slug, asked.id);
            Some(question)
        };
        lesson.questions().filter_map(renamed).collect::<Vec<_>>()
    };
    let questions: Vec<_> = course.lessons.values().flat_map(of_lesson).collect();
    let first = course.lessons.values().flat_map(crate::Lesson::questions).next()?;
    Some(Quiz { questions, ..first.quiz.clone() })
}
