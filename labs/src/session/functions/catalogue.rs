//! Every function that a statement may call, with what a student needs to know about it.
//!
//! The list is closed: a name that is not here is an unknown function, whatever a library has registered under it.
//! `docs/functions.md` is made from it, with the computed result of every example.

mod aggregates;
mod arity;
mod arrays;
mod conditions;
mod dates;
mod generators;
mod json;
mod maps;
mod numbers;
mod refused;
mod session;
mod texts;
mod windows;

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A function as students see it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub name: &'static str,
    /// What stands between its brackets; what may be left away is in square ones.
    pub arguments: &'static str,
    /// What it gives, in one sentence.
    pub sentence: &'static str,
    /// What stands behind SELECT.
    pub example: &'static str,
    pub family: &'static str,
}

impl Entry {
    /// `substring(str, pos[, len])`
    pub fn usage(&self) -> String {
        format!("{}({})", self.name, self.arguments)
    }

    /// A statement that shows it.
    pub fn statement(&self) -> String {
        format!("SELECT {}", self.example)
    }
}

pub use arity::Arity;
pub use refused::instead_of;

/// A family's table: name, arguments, sentence, example.
macro_rules! entries {
    ($family:literal: $($name:literal $arguments:literal $sentence:literal $example:literal;)*) => {
        pub const ENTRIES: &[$crate::session::functions::catalogue::Entry] = &[
            $($crate::session::functions::catalogue::Entry {
                name: $name,
                arguments: $arguments,
                sentence: $sentence,
                example: $example,
                family: $family,
            }),*
        ];
    };
}
use entries;

/// Families in the order of the page.
const FAMILIES: &[&[Entry]] = &[
    texts::ENTRIES,
    numbers::ENTRIES,
    dates::ENTRIES,
    conditions::ENTRIES,
    arrays::ENTRIES,
    maps::ENTRIES,
    json::ENTRIES,
    generators::ENTRIES,
    aggregates::ENTRIES,
    windows::ENTRIES,
    session::ENTRIES,
];

static BY_NAME: LazyLock<BTreeMap<&'static str, &'static Entry>> =
    LazyLock::new(|| FAMILIES.iter().copied().flatten().map(|entry| (entry.name, entry)).collect());

/// A function by its name in lower case.
pub fn find(name: &str) -> Option<&'static Entry> {
    BY_NAME.get(name).copied()
}

/// All functions, by name.
pub fn all() -> impl Iterator<Item = &'static Entry> {
    BY_NAME.values().copied()
}

/// Whether a function makes rows of one.
pub fn is_generator(name: &str) -> bool {
    generators::ENTRIES.iter().any(|entry| entry.name == name)
}

/// Whether a statement, or what it is rewritten to, may call a function.
pub fn is_callable(name: &str) -> bool {
    name.starts_with("__") || BY_NAME.contains_key(name)
}

/// The families, in the order of the page.
#[cfg(test)]
pub fn families() -> impl Iterator<Item = &'static [Entry]> {
    FAMILIES.iter().copied()
}
