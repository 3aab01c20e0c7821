//! An attempt: which questions a student gets and in which order, all of it from a seed.
//!
//! Invariant: the same quiz and the same seed give the same attempt for ever, so that only the seed need be stored.
//! Nothing drawn tells which answer is right.

use serde::Serialize;

use crate::points::Points;
use crate::question::{KindName, Question};
use crate::quiz::Quiz;
use crate::shuffle::Source;

/// A question as a student sees it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DrawnQuestion {
    pub id: String,
    pub topic: String,
    pub kind: KindName,
    pub points: Points,
    /// Markdown.
    pub prompt: String,
    pub body: DrawnBody,
}

/// Lists are in the order of the attempt; answers name their elements by place, from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawnBody {
    Choice { multiple: bool, options: Vec<String> },
    Numeric { unit: Option<String> },
    ShortText,
    Ordering { items: Vec<String> },
    Matching { lefts: Vec<String>, rights: Vec<String> },
}

/// The questions of the attempt with this seed.
pub fn draw(quiz: &Quiz, seed: u64) -> Vec<DrawnQuestion> {
    chosen(quiz, seed).into_iter().map(|question| drawn(question, quiz.shuffle, seed)).collect()
}

/// The most points that the attempt with this seed can give.
pub fn max_points(quiz: &Quiz, seed: u64) -> Points {
    chosen(quiz, seed).iter().map(|question| question.points).sum()
}

pub(crate) fn drawn(question: &Question, shuffle: bool, seed: u64) -> DrawnQuestion {
    let mut source = Source::new(seed, &format!("question {}", question.id));
    DrawnQuestion {
        id: question.id.clone(),
        topic: question.topic.clone(),
        kind: question.kind.name(),
        points: question.points,
        prompt: question.prompt.clone(),
        body: question.kind.draw(shuffle, &mut source),
    }
}

/// The attempt's questions: of each topic so many as the quiz says, in the file's order unless it shuffles.
pub(crate) fn chosen(quiz: &Quiz, seed: u64) -> Vec<&Question> {
    let mut indexes: Vec<usize> = match quiz.per_topic {
        None => (0..quiz.questions.len()).collect(),
        Some(count) => {
            let mut topics: Vec<&str> = Vec::new();
            for question in &quiz.questions {
                if !topics.contains(&question.topic.as_str()) {
                    topics.push(&question.topic);
                }
            }
            topics.iter().flat_map(|topic| of_topic(quiz, topic, count, seed)).collect()
        }
    };
    indexes.sort_unstable();
    if quiz.shuffle {
        Source::new(seed, "order").shuffle(&mut indexes);
    }
    indexes.into_iter().filter_map(|index| quiz.questions.get(index)).collect()
}

fn of_topic(quiz: &Quiz, topic: &str, count: u32, seed: u64) -> Vec<usize> {
    let questions = quiz.questions.iter().enumerate();
    let mut indexes: Vec<usize> =
        questions.filter(|(_, question)| question.topic == topic).map(|(index, _)| index).collect();
    Source::new(seed, &format!("topic {topic}")).shuffle(&mut indexes);
    indexes.truncate(count as usize);
    indexes
}
