//! The hints of a task: a ladder of at most four levels, each dearer than the one before.

use sandbar_labs::diagnostic::Position;
use serde::{Deserialize, Serialize};

use super::Section;

/// How much a hint gives away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HintLevel {
    /// The idea that the task is about.
    Concept,
    /// The clause or function that does it.
    Clause,
    /// The statement's frame with gaps.
    Skeleton,
    /// The line that makes the difference.
    Difference,
}

impl HintLevel {
    /// In the order in which they are opened.
    pub const ALL: [Self; 4] = [Self::Concept, Self::Clause, Self::Skeleton, Self::Difference];

    /// As it stands in a lab's file and in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Concept => "concept",
            Self::Clause => "clause",
            Self::Skeleton => "skeleton",
            Self::Difference => "difference",
        }
    }

    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.word() == word)
    }

    /// What it costs, in hundredths of the task's points. Of several opened levels only the dearest is paid.
    pub fn price_percent(self) -> u32 {
        match self {
            Self::Concept => 0,
            Self::Clause => 5,
            Self::Skeleton => 10,
            Self::Difference => 20,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub level: HintLevel,
    /// Markdown.
    pub text: String,
}

/// `hints: {concept: ..., clause: ..., skeleton: ..., difference: ...}`; a level may be left out.
pub(super) fn read(task: &mut Section<'_, '_>) -> Vec<Hint> {
    let Some(mut section) = task.section("hints") else { return Vec::new() };
    let mut read: Vec<(Position, Hint)> = Vec::new();
    for level in HintLevel::ALL {
        let (text, is_given) = (section.text(level.word()), section.node(level.word()).is_some());
        let Some(position) = section.written_at(level.word()) else { continue };
        if text.as_deref().map_or(!is_given, |text| text.trim().is_empty()) {
            section.wrong(level.word(), format!("The hint `{}` says nothing.", level.word()));
        }
        read.push((position, Hint { level, text: text.unwrap_or_default() }));
    }
    for pair in read.windows(2) {
        if let [(before, first), (after, second)] = pair
            && after < before
        {
            let (first, second) = (first.level.word(), second.level.word());
            section.wrong(second, format!("`{second}` is opened after `{first}`, so it stands below it."));
        }
    }
    section.finish();
    if read.is_empty() {
        task.wrong("hints", "No hint is written here: leave `hints` out, or write its levels.".to_owned());
    }
    read.into_iter().map(|(_, hint)| hint).collect()
}
