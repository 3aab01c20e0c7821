//! A lesson: a YAML head and Markdown, cut into prose and snippets that a student can run.
//!
//! Fences: `sql run` is a runnable snippet, `sql run error=CLASS` one that is expected to fail with that class, `sql`
//! is only shown, `question` is a question that the page scores, `answer` is Markdown that opens on demand, `svg
//! title="…"` is a diagram.

mod fences;
mod load;
mod question;
mod video;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};
use sandbar_labs::authored::{Fields, yaml};
use sandbar_labs::diagnostic::{Finding, Position, Severity};

use crate::highlight;
use crate::lab::Lab;
use crate::markdown::{self, Heading, escape};
use crate::walkthrough::Walkthrough;
pub(crate) use load::is_read;
pub use load::{Media, load};
pub use question::{KINDS as QUESTION_KINDS, LessonQuestion};
pub use video::{Video, media_type, transcript_html};

#[derive(Clone, Debug)]
pub struct Lesson {
    pub slug: String,
    pub title: String,
    pub minutes: u32,
    /// Where the head says them, from 1.
    pub minutes_line: u32,
    pub summary: String,
    pub objectives: Vec<String>,
    pub blocks: Vec<Block>,
    pub headings: Vec<Heading>,
    /// Targets of all links, with their line in the file.
    pub links: Vec<(String, u32)>,
    pub walkthrough: Option<Walkthrough>,
    /// Plays in the place of the walkthrough.
    pub video: Option<Video>,
    /// The lesson's own files that the video consists of.
    pub media: Media,
    /// A lab of one task at the end of the lesson.
    pub exercise: Option<Lab>,
}

#[derive(Clone, Debug)]
pub enum Block {
    /// Prose, safe to put into a page.
    Html(String),
    Snippet(Snippet),
    Question(Box<LessonQuestion>),
}

/// SQL that a student can run; later snippets of a lesson use the tables of earlier ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// `snippet-1`, in the order of the lesson.
    pub id: String,
    pub sql: String,
    /// The same, highlighted.
    pub html: String,
    /// The error class that it ends with on purpose.
    pub expected_error: Option<String>,
    /// First line of the SQL in the lesson's file, from 1.
    pub line: u32,
}

impl Lesson {
    pub fn snippets(&self) -> impl Iterator<Item = &Snippet> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Snippet(snippet) => Some(snippet),
            Block::Html(_) | Block::Question(_) => None,
        })
    }

    /// The questions in the text, in its order.
    pub fn questions(&self) -> impl Iterator<Item = &LessonQuestion> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Question(question) => Some(question.as_ref()),
            Block::Html(_) | Block::Snippet(_) => None,
        })
    }
}

/// Reads a lesson's file.
///
/// # Errors
/// Every mistake with its line.
pub fn parse(slug: &str, text: &str, file: &str) -> Result<Lesson, Vec<Finding>> {
    match parse_all(slug, text, file) {
        (Some(lesson), findings) if findings.is_empty() => Ok(lesson),
        (_, findings) => Err(findings),
    }
}

/// What can be read of a lesson's file, and every mistake in it with its line; there is no lesson without a head.
pub(crate) fn parse_all(slug: &str, text: &str, file: &str) -> (Option<Lesson>, Vec<Finding>) {
    let mut findings = Vec::new();
    let lesson = match split_head(text) {
        Some((head, body, first_line)) => read(slug, head, body, first_line, &mut findings),
        None => {
            let message = "The lesson does not begin with a head between two lines `---`.";
            findings.push(Finding::error("NO_HEAD", "", message).at(Position { line: 1, column: 1 }));
            None
        }
    };
    (lesson, findings.into_iter().map(|finding| finding.in_file(file)).collect())
}

/// The head, the Markdown, and the line on which the Markdown begins.
pub(crate) fn split_head(text: &str) -> Option<(&str, &str, u32)> {
    let rest = text.strip_prefix("---\n")?;
    let (head, body) = rest.split_once("\n---\n")?;
    let lines = head.matches('\n').count() + 4;
    Some((head, body, u32::try_from(lines).ok()?))
}

