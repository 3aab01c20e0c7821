//! `video:` in a lesson's head: media in the place of the walkthrough.

use sandbar_labs::authored::Fields;
use sandbar_labs::diagnostic::{Finding, Severity};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Video {
    /// A file in the lesson's folder, or an address that begins with `https://`.
    pub source: String,
    /// A WebVTT file in the lesson's folder: what is said, for those who cannot hear it.
    pub captions: String,
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

    /// Names of the lesson's own files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let source = (!self.is_remote()).then_some(self.source.as_str());
        source.into_iter().chain([self.captions.as_str()])
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
    let video = Video { source, captions };
    let mut refuse = |name: &str, message: String| {
        findings.push(Finding::error("WRONG_VALUE", fields.path_of(name), message));
    };
    let plain = |name: &str| !name.is_empty() && !name.contains(['/', '\\', ':']) && media_type(name).is_some();
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
    fields.finish_as(Severity::Error, findings);
    Some(video)
}
