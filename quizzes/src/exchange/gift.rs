//! Reads GIFT, Moodle's text format for questions: <https://docs.moodle.org/en/GIFT_format>.
//!
//! Read are categories (they become topics), titles, formats, comments, escapes, missing words, feedback, and the kinds
//! multiple choice, multiple answers with percentages, true or false, short answer, numeric with tolerance or range,
//! and matching. Essays and descriptions cannot be scored and are listed; so are questions whose marks another scoring
//! would change altogether. Lesser differences are listed as changes.

mod answers;
mod blocks;
mod html;
mod ids;
mod marks;
mod numeric;

use std::collections::{HashMap, HashSet};

use crate::mistake::Mistake;
use crate::points::Points;
use crate::question::{Kind, Question};
use crate::quiz::{Keep, Quiz, ShowFeedback, Topic};
use crate::reading::MAX_BYTES;

use super::Remark;
use answers::Outcome;
use blocks::{Block, Category};
use ids::{Ids, shortened};
use marks::Marks;

/// What a GIFT file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Import {
    /// From the categories, in the file's order; none where no question has one.
    pub topics: Vec<Topic>,
    pub questions: Vec<Question>,
    /// Questions that cannot be imported, with the reason.
    pub left_out: Vec<Remark>,
    /// What imported questions lost.
    pub changed: Vec<Remark>,
    /// Everything that is not GIFT, with its line and column.
    pub mistakes: Vec<Mistake>,
}

/// Reads a GIFT file. What can be read is read, whatever mistakes there are elsewhere.
pub fn import(text: &str) -> Import {
    let mut reading = Reading::default();
    if text.len() > MAX_BYTES {
        let message = format!("A file has at most {} MiB.", MAX_BYTES >> 20);
        reading.import.mistakes.push(Mistake::new("TOO_LARGE", "", (1, 1), message));
        return reading.import;
    }
    for block in blocks::split(text) {
        match block {
            Block::Category(category) => reading.category(&category),
            Block::Question(marks) => reading.question(marks),
        }
    }
    reading.finished()
}

impl Import {
    /// A quiz with the questions; `None` when there is none. It has no limits and shuffles.
    pub fn into_quiz(self, title: &str) -> Option<Quiz> {
        let quiz = Quiz {
            title: title.to_owned(),
            summary: None,
            minutes: None,
            attempts: None,
            keep: Keep::default(),
            shuffle: true,
            show_feedback: ShowFeedback::default(),
            per_topic: None,
            exam: None,
            topics: self.topics,
            questions: self.questions,
            results: crate::execution::Results::default(),
        };
        (!quiz.questions.is_empty()).then_some(quiz)
    }
}

/// A file while it is read.
#[derive(Default)]
struct Reading {
    import: Import,
    /// Of the category that questions belong to now; empty before the first.
    topic: String,
    /// Ids of topics by their titles.
    topics: HashMap<String, String>,
    topic_ids: Ids,
    question_ids: Ids,
}

