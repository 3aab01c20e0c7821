//! Questions that an attempt comes to less often than their author thinks: pools of one, and pools that reach over
//! topics and leave one of them without its questions.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::{Finding, Position};
use sandbar_quizzes::{Question, Quiz};

use crate::course::Course;

pub(super) fn findings(course: &Course) -> Vec<Finding> {
    let of_course = course.quizzes.values().map(|it| (format!("quizzes/{}.yml", it.slug), &it.quiz));
    let of_labs = course.labs.values().flat_map(|lab| {
        let quizzes = lab.definition.quizzes.iter();
        quizzes.map(|(path, quiz)| (format!("{}/{path}", lab.folder), quiz))
    });
    of_course.chain(of_labs).flat_map(|(file, quiz)| of_quiz(&file, quiz)).collect()
}

fn of_quiz(file: &str, quiz: &Quiz) -> Vec<Finding> {
    let mut pools: BTreeMap<&str, Vec<&Question>> = BTreeMap::new();
    for question in &quiz.questions {
        if let Some(pool) = question.pool.as_deref() {
            pools.entry(pool).or_default().push(question);
        }
    }
    let mut findings = Vec::new();
    for (pool, members) in &pools {
        let others = pools.keys().copied().filter(|other| other != pool);
        match members.as_slice() {
            [only] => findings.push(alone(only, pool, others)),
            members => findings.extend(over_topics(members, pool)),
        }
    }
    findings.into_iter().map(|finding| finding.in_file(file)).collect()
}

/// Nothing is drawn in the place of the question: probably the pool's name is misspelt.
fn alone<'a>(question: &Question, pool: &str, others: impl Iterator<Item = &'a str>) -> Finding {
    let message = format!("The pool `{pool}` holds the question `{}` alone.", question.id);
    let near = nearest(pool, others).map(|near| format!("Did you mean `{near}`?"));
    let hint = near.unwrap_or_else(|| "Give another question the same pool, or take this one out.".to_owned());
    at(question, Finding::error("POOL_OF_ONE", format!("questions.{}.pool", question.id), message).with_hint(hint))
}

/// Which topic has a question of the pool is chance, so that the other topics miss one.
fn over_topics(members: &[&Question], pool: &str) -> Option<Finding> {
    let topics: BTreeSet<&str> = members.iter().map(|question| question.topic.as_str()).collect();
    let (first, last) = (members.first()?, members.last()?);
    if topics.len() < 2 {
        return None;
    }
    let names: Vec<&str> = topics.into_iter().collect();
    let message =
        format!("The pool `{pool}` reaches over the topics {}: an attempt has it in one only.", names.join(", "));
    let finding = Finding::error("POOL_OVER_TOPICS", format!("questions.{}.pool", first.id), message);
    Some(at(last, finding.with_hint("Give each topic a pool of its own.")))
}

fn at(question: &Question, finding: Finding) -> Finding {
    let (line, column) = question.place;
    finding.at(Position { line, column })
}
