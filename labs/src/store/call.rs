//! The calls that a worker may make on its workspace, and their answers. Keys are relative to the workspace.

use chrono::{DateTime, Utc};
use object_store::path::Path;
use object_store::{GetRange, ObjectMeta};
use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreCall {
    /// Writes the frame's blob, all or nothing; with `create` only when the key is free.
    Put {
        key: String,
        create: bool,
    },
    /// Reads the span, or the whole object when it has at most `whole_below` bytes.
    Get {
        key: String,
        span: Span,
        whole_below: u64,
    },
    Head {
        key: String,
    },
    Delete {
        key: String,
    },
    /// Every object below the prefix; with `after` only those whose keys come behind that one.
    List {
        prefix: Option<String>,
        after: Option<String>,
    },
    /// Objects directly in the folder, and the folders there.
    ListFolder {
        prefix: Option<String>,
    },
    Copy {
        from: String,
        to: String,
        create: bool,
    },
    Rename {
        from: String,
        to: String,
        create: bool,
    },
}

/// Which bytes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    Whole,
    /// From the first to before the second.
    Between(u64, u64),
    From(u64),
    Last(u64),
}

impl From<Option<&GetRange>> for Span {
    fn from(range: Option<&GetRange>) -> Self {
        match range {
            None => Span::Whole,
            Some(GetRange::Bounded(range)) => Span::Between(range.start, range.end),
            Some(GetRange::Offset(start)) => Span::From(*start),
            Some(GetRange::Suffix(length)) => Span::Last(*length),
        }
    }
}

impl Span {
    pub fn to_range(self) -> Option<GetRange> {
        match self {
            Span::Whole => None,
            Span::Between(start, end) => Some(GetRange::Bounded(start..end)),
            Span::From(start) => Some(GetRange::Offset(start)),
            Span::Last(length) => Some(GetRange::Suffix(length)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreReply {
    Done,
    Object(ObjectInfo),
    /// The frame's blob holds bytes `start..start + blob.len()` of the object.
    Bytes {
        object: ObjectInfo,
        start: u64,
    },
    Listing {
        objects: Vec<ObjectInfo>,
        folders: Vec<String>,
    },
    Failed(StoreFailure),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectInfo {
    pub key: String,
    pub size: u64,
    /// Microseconds since 1970.
    pub modified_us: i64,
    pub e_tag: Option<String>,
}

impl From<&ObjectMeta> for ObjectInfo {
    fn from(meta: &ObjectMeta) -> Self {
        Self {
            key: meta.location.as_ref().to_owned(),
            size: meta.size,
            modified_us: meta.last_modified.timestamp_micros(),
            e_tag: meta.e_tag.clone(),
        }
    }
}

impl ObjectInfo {
    /// `None` when the key is no path or the time is out of range.
    pub fn to_meta(&self) -> Option<ObjectMeta> {
        Some(ObjectMeta {
            location: Path::parse(&self.key).ok()?,
            last_modified: DateTime::<Utc>::from_timestamp_micros(self.modified_us)?,
            size: self.size,
            e_tag: self.e_tag.clone(),
            version: None,
        })
    }
}

/// Why a call was not carried out. Texts name keys of the workspace, never a path of the machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StoreFailure {
    NotFound {
        key: String,
    },
    AlreadyExists {
        key: String,
    },
    /// The key, or what lies there, is not the workspace's to use.
    Forbidden {
        key: String,
    },
    /// A limit of the workspace.
    Refused(Diagnostic),
    /// The machine failed; the log of the server says how.
    Broken {
        key: String,
    },
}

/// A limit of the workspace, as the source of an [`object_store::Error`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub Diagnostic);

impl Refusal {
    /// The refusal at the bottom of an error's chain of sources, when there is one.
    pub fn find<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a Diagnostic> {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(Refusal(diagnostic)) = error.downcast_ref() {
                return Some(diagnostic);
            }
            next = error.source();
        }
        None
    }
}