impl Reading {
    fn category(&mut self, category: &Category) {
        let parts = category.path.split('/').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty() && !part.starts_with('$') && *part != "top");
        let title = parts.collect::<Vec<_>>().join(" / ");
        if title.is_empty() {
            let message = "The category has no name.";
            self.import.mistakes.push(Mistake::new("MISSING_FIELD", "", (category.line, 1), message));
            return self.topic.clear();
        }
        self.topic = self.topic_of(title, category.line);
    }

    fn topic_of(&mut self, title: String, line: u32) -> String {
        if let Some(id) = self.topics.get(&title) {
            return id.clone();
        }
        let id = self.topic_ids.free(&title, "topic");
        self.topics.insert(title.clone(), id.clone());
        self.import.topics.push(Topic { id: id.clone(), title, place: (line, 1) });
        id
    }

    fn question(&mut self, marks: Marks) {
        let place = marks.place();
        let parts = match parts(marks) {
            Ok(parts) => parts,
            Err(mistake) => return self.import.mistakes.push(mistake),
        };
        let name = if parts.title.is_empty() { shortened(&parts.prompt.text) } else { parts.title.clone() };
        let mut remarks = Vec::new();
        let remark = |message: String| Remark { question: name.clone(), line: place.0, message };
        let Some(answer) = parts.answer else {
            return self.import.left_out.push(remark("A description asks nothing.".to_owned()));
        };
        let outcome = answers::read(answer, &parts.prompt.format, &mut remarks);
        remarks.extend(parts.prompt.remark.clone());
        match outcome {
            Err(mistakes) => self.import.mistakes.extend(mistakes),
            Ok(Outcome::LeftOut(why)) => self.import.left_out.push(remark(why)),
            Ok(Outcome::Read { kind, explanation }) => {
                let id = self.question_ids.free(&name, "question");
                let changed =
                    remarks.into_iter().map(|message| Remark { question: id.clone(), line: place.0, message });
                self.import.changed.extend(changed);
                let question = question(id, &self.topic, parts.prompt.text, (explanation, kind), place);
                self.import.questions.push(question);
            }
        }
    }

    /// Topics that have questions; where some questions have a topic, the others get one too.
    fn finished(mut self) -> Import {
        let has_topics = self.import.questions.iter().any(|question| !question.topic.is_empty());
        if has_topics && self.import.questions.iter().any(|question| question.topic.is_empty()) {
            let other = self.topic_of("Other".to_owned(), 1);
            let without = self.import.questions.iter_mut().filter(|question| question.topic.is_empty());
            without.for_each(|question| question.topic.clone_from(&other));
        }
        let used: HashSet<&str> = self.import.questions.iter().map(|question| question.topic.as_str()).collect();
        self.import.topics.retain(|topic| used.contains(topic.id.as_str()));
        self.import
    }
}

fn question(
    id: String,
    topic: &str,
    prompt: String,
    (explanation, kind): (Option<String>, Kind),
    place: (u32, u32),
) -> Question {
    Question {
        id,
        topic: topic.to_owned(),
        pool: None,
        points: Points(100),
        prompt,
        explanation,
        numbers: Vec::new(),
        kind,
        place,
    }
}

/// A text with the format that it is in.
struct Prompt {
    text: String,
    format: String,
    remark: Option<String>,
}

struct Parts {
    title: String,
    prompt: Prompt,
    /// What stands in the braces; `None` without any.
    answer: Option<Marks>,
}

/// Takes a question apart: title, text before and behind the braces, and what is in them.
fn parts(mut marks: Marks) -> Result<Parts, Mistake> {
    let mut title = String::new();
    if marks.skip("::") {
        let Some((found, rest)) = marks.split("::") else {
            return Err(marks.mistake("UNCLOSED", "The title is not closed by `::`."));
        };
        (title, marks) = (found.text(), rest);
    }
    let format = marks.format();
    let (before, answer, behind) = braces(marks)?;
    let place = before.place();
    let text = match behind.map(|behind| behind.text()).filter(|behind| !behind.is_empty()) {
        Some(behind) => format!("{} \\_\\_\\_\\_\\_ {behind}", before.text()),
        None => before.text(),
    };
    if text.is_empty() {
        return Err(Mistake::new("MISSING_FIELD", "", place, "The question has no text."));
    }
    let (text, remark) = html::markdown(&text, &format);
    Ok(Parts { title, prompt: Prompt { text, format, remark }, answer })
}

/// What is before, in and behind the braces.
fn braces(marks: Marks) -> Result<(Marks, Option<Marks>, Option<Marks>), Mistake> {
    let stray = |part: &Marks, brace: &str| {
        let mistake = Mistake::new("STRAY_BRACE", "", part.place_of(brace)?, "A question has one pair of braces.");
        Some(mistake.with_hint("Write `\\{` and `\\}` for braces, and a blank line between questions."))
    };
    let Some((before, rest)) = marks.split("{") else {
        return stray(&marks, "}").map_or(Ok((marks, None, None)), Err);
    };
    let Some((answer, behind)) = rest.split("}") else {
        let place = marks.place_of("{").unwrap_or(marks.place());
        let mistake = Mistake::new("UNCLOSED", "", place, "The answers are not closed by `}`.");
        return Err(mistake.with_hint("A blank line ends a question; write `\\{` for a brace."));
    };
    let parts = [(&before, "}"), (&answer, "{"), (&behind, "{"), (&behind, "}")];
    let first = parts.into_iter().find_map(|(part, brace)| stray(part, brace));
    first.map_or(Ok((before, Some(answer), Some(behind))), Err)
}

#[cfg(test)]
mod tests;
