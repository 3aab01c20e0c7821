//! What a new course, lesson, lab or quiz begins as: files that check at once, for an author to write over.
//!
//! Invariant: what is given passes `sandbar check`, and names no file that is there already.

use sandbar_labs::authored::{Node, yaml};
use sandbar_labs::diagnostic::Finding;

use crate::course::{FILE, TopicKind, is_slug};
use crate::files::Files;
use crate::markdown;

const COURSE: &str = include_str!("../skeletons/course.yml");
const LESSON: &str = include_str!("../skeletons/lesson.md");
const WALKTHROUGH: &str = include_str!("../skeletons/walkthrough.yml");
const QUIZ: &str = include_str!("../skeletons/quiz.yml");
const LAB: [(&str, &str); 6] = [
    ("lab.yml", include_str!("../skeletons/lab/lab.yml")),
    ("items.yml", include_str!("../skeletons/lab/items.yml")),
    ("starter.sql", include_str!("../skeletons/lab/starter.sql")),
    ("reference.sql", include_str!("../skeletons/lab/reference.sql")),
    ("wrong/every_item.sql", include_str!("../skeletons/lab/wrong/every_item.sql")),
    ("wrong/replaced.sql", include_str!("../skeletons/lab/wrong/replaced.sql")),
];
/// A course has a topic from its first day.
const FIRST_LESSON: &str = "first-steps";

/// Files to write, by their paths in the course's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skeleton {
    /// None of them is there yet.
    pub files: Vec<(String, String)>,
    /// `course.yml` with the new topic at its end; `None` for a new course.
    pub course: Option<String>,
}

/// A course with one lesson.
///
/// # Errors
/// A finding when the name is no slug.
pub fn course(slug: &str) -> Result<Skeleton, Finding> {
    let slug = checked(slug)?;
    let files = [vec![(FILE.to_owned(), filled(COURSE, slug))], of_topic(TopicKind::Lesson, FIRST_LESSON)].concat();
    Ok(Skeleton { files, course: None })
}

/// A lesson, lab or quiz of the course with these files.
///
/// # Errors
/// A finding when the name is no slug, when the folder has no course, when something is there already, or when the
/// list of topics is not written so that a line can be added.
pub fn topic(kind: TopicKind, slug: &str, existing: &Files) -> Result<Skeleton, Finding> {
    let slug = checked(slug)?;
    if existing.get(FILE).is_none() {
        let finding = Finding::error("MISSING_FILE", "", format!("There is no `{FILE}` here.")).in_file(FILE);
        return Err(finding.with_hint("Name the folder of a course, or begin one with `sandbar new course NAME`."));
    }
    let course = with_topic(existing.text(FILE)?, kind, slug)?;
    let files = of_topic(kind, slug);
    let folder = format!("{}/{slug}", folder(kind));
    let taken = files.iter().map(|(path, _)| path.as_str()).find(|path| existing.get(path).is_some());
    if let Some(path) = taken.or_else(|| existing.below(&folder).next().map(|_| folder.as_str())) {
        let finding = Finding::error("ALREADY_THERE", "", format!("`{path}` is there already.")).in_file(path);
        return Err(finding.with_hint(format!("Take another name for the {}.", kind.name())));
    }
    Ok(Skeleton { files, course: Some(course) })
}

fn folder(kind: TopicKind) -> &'static str {
    match kind {
        TopicKind::Lesson => "lessons",
        TopicKind::Lab => "labs",
        TopicKind::Quiz => "quizzes",
    }
}

fn of_topic(kind: TopicKind, slug: &str) -> Vec<(String, String)> {
    let file = |name: &str, text: &str| (format!("{}/{name}", folder(kind)), filled(text, slug));
    match kind {
        TopicKind::Lesson => {
            vec![file(&format!("{slug}.md"), LESSON), file(&format!("{slug}/walkthrough.yml"), WALKTHROUGH)]
        }
        TopicKind::Lab => LAB.iter().map(|(name, text)| file(&format!("{slug}/{name}"), text)).collect(),
        TopicKind::Quiz => vec![file(&format!("{slug}.yml"), QUIZ)],
    }
}

fn filled(text: &str, slug: &str) -> String {
    text.replace("{{slug}}", slug).replace("{{title}}", &title(slug))
}

/// `apple-trees` becomes `Apple trees`.
fn title(slug: &str) -> String {
    let words = slug.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or(words)
}

fn checked(slug: &str) -> Result<&str, Finding> {
    if is_slug(slug) {
        return Ok(slug);
    }
    let finding =
        Finding::error("BAD_SLUG", "", format!("`{slug}` is no slug: use lower-case letters, digits and hyphens."));
    let near: String = markdown::slug(slug).chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    Err(if is_slug(&near) { finding.with_hint(format!("Take `{near}`.")) } else { finding })
}

/// The course's file with one more topic, every other character as it was.
fn with_topic(text: &str, kind: TopicKind, slug: &str) -> Result<String, Finding> {
    let root = yaml::parse(text).map_err(|finding| finding.in_file(FILE))?;
    let topics = root.get("topics").map(Node::elements).unwrap_or_default();
    let named = |topic: &&Node| topic.get(kind.name()).and_then(Node::as_text) == Some(slug);
    if let Some(topic) = topics.iter().find(named) {
        let finding =
            Finding::error("ALREADY_THERE", "topics", format!("The {} `{slug}` is a topic already.", kind.name()));
        return Err(finding.at(topic.position).in_file(FILE));
    }
    let line = format!("- {}: {slug}", kind.name());
    let changed = topics.last().and_then(|last| inserted(text, last.position.line as usize, &line));
    let has_it = |text: &String| {
        let root = yaml::parse(text).ok();
        let now = root.as_ref().and_then(|root| root.get("topics")).map(Node::elements).unwrap_or_default();
        now.len() == topics.len() + 1 && now.last().is_some_and(|topic| named(&topic))
    };
    changed.filter(has_it).ok_or_else(|| {
        let message = "The list of topics is not written with one line for each, so none can be added to it.";
        let finding = Finding::error("NO_PLACE", "topics", message).in_file(FILE);
        finding.at(root.locate("topics")).with_hint(format!("Write each topic as a line of its own, as `{line}`."))
    })
}

/// The text with a line behind the list's element that begins in line `last`, from 1.
fn inserted(text: &str, last: usize, line: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = lines.get(last.checked_sub(1)?)?;
    if !first.trim_start().starts_with("- ") {
        return None;
    }
    let of_element = |line: &&&str| line.trim().is_empty() || indent(line) > indent(first);
    let mut end = last + lines.iter().skip(last).take_while(of_element).count();
    while lines.get(end - 1).is_some_and(|line| line.trim().is_empty()) {
        end -= 1;
    }
    let added = format!("{}{line}", " ".repeat(indent(first)));
    let all: Vec<&str> =
        lines[..end].iter().copied().chain([added.as_str()]).chain(lines[end..].iter().copied()).collect();
    Some(all.join("\n") + "\n")
}

#[cfg(test)]
mod tests;
