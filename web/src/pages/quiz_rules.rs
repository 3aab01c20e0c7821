//! The rules of a quiz, as its start page tells them. How it scores is told by the quiz itself.

use sandbar_quizzes::exam::{Area, Closed, Exam};
use sandbar_quizzes::{Keep, Quiz, ShowFeedback};

/// Sentences: how many attempts, which counts, when answers are shown, what is closed meanwhile.
/// `extra` are attempts that staff gave the reader.
pub fn rules(quiz: &Quiz, extra: u32) -> Vec<String> {
    let allowed = super::quiz::allowed(quiz, extra);
    let attempts = match allowed {
        Some(1) => "You have one attempt.".to_owned(),
        Some(attempts) => format!("You have {attempts} attempts; each draws its questions anew."),
        None => "You may try as often as you like; each attempt draws its questions anew.".to_owned(),
    };
    let keep = match quiz.keep {
        Keep::Best => "Your best attempt counts.",
        Keep::Last => "Your last attempt counts.",
        Keep::Mean => "The mean of your attempts counts.",
    };
    let in_exam = quiz.exam.is_some();
    let feedback = match quiz.show_feedback {
        ShowFeedback::AfterQuestion => {
            "Each answer can be checked as you go; then it is explained, and cannot be changed any more."
        }
        ShowFeedback::AfterAttempt if in_exam => {
            "Answers and explanations are shown when the exam is over for everybody."
        }
        ShowFeedback::AfterAttempt => "Answers and explanations are shown when you have handed in.",
        ShowFeedback::AfterDue => "Answers and explanations are shown after the due date.",
        ShowFeedback::Never => "Answers are not shown.",
    };
    let clock = "The clock is the server's. Each answer is saved as you give it; when the time is over, what was saved is handed in.";
    let mut rules = vec![attempts];
    rules.extend((allowed != Some(1)).then(|| keep.to_owned()));
    rules.push(feedback.to_owned());
    rules.extend(quiz.exam.as_ref().and_then(closed_rule));
    rules.extend(quiz.minutes.map(|_| clock.to_owned()));
    rules
}

/// What an exam closes, and for how long.
fn closed_rule(exam: &Exam) -> Option<String> {
    let area = |area: &Area| match area {
        Area::Workbench => "the labs",
        Area::Lessons => "the lessons, the glossary and other quizzes",
    };
    let closed: Vec<&str> = exam.closed.iter().map(area).collect();
    let how_long = match exam.closed_during {
        Closed::Attempt => "while your attempt runs",
        Closed::Window => "to everybody while the exam is open",
    };
    (!closed.is_empty()).then(|| format!("Closed {how_long}: {}.", closed.join(", ")))
}
