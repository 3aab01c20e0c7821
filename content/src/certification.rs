//! The certification map: the topics of an exam, and where the course teaches, trains and asks each.

use sandbar_labs::authored::{Fields, Node, Value, yaml};
use sandbar_labs::diagnostic::{Finding, Severity};

use crate::course::{Course, TopicKind};
use crate::files::Files;
use crate::lint::{self, Named, with_nearest};
use crate::markdown;

/// The map's file in the course's folder.
pub const FILE: &str = "certification.yml";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certification {
    pub title: String,
    /// Rendered Markdown.
    pub introduction_html: String,
    pub topics: Vec<CertifiedTopic>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedTopic {
    pub id: String,
    pub title: String,
    /// Inline HTML.
    pub html: String,
    /// Pages of lessons, with their anchors: `/lessons/time-travel#undoing`.
    pub lessons: Vec<String>,
    /// Tasks of labs: the lab's slug and the task's number.
    pub tasks: Vec<(String, u32)>,
    /// A topic of a quiz: the quiz's slug and the topic's id.
    pub quiz: Option<(String, String)>,
}

/// The map; `None` for a course without one.
///
/// # Errors
/// Every mistake with its line.
pub fn load(files: &Files) -> Result<Option<Certification>, Vec<Finding>> {
    if files.get(FILE).is_none() {
        return Ok(None);
    }
    let node = files.text(FILE).and_then(yaml::parse).map_err(|finding| vec![finding.in_file(FILE)])?;
    let mut findings = Vec::new();
    let map = read(&node, &mut findings);
    if findings.is_empty() { Ok(map) } else { Err(findings.into_iter().map(|it| it.in_file(FILE)).collect()) }
}

fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<Certification> {
    let mut fields = Fields::of(node, "", findings)?;
    let title = fields.filled_text("title", findings);
    let introduction_html = markdown::to_html(&fields.filled_text("introduction", findings));
    let listed = fields.list("topics", findings);
    let topics = listed.into_iter().filter_map(|(path, node)| topic(&path, node, findings)).collect();
    fields.finish_as(Severity::Error, findings);
    Some(Certification { title, introduction_html, topics })
}

fn topic(path: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<CertifiedTopic> {
    let mut fields = Fields::of(node, path, findings)?;
    let id = fields.filled_text("id", findings);
    let title = fields.filled_text("title", findings);
    let html = markdown::inline_to_html(&fields.filled_text("text", findings));
    let lessons = fields.filled_texts("lessons", findings);
    let listed = fields.list("tasks", findings);
    let tasks = listed.into_iter().flat_map(|(path, node)| tasks(&path, node, findings)).collect();
    let quiz = fields.map("quiz", findings).map(|mut quiz| {
        let of = (quiz.filled_text("quiz", findings), quiz.filled_text("topic", findings));
        quiz.finish_as(Severity::Error, findings);
        of
    });
    fields.finish_as(Severity::Error, findings);
    Some(CertifiedTopic { id, title, html, lessons, tasks, quiz })
}

/// `{ lab: delta, tasks: [1, 8] }`
fn tasks(path: &str, node: &Node, findings: &mut Vec<Finding>) -> Vec<(String, u32)> {
    let Some(mut fields) = Fields::of(node, path, findings) else { return Vec::new() };
    let lab = fields.filled_text("lab", findings);
    let mut tasks = Vec::new();
    for (path, node) in fields.list("tasks", findings) {
        match node.value {
            Value::Integer(number) => tasks.extend(u32::try_from(number).ok().map(|number| (lab.clone(), number))),
            _ => findings.push(Finding::error("WRONG_TYPE", path, "A task is named by its number.").at(node.position)),
        }
    }
    fields.finish_as(Severity::Error, findings);
    tasks
}

/// What the map names and the course does not have, each at its place; also of a map with other mistakes. Links to
/// lessons are looked at elsewhere.
pub fn unknown(files: &Files, course: &Course) -> Vec<Finding> {
    let known = lint::topics(files, course);
    let findings = topics_of(files).into_iter().flat_map(|topic| {
        let tasks = topic.get("tasks").map(Node::elements).unwrap_or_default().iter();
        let quiz = topic.get("quiz").and_then(|named| unknown_topic(named, course, &known));
        tasks.flat_map(|named| unknown_tasks(named, course, &known)).chain(quiz).collect::<Vec<_>>()
    });
    findings.map(|finding| finding.in_file(FILE)).collect()
}

/// Topics that have the id of one before them: a page has one place of a name.
pub fn twice(files: &Files) -> Vec<Finding> {
    let topics = topics_of(files);
    let ids: Vec<&Node> = topics.iter().filter_map(|topic| topic.get("id")).collect();
    let is_there = |(at, id): &(usize, &Node)| ids[..*at].iter().any(|other| other.value == id.value);
    let again = ids.iter().copied().enumerate().filter(is_there).filter_map(|(_, id)| {
        let message = format!("There is already a topic `{}`.", id.as_text()?);
        Some(Finding::error("DUPLICATE_ID", "topics", message).at(id.position).in_file(FILE))
    });
    again.collect()
}

/// The topics as they are written; none of a file that is not there or is no YAML, which is told elsewhere.
fn topics_of(files: &Files) -> Vec<Node> {
    let root = files.text(FILE).and_then(yaml::parse).ok();
    root.and_then(|root| Some(root.get("topics")?.elements().to_vec())).unwrap_or_default()
}

/// Of `{ lab: delta, tasks: [1, 8] }`: a lab that is no topic of the course, or the tasks that it does not have. Of a
/// lab that cannot be read nothing is said.
fn unknown_tasks(named: &Node, course: &Course, topics: &[Named]) -> Vec<Finding> {
    let Some((slug, at)) = named.get("lab").and_then(|lab| Some((lab.as_text()?, lab.position))) else {
        return Vec::new();
    };
    if let Some(finding) = no_topic((TopicKind::Lab, slug), topics) {
        return vec![finding.at(at)];
    }
    let Some(lab) = course.lab(slug) else { return Vec::new() };
    let tasks = named.get("tasks").map(Node::elements).unwrap_or_default().iter();
    let known = |number: i64| lab.tasks.iter().any(|task| i64::from(task.number) == number);
    let finding = |node: &Node| match node.value {
        Value::Integer(number) if !known(number) => {
            let message = format!("The lab `{slug}` has no task {number}.");
            Some(Finding::error("UNKNOWN_NAME", "topics", message).at(node.position))
        }
        _ => None,
    };
    tasks.filter_map(finding).collect()
}

/// Of `{ quiz: week-3, topic: acid }`: a quiz that is no topic of the course, or a topic that it does not have.
fn unknown_topic(named: &Node, course: &Course, topics: &[Named]) -> Option<Finding> {
    let (quiz, topic) = (named.get("quiz")?, named.get("topic")?);
    let (slug, id) = (quiz.as_text()?, topic.as_text()?);
    if let Some(finding) = no_topic((TopicKind::Quiz, slug), topics) {
        return Some(finding.at(quiz.position));
    }
    let known = || course.quizzes.get(slug).map(|of| of.quiz.topics.iter().map(|topic| topic.id.as_str()));
    if known()?.any(|other| other == id) {
        return None;
    }
    let finding = Finding::error("UNKNOWN_NAME", "topics", format!("The quiz `{slug}` has no topic `{id}`."));
    Some(with_nearest(finding, id, known()?).at(topic.position))
}

/// That the course has no lab or quiz of that name among its topics.
fn no_topic((kind, slug): (TopicKind, &str), topics: &[Named]) -> Option<Finding> {
    let of_kind: Vec<&str> = topics.iter().filter(|(other, _)| *other == kind).map(|(_, slug)| slug.as_str()).collect();
    if of_kind.contains(&slug) || slug.is_empty() {
        return None;
    }
    let finding = Finding::error("UNKNOWN_NAME", "topics", format!("There is no {} `{slug}`.", kind.name()));
    Some(with_nearest(finding, slug, of_kind))
}

#[cfg(test)]
mod tests;
