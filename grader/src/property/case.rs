//! Generated data for one trial, and the smaller data that can be made of it.

use std::sync::OnceLock;

use sandbar_labs::relation::Relation;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Relations by the names that the lab gives them. Equal cases have equal ids.
#[derive(Debug)]
pub struct Case {
    pub relations: Vec<(String, Relation)>,
    /// Made when it is asked for first: a search asks for it in every round.
    id: OnceLock<String>,
}

impl Clone for Case {
    /// A copy is made to be changed, so it has no id yet.
    fn clone(&self) -> Self {
        Self::new(self.relations.clone())
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.relations == other.relations
    }
}

impl Case {
    pub fn new(relations: Vec<(String, Relation)>) -> Self {
        Self { relations, id: OnceLock::new() }
    }

    /// Short and made from the content, so that no case is tried twice.
    pub fn id(&self) -> &str {
        self.id.get_or_init(|| {
            let text = serde_json::to_vec(&self.relations).unwrap_or_default();
            hex::encode(&Sha256::digest(text)[..8])
        })
    }

    pub fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations.iter().find(|(known, _)| known == name).map(|(_, relation)| relation)
    }

    /// The place of every row: its relation's and its own.
    pub fn places(&self) -> Vec<(usize, usize)> {
        let rows = |(at, (_, relation)): (usize, &(String, Relation))| {
            (0..relation.rows.len()).map(move |row| (at, row)).collect::<Vec<_>>()
        };
        self.relations.iter().enumerate().flat_map(rows).collect()
    }

    /// The case without the rows at some places, which are in order.
    pub fn without(&self, places: &[(usize, usize)]) -> Self {
        let mut smaller = self.clone();
        for (relation, row) in places.iter().rev() {
            smaller.relations[*relation].1.rows.remove(*row);
        }
        smaller
    }

    /// Only the rows whose column has that value.
    pub fn only(&self, column: &str, value: &Value) -> Self {
        let mut smaller = self.clone();
        for (_, relation) in &mut smaller.relations {
            let Some(at) = relation.column_index(column) else { continue };
            relation.rows.retain(|row| row.get(at) == Some(value));
        }
        smaller
    }

    /// Every value of the column, once each, in the order of the rows.
    pub fn values(&self, column: &str) -> Vec<Value> {
        let mut values = Vec::new();
        for (_, relation) in &self.relations {
            let Some(at) = relation.column_index(column) else { continue };
            for value in relation.rows.iter().filter_map(|row| row.get(at)) {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
        values
    }

    /// The case with one value put in the place of another.
    pub fn with(&self, (relation, row): (usize, usize), column: usize, value: Value) -> Self {
        let mut changed = self.clone();
        changed.relations[relation].1.rows[row][column] = value;
        changed
    }

    /// The case with the rows of a relation in reverse order.
    pub fn reversed(&self, name: &str) -> Self {
        let mut changed = self.clone();
        for (_, relation) in changed.relations.iter_mut().filter(|(known, _)| known == name) {
            relation.rows.reverse();
        }
        changed
    }

    /// The case with no rows in a relation.
    pub fn emptied(&self, name: &str) -> Self {
        let mut changed = self.clone();
        for (_, relation) in changed.relations.iter_mut().filter(|(known, _)| known == name) {
            relation.rows.clear();
        }
        changed
    }
}
