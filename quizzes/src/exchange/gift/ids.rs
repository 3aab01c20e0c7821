//! Ids made of titles.

use std::collections::{HashMap, HashSet};

/// Ids that were given, each once.
#[derive(Default)]
pub(super) struct Ids {
    taken: HashSet<String>,
    /// The number to try next, by slug.
    next: HashMap<String, usize>,
}

impl Ids {
    /// An id that was not given yet; `otherwise` where the name has no letter of the alphabet.
    pub fn free(&mut self, name: &str, otherwise: &str) -> String {
        let slug = Some(slug(name)).filter(|slug| !slug.is_empty()).unwrap_or_else(|| otherwise.to_owned());
        let next = self.next.entry(slug.clone()).or_insert(1);
        loop {
            let id = if *next == 1 { slug.clone() } else { format!("{slug}-{next}") };
            *next += 1;
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Lower case, with `-` between words: `What is MERGE?` is `what-is-merge`.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    shortened(&words.collect::<Vec<_>>().join(" ").to_ascii_lowercase()).replace(' ', "-")
}

/// At most the first six words.
pub(super) fn shortened(text: &str) -> String {
    text.split_whitespace().take(6).collect::<Vec<_>>().join(" ")
}
