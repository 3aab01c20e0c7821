//! Links that lead nowhere, and files that are no topic's.

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::Finding;

use crate::course::{Course, TopicKind};
use crate::files::Files;
use crate::{certification, glossary, markdown};

/// Links of lessons, the glossary and the certification map to pages of this course that do not exist.
pub fn links(course: &Course, topics_of_course: &[(TopicKind, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lesson in course.lessons.values() {
        for (target, line) in &lesson.links {
            if let Some(mut finding) = broken(target, course, topics_of_course) {
                finding.line = Some(*line);
                findings.push(finding.in_file(format!("lessons/{}.md", lesson.slug)));
            }
        }
    }
    let terms =
        course.glossary.iter().flat_map(|term| term.see.iter().map(|target| (target, term.line, glossary::FILE)));
    let map = course.certification.iter().flat_map(|map| &map.topics);
    let topics = map.flat_map(|topic| topic.lessons.iter().map(|it| (it, topic.position.line, certification::FILE)));
    for (target, line, file) in terms.chain(topics) {
        if let Some(mut finding) = broken(target, course, topics_of_course) {
            finding.line = Some(line);
            findings.push(finding.in_file(file));
        }
    }
    findings
}

/// What is wrong with a link that is written on that page, beyond what [`broken`] tells of it.
pub(super) fn astray(target: &str, course: &Course, page: Page<'_>) -> Option<Finding> {
    let nowhere = |message: String| Some(Finding::error("BROKEN_LINK", "", message));
    if let Some(anchor) = target.strip_prefix('#') {
        return match page {
            Page::Lesson(ids) if ids.iter().any(|id| id == anchor) => None,
            Page::Lesson(ids) => nowhere(format!("This lesson has no heading `{anchor}`."))
                .map(|finding| with_nearest(finding, anchor, ids.iter().map(String::as_str))),
            Page::Other => nowhere(format!("`{target}` names no page; write the page before it.")),
        };
    }
    if !markdown::is_safe_link(target) || is_elsewhere(target) {
        return None;
    }
    let Some(path) = target.strip_prefix('/') else {
        let message = format!("`{target}` begins neither with / nor with https://, so it leads nowhere.");
        let stem = target.trim_start_matches("./").trim_end_matches(".md");
        let finding = Finding::error("BROKEN_LINK", "", message);
        let near = course.lessons.contains_key(stem).then(|| format!("Write /lessons/{stem}."));
        return Some(Finding { hint: near, ..finding });
    };
    let (page, anchor) = path.split_once('#')?;
    let known: Vec<&str> = match page {
        "glossary" => course.glossary.iter().map(|term| term.id.as_str()).collect(),
        _ => return None,
    };
    if known.contains(&anchor) {
        return None;
    }
    nowhere(format!("The glossary has no term `{anchor}`.")).map(|finding| with_nearest(finding, anchor, known))
}

/// Where a link stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Page<'a> {
    /// A lesson, with the ids of its headings.
    Lesson(&'a [String]),
    /// A text that is shown on several pages, or beside others.
    Other,
}

/// Whether a link goes to another server, or to a person.
fn is_elsewhere(target: &str) -> bool {
    ["https:", "http:", "mailto:"].iter().any(|scheme| target.to_ascii_lowercase().starts_with(scheme))
}

fn with_nearest<'a>(finding: Finding, word: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
    match nearest(word, known) {
        Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
        None => finding,
    }
}

/// What is wrong with a link to a page of the course, whose topics these are, or that it must not be followed.
pub(super) fn broken(target: &str, course: &Course, topics: &[(TopicKind, &str)]) -> Option<Finding> {
    if !markdown::is_safe_link(target) {
        return Some(Finding::error("UNSAFE_LINK", "", format!("The link `{target}` is not allowed.")));
    }
    let path = target.strip_prefix('/')?;
    let (page, anchor) = path.split_once('#').unwrap_or((path, ""));
    let (kind, slug) = match page.split_once('/') {
        Some(("lessons", slug)) => (TopicKind::Lesson, slug),
        Some(("labs", slug)) => (TopicKind::Lab, slug),
        Some(("quizzes", slug)) => (TopicKind::Quiz, slug),
        None if matches!(page, "" | "quiz" | "progress" | "glossary" | "certification") => return None,
        _ => return Some(Finding::error("BROKEN_LINK", "", format!("There is no page `{target}`."))),
    };
    let of_kind: Vec<&str> = topics.iter().filter(|(other, _)| *other == kind).map(|(_, slug)| *slug).collect();
    if !of_kind.contains(&slug) {
        let finding = Finding::error("BROKEN_LINK", "", format!("There is no {} `{slug}`.", kind.name()));
        return Some(with_nearest(finding, slug, of_kind));
    }
    let headings = &course.lessons.get(slug).filter(|_| kind == TopicKind::Lesson)?.headings;
    let known = anchor.is_empty() || headings.iter().any(|heading| heading.id == anchor);
    (!known).then(|| Finding::error("BROKEN_LINK", "", format!("The lesson `{slug}` has no heading `{anchor}`.")))
}

/// Files in the folders of lessons that no lesson reads.
pub fn unused_in_lessons(files: &Files, course: &Course) -> Vec<Finding> {
    let unused = files.below("lessons").filter_map(|(path, _)| {
        let (slug, name) = path.split_once('/')?;
        // What is wrong with a lesson that could not be loaded is said already.
        let lesson = course.lessons.get(slug);
        let known = match lesson {
            Some(lesson) => crate::lesson::is_read(lesson, name),
            None => files.get(&format!("lessons/{slug}.md")).is_some(),
        };
        let finding =
            || Finding::error("UNUSED_FILE", "", "No lesson reads this file.").in_file(format!("lessons/{path}"));
        (!known).then(|| with_nearest(finding(), name, [crate::walkthrough::FILE]))
    });
    unused.collect()
}

/// Lessons, labs and quizzes that are no topic of the course.
pub fn unused_files(files: &Files, topics: &[(TopicKind, &str)]) -> Vec<Finding> {
    let unused = files.iter().filter_map(|(path, _)| {
        let (kind, slug) = match path.split('/').collect::<Vec<_>>().as_slice() {
            ["lessons", file] => (TopicKind::Lesson, file.strip_suffix(".md")?.to_owned()),
            ["labs", slug, "lab.yml"] => (TopicKind::Lab, (*slug).to_owned()),
            ["quizzes", file] => (TopicKind::Quiz, file.strip_suffix(".yml")?.to_owned()),
            _ => return None,
        };
        let used = topics.iter().any(|(other, known)| *other == kind && *known == slug);
        let message = format!("No topic of the course names this {}.", kind.name());
        (!used).then(|| Finding::error("UNUSED_FILE", "", message).in_file(path))
    });
    unused.collect()
}
