//! A fence `question`: the YAML of one question, scored in the page. It is read and scored as a quiz of this one
//! question.

use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::{Mistake, Question, Quiz};

use crate::quiz;

/// What stands above the fence's text while it is read, and how far each line of it is moved to the right.
const ABOVE: &str = "title: question\nshuffle: true\nquestions:\n  - id: ";
const LINES_ABOVE: u32 = 4;
const INDENT: &str = "    ";
/// A page takes an answer to these as a form and scores it without an engine.
pub const KINDS: [&str; 4] = ["single", "multiple", "numeric", "short_text"];

/// A question of a lesson's text.
#[derive(Clone, Debug)]
pub struct LessonQuestion {
    /// `question-1`, in the order of the lesson.
    pub id: String,
    /// Of this question alone.
    pub quiz: Quiz,
    /// The fence's line in the lesson's file, from 1.
    pub line: u32,
}

impl LessonQuestion {
    pub fn question(&self) -> Option<&Question> {
        self.quiz.questions.first()
    }
}

/// Reads the text of a fence that stands in that line of the lesson's file.
pub(super) fn read(code: &str, id: &str, line: u32, findings: &mut Vec<Finding>) -> Option<LessonQuestion> {
    let lines = code.lines().map(|line| format!("{INDENT}{line}\n"));
    let text = format!("{ABOVE}{id}\n{}", lines.collect::<String>());
    let mut quiz = match sandbar_quizzes::parse(&text) {
        Ok(quiz) => quiz,
        Err(mistakes) => {
            findings.extend(mistakes.into_iter().map(|mistake| moved(mistake, line)));
            return None;
        }
    };
    let question = quiz.questions.first_mut()?;
    let before = findings.len();
    findings.extend(misfits(question, line));
    question.place = (line, 1);
    (findings.len() == before).then(|| LessonQuestion { id: id.to_owned(), quiz, line })
}

/// A mistake at its place in the lesson; what is missing is told at the fence.
fn moved(mistake: Mistake, line: u32) -> Finding {
    let position = match mistake.line.checked_sub(LINES_ABOVE) {
        None | Some(0) => Position { line, column: 1 },
        Some(below) => Position { line: line + below, column: mistake.column.saturating_sub(4).max(1) },
    };
    let path = mistake.path.strip_prefix("questions[0].").map(str::to_owned);
    let finding = quiz::finding(mistake);
    Finding { path: path.unwrap_or_default(), ..finding }.at(position)
}

/// What a question may have in a quiz and not in a lesson.
fn misfits(question: &Question, line: u32) -> Vec<Finding> {
    let finding = |path: &str, message: String| {
        Finding::error("NO_LESSON_QUESTION", path, message).at(Position { line, column: 1 })
    };
    let mut findings = Vec::new();
    let kind = question.kind.name().word();
    if !KINDS.contains(&kind) {
        let message = format!("A lesson asks no question of the kind `{kind}`.");
        findings.push(finding("kind", message).with_hint(format!("Write one of {}.", KINDS.join(", "))));
    }
    if !question.topic.is_empty() || question.pool.is_some() {
        findings.push(finding(
            "topic",
            "A question of a lesson has neither `topic` nor `pool`: nothing is drawn.".to_owned(),
        ));
    }
    findings
}
