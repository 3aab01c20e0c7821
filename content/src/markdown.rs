//! Markdown to HTML that may stand in a page.
//!
//! Raw HTML in a text is shown as text, links go to http(s), mailto or this site, headings carry ids.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use crate::highlight;

/// How deep a student's lists, quotes and emphases may stand in one another; what is deeper keeps its text only. Work on
/// HTML grows with the square of its depth.
const MAX_DEPTH: usize = 32;

/// A heading that a table of contents can link to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// Markdown of an author, as HTML.
pub fn to_html(markdown: &str) -> String {
    let mut headings = Vec::new();
    render(markdown, &mut headings)
}

/// Markdown of a student, as HTML that was also sanitised element by element.
pub fn student_to_html(markdown: &str) -> String {
    let html = html_of(shallow(events(markdown)));
    let classes =
        ["t-keyword", "t-type", "t-function", "t-string", "t-number", "t-parameter", "t-comment", "t-operator"];
    ammonia::Builder::default().add_allowed_classes("span", &classes).clean(&html).to_string()
}

/// One paragraph's worth of Markdown without the paragraph around it.
pub fn inline_to_html(markdown: &str) -> String {
    let html = to_html(markdown);
    let trimmed = html.trim();
    match trimmed.strip_prefix("<p>").and_then(|rest| rest.strip_suffix("</p>")) {
        Some(inner) if !inner.contains("<p>") => inner.to_owned(),
        _ => trimmed.to_owned(),
    }
}

pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The extensions that texts may use.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_SMART_PUNCTUATION
}

/// As [`to_html`]; appends the headings found, whose ids are unique among those given.
pub fn render(markdown: &str, headings: &mut Vec<Heading>) -> String {
    let mut events = events(markdown);
    set_heading_ids(&mut events, headings);
    html_of(events)
}

fn html_of(events: Vec<Event<'_>>) -> String {
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    wrap_tables(&out)
}

/// The parts of a text, with code in its colours, raw HTML as text and links that are safe.
fn events(markdown: &str) -> Vec<Event<'_>> {
    let mut events: Vec<Event> = Vec::new();
    let mut code: Option<(String, String)> = None;
    for event in Parser::new_ext(markdown, options()) {
        match (event, &mut code) {
            (Event::Start(Tag::CodeBlock(kind)), _) => code = Some((language(&kind), String::new())),
            (Event::End(TagEnd::CodeBlock), open) => {
                if let Some((language, text)) = open.take() {
                    events.push(Event::Html(code_block(&language, &text).into()));
                }
            }
            (Event::Text(text), Some((_, collected))) => collected.push_str(&text),
            (Event::Html(text) | Event::InlineHtml(text), _) => events.push(Event::Text(text)),
            (Event::Start(Tag::Link { link_type, dest_url, title, id }), _) => {
                let dest_url = if is_safe_link(&dest_url) { dest_url } else { CowStr::from("") };
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            (event, _) => events.push(event),
        }
    }
    events
}

/// Without the tags that stand deeper than [`MAX_DEPTH`].
fn shallow(mut events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut depth = 0_usize;
    events.retain(|event| match event {
        Event::Start(_) => {
            depth += 1;
            depth <= MAX_DEPTH
        }
        Event::End(_) => {
            depth = depth.saturating_sub(1);
            depth < MAX_DEPTH
        }
        _ => true,
    });
    events
}

/// The first word after the fence.
fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default().to_owned(),
        CodeBlockKind::Indented => String::new(),
    }
}

fn code_block(language: &str, text: &str) -> String {
    let body = if language.eq_ignore_ascii_case("sql") { highlight::sql(text) } else { escape(text) };
    let class = if language.is_empty() { String::new() } else { format!(" class=\"language-{}\"", escape(language)) };
    format!("<pre class=\"code\" tabindex=\"0\"><code{class}>{body}</code></pre>\n")
}

