//! A quiz with what its SQL gives: predicted outputs, reference results, excerpts of logs.
//!
//! A parsed quiz asks for [`Quiz::executions`]; whoever checks or publishes content runs them and puts what they gave
//! into the quiz with [`Quiz::with_results`], which says what the results show to be wrong. The results are kept with
//! the release, so that every attempt sees the same.

use crate::answer::Answers;
use crate::execution::{Execution, Results};
use crate::mistake::Mistake;
use crate::quiz::Quiz;
use crate::variant;

impl Quiz {
    /// What has to be run before the quiz can be taken, each once, in the file's order; of questions with numbers, for
    /// each choice of the numbers.
    pub fn executions(&self) -> Vec<Execution> {
        let variants = self.questions.iter().flat_map(variant::all);
        Results::default().missing(variants.flat_map(|question| question.kind.executions()))
    }

    /// What of it was not run yet. Until there is nothing, the quiz must not be taken.
    pub fn missing(&self) -> Vec<Execution> {
        self.results.missing(self.executions())
    }

    /// The quiz with these results beside those that it has.
    ///
    /// # Errors
    /// Every question that the results show to be wrong: SQL that fails, options that come out equal, a broken
    /// statement that is not broken, an execution that is missing.
    pub fn with_results(mut self, results: Results) -> Result<Quiz, Vec<Mistake>> {
        self.results = self.results.with(&results);
        let mistakes = self.flaws_of_results();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }

    fn flaws_of_results(&self) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = Vec::new();
        for (index, question) in self.questions.iter().enumerate() {
            let path = format!("questions[{index}]");
            for variant in variant::all(question) {
                for flaw in variant.kind.flaws(&self.results) {
                    let mistake = Mistake::of(flaw, &path, question.place);
                    if !mistakes.contains(&mistake) {
                        mistakes.push(mistake);
                    }
                }
            }
        }
        mistakes
    }
}

/// What has to be run before these answers to the attempt with this seed can be scored: the statements that students
/// wrote, and whatever the quiz itself lacks. `results` are those of earlier runs.
pub fn needed(quiz: &Quiz, answers: &Answers, seed: u64, results: &Results) -> Vec<Execution> {
    let mut needed = Vec::new();
    for question in crate::attempt::chosen(quiz, seed) {
        let Some(answer) = answers.get(&question.id) else { continue };
        let variant = variant::drawn(question, seed);
        needed.extend(variant.kind.executions());
        needed.extend(variant.kind.answer_executions(answer));
    }
    quiz.results.with(results).missing(needed)
}
