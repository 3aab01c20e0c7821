//! What staff change about an exam after it was taken: void an item, accept another answer.
//!
//! Amendments are values beside the attempts; answers and the quiz stay as they are. [`dry_run`] says whose points
//! would change, from what to what; applying is to keep the amendment and to score again with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::answer::{Answer, Answers, Pick};
use crate::attempt::DrawnBody;
use crate::execution::Results;
use crate::points::Points;
use crate::question::same_text;
use crate::quiz::{Keep, Quiz};
use crate::scoring::{Basis, Score, score_on};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "amendment")]
pub enum Amendment {
    Void {
        question: String,
        gives: Voided,
    },
    /// The answer gets all points, beside those that did before. It names options by their texts.
    Accept {
        question: String,
        answer: Answer,
    },
}

/// What a voided item counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voided {
    /// All its points to everybody who was asked it.
    AllPoints,
    /// Nothing: neither its points nor its maximum.
    Nothing,
}

impl Amendment {
    pub fn question(&self) -> &str {
        match self {
            Amendment::Void { question, .. } | Amendment::Accept { question, .. } => question,
        }
    }

    /// Whether the amendment can be made.
    ///
    /// # Errors
    /// A sentence: the quiz has no such question, or the answer cannot be one to it.
    pub fn check(&self, quiz: &Quiz) -> Result<(), String> {
        let Some(question) = quiz.questions.iter().find(|question| question.id == self.question()) else {
            return Err(format!("The quiz has no question `{}`.", self.question()));
        };
        let Amendment::Accept { answer, .. } = self else { return Ok(()) };
        let drawn = crate::attempt::drawn(question, quiz, 0);
        let has_numbers = !question.numbers.is_empty();
        let stranger = picks(answer).find(|pick| match pick {
            Pick::Place(_) => true,
            Pick::Text(_) => !has_numbers && pick.place(&drawn.body.elements()).is_none(),
        });
        match stranger {
            Some(Pick::Place(place)) => {
                Err(format!("Place {place} is another option in each attempt. Name the option by its text."))
            }
            Some(Pick::Text(text)) => Err(format!("`{}` has no option `{text}`.", question.id)),
            None if answer.is_empty() => Err("The accepted answer is empty.".to_owned()),
            None if !drawn.body.takes(answer) => {
                Err(format!("`{}` is {}; this is no answer to it.", question.id, question.kind.name().word()))
            }
            None => Ok(()),
        }
    }
}

fn picks(answer: &Answer) -> Box<dyn Iterator<Item = &Pick> + '_> {
    match answer {
        Answer::Choice(picks) | Answer::Order(picks) => Box::new(picks.iter()),
        Answer::Matches(picks) => Box::new(picks.iter().flatten()),
        Answer::Text(_) => Box::new(std::iter::empty()),
    }
}

/// What is made of an item that amendments void; the last of them decides.
pub(crate) fn voided(question: &str, amendments: &[Amendment]) -> Option<Voided> {
    amendments.iter().rev().find_map(|amendment| match amendment {
        Amendment::Void { question: of, gives } if of == question => Some(*gives),
        _ => None,
    })
}

/// Whether an answer is one that amendments accept.
pub(crate) fn is_accepted(question: &str, drawn: &DrawnBody, answer: &Answer, amendments: &[Amendment]) -> bool {
    amendments.iter().any(|amendment| match amendment {
        Amendment::Accept { question: of, answer: accepted } if of == question => is_same(drawn, answer, accepted),
        _ => false,
    })
}

/// Whether two answers to a question as it was drawn mean the same.
fn is_same(drawn: &DrawnBody, one: &Answer, other: &Answer) -> bool {
    let elements = drawn.elements();
    let places = |picks: &[Pick]| picks.iter().map(|pick| pick.place(&elements)).collect::<Option<Vec<usize>>>();
    match (one, other) {
        (Answer::Text(one), Answer::Text(other)) => same_text(one, other),
        (Answer::Order(one), Answer::Order(other)) => places(one).is_some_and(|one| Some(one) == places(other)),
        (Answer::Choice(one), Answer::Choice(other)) => {
            let sorted = |picks: &[Pick]| {
                let mut places = places(picks)?;
                places.sort_unstable();
                places.dedup();
                Some(places)
            };
            sorted(one).is_some_and(|one| !one.is_empty() && Some(one) == sorted(other))
        }
        (Answer::Matches(one), Answer::Matches(other)) => {
            let places = |picks: &[Option<Pick>]| -> Vec<Option<usize>> {
                picks.iter().map(|pick| pick.as_ref()?.place(&elements)).collect()
            };
            places(one) == places(other)
        }
        _ => false,
    }
}

/// A handed-in attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded<'a> {
    /// The quiz as it was when the attempt began.
    pub quiz: &'a Quiz,
    pub student: String,
    /// Which of the student's attempts, from 1; attempts come in the order they were made.
    pub number: u32,
    pub seed: u64,
    pub answers: Answers,
    /// What the statements in the answers gave.
    pub results: Results,
    /// As they are on the record, with their maximum.
    pub points: (Points, Points),
}

/// A handed-in attempt that cannot be scored again: its points stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    pub student: String,
    pub number: u32,
    pub points: Points,
}

/// What amendments would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DryRun {
    pub attempts: Vec<AttemptChange>,
    pub grades: Vec<GradeChange>,
}

/// An attempt whose points or maximum would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttemptChange {
    pub student: String,
    pub number: u32,
    pub from: Points,
    pub to: Points,
    pub max_from: Points,
    pub max_to: Points,
}

/// A student for whom the points that count would change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GradeChange {
    pub student: String,
    pub from: Points,
    pub to: Points,
}

/// Whose points would change if these amendments stood, and no others: in the order of the attempts, and of the students'
/// names. `keep` says which attempt of a student counts, of those that can be scored again and those that cannot.
pub fn dry_run(keep: Keep, (attempts, fixed): (&[Recorded<'_>], &[Fixed]), proposed: &[Amendment]) -> DryRun {
    let mut run = DryRun::default();
    // By student and number, before and after.
    let mut points: BTreeMap<&str, BTreeMap<u32, (Points, Points)>> = BTreeMap::new();
    for one in fixed {
        points.entry(&one.student).or_default().insert(one.number, (one.points, one.points));
    }
    for attempt in attempts {
        let ((before, max_before), after) = (attempt.points, scored(attempt, proposed));
        points.entry(&attempt.student).or_default().insert(attempt.number, (before, after.points));
        if attempt.points != (after.points, after.max_points) {
            run.attempts.push(AttemptChange {
                student: attempt.student.clone(),
                number: attempt.number,
                from: before,
                to: after.points,
                max_from: max_before,
                max_to: after.max_points,
            });
        }
    }
    for (student, attempts) in points {
        let (before, after): (Vec<Points>, Vec<Points>) = attempts.into_values().unzip();
        if let (Some(from), Some(to)) = (keep.of(&before), keep.of(&after))
            && from != to
        {
            run.grades.push(GradeChange { student: student.to_owned(), from, to });
        }
    }
    run
}

fn scored(attempt: &Recorded<'_>, amendments: &[Amendment]) -> Score {
    let basis = Basis { results: Some(&attempt.results), amendments };
    score_on(attempt.quiz, &attempt.answers, attempt.seed, &basis)
}

#[cfg(test)]
mod tests;
