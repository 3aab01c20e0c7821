//! What can be wrong between the files of a course: links that lead nowhere, files that nothing uses.

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::Finding;

use crate::course::{Course, TopicKind};
use crate::files::Files;
use crate::{certification, glossary};

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

fn broken(target: &str, course: &Course, topics: &[(TopicKind, &str)]) -> Option<Finding> {
    if !crate::markdown::is_safe_link(target) {
        return Some(Finding::error("UNSAFE_LINK", "", format!("The link `{target}` is not allowed.")));
    }
    let path = target.strip_prefix('/')?;
    let (page, anchor) = path.split_once('#').unwrap_or((path, ""));
    let (kind, slug) = match page.split_once('/') {
        Some(("lessons", slug)) => (TopicKind::Lesson, slug),
        Some(("labs", slug)) => (TopicKind::Lab, slug),
        None if matches!(page, "" | "quiz" | "progress" | "glossary" | "certification") => return None,
        _ => return Some(Finding::error("BROKEN_LINK", "", format!("There is no page `{target}`."))),
    };
    let of_kind: Vec<&str> = topics.iter().filter(|(other, _)| *other == kind).map(|(_, slug)| *slug).collect();
    if !of_kind.contains(&slug) {
        let finding = Finding::error("BROKEN_LINK", "", format!("There is no {} `{slug}`.", kind.name()));
        return Some(match nearest(slug, of_kind) {
            Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
            None => finding,
        });
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
        (!known).then(|| match nearest(name, [crate::walkthrough::FILE]) {
            Some(near) => finding().with_hint(format!("Did you mean `{near}`?")),
            None => finding(),
        })
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