fn read(slug: &str, head: &str, body: &str, first_line: u32, findings: &mut Vec<Finding>) -> Option<Lesson> {
    let node = match yaml::parse(head) {
        Ok(node) => node,
        Err(mut finding) => {
            finding.line = finding.line.map(|line| line + 1);
            findings.push(finding);
            return None;
        }
    };
    let mut in_head = Vec::new();
    let mut fields = Fields::of(&node, "", &mut in_head)?;
    let title = fields.text("title", &mut in_head).unwrap_or_default();
    let minutes = fields.integer("minutes", &mut in_head).unwrap_or_default();
    let minutes_line = node.locate("minutes").line + 1;
    let summary = fields.text("summary", &mut in_head).unwrap_or_default();
    let objectives = fields.filled_texts("objectives", &mut in_head);
    let video = video::read(&mut fields, &mut in_head);
    for (name, given) in [("title", !title.is_empty()), ("minutes", minutes > 0), ("summary", !summary.is_empty())] {
        // One of another type is told already.
        if !given && !in_head.iter().any(|finding| finding.path == name) {
            let message = format!("The lesson's head has no `{name}`.");
            in_head.push(Finding::error("MISSING_FIELD", name, message).at(node.locate(name)));
        }
    }
    fields.finish_as(Severity::Error, &mut in_head);
    for finding in &mut in_head {
        finding.line = finding.line.map(|line| line + 1);
    }
    findings.append(&mut in_head);
    let mut body = Body::new(body, first_line, findings);
    body.read();
    Some(Lesson {
        slug: slug.to_owned(),
        title,
        minutes: u32::try_from(minutes).unwrap_or_default(),
        minutes_line,
        summary,
        objectives,
        blocks: body.blocks,
        headings: body.headings,
        links: body.links,
        walkthrough: None,
        video,
        media: Media::new(),
        exercise: None,
    })
}

