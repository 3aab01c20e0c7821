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
/// Thousandths of a percent.
const WHOLE: u64 = 100_000;

#[derive(Debug)]
pub struct QuizScore {
    /// A file in the lab's folder.
    quiz: String,
    /// A file of the submission.
    answers: String,
    /// Thousandths of a percent of the quiz's points.
    at_least: u64,
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
    let at_least = (percent * 1_000.0).round().clamp(1.0, 100_000.0) as u64;
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
                let place = Place::new(&self.answers, line, column);
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
        let (reached, all) = (u64::from(score.points.0), u64::from(score.max_points.0));
        if all > 0 && reached * WHOLE >= self.at_least * all {
            return Verdict::Passed;
        }
        let share = share(reached, all);
        let message = format!(
            "The answers reach {} of {} points. Not right yet: {}.",
            score.points,
            score.max_points,
            list(&open_topics(quiz, &score))
        );
        let found = format!("{} %", f64::from(share) / 10.0);
        let expected = format!("at least {} %", self.at_least as f64 / 1_000.0);
        let earns = if self.proportional { Earns::PerMille(share) } else { Earns::Nothing };
        let strangers: Vec<&str> = sheet.strangers(quiz).collect();
        let message = if strangers.is_empty() {
            message
        } else {
            format!("{message} The quiz has no question {}.", list(&strangers))
        };
        let fault = Fault { earns, ..Fault::new("below", message) };
        fault.expected(expected).found(found).failed()
    }
}

/// Thousandths of the points, rounded down.
fn share(reached: u64, all: u64) -> u32 {
    let share = (reached * u64::from(ALL)).checked_div(all).unwrap_or(0);
    u32::try_from(share).unwrap_or(ALL)
}

/// The titles of topics of which an answer is not right, each once, in the order of the attempt.
fn open_topics<'a>(quiz: &'a Quiz, score: &'a Score) -> Vec<&'a str> {
    let mut topics: Vec<&str> = Vec::new();
    for question in score.questions.iter().filter(|question| question.outcome != Outcome::Right) {
        let known = quiz.topics.iter().find(|topic| topic.id == question.topic);
        let title = known.map_or(question.topic.as_str(), |topic| topic.title.as_str());
        if !topics.contains(&title) {
            topics.push(title);
        }
    }
    topics
}
