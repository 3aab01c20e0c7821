//! `video:` in a lesson's head: media in the place of the walkthrough.

use sandbar_labs::authored::Fields;
use sandbar_labs::diagnostic::{Finding, Severity};

use super::Media;
use crate::markdown;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// A file in the lesson's folder, or an address that begins with `https://`.
    pub source: String,
    /// A WebVTT file in the lesson's folder: what is said, for those who cannot hear it.
    pub captions: String,
    /// A Markdown file in the lesson's folder: what is said and what is to be seen. Without it the captions are the
    /// transcript.
    pub transcript: Option<String>,
}

/// Files that a browser plays, by the ending of their names.
const TYPES: [(&str, &str); 5] = [
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("vtt", "text/vtt; charset=utf-8"),
];

impl Video {
    pub fn is_remote(&self) -> bool {
        self.source.starts_with("https://")
    }

    /// Where it comes from, when that is another server: `https://media.example`.
    pub fn origin(&self) -> Option<&str> {
        let host = self.source.strip_prefix("https://")?.split('/').next()?;
        Some(&self.source[.."https://".len() + host.len()])
    }

    /// Names of the lesson's own files; what can be none is left out.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let source = (!self.is_remote()).then_some(self.source.as_str());
        let named = source.into_iter().chain([self.captions.as_str()]).chain(self.transcript.as_deref());
        named.filter(|name| is_plain(name))
    }
}

/// The media type of a file of that name; `None` when browsers do not play it.
pub fn media_type(name: &str) -> Option<&'static str> {
    let ending = name.rsplit_once('.')?.1;
    TYPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(ending)).map(|(_, media_type)| *media_type)
}

pub fn read(head: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Video> {
    let mut fields = head.map("video", findings)?;
    let source = fields.required_text("source", findings);
    let captions = fields.required_text("captions", findings);
    let transcript = fields.text("transcript", findings);
    let video = Video { source, captions, transcript };
    let mut refuse = |name: &'static str, message: String| {
        // What is not there, or is no text, is told already.
        if let Some(node) = fields.node(name).filter(|node| node.as_text().is_some()) {
            findings.push(Finding::error("WRONG_VALUE", fields.path_of(name), message).at(node.position));
        }
    };
    let plain = |name: &str| is_plain(name) && media_type(name).is_some();
    let is_host = |origin: &str| origin.len() > 8 && !origin.contains([' ', ';', ',', '\'', '"']);
    match video.origin() {
        Some(origin) if is_host(origin) => {}
        None if plain(&video.source) && !video.source.ends_with(".vtt") => {}
        _ => {
            let message = format!(
                "`{}` is neither a file in the lesson's folder that browsers play nor an address with https://.",
                video.source
            );
            refuse("source", message);
        }
    }
    if !(plain(&video.captions) && video.captions.ends_with(".vtt")) {
        refuse("captions", "`captions` names a WebVTT file (.vtt) in the lesson's folder.".to_owned());
    }
    if video.transcript.as_ref().is_some_and(|name| !is_plain(name) || !name.ends_with(".md")) {
        refuse("transcript", "`transcript` names a Markdown file (.md) in the lesson's folder.".to_owned());
    }
    fields.finish_as(Severity::Error, findings);
    Some(video)
}

/// Whether a text is the name of a file in the lesson's folder.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.contains(['/', '\\', ':'])
}

/// What a video says, as HTML: the text of its Markdown file, or its captions, a paragraph each.
pub fn transcript_html(video: &Video, media: &Media) -> String {
    let text = |name: &str| media.get(name).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    if let Some(written) = video.transcript.as_deref().and_then(text) {
        return markdown::to_html(&written);
    }
    let cues = text(&video.captions).map(|captions| cues(&captions)).unwrap_or_default();
    cues.iter().map(|cue| format!("<p>{}</p>\n", markdown::escape(cue))).collect()
}

/// The cues of a WebVTT file as plain text: without times, notes, styles and marks.
fn cues(captions: &str) -> Vec<String> {
    let captions = captions.replace("\r\n", "\n");
    let cue = |block: &str| {
        let (_, said) = block.split_once("-->")?;
        let lines: Vec<&str> = said.lines().skip(1).map(str::trim).collect();
        let said = without_marks(&lines.join(" "));
        (!said.is_empty()).then_some(said)
    };
    captions.split("\n\n").filter_map(cue).collect()
}

/// `<v Ada>One &amp; all` is `One & all`.
fn without_marks(cue: &str) -> String {
    let pieces = cue.split('<').enumerate();
    let text =
        pieces.map(|(place, piece)| if place == 0 { piece } else { piece.split_once('>').unwrap_or(("", "")).1 });
    let text = text.collect::<String>().replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
    text.replace("&amp;", "&").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_a_transcript_without_their_times_and_marks() {
        let first = "1\n00:00.000 --> 00:04.000\n<v Ada>A table &amp; its\n<b>log</b>.";
        let second = "00:04.000 --> 00:06.000 line:0\nIf a &lt; b.";
        let captions = format!("WEBVTT\n\nNOTE nobody reads this\n\n{first}\n\n{second}\n");
        assert_eq!(cues(&captions), ["A table & its log.", "If a < b."]);
        assert_eq!(cues(&captions.replace('\n', "\r\n")).len(), 2);
    }

    #[test]
    fn a_transcript_that_was_written_stands_in_the_place_of_the_captions() {
        let media = |files: &[(&str, &str)]| -> Media {
            files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().into())).collect()
        };
        let transcript = Some("said.md".to_owned());
        let video = Video { source: "a.mp4".to_owned(), captions: "a.vtt".to_owned(), transcript };
        let captions = ("a.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\n1 &lt; 2\n");
        let both = media(&[captions, ("said.md", "A *table*.")]);
        assert_eq!(transcript_html(&video, &both).trim(), "<p>A <em>table</em>.</p>");
        let said = transcript_html(&Video { transcript: None, ..video }, &both);
        assert_eq!(said, "<p>1 &lt; 2</p>\n");
    }
}