/// The Markdown while it is cut at its special fences.
struct Body<'a> {
    text: &'a str,
    first_line: u32,
    /// Where the prose that is not yet rendered begins.
    prose_from: usize,
    snippets: usize,
    questions: usize,
    blocks: Vec<Block>,
    headings: Vec<Heading>,
    links: Vec<(String, u32)>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Body<'a> {
    fn new(text: &'a str, first_line: u32, findings: &'a mut Vec<Finding>) -> Self {
        let (blocks, headings, links) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, first_line, prose_from: 0, snippets: 0, questions: 0, blocks, headings, links, findings }
    }

    fn read(&mut self) {
        let mut fence: Option<(String, usize, String)> = None;
        for (event, range) in Parser::new_ext(self.text, markdown::options()).into_offset_iter() {
            match (event, &mut fence) {
                (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), _) => {
                    fence = Some((info.to_string(), range.start, String::new()));
                }
                (Event::Text(text), Some((_, _, code))) => code.push_str(&text),
                (Event::End(TagEnd::CodeBlock), open) => {
                    if let Some((info, start, code)) = open.take() {
                        self.fence(&info, &code, start, range.end);
                    }
                }
                (Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }), _) => {
                    let line = self.line_at(range.start);
                    self.links.push((dest_url.to_string(), line));
                }
                _ => {}
            }
        }
        self.prose_until(self.text.len());
    }

    fn fence(&mut self, info: &str, code: &str, start: usize, end: usize) {
        let position = Position { line: self.line_at(start), column: 1 };
        self.findings.extend(fences::unknown_words(info, position));
        let mut words = info.split_whitespace();
        let block = match (words.next(), words.next()) {
            (Some("sql"), Some("run")) => self.snippet(code, info, start),
            (Some("answer"), None) => {
                let answer = markdown::to_html(code);
                Block::Html(format!("<details class=\"answer\"><summary>Show the answer</summary>{answer}</details>\n"))
            }
            (Some("svg"), _) => self.diagram(code, info, start),
            (Some("question"), None) => match self.question(code, start) {
                Some(question) => Block::Question(Box::new(question)),
                None => return,
            },
            _ => return,
        };
        self.prose_until(start);
        self.blocks.push(block);
        self.prose_from = end;
    }

    fn snippet(&mut self, code: &str, info: &str, start: usize) -> Block {
        self.snippets += 1;
        let sql = code.trim_end().to_owned();
        let expected_error = info.split_whitespace().find_map(|word| word.strip_prefix("error=")).map(str::to_owned);
        let html = highlight::sql(&sql);
        let line = self.line_at(start) + 1;
        Block::Snippet(Snippet { id: format!("snippet-{}", self.snippets), sql, html, expected_error, line })
    }

    fn question(&mut self, code: &str, start: usize) -> Option<LessonQuestion> {
        self.questions += 1;
        question::read(code, &format!("question-{}", self.questions), self.line_at(start), self.findings)
    }

    fn diagram(&mut self, code: &str, info: &str, start: usize) -> Block {
        let caption = info.split_once("title=\"").and_then(|(_, rest)| rest.rsplit_once('"')).map(|(title, _)| title);
        let line = self.line_at(start) + 1;
        self.findings.extend(unsafe_parts(code).into_iter().map(|(below, what)| {
            let message = format!("A diagram must not contain `{what}`.");
            Finding::error("UNSAFE_DIAGRAM", "", message).at(Position { line: line + below, column: 1 })
        }));
        let caption = caption.map(|text| format!("<figcaption>{}</figcaption>", escape(text))).unwrap_or_default();
        Block::Html(format!("<figure class=\"diagram\" tabindex=\"0\">{}{caption}</figure>\n", code.trim()))
    }

    fn prose_until(&mut self, end: usize) {
        let prose = &self.text[self.prose_from.min(end)..end];
        if !prose.trim().is_empty() {
            let html = markdown::render(prose, &mut self.headings);
            self.blocks.push(Block::Html(html));
        }
    }

    fn line_at(&self, offset: usize) -> u32 {
        let lines = self.text[..offset].bytes().filter(|byte| *byte == b'\n').count();
        self.first_line + u32::try_from(lines).unwrap_or_default()
    }
}

