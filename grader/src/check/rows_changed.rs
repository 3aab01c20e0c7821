//! `rows_changed`: after the task the table holds what the reference makes of the student's own rows before it.

use sandbar_labs::relation::Relation;

use super::reference::Reference;
use super::{Known, Question, Rule, Section};
use crate::compare::compare;
use crate::outcome::{Fault, Verdict};
use crate::scene::Scene;

#[derive(Debug)]
pub struct RowsChanged {
    /// Names of the rubric's relations for the two states.
    before: String,
    after: String,
    reference: Reference,
}

pub fn read(section: &mut Section<'_, '_>) -> RowsChanged {
    let before = section.text("before").unwrap_or_else(|| "before".to_owned());
    let after = section.text("after").unwrap_or_else(|| "after".to_owned());
    RowsChanged { before, after, reference: Reference::read(section) }
}

impl RowsChanged {
    fn states(&self, scene: &Scene<'_>) -> Result<(Relation, Relation), String> {
        Ok((scene.relation(&self.before)?, scene.relation(&self.after)?))
    }
}

impl Rule for RowsChanged {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        match self.states(scene) {
            Ok((_, after)) => self.reference.questions(scene, &Vec::new(), Some(&after)),
            Err(_) => Vec::new(),
        }
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let (before, after) = match self.states(scene) {
            Ok(states) => states,
            Err(absent) => return Verdict::Blocked(absent),
        };
        let exactly = crate::compare::Contract { tolerance: 0.0, ..self.reference.contract().clone() };
        if compare(&before, &after, &exactly).is_none() {
            let fault = Fault::new("unchanged", "No row changed: the table holds what it held before this task.");
            return fault.found("the same rows as before").failed();
        }
        self.reference.judge(scene, &Vec::new(), &after)
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        let names = [&self.before, &self.after].into_iter().filter_map(|name| known.relation(name));
        names.chain(self.reference.unknown_names(known, &[])).collect()
    }
}
