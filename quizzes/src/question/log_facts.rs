//! What an author states about a log, so that an answer that was typed is proved when the content is checked.

use std::collections::HashSet;

use serde_json::Value;

use super::Flaw;
use crate::execution::LogFile;
use crate::mistake::Mistake;
use crate::reading::Fields;

/// Numbers of the excerpt's versions; `None` where nothing is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFacts {
    /// Commits in the excerpt.
    pub commits: Option<u32>,
    /// `add` actions.
    pub added_files: Option<u32>,
    /// `remove` actions.
    pub removed_files: Option<u32>,
    /// Data files that are part of the table after the last commit. Only for an excerpt from version 0 on.
    pub live_files: Option<u32>,
}

impl LogFacts {
    pub(super) fn read(fields: &mut Fields<'_>, first_version: u32, mistakes: &mut Vec<Mistake>) -> Self {
        let Some(node) = fields.node("facts") else { return Self::default() };
        let Some(mut facts) = Fields::of(node, fields.path_of("facts"), mistakes) else { return Self::default() };
        let mut count = |name: &'static str| facts.count(name, 0, 1_000_000, mistakes);
        let read = Self {
            commits: count("commits"),
            added_files: count("added_files"),
            removed_files: count("removed_files"),
            live_files: count("live_files"),
        };
        if read.live_files.is_some() && first_version > 0 {
            let message = "Which files are live is known only from version 0 on.";
            mistakes.push(facts.mistake("BAD_VALUE", "live_files", message));
        }
        facts.finish(mistakes);
        read
    }

    /// By the names of the file.
    pub(crate) fn named(&self) -> [(&'static str, Option<u32>); 4] {
        [
            ("commits", self.commits),
            ("added_files", self.added_files),
            ("removed_files", self.removed_files),
            ("live_files", self.live_files),
        ]
    }

    /// Where the log is otherwise.
    pub(super) fn flaws(&self, files: &[LogFile]) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for ((name, stated), (_, found)) in self.named().into_iter().zip(Self::of(files).named()) {
            if let (Some(stated), Some(found)) = (stated, found)
                && stated != found
            {
                let message = format!("The log has {found} as `{name}`; the question states {stated}.");
                flaws.push(Flaw::new("LOG_DIFFERS", message).with_hint("Look at the answer too."));
            }
        }
        flaws
    }

    /// What a log has; lines that are no actions count for nothing.
    fn of(files: &[LogFile]) -> Self {
        let (mut added, mut removed, mut live) = (0, 0, HashSet::new());
        for line in files.iter().flat_map(|file| file.text.lines()) {
            let action: Value = serde_json::from_str(line).unwrap_or_default();
            if let Some(path) = action.pointer("/add/path") {
                added += 1;
                live.insert(path.clone());
            }
            if let Some(path) = action.pointer("/remove/path") {
                removed += 1;
                live.remove(path);
            }
        }
        let count = |count: usize| u32::try_from(count).ok();
        Self {
            commits: count(files.len()),
            added_files: Some(added),
            removed_files: Some(removed),
            live_files: count(live.len()),
        }
    }
}
