//! Texts that are there twice, once small differences are taken away.

use std::collections::HashMap;

use super::{Finding, options};
use crate::question::{Kind, Question, normalised};
use crate::quiz::Quiz;

/// Questions that ask the same in the same words. Those of one pool may.
pub(super) fn prompts(quiz: &Quiz) -> Vec<Finding> {
    let mut first: HashMap<String, &Question> = HashMap::new();
    let mut findings = Vec::new();
    for question in &quiz.questions {
        match first.get(&stem(question)) {
            Some(earlier) if earlier.pool.is_some() && earlier.pool == question.pool => {}
            Some(earlier) => {
                let message = format!("`{}` asks the same in the same words, in line {}.", earlier.id, earlier.place.0);
                let hint = "Say in the prompt what differs, or give both the same `pool`.";
                findings.push(Finding::of(question, "DUPLICATE_PROMPT", message, hint));
            }
            None => {
                first.insert(stem(question), question);
            }
        }
    }
    findings
}

/// What is asked, in letters and digits only: the prompt, and the SQL that belongs to it.
fn stem(question: &Question) -> String {
    let sql = match &question.kind {
        Kind::Predict(predict) => [predict.setup.as_str(), predict.query.as_str()],
        Kind::FixSql(fix) => [fix.setup.as_str(), fix.broken.as_str()],
        Kind::ReadLog(read_log) => [read_log.setup.as_str(), read_log.table.as_str()],
        _ => ["", ""],
    };
    let words = question.prompt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    format!("{}\n{}", words.collect::<Vec<_>>().join(" ").to_lowercase(), sql.join("\n"))
}

/// Options, items or sides of a question that are the same but for case, blanks and marks around them.
pub(super) fn texts(question: &Question) -> Vec<Finding> {
    let mut findings = Vec::new();
    for texts in question.kind.distinct_texts() {
        for (index, text) in texts.iter().enumerate() {
            if let Some(earlier) = texts[..index].iter().find(|earlier| is_same(earlier, text)) {
                let message = format!("`{earlier}` and `{text}` are the same but for case, blanks and marks.");
                findings.push(Finding::of(question, "EQUAL_TEXTS", message, "Take one out, or say what differs."));
            }
        }
    }
    let feedbacks: Vec<&str> = options(&question.kind).iter().filter_map(|option| option.feedback.as_deref()).collect();
    let twice = feedbacks.iter().enumerate().find(|(index, text)| feedbacks[..*index].contains(text));
    findings.extend(twice.map(|(_, text)| {
        let message = format!("Two options have the feedback `{text}`.");
        Finding::of(question, "EQUAL_FEEDBACK", message, "Say of each option why it is right or wrong.")
    }));
    findings
}

/// In SQL a string's case matters: texts that hold one are compared with it.
fn is_same(one: &str, other: &str) -> bool {
    let has_string = one.contains('\'') || other.contains('\'');
    let bare = |text: &str| text.replace(['`', '*'], "").split_whitespace().collect::<Vec<_>>().join(" ");
    if has_string { bare(one) == bare(other) } else { normalised(&bare(one)) == normalised(&bare(other)) }
}
