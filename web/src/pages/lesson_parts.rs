//! What there is to do in a lesson, and what of it a person has done: the walkthrough, the snippets, the questions, the
//! exercise.

use std::collections::BTreeSet;

use sandbar_content::Lesson;

use super::lesson_question::key;
use crate::store::lesson_parts::{EXERCISE, WALKTHROUGH};

/// Whether each part is done; `None` where the lesson has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub walkthrough: Option<bool>,
    pub snippets: Vec<bool>,
    pub questions: Vec<bool>,
    pub exercise: Option<bool>,
}

/// The name of a snippet's part, and of its cell.
pub fn snippet(number: usize) -> String {
    format!("snippet-{number}")
}

/// Where a question is in the page.
pub fn question(number: usize) -> String {
    format!("question-{number}")
}

impl Parts {
    /// `done` has the names of the parts that are.
    pub fn of(lesson: &Lesson, done: Option<&BTreeSet<String>>) -> Self {
        let is_done = |part: &str| done.is_some_and(|done| done.contains(part));
        let plays = lesson.walkthrough.is_some() || lesson.video.is_some();
        Self {
            walkthrough: plays.then(|| is_done(WALKTHROUGH)),
            snippets: (1..=lesson.snippets().count()).map(|number| is_done(&snippet(number))).collect(),
            questions: lesson.questions().map(|question| is_done(&key(question))).collect(),
            exercise: lesson.exercise.is_some().then(|| is_done(EXERCISE)),
        }
    }

    fn each(&self) -> impl Iterator<Item = bool> {
        self.walkthrough.into_iter().chain(self.snippets.iter().chain(&self.questions).copied()).chain(self.exercise)
    }

    /// How many are done, of how many.
    pub fn count(&self) -> (usize, usize) {
        (self.each().filter(|done| *done).count(), self.each().count())
    }

    /// `Walkthrough seen, 2 of 5 snippets run, 1 of 2 questions answered, exercise open`; empty while nothing is done.
    pub fn sentence(&self) -> String {
        if self.count().0 == 0 {
            return String::new();
        }
        let mut words = Vec::new();
        words
            .extend(self.walkthrough.map(|seen| if seen { "walkthrough seen" } else { "walkthrough open" }.to_owned()));
        if !self.snippets.is_empty() {
            let run = self.snippets.iter().filter(|run| **run).count();
            words.push(format!("{run} of {} snippets run", self.snippets.len()));
        }
        if !self.questions.is_empty() {
            let answered = self.questions.iter().filter(|answered| **answered).count();
            words.push(format!("{answered} of {} questions answered", self.questions.len()));
        }
        words.extend(self.exercise.map(|solved| if solved { "exercise solved" } else { "exercise open" }.to_owned()));
        let sentence = words.join(", ");
        let mut characters = sentence.chars();
        characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
    }

    /// The place of the page to go on at: the part after the last one that is done, else the first that is not.
    pub fn anchor(&self) -> Option<String> {
        let mut places = Vec::new();
        places.extend(self.walkthrough.map(|done| (WALKTHROUGH.to_owned(), done)));
        places.extend((1..).zip(&self.snippets).map(|(number, done)| (snippet(number), *done)));
        places.extend((1..).zip(&self.questions).map(|(number, done)| (question(number), *done)));
        places.extend(self.exercise.map(|done| (EXERCISE.to_owned(), done)));
        let last = places.iter().rposition(|(_, done)| *done)?;
        let after = places.get(last + 1).or_else(|| places.iter().find(|(_, done)| !done))?;
        Some(format!("#{}", after.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(walkthrough: bool, snippets: &[bool], exercise: bool) -> Parts {
        let (snippets, questions) = (snippets.to_vec(), Vec::new());
        Parts { walkthrough: Some(walkthrough), snippets, questions, exercise: Some(exercise) }
    }

    #[test]
    fn a_lesson_is_taken_up_behind_the_last_thing_that_was_done() {
        assert_eq!(parts(false, &[false, false], false).anchor(), None, "at the top");
        assert_eq!(parts(true, &[false, false], false).anchor().as_deref(), Some("#snippet-1"));
        assert_eq!(parts(false, &[true, false], false).anchor().as_deref(), Some("#snippet-2"));
        assert_eq!(parts(true, &[true, true], false).anchor().as_deref(), Some("#exercise"));
        assert_eq!(parts(false, &[true, true], true).anchor().as_deref(), Some("#walkthrough"));
        assert_eq!(parts(true, &[true], true).anchor(), None, "nothing is left");
    }

    #[test]
    fn what_is_done_is_said_in_words() {
        assert_eq!(parts(false, &[false], false).sentence(), "");
        assert_eq!(
            parts(true, &[true, false], false).sentence(),
            "Walkthrough seen, 1 of 2 snippets run, exercise open"
        );
        assert_eq!(parts(true, &[true, false], true).count(), (3, 4));
        let asked = Parts { questions: vec![true, false], ..parts(true, &[true], false) };
        assert_eq!(asked.sentence(), "Walkthrough seen, 1 of 1 snippets run, 1 of 2 questions answered, exercise open");
        assert_eq!((asked.count(), asked.anchor().as_deref()), ((3, 5), Some("#question-2")));
    }
}
