//! Links that lead nowhere, and files that are no topic's.

use sandbar_labs::authored::{Node, Value, nearest, yaml};
use sandbar_labs::diagnostic::{Finding, Position};

use crate::course::{Course, FILE, TopicKind};
use crate::files::Files;
use crate::{certification, glossary, markdown};

/// Links of lessons, the glossary and the certification map to pages of this course that do not exist.
pub fn links(files: &Files, course: &Course) -> Vec<Finding> {
    let (topics, mut findings) = (topics(files, course), Vec::new());
    for lesson in course.lessons.values() {
        for (target, line) in &lesson.links {
            if let Some(mut finding) = broken(target, course, &topics) {
                finding.line = Some(*line);
                findings.push(finding.in_file(format!("lessons/{}.md", lesson.slug)));
            }
        }
    }
    for (target, at, file) in pages(files) {
        let finding = broken(&target, course, &topics);
        findings.extend(finding.map(|finding| finding.at(at).in_file(file)));
    }
    findings
}

/// A lesson, a lab or a quiz by its slug.
pub(crate) type Named = (TopicKind, String);

/// What links can lead to: the topics of the course; and while not all of these can be read, whatever there is a file
/// of, so that what is wrong with the list of topics is told once and not with every link.
pub(crate) fn topics(files: &Files, course: &Course) -> Vec<Named> {
    let root = files.text(FILE).and_then(yaml::parse).ok();
    let written = root.as_ref().and_then(|root| root.get("topics")).map(Node::elements).unwrap_or_default().len();
    let mut topics: Vec<Named> = course.topics.iter().map(|topic| (topic.kind, topic.slug.clone())).collect();
    if topics.is_empty() || topics.len() != written {
        topics.extend(files.iter().filter_map(|(path, _)| of_file(path)));
    }
    topics
}

/// The topic that the file is of.
fn of_file(path: &str) -> Option<Named> {
    Some(match path.split('/').collect::<Vec<_>>().as_slice() {
        ["lessons", file] => (TopicKind::Lesson, file.strip_suffix(".md")?.to_owned()),
        ["labs", slug, "lab.yml"] => (TopicKind::Lab, (*slug).to_owned()),
        ["quizzes", file] => (TopicKind::Quiz, file.strip_suffix(".yml")?.to_owned()),
        _ => return None,
    })
}

/// Pages that the glossary and the certification map name, and that are written so that no page could be meant.
pub(super) fn astray_pages(files: &Files, course: &Course) -> Vec<Finding> {
    let of_page = |(target, at, file): (String, Position, &'static str)| {
        Some(astray(&target, course, Page::Other)?.at(at).in_file(file))
    };
    pages(files).into_iter().filter_map(of_page).collect()
}

/// Targets of the glossary and of the certification map with their places; those of files with other mistakes, too.
fn pages(files: &Files) -> Vec<(String, Position, &'static str)> {
    let of = |file: &'static str, list: &str, name: &str| {
        let root = files.text(file).and_then(yaml::parse).ok();
        let entries = root.as_ref().and_then(|root| root.get(list)).map(Node::elements).unwrap_or_default();
        let named = entries.iter().filter_map(|entry| entry.get(name));
        let each = named.flat_map(|node| match &node.value {
            Value::List(several) => several.as_slice(),
            _ => std::slice::from_ref(node),
        });
        each.filter_map(|node| Some((node.as_text()?.to_owned(), node.position, file))).collect::<Vec<_>>()
    };
    [of(glossary::FILE, "terms", "see"), of(certification::FILE, "topics", "lessons")].concat()
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

/// The finding with the name that was probably meant.
pub(crate) fn with_nearest<'a>(finding: Finding, word: &str, known: impl IntoIterator<Item = &'a str>) -> Finding {
    match nearest(word, known) {
        Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
        None => finding,
    }
}

/// What is wrong with a link to a page of the course, whose topics these are, or that it must not be followed.
pub(super) fn broken(target: &str, course: &Course, topics: &[Named]) -> Option<Finding> {
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
    let of_kind: Vec<&str> = topics.iter().filter(|(other, _)| *other == kind).map(|(_, slug)| slug.as_str()).collect();
    if !of_kind.contains(&slug) {
        let finding = Finding::error("BROKEN_LINK", "", format!("There is no {} `{slug}`.", kind.name()));
        return Some(with_nearest(finding, slug, of_kind));
    }
    let headings = &course.lessons.get(slug).filter(|_| kind == TopicKind::Lesson)?.headings;
    if anchor.is_empty() || headings.iter().any(|heading| heading.id == anchor) {
        return None;
    }
    let finding = Finding::error("BROKEN_LINK", "", format!("The lesson `{slug}` has no heading `{anchor}`."));
    Some(with_nearest(finding, anchor, headings.iter().map(|heading| heading.id.as_str())))
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

/// Lessons, labs and quizzes that are no topic of the course; none of a course without any, which is told as that.
pub fn unused_files(files: &Files, topics: &[(TopicKind, &str)]) -> Vec<Finding> {
    let unused = files.iter().filter_map(|(path, _)| {
        let (kind, slug) = of_file(path)?;
        let used = topics.is_empty() || topics.iter().any(|(other, known)| *other == kind && *known == slug);
        let message = format!("No topic of the course names this {}.", kind.name());
        (!used).then(|| Finding::error("UNUSED_FILE", "", message).in_file(path))
    });
    unused.collect()
}
