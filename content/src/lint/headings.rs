//! Headings and pictures of one Markdown text: the page's own heading is the first, levels follow one another, and who
//! cannot see a picture reads what it shows.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use sandbar_labs::diagnostic::Finding;

use crate::markdown;

/// What stands in a text, each with its line in the text, from 0.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Levels from 1 to 6.
    headings: Vec<(usize, u32)>,
    /// Targets of links that are no pictures.
    pub links: Vec<(String, u32)>,
    pub findings: Vec<(Finding, u32)>,
}

/// Reads one text.
pub(super) fn outline(text: &str) -> Outline {
    let mut outline = Outline::default();
    let mut image: Option<(String, u32)> = None;
    let mut diagram: Option<(String, String, u32)> = None;
    for (event, range) in Parser::new_ext(text, markdown::options()).into_offset_iter() {
        let line = line_at(text, range.start);
        match (event, &mut image, &mut diagram) {
            (Event::Start(Tag::Heading { level, .. }), ..) => outline.headings.push((rank(level), line)),
            (Event::Start(Tag::Link { dest_url, .. }), ..) => outline.links.push((dest_url.to_string(), line)),
            (Event::Start(Tag::Image { dest_url, .. }), ..) => {
                outline.findings.push((not_served(&dest_url), line));
                image = Some((String::new(), line));
            }
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), ..) if is_diagram(&info) => {
                diagram = Some((info.to_string(), String::new(), line));
            }
            (Event::Text(part) | Event::Code(part), Some((alternative, _)), _) => alternative.push_str(&part),
            (Event::Text(part), None, Some((_, svg, _))) => svg.push_str(&part),
            (Event::End(TagEnd::Image), open, _) => outline.findings.extend(open.take().and_then(silent_image)),
            (Event::End(TagEnd::CodeBlock), _, open) => outline.findings.extend(open.take().into_iter().flat_map(bare)),
            _ => {}
        }
    }
    outline
}

impl Outline {
    /// A heading of the first level, which is the page's own, and levels that jump below the `first` one of the text.
    pub fn out_of_order(&self, first: usize) -> Vec<(Finding, u32)> {
        let mut above = first - 1;
        let mut findings = Vec::new();
        for (level, line) in &self.headings {
            let next = above + 1;
            if *level == 1 {
                findings.push((title().with_hint(format!("Begin its sections with {}.", "#".repeat(first))), *line));
            } else if *level > next {
                let message = format!("A heading of level {level} follows one of level {above}.");
                let hint = format!("Write {} here, or a heading of level {next} before it.", "#".repeat(next));
                findings.push((Finding::error("HEADING_LEVEL", "", message).with_hint(hint), *line));
            }
            above = (*level).max(first - 1);
        }
        findings
    }

    /// Only a heading of the first level: the text stands below others.
    pub fn titles(&self) -> Vec<(Finding, u32)> {
        let titles = self.headings.iter().filter(|(level, _)| *level == 1);
        titles.map(|(_, line)| (title(), *line)).collect()
    }
}

fn title() -> Finding {
    Finding::error("HEADING_LEVEL", "", "A heading of the first level is the page's title, which the page has already.")
}

fn is_diagram(info: &str) -> bool {
    info.split_whitespace().next() == Some("svg")
}

fn not_served(target: &str) -> Finding {
    let message =
        format!("No page can show the picture `{target}`: a course serves none, and pages load nothing elsewhere.");
    Finding::error("BROKEN_LINK", "", message).with_hint("Draw it as a fence `svg title=\"...\"`.")
}

fn silent_image((alternative, line): (String, u32)) -> Option<(Finding, u32)> {
    let finding = || Finding::error("NO_ALT", "", "The picture has no text for those who cannot see it.");
    alternative.trim().is_empty().then(|| (finding().with_hint("Write what it shows: ![what it shows](...)."), line))
}

/// A diagram without its caption, or without a title that is read out.
fn bare((info, svg, line): (String, String, u32)) -> Vec<(Finding, u32)> {
    let mut findings = Vec::new();
    let caption = info.split_once("title=\"").and_then(|(_, rest)| rest.rsplit_once('"')).map(|(title, _)| title);
    if caption.is_none_or(|caption| caption.trim().is_empty()) {
        let finding = Finding::error("NO_ALT", "", "The diagram has no caption.");
        findings.push((finding.with_hint("Begin the fence with ```svg title=\"...\"."), line));
    }
    let lower = svg.to_ascii_lowercase();
    let titled = lower.split_once("<title").and_then(|(_, rest)| rest.split_once('>'));
    let titled = titled.is_some_and(|(_, rest)| !rest.trim_start().starts_with("</title"));
    if !titled && !lower.contains("aria-label=\"") {
        let finding = Finding::error("NO_ALT", "", "The diagram has no title for those who cannot see it.");
        findings.push((finding.with_hint("Put <title> and <desc> first into the svg."), line));
    }
    findings
}

fn line_at(text: &str, offset: usize) -> u32 {
    let lines = text[..offset].bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or_default()
}

fn rank(level: HeadingLevel) -> usize {
    level as usize
}
