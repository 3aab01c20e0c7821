//! The list of topics: each one once, and a course whose name can stand in the names of workspaces.

use sandbar_labs::authored::{Node, yaml};
use sandbar_labs::diagnostic::Finding;

use crate::course::{Course, FILE, MAX_SLUG, TopicKind, is_slug};
use crate::files::Files;

pub(super) fn findings(files: &Files, course: &Course) -> Vec<Finding> {
    // A file that cannot be read is told when it is loaded.
    let Ok(root) = files.text(FILE).and_then(yaml::parse) else { return Vec::new() };
    let mut findings = Vec::new();
    if !course.slug.is_empty() && !is_slug(&course.slug) {
        let message = format!("`{}` is no slug: use lower-case letters, digits and hyphens.", course.slug);
        findings.push(Finding::error("BAD_SLUG", "slug", message).at(root.locate("slug")));
    }
    let mut seen: Vec<(TopicKind, &str)> = Vec::new();
    for topic in root.get("topics").map(Node::elements).unwrap_or_default() {
        let kinds = [TopicKind::Lesson, TopicKind::Lab, TopicKind::Quiz];
        let named = kinds.into_iter().find_map(|kind| Some((kind, topic.get(kind.name())?.as_text()?)));
        let Some((kind, slug)) = named else { continue };
        if slug.len() > MAX_SLUG {
            let message =
                format!("This slug is longer than {MAX_SLUG} characters, and no workspace can be named after it.");
            findings.push(Finding::error("BAD_SLUG", kind.name(), message).at(topic.locate(kind.name())));
        }
        if !seen.contains(&(kind, slug)) {
            seen.push((kind, slug));
            continue;
        }
        let message = format!("The {} `{slug}` is a topic already.", kind.name());
        findings.push(Finding::error("TOPIC_TOO_MANY", "topics", message).at(topic.position));
    }
    findings.into_iter().map(|finding| finding.in_file(FILE)).collect()
}
