//! An attempt: which questions a student gets and in which order, all of it from a seed.
//!
//! Invariant: the same quiz and the same seed give the same attempt for ever, so that only the seed need be stored.
//! Nothing drawn tells which answer is right.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::amend::{self, Amendment, Voided};
use crate::answer::Answer;
use crate::execution::LogFile;
use crate::points::Points;
use crate::question::{KindName, Output, Question};
use crate::quiz::Quiz;
use crate::shuffle::Source;
use crate::variant;

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
    Choice {
        multiple: bool,
        options: Vec<String>,
    },
    Numeric {
        unit: Option<String>,
    },
    ShortText,
    Ordering {
        items: Vec<String>,
    },
    Matching {
        lefts: Vec<String>,
        rights: Vec<String>,
    },
    /// Without options the value is typed. An answer chooses an option by its place or by its one-line text.
    Predict {
        setup: String,
        query: String,
        options: Vec<Output>,
    },
    /// The answer is the text of a statement.
    FixSql {
        setup: String,
        broken: String,
    },
    /// Answers are those of what is asked.
    ReadLog {
        log: Vec<LogFile>,
        ask: Box<DrawnBody>,
    },
}

impl DrawnBody {
    /// What is answered: of a log what it asks, otherwise itself.
    pub fn asked(&self) -> &Self {
        match self {
            Self::ReadLog { ask, .. } => ask.asked(),
            body => body,
        }
    }

    /// The texts that an answer picks from, in the order of their places; none where the answer is typed.
    pub fn elements(&self) -> Vec<String> {
        match self {
            DrawnBody::Choice { options, .. } => options.clone(),
            DrawnBody::Ordering { items } => items.clone(),
            DrawnBody::Matching { rights, .. } => rights.clone(),
            DrawnBody::Predict { options, .. } => options.iter().map(Output::to_string).collect(),
            DrawnBody::ReadLog { ask, .. } => ask.elements(),
            DrawnBody::Numeric { .. } | DrawnBody::ShortText | DrawnBody::FixSql { .. } => Vec::new(),
        }
    }

    /// Whether an answer is of the kind that this takes.
    pub fn takes(&self, answer: &Answer) -> bool {
        match self {
            DrawnBody::Choice { .. } => matches!(answer, Answer::Choice(_)),
            DrawnBody::Predict { options, .. } if !options.is_empty() => matches!(answer, Answer::Choice(_)),
            DrawnBody::Ordering { .. } => matches!(answer, Answer::Order(_)),
            DrawnBody::Matching { .. } => matches!(answer, Answer::Matches(_)),
            DrawnBody::ReadLog { ask, .. } => ask.takes(answer),
            DrawnBody::Numeric { .. } | DrawnBody::ShortText | DrawnBody::FixSql { .. } | DrawnBody::Predict { .. } => {
                matches!(answer, Answer::Text(_))
            }
        }
    }
}

/// The questions of the attempt with this seed.
pub fn draw(quiz: &Quiz, seed: u64) -> Vec<DrawnQuestion> {
    chosen(quiz, seed).into_iter().map(|question| drawn(&variant::drawn(question, seed), quiz, seed)).collect()
}

/// One question as the attempt with this seed would show it, whether that attempt draws it or not.
pub fn sample(quiz: &Quiz, question: &Question, seed: u64) -> DrawnQuestion {
    drawn(&variant::drawn(question, seed), quiz, seed)
}

/// The most points that any attempt can give, by what staff changed.
pub fn max_points(quiz: &Quiz, amendments: &[Amendment]) -> Points {
    let mut of_topics: BTreeMap<&str, Vec<Points>> = BTreeMap::new();
    let mut of_pools: BTreeMap<&str, (Points, &str)> = BTreeMap::new();
    for question in &quiz.questions {
        let is_out = amend::voided(&question.id, amendments) == Some(Voided::Nothing);
        let points = if is_out { Points::ZERO } else { question.points };
        match &question.pool {
            Some(pool) => {
                let most = of_pools.entry(pool).or_default();
                *most = (*most).max((points, &question.topic));
            }
            None => of_topics.entry(&question.topic).or_default().push(points),
        }
    }
    for (points, topic) in of_pools.into_values() {
        of_topics.entry(topic).or_default().push(points);
    }
    let asked = quiz.per_topic.map_or(usize::MAX, |count| count as usize);
    let most = of_topics.into_values().flat_map(|mut points| {
        points.sort_unstable_by(|one, other| other.cmp(one));
        points.into_iter().take(asked)
    });
    most.sum()
}

/// A question that has its numbers already, as a student sees it.
pub(crate) fn drawn(question: &Question, quiz: &Quiz, seed: u64) -> DrawnQuestion {
    let mut source = Source::new(seed, &format!("question {}", question.id));
    DrawnQuestion {
        id: question.id.clone(),
        topic: question.topic.clone(),
        kind: question.kind.name(),
        points: question.points,
        prompt: question.prompt.clone(),
        body: question.kind.draw(quiz.shuffle, &mut source, &quiz.results),
    }
}

/// The attempt's questions: of each pool one, of each topic so many as the quiz says, in the file's order unless it
/// shuffles.
pub(crate) fn chosen(quiz: &Quiz, seed: u64) -> Vec<&Question> {
    let mut indexes: Vec<usize> = match quiz.per_topic {
        None => one_of_each_pool(quiz, seed),
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
    let is_of_topic = |index: &usize| quiz.questions.get(*index).is_some_and(|question| question.topic == topic);
    let mut indexes: Vec<usize> = one_of_each_pool(quiz, seed).into_iter().filter(is_of_topic).collect();
    Source::new(seed, &format!("topic {topic}")).shuffle(&mut indexes);
    indexes.truncate(count as usize);
    indexes
}

/// Places of the questions in the file; of those that share a pool only one.
fn one_of_each_pool(quiz: &Quiz, seed: u64) -> Vec<usize> {
    let pool = |index: &usize| quiz.questions.get(*index).and_then(|question| question.pool.as_deref());
    let all: Vec<usize> = (0..quiz.questions.len()).collect();
    let chosen = |name: &str| {
        let members: Vec<usize> = all.iter().copied().filter(|index| pool(index) == Some(name)).collect();
        let place = Source::new(seed, &format!("pool {name}")).below(members.len().max(1));
        members.get(place).copied()
    };
    all.iter().copied().filter(|index| pool(index).is_none_or(|name| chosen(name) == Some(*index))).collect()
}
