//! `quiz_score`: answers to a quiz of the lab, handed in as a file, reach a share of its points.
//!
//! Every question of the quiz is asked, whatever the sheet's seed, so that nobody draws the easy ones.

use sandbar_quizzes::sheet::AnswerSheet;
use sandbar_quizzes::{Outcome, Quiz, Score, score};

use super::{Rule, Section};
use crate::feedback::list;
use crate::outcome::{Earns, Fault, Place, Verdict};
use crate::scene::Scene;

const ALL: u32 = 1000;

#[derive(Debug)]
pub struct QuizScore {
    /// A file in the lab's folder.
    quiz: String,
    /// A file of the submission.
    answers: String,
    /// Thousandths of the quiz's points.
    at_least: u32,
    /// Whether a share below that earns as much of the check's points.
    proportional: bool,
}

pub fn read(section: &mut Section<'_, '_>) -> QuizScore {
    let (quiz, answers) = (section.required("quiz"), section.required("answers"));
    let percent = section.number("at_least").unwrap_or(100.0);
    if !(0.0 < percent && percent <= 100.0) {
        section.wrong("at_least", "`at_least` is a percentage above 0, at most 100.".to_owned());
    }
    let proportional = section.flag("proportional");
    // Checked above; a share out of bounds never comes out of a file without findings.
    let at_least = (percent * 10.0).round().clamp(1.0, f64::from(ALL)) as u32;
    QuizScore { quiz, answers, at_least, proportional }
}

impl Rule for QuizScore {
    fn quiz(&self) -> Option<&str> {
        Some(&self.quiz)
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let Some(quiz) = scene.lab.quizzes.get(&self.quiz) else {
            return Verdict::Unavailable(format!("The quiz `{}` is not there.", self.quiz));
        };
        let submission = &scene.work.submission;
        if !submission.files.contains_key(&self.answers) {
            let message = format!("There is no `{}` in the submission.", self.answers);
            return Fault::new("no_answers", message).expected(format!("`{}`", self.answers)).failed();
        }
        let sheet = submission.text(&self.answers).map_err(|finding| (finding.message, finding.line.unwrap_or(1), 1));
        let sheet = sheet.and_then(|text| AnswerSheet::parse(text).map_err(|error| placed(&error)));
        match sheet {
            Ok(sheet) => self.verdict(quiz, &sheet),
            Err((why, line, column)) => {
                let message = format!("`{}` is no sheet of answers: {why}", self.answers);
                let place = Place { file: self.answers.clone(), line, column };
                Fault { place: Some(place), ..Fault::new("unreadable", message) }.error()
            }
        }
    }
}

fn placed(error: &serde_json::Error) -> (String, u32, u32) {
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX).max(1);
    (error.to_string(), number(error.line()), number(error.column()))
}

impl QuizScore {
    fn verdict(&self, quiz: &Quiz, sheet: &AnswerSheet) -> Verdict {
        let whole = Quiz { per_topic: None, ..quiz.clone() };
        let score = score(&whole, &sheet.answers, sheet.seed);
        let share = share(&score);
        if share >= self.at_least {
            return Verdict::Passed;
        }
        let percent = |share: u32| format!("{} %", f64::from(share) / 10.0);
        let message = format!("The answers reach {} of the quiz's points.", percent(share));
        let found = format!("{} of {} points, {}", score.points, score.max_points, percent(share));
        let next = format!("Read again what the lessons say of {}.", list(&open_topics(&score)));
        let earns = if self.proportional { Earns::PerMille(share) } else { Earns::Nothing };
        let strangers: Vec<&str> = sheet.strangers(quiz).collect();
        let message = if strangers.is_empty() {
            message
        } else {
            format!("{message} The quiz has no question {}.", list(&strangers))
        };
        let fault = Fault { earns, ..Fault::new("below", message) };
        fault.expected(format!("at least {}", percent(self.at_least))).found(found).next(next).failed()
    }
}

/// Thousandths of the points, rounded down.
fn share(score: &Score) -> u32 {
    let reached = u64::from(score.points.0) * u64::from(ALL);
    let share = reached.checked_div(u64::from(score.max_points.0)).unwrap_or(0);
    u32::try_from(share).unwrap_or(ALL)
}

/// Topics of which an answer is not right, each once, in the quiz's order.
fn open_topics(score: &Score) -> Vec<&str> {
    let mut topics: Vec<&str> = Vec::new();
    for question in score.questions.iter().filter(|question| question.outcome != Outcome::Right) {
        if !topics.contains(&question.topic.as_str()) {
            topics.push(&question.topic);
        }
    }
    topics
}
