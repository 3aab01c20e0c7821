//! Answers to one attempt, as a file: `{"seed": 7, "answers": {"QUESTION": {"choice": ["an option's text"]}}}`.

use serde::Deserialize;

use crate::answer::Answers;
use crate::quiz::Quiz;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerSheet {
    /// Of the attempt: which questions were drawn, in which order.
    #[serde(default)]
    pub seed: u64,
    pub answers: Answers,
}

impl AnswerSheet {
    /// # Errors
    /// What is wrong with the JSON, with its line and column.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Answers to questions that the quiz has not.
    pub fn strangers<'a>(&'a self, quiz: &'a Quiz) -> impl Iterator<Item = &'a str> {
        let stranger = |id: &&String| quiz.questions.iter().all(|question| question.id != **id);
        self.answers.keys().filter(stranger).map(String::as_str)
    }
}
