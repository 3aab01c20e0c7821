//! `rows_equal`: a relation of the student's holds the rows that the reference gives.

use super::reference::Reference;
use super::{Known, Question, Rule, Section};
use crate::outcome::Verdict;
use crate::scene::Scene;

#[derive(Debug)]
pub struct RowsEqual {
    /// Name of one of the rubric's relations.
    relation: String,
    reference: Reference,
}

pub fn read(section: &mut Section<'_, '_>) -> RowsEqual {
    RowsEqual { relation: section.required("relation"), reference: Reference::read(section) }
}

impl Rule for RowsEqual {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        self.reference.questions(scene, &Vec::new(), scene.relation(&self.relation).ok().as_ref())
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        match scene.relation(&self.relation) {
            Ok(actual) => self.reference.judge(scene, &Vec::new(), &actual),
            Err(absent) => Verdict::Blocked(absent),
        }
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.relation(&self.relation).into_iter().chain(self.reference.unknown_names(known, &[])).collect()
    }
}
