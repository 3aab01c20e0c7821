//! The certification map: the topics of an exam, and where the course teaches, trains and asks each.

use sandbar_labs::authored::{Fields, Node, Value, yaml};
use sandbar_labs::diagnostic::{Finding, Position, Severity};

use crate::course::Course;
use crate::files::Files;
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
    pub position: Position,
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
    Some(CertifiedTopic { id, title, html, lessons, tasks, quiz, position: node.position })
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

/// What the map names and the course does not have; links to lessons are looked at elsewhere.
pub fn unknown(map: &Certification, course: &Course) -> Vec<Finding> {
    let mut findings = Vec::new();
    for topic in &map.topics {
        let mut tell = |message: String| {
            findings.push(Finding::error("UNKNOWN_NAME", "topics", message).at(topic.position).in_file(FILE));
        };
        for (lab, number) in &topic.tasks {
            let tasks = course.lab(lab).map(|lab| lab.tasks.as_slice()).unwrap_or_default();
            if !tasks.iter().any(|task| task.number == *number) {
                tell(format!("There is no task {number} in a lab `{lab}`."));
            }
        }
        if let Some((quiz, id)) = &topic.quiz {
            let topics = course.quiz(quiz).map(|quiz| quiz.quiz.topics.as_slice()).unwrap_or_default();
            if !topics.iter().any(|topic| topic.id == *id) {
                tell(format!("There is no topic `{id}` in a quiz `{quiz}`."));
            }
        }
    }
    findings
}