/// Wide tables scroll by themselves and can be reached with the keyboard.
fn wrap_tables(html: &str) -> String {
    html.replace("<table>", "<div class=\"table-scroll\" tabindex=\"0\"><table>").replace("</table>", "</table></div>")
}

pub fn is_safe_link(target: &str) -> bool {
    let lower = target.trim().to_ascii_lowercase();
    let scheme_end = lower.find(':').filter(|&colon| lower.find(['/', '?', '#']).is_none_or(|slash| colon < slash));
    match scheme_end {
        Some(colon) => matches!(&lower[..colon], "http" | "https" | "mailto"),
        None => !lower.starts_with("//"),
    }
}

fn set_heading_ids(events: &mut [Event<'_>], headings: &mut Vec<Heading>) {
    for index in 0..events.len() {
        let Event::Start(Tag::Heading { level, .. }) = &events[index] else { continue };
        let level = *level;
        let inside = events[index + 1..].iter().take_while(|event| !matches!(event, Event::End(TagEnd::Heading(_))));
        let text: String = inside
            .filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
                _ => None,
            })
            .collect();
        let unique = unique_id(&slug(&text), headings);
        if let Event::Start(Tag::Heading { id, .. }) = &mut events[index] {
            *id = Some(unique.clone().into());
        }
        headings.push(Heading { level: rank(level), id: unique, text });
    }
}

fn rank(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// `The moment of commit` becomes `the-moment-of-commit`.
pub fn slug(text: &str) -> String {
    let lowered: String = text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    lowered.split_whitespace().collect::<Vec<_>>().join("-")
}

fn unique_id(base: &str, headings: &[Heading]) -> String {
    let base = if base.is_empty() { "section" } else { base };
    let taken = |id: &str| headings.iter().any(|heading| heading.id == id);
    if !taken(base) {
        return base.to_owned();
    }
    (2..).map(|number| format!("{base}-{number}")).find(|id| !taken(id)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_and_not_run() {
        let html = to_html("Hello <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>");
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn a_link_to_a_script_goes_nowhere() {
        for target in ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x"]
        {
            assert!(!is_safe_link(target), "{target}");
            assert!(to_html(&format!("[x]({target})")).contains("href=\"\""), "{target}");
        }
        for target in ["/lessons/time-travel", "#acid", "https://delta.io/x?a=b:c", "mailto:a@b.c", "a/b:c"] {
            assert!(is_safe_link(target), "{target}");
        }
    }

    #[test]
    fn a_students_markdown_keeps_no_attribute_that_acts() {
        let html = student_to_html("# A\n\n[x](https://a.example) `code` <b onclick=\"x()\">y</b>");
        assert!(!html.contains("<b "), "{html}");
        assert!(html.contains("https://a.example"));
    }

    #[test]
    fn what_a_student_nests_too_deep_keeps_its_text_and_every_tag_its_end() {
        let html = student_to_html(&format!("{}deep *down*\n\nafter", "> ".repeat(10_000)));
        let count = |tag: &str| html.matches(tag).count();
        assert_eq!((count("<blockquote>"), count("</blockquote>")), (MAX_DEPTH, MAX_DEPTH));
        assert!(html.contains("deep down") && html.ends_with("<p>after</p>\n"), "{html}");
    }

    #[test]
    fn equal_headings_of_a_student_are_not_compared_with_one_another() {
        let start = std::time::Instant::now();
        let html = student_to_html(&"# same\n".repeat(50_000));
        assert_eq!(html.matches("<h1>same</h1>").count(), 50_000);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn headings_get_ids_that_occur_once() {
        let mut headings = Vec::new();
        let html = render("## Try it\n\n### `MERGE`, twice\n\n## Try it\n", &mut headings);
        let ids: Vec<&str> = headings.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["try-it", "merge-twice", "try-it-2"]);
        assert!(html.contains("<h2 id=\"try-it-2\">"), "{html}");
    }

    #[test]
    fn a_paragraph_can_stand_in_a_line() {
        assert_eq!(inline_to_html("Use `MERGE`."), "Use <code>MERGE</code>.");
    }
}
