//! Which of a lab's relations are generated, and how.

use serde_json::Value;

use super::case::Case;
use super::generate::{Generator, Values};
use crate::check::Known;
use crate::rubric::Section;
use crate::scene::Scene;

#[derive(Debug)]
pub struct Varied {
    /// One or two of the lab's relations.
    pub relations: Vec<String>,
    /// Columns that are the same for one key in every relation.
    pub keeps: Vec<String>,
    pub generator: Generator,
}

impl Varied {
    pub fn read(section: &mut Section<'_, '_>) -> Self {
        let (relations, keeps) = (section.texts("vary"), section.texts("keeps"));
        if relations.is_empty() || relations.len() > 2 {
            section.wrong("vary", "`vary` names one or two relations of the lab.".to_owned());
        }
        let (columns, key) = (section.columns("columns"), section.required("key"));
        let mut values = Vec::new();
        section.each_named("values", |name, entry| values.push((name.to_owned(), Values::read(entry))));
        if !columns.iter().any(|column| column.name == key) {
            section.wrong("key", format!("`{key}` is not one of the columns."));
        }
        for column in columns.iter().filter(|column| !values.iter().any(|(name, _)| *name == column.name)) {
            section.wrong("values", format!("Nothing says what the values of `{}` are.", column.name));
        }
        Self { relations, keeps, generator: Generator { columns, key, values } }
    }

    /// Every kind of row at once.
    ///
    /// # Errors
    /// A sentence for the student when values are to come from work that is not there.
    pub fn dense(&self, scene: &Scene<'_>) -> Result<Case, String> {
        let known = |relation: &str, column: &str| known_values(scene, relation, column);
        let mut source = self.generator.source(scene.seed, scene.check, &known)?;
        let relations = match self.relations.as_slice() {
            [one] => vec![(one.clone(), source.single())],
            [one, other, ..] => {
                let (left, right) = source.pair(&self.keeps);
                vec![(one.clone(), left), (other.clone(), right)]
            }
            [] => Vec::new(),
        };
        Ok(Case::new(relations))
    }

    /// What all hidden data keep to, as one sentence for students.
    pub fn sentence(&self) -> String {
        let mut parts = vec![format!("no two rows of a table share their `{}`", self.generator.key)];
        if self.relations.len() > 1 && !self.keeps.is_empty() {
            let columns: Vec<String> = self.keeps.iter().map(|column| format!("`{column}`")).collect();
            let (verb, same) = if columns.len() == 1 { ("is", "") } else { ("are", " each") };
            parts.push(format!(
                "{} {verb}{same} the same in every table for one `{}`",
                columns.join(", "),
                self.generator.key
            ));
        }
        parts.extend(self.generator.values.iter().filter_map(|(name, values)| values.sentence(name)));
        format!("The other data keep to this: nothing is NULL; {}.", parts.join("; "))
    }

    pub fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.relations.iter().filter_map(|name| known.relation(name)).collect()
    }
}

/// The values of a column in the student's own work, each once.
fn known_values(scene: &Scene<'_>, relation: &str, column: &str) -> Result<Vec<Value>, String> {
    let rows = scene.relation(relation)?;
    let place = rows.column_index(column).ok_or_else(|| format!("`{relation}` has no column `{column}`."))?;
    let mut values: Vec<Value> = Vec::new();
    for value in rows.rows.iter().filter_map(|row| row.get(place)) {
        if !values.contains(value) && !value.is_null() {
            values.push(value.clone());
        }
    }
    Ok(values)
}
