//! Every Markdown text of a course: lessons, and the texts in the YAML of labs, quizzes and the pages beside them.

use sandbar_labs::authored::{Node, Value, place_within, yaml};
use sandbar_labs::diagnostic::{Finding, Position};

use super::headings::{Outline, outline};
use super::links::{self, Named, Page, astray, broken};
use crate::course::Course;
use crate::files::Files;
use crate::lesson;

/// The fields of authored files that hold Markdown.
const FIELDS: [&str; 12] = [
    "introduction",
    "promises",
    "text",
    "hints",
    "prompt",
    "explanation",
    "feedback",
    "caption",
    "claim",
    "next_step",
    "say",
    "summary",
];
/// A lesson's text begins below the page's title.
const FIRST_LEVEL: usize = 2;

/// What is wrong in them, with file and line.
pub(super) fn findings(files: &Files, course: &Course) -> Vec<Finding> {
    let (topics, mut findings) = (links::topics(files, course), Vec::new());
    for (path, bytes) in files.iter() {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if is_lesson(path) {
            findings.extend(of_lesson(path, text, course));
        } else if holds_texts(path) {
            findings.extend(of_yaml(path, text, course, &topics));
        }
    }
    findings
}

/// `lessons/{slug}.md`
pub(super) fn is_lesson(path: &str) -> bool {
    path.strip_prefix("lessons/").is_some_and(|name| name.ends_with(".md") && !name.contains('/'))
}

pub(super) fn holds_texts(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_named = ["lab.yml", "quiz.yml", "walkthrough.yml", "glossary.yml", "certification.yml"].contains(&name);
    is_named || path.starts_with("quizzes/") && name.ends_with(".yml")
}

fn of_lesson(path: &str, text: &str, course: &Course) -> Vec<Finding> {
    let Some((_, body, first_line)) = lesson::split_head(text) else { return Vec::new() };
    let outline = outline(body);
    let slug = path.trim_start_matches("lessons/").trim_end_matches(".md");
    let ids: Option<Vec<String>> = course.lesson(slug).map(|it| it.headings.iter().map(|h| h.id.clone()).collect());
    // What leads to a page that is not there is told when the lesson is read.
    let links = outline.links.iter().filter_map(|(target, line)| {
        // Without its headings nothing can be said of a lesson's anchors.
        let finding = astray(target, course, Page::Lesson(ids.as_deref()?))?;
        Some((finding, *line))
    });
    let found = links.chain(outline.out_of_order(FIRST_LEVEL)).collect::<Vec<_>>();
    let at =
        |(finding, line): (Finding, u32)| finding.at(Position { line: first_line + line, column: 1 }).in_file(path);
    found.into_iter().chain(outline.findings).map(at).collect()
}

fn of_yaml(path: &str, file: &str, course: &Course, topics: &[Named]) -> Vec<Finding> {
    // A file that cannot be read is told when it is loaded.
    let Ok(root) = yaml::parse(file) else { return Vec::new() };
    let mut texts = Vec::new();
    collect(&root, false, &mut texts);
    let of_text = |(position, text): (Position, &str)| {
        let outline: Outline = outline(text);
        let page = Page::Other;
        let of_link = |(target, line): &(String, u32)| {
            let finding = broken(target, course, topics).or_else(|| astray(target, course, page))?;
            Some((finding, *line))
        };
        let links: Vec<_> = outline.links.iter().filter_map(of_link).collect();
        let found: Vec<_> = links.into_iter().chain(outline.titles()).chain(outline.findings).collect();
        let at = |(finding, line): (Finding, u32)| {
            finding.at(place_within(file, position, Position { line: line + 1, column: 1 })).in_file(path)
        };
        found.into_iter().map(at).collect::<Vec<_>>()
    };
    texts.into_iter().flat_map(of_text).collect()
}

/// The texts below a field that holds Markdown.
fn collect<'a>(node: &'a Node, is_markdown: bool, texts: &mut Vec<(Position, &'a str)>) {
    match &node.value {
        Value::Text(text) if is_markdown => texts.push((node.position, text)),
        Value::List(elements) => elements.iter().for_each(|element| collect(element, is_markdown, texts)),
        Value::Map(entries) => {
            for entry in entries {
                collect(&entry.value, is_markdown || FIELDS.contains(&entry.key.as_str()), texts);
            }
        }
        _ => {}
    }
}