/// Parts that would act or load something in a page, with the line of the diagram that each is in, from 0.
fn unsafe_parts(svg: &str) -> Vec<(u32, &'static str)> {
    const FORBIDDEN: [&str; 9] =
        ["<script", "<foreignobject", "<style", "<image", "<use", "href=", "style=", "javascript:", "<iframe"];
    let mut found = Vec::new();
    for (below, line) in (0..).zip(svg.to_ascii_lowercase().lines()) {
        let acts = |word: &str| word.starts_with("on") && word.contains('=');
        found.extend(FORBIDDEN.into_iter().filter(|part| line.contains(part)).map(|part| (below, part)));
        found.extend(line.split_whitespace().any(acts).then_some((below, "on…=")));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = "---\ntitle: Time travel\nminutes: 8\nsummary: Back and forth.\nobjectives: [Go back]\n---\n\n## First\n\nText with [a link](/labs/delta).\n\n```sql run\nSELECT 1;\nSELECT 2;\n```\n\nMore.\n\n```sql run error=DIVIDE_BY_ZERO\n-- expect-error\nSELECT 1/0\n```\n\n```answer\nIt is `2`.\n```\n";

    #[test]
    fn prose_and_snippets_keep_their_order_and_snippets_know_their_line() {
        let lesson = parse("time-travel", LESSON, "lessons/time-travel.md").unwrap();
        let kinds: Vec<&str> = lesson
            .blocks
            .iter()
            .map(|block| match block {
                Block::Html(html) if html.starts_with("<details") => "answer",
                Block::Html(_) => "html",
                Block::Snippet(_) => "snippet",
                Block::Question(_) => "question",
            })
            .collect();
        assert_eq!(kinds, ["html", "snippet", "html", "snippet", "answer"]);
        let snippets: Vec<&Snippet> = lesson.snippets().collect();
        assert_eq!((snippets[0].sql.as_str(), snippets[0].line), ("SELECT 1;\nSELECT 2;", 13));
        assert_eq!(snippets[1].expected_error.as_deref(), Some("DIVIDE_BY_ZERO"));
        assert_eq!(lesson.links, [("/labs/delta".to_owned(), 10)]);
        assert_eq!(lesson.headings[0].id, "first");
    }

    #[test]
    fn a_head_with_mistakes_tells_all_of_them_with_their_lines() {
        let text = "---\ntitel: x\nminutes: long\n---\nText\n";
        let findings = parse("x", text, "lessons/x.md").unwrap_err();
        let seen: Vec<_> = findings.iter().map(|f| (f.code.as_str(), f.line)).collect();
        assert!(seen.contains(&("UNKNOWN_FIELD", Some(2))), "{seen:?}");
        assert!(seen.contains(&("WRONG_TYPE", Some(3))), "{seen:?}");
        assert!(findings.iter().all(|finding| finding.file.as_deref() == Some("lessons/x.md")));
    }

    #[test]
    fn a_question_knows_its_line_and_what_is_wrong_with_it_stands_in_the_lesson() {
        let lesson = |fence: &str| {
            let text = format!("---\ntitle: x\nminutes: 1\nsummary: s\n---\nWords.\n\n```question\n{fence}```\n");
            parse("x", &text, "f")
        };
        let whole = "kind: single\nprompt: |\n  Which?\n\n  This one?\noptions:\n  - { text: a, correct: true }\n  - { text: b }\n";
        let read = lesson(whole).unwrap();
        let asked: Vec<&LessonQuestion> = read.questions().collect();
        assert_eq!((asked[0].id.as_str(), asked[0].line, asked.len()), ("question-1", 8, 1));
        assert_eq!(asked[0].question().unwrap().prompt, "Which?\n\nThis one?\n");
        let said = |fence: &str| -> Vec<(String, Option<u32>, Option<u32>)> {
            lesson(fence).unwrap_err().into_iter().map(|it| (it.code, it.line, it.column)).collect()
        };
        let one = |code: &str, line: u32, column: u32| vec![(code.to_owned(), Some(line), Some(column))];
        assert_eq!(said(&whole.replace("{ text: b }", "{ txt: b, text: c }")), one("UNKNOWN_FIELD", 16, 7));
        assert_eq!(said("kind: numeric\nanswer: 1\n"), one("MISSING_FIELD", 8, 1));
        assert_eq!(said("kind: numeric\nprompt: [\n")[0].0, "BAD_SYNTAX");
        assert_eq!(said(&format!("id: mine\n{whole}")), one("DUPLICATE_FIELD", 9, 1));
        assert_eq!(said(&format!("topic: t\n{whole}")), one("NO_LESSON_QUESTION", 8, 1));
        assert_eq!(said("kind: ordering\nprompt: p\nitems: [a, b]\n"), one("NO_LESSON_QUESTION", 8, 1));
    }

    #[test]
    fn a_diagram_that_could_act_is_refused() {
        for part in ["<script>x</script>", "<rect onload=\"x\"/>", "<a href=\"x\">y</a>", "<rect style=\"a\"/>"] {
            let text = format!("---\ntitle: x\nminutes: 1\nsummary: s\n---\n```svg\n<svg>{part}</svg>\n```\n");
            assert_eq!(parse("x", &text, "f").unwrap_err()[0].code, "UNSAFE_DIAGRAM", "{part}");
        }
        let svg = "<svg>\n<use/>\n<rect style=\"a\"\n onload=\"x\"/>\n</svg>";
        let text = &format!("---\ntitle: x\nminutes: 1\nsummary: s\n---\n```svg\n{svg}\n```\n");
        let told: Vec<Option<u32>> =
            parse("x", text, "f").unwrap_err().into_iter().map(|finding| finding.line).collect();
        assert_eq!(told, [Some(8), Some(9), Some(10)], "each at its line");
    }
}
