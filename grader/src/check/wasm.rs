//! `wasm`: an instructor's own check, a WebAssembly component, judges the evidence of the task.
//!
//! Invariant: a verdict is for the check that asked, within its points. Whatever a component says, its words are cut, its
//! reason is a word, and its failure costs the student nothing.

mod evidence;
#[cfg(test)]
mod tests;

use sandbar_labs::component::{Call, Said};

use super::{Known, Rule, Section};
use crate::outcome::{Earns, Fault, Verdict};
use crate::scene::Scene;

/// A component reads it with a bounded number of steps, so that it is bounded too.
const MAX_EVIDENCE_BYTES: usize = 1024 * 1024;
/// Of each text that a component says.
const MAX_CHARACTERS: usize = 2_000;
/// Of the reason.
const MAX_REASON: usize = 40;
/// A claim that does not hold never earns everything.
const MOST_PER_MILLE: u32 = 999;

#[derive(Debug)]
pub struct Wasm {
    /// A file in the lab's folder.
    component: String,
    /// JSON.
    config: String,
    /// Relations of the lab that the component is given.
    reads: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> Wasm {
    let config = section.node("config").map_or_else(|| "{}".to_owned(), |node| node.to_json().to_string());
    Wasm { component: section.required("component"), config, reads: section.texts("reads") }
}

impl Rule for Wasm {
    fn component(&self) -> Option<&str> {
        Some(&self.component)
    }

    fn call(&self, scene: &Scene<'_>) -> Option<Call> {
        scene.main()?;
        let component = scene.lab.components.get(&self.component)?.clone();
        let evidence = evidence::of(scene, &self.reads).to_string();
        let fits = evidence.len() <= MAX_EVIDENCE_BYTES;
        fits.then(|| Call { component, evidence, config: self.config.clone(), seed: scene.seed })
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match scene.said() {
            Some(Ok(said)) => verdict(said),
            Some(Err(why)) => Verdict::Unavailable(format!("The check itself failed, which costs nothing. {why}")),
            None if scene.main().is_none() => Verdict::Blocked("The notebook did not run to its end.".to_owned()),
            None if scene.lab.components.contains_key(&self.component) => too_much(),
            None => Verdict::Unavailable(format!("The component `{}` is not there.", self.component)),
        }
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.reads.iter().filter_map(|name| known.relation(name)).collect()
    }
}

fn too_much() -> Verdict {
    let message = format!("The tables and results are more than {} KiB of text to look at.", MAX_EVIDENCE_BYTES / 1024);
    Fault::new("limit", message).next("Keep to the rows that the task asks for.").error()
}

/// What a component said as a verdict on the check that called it.
fn verdict(said: &Said) -> Verdict {
    if said.passed {
        return Verdict::Passed;
    }
    let message = said.message.trim();
    let fault = Fault {
        reason: reason(&said.reason),
        message: if message.is_empty() { "The claim does not hold.".to_owned() } else { cut(message) },
        expected: said.expected.as_deref().map(cut),
        found: said.found.as_deref().map(cut),
        next_step: said.next_step.as_deref().map(cut),
        earns: Earns::PerMille(said.per_mille.min(MOST_PER_MILLE)),
        ..Fault::default()
    };
    fault.failed()
}

/// Small letters and underscores, as the keys of all other feedback.
fn reason(said: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphabetic() { c.to_ascii_lowercase() } else { '_' };
    let word: String = said.chars().take(MAX_REASON).map(letter).collect();
    if word.trim_matches('_').is_empty() { "failed".to_owned() } else { word }
}

/// A text that can stand in a report: bounded, and without what would steer a terminal.
fn cut(said: &str) -> String {
    let shown = |c: char| if c.is_control() && c != '\n' { ' ' } else { c };
    let mut text: String = said.chars().take(MAX_CHARACTERS).map(shown).collect();
    if said.chars().nth(MAX_CHARACTERS).is_some() {
        text.push('…');
    }
    text
}
