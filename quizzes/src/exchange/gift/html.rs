//! The HTML that Moodle writes into GIFT, as Markdown: paragraphs, line breaks, emphasis, code, entities.

/// Tags and what stands for them.
const TAGS: [(&str, &str); 16] = [
    ("p", ""),
    ("/p", "\n\n"),
    ("div", ""),
    ("/div", "\n\n"),
    ("span", ""),
    ("/span", ""),
    ("br", "\n"),
    ("br/", "\n"),
    ("b", "**"),
    ("/b", "**"),
    ("i", "*"),
    ("/i", "*"),
    ("code", "`"),
    ("/code", "`"),
    ("tt", "`"),
    ("/tt", "`"),
];

/// Tags with the same meaning.
const ALIKE: [(&str, &str); 4] = [("strong", "b"), ("/strong", "/b"), ("em", "i"), ("/em", "/i")];

const ENTITIES: [(&str, &str); 6] =
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];

/// A text of that format as Markdown, and what should be looked at.
pub(super) fn markdown(text: &str, format: &str) -> (String, Option<String>) {
    if format != "html" {
        return (text.to_owned(), None);
    }
    let mut markdown = String::new();
    let mut rest = text;
    let mut unknown: Vec<&str> = Vec::new();
    while let Some((before, after)) = rest.split_once('<') {
        markdown.push_str(before);
        let is_tag = after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        let Some((tag, behind)) = after.split_once('>').filter(|_| is_tag) else {
            markdown.push('<');
            rest = after;
            continue;
        };
        match stand_in(tag) {
            Some(text) => markdown.push_str(text),
            None => {
                markdown.extend(["<", tag, ">"]);
                unknown.push(tag);
            }
        }
        rest = behind;
    }
    markdown.push_str(rest);
    for (entity, text) in ENTITIES {
        markdown = markdown.replace(entity, text);
    }
    let tags: Vec<String> = unknown.iter().map(|tag| format!("<{tag}>")).collect();
    let remark = (!tags.is_empty()).then(|| format!("HTML was kept as it is: {}.", tags.join(" ")));
    (markdown.trim().to_owned(), remark)
}

fn stand_in(tag: &str) -> Option<&'static str> {
    let name = tag.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let name = ALIKE.iter().find(|(alike, _)| *alike == name).map_or(name.as_str(), |(_, same)| same);
    TAGS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
