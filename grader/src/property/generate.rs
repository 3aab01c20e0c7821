//! Hidden data within a lab's promises.
//!
//! The kinds of rows are fixed, and a seed chooses only their values: rows of one side, rows of both sides that are equal,
//! that differ in one column each, and in all; a key's namesake, and a key that begins with another; the least and the
//! greatest numbers, up and down, by a step and by all; and the numbers at which ways of rounding part. So whether a mistake
//! is found does not depend on the seed.

mod pool;
mod rounding;

use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use sandbar_labs::relation::{Column, Relation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::rubric::Section;
use pool::{Pool, drawn, number};
use rounding::Factor;

/// How rows of one kind are made.
#[derive(Clone, Debug, PartialEq)]
pub struct Generator {
    pub columns: Vec<Column>,
    /// The column whose value no two rows of a relation share.
    pub key: String,
    pub values: Vec<(String, Values)>,
}

/// What a column's values are.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbered texts.
    Key {
        prefix: String,
    },
    Words(Vec<String>),
    /// The values that a column of one of the lab's relations has in the student's own work.
    Known {
        relation: String,
        column: String,
    },
    Number {
        least: f64,
        most: f64,
        decimals: u32,
        /// What the lab's rule multiplies them by before it rounds.
        times: Option<Factor>,
    },
}

/// The known values of a column, by relation and column.
pub type KnownValues<'a> = dyn Fn(&str, &str) -> Result<Vec<Value>, String> + 'a;

impl Values {
    pub fn read(section: &mut Section<'_, '_>) -> Self {
        let (prefix, relation, column) = (section.text("prefix"), section.text("relation"), section.text("column"));
        let words = section.texts("words");
        match (prefix, relation) {
            (Some(prefix), None) => Self::Key { prefix },
            (None, Some(relation)) => Self::Known { relation, column: column.unwrap_or_default() },
            _ if !words.is_empty() => Self::Words(words),
            _ => {
                let (least, most) = (section.number("least"), section.number("most"));
                if least.is_none() || most.is_none() || least > most {
                    let message =
                        "Values are one of `prefix`, `words`, `relation` with `column`, and `least` with `most`.";
                    section.wrong("least", message.to_owned());
                }
                let decimals = u32::try_from(section.count("decimals", 0)).unwrap_or_default();
                let times = Factor::read(section);
                Self::Number { least: least.unwrap_or_default(), most: most.unwrap_or_default(), decimals, times }
            }
        }
    }
}

impl Values {
    /// What the values of that column keep to; `None` when that is said of the key, or nothing is.
    pub fn sentence(&self, column: &str) -> Option<String> {
        match self {
            Self::Key { .. } => None,
            Self::Words(words) => Some(format!("`{column}` is one of {}", words.join(", "))),
            Self::Known { .. } => Some(format!("`{column}` is one of those in your own rows")),
            Self::Number { least, most, decimals: 0, .. } => {
                Some(format!("`{column}` is a whole number from {least} to {most}"))
            }
            Self::Number { least, most, decimals, .. } => {
                Some(format!("`{column}` is from {least} to {most}, with at most {decimals} decimals"))
            }
        }
    }
}

impl Generator {
    /// # Errors
    /// A sentence for the student when a known value is missing.
    pub fn source(&self, seed: u64, check: &str, known: &KnownValues<'_>) -> Result<Source<'_>, String> {
        let mut pools = Vec::new();
        for column in &self.columns {
            let values = self.values.iter().find(|(name, _)| *name == column.name).map(|(_, values)| values);
            pools.push(match values {
                Some(Values::Known { relation, column }) => {
                    let mut values = known(relation, column)?;
                    values.truncate(MAX_KNOWN);
                    Pool::Words(values)
                }
                Some(Values::Words(words)) => {
                    let words: std::collections::BTreeSet<&String> = words.iter().collect();
                    Pool::Words(words.into_iter().map(|word| json!(word)).collect())
                }
                Some(Values::Number { least, most, decimals, times }) => {
                    Pool::number((*least, *most), *decimals, *times, &column.type_name)
                }
                Some(Values::Key { prefix }) => Pool::Key(prefix.clone()),
                None => Pool::Words(Vec::new()),
            });
        }
        if pools.iter().any(|pool| matches!(pool, Pool::Words(words) if words.is_empty())) {
            return Err("There are no values to choose from.".to_owned());
        }
        let digest: [u8; 32] = Sha256::digest(format!("{seed} {check}")).into();
        let random = TestRng::from_seed(RngAlgorithm::ChaCha, &digest);
        let mut runner = TestRunner::new_with_rng(Config::default(), random);
        let worst = pools.iter().map(|pool| pool.worst(&mut runner)).collect();
        Ok(Source { generator: self, pools, keys: 0, runner, worst })
    }
}

/// Known values of a column that are looked at: a statement may be about any one of them.
const MAX_KNOWN: usize = 100;

/// Makes rows, one after the other.
#[derive(Debug)]
pub struct Source<'a> {
    generator: &'a Generator,
    pools: Vec<Pool>,
    keys: usize,
    runner: TestRunner,
    /// For each column the numbers at which ways of rounding part.
    worst: Vec<Vec<Value>>,
}

type Row = Vec<Value>;

impl Source<'_> {
    /// Two relations that share keys, such as a table and the source of a MERGE. Columns in `keeps` are the same for one
    /// key on both sides.
    pub fn pair(&mut self, keeps: &[String]) -> (Relation, Relation) {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        left.extend([self.row(), self.extreme(false), self.extreme(true)]);
        right.extend([self.row(), self.extreme(false), self.extreme(true)]);
        let namesake = self.namesake(&left[0]);
        right.push(namesake);
        self.part_of_a_key(&mut left, &mut right);
        let free: Vec<usize> = (0..self.pools.len()).filter(|at| self.may_differ(*at, keeps)).collect();
        let both = self.row();
        left.push(both.clone());
        right.push(both);
        for changed in free.iter().map(std::slice::from_ref).chain([free.as_slice()]) {
            let row = self.row();
            right.push(self.changed(&row, changed));
            left.push(row);
        }
        for place in free.iter().copied() {
            for (one, other) in self.steps(place) {
                let row = self.row();
                left.push(with(&row, place, one));
                right.push(with(&row, place, other));
            }
        }
        for row in self.hard_to_round() {
            left.push(self.changed(&row, &free));
            right.push(row);
        }
        right.rotate_left(2);
        (self.relation(left), self.relation(right))
    }

    /// One relation in which each known value occurs at least twice.
    pub fn single(&mut self) -> Relation {
        let mut rows = vec![self.extreme(false), self.extreme(true)];
        if !(0..self.pools.len()).any(|place| self.is_known(place)) {
            rows.extend(self.hard_to_round());
        }
        let places: Vec<usize> = (0..self.pools.len()).filter(|at| matches!(self.pools[*at], Pool::Words(_))).collect();
        for place in places {
            let Pool::Words(words) = &self.pools[place] else { continue };
            for word in words.iter().take(MAX_KNOWN).cloned().collect::<Vec<_>>() {
                let kinds = [self.row(), self.extreme(false), self.extreme(true)];
                // A statement may be about rows with one of the student's own values only.
                let hard = if self.is_known(place) { self.hard_to_round() } else { Vec::new() };
                for row in kinds.into_iter().chain(hard) {
                    rows.push(with(&row, place, word.clone()));
                }
            }
        }
        self.relation(rows)
    }

    /// Pairs of a column's numbers: from the least to the greatest and back, and one step up and down.
    fn steps(&self, place: usize) -> Vec<(Value, Value)> {
        let Pool::Number { least, most, decimals, type_name, .. } = &self.pools[place] else { return Vec::new() };
        let number = |steps: i64| number(steps, *decimals, type_name);
        let middle = least + (most - least) / 2;
        [(*least, *most), (*most, *least), (middle, middle + 1), (middle + 1, middle)]
            .map(|(one, other)| (number(one), number(other)))
            .into()
    }

    fn relation(&self, rows: Vec<Row>) -> Relation {
        Relation { columns: self.generator.columns.clone(), rows }
    }

    /// Whether a column's values are the student's own.
    fn is_known(&self, place: usize) -> bool {
        let name = &self.generator.columns[place].name;
        self.generator.values.iter().any(|(known, values)| known == name && matches!(values, Values::Known { .. }))
    }

    fn may_differ(&self, place: usize, keeps: &[String]) -> bool {
        let several = match &self.pools[place] {
            Pool::Key(_) => false,
            Pool::Words(words) => words.len() > 1,
            Pool::Number { least, most, .. } => least < most,
        };
        several && !keeps.contains(&self.generator.columns[place].name)
    }

    fn row(&mut self) -> Row {
        (0..self.pools.len()).map(|place| self.value(place, None)).collect()
    }

    /// A row with the least or the greatest number in each column of numbers.
    fn extreme(&mut self, greatest: bool) -> Row {
        let mut row = self.row();
        for (place, pool) in self.pools.iter().enumerate() {
            if let Pool::Number { least, most, decimals, type_name, .. } = pool {
                row[place] = number(if greatest { *most } else { *least }, *decimals, type_name);
            }
        }
        row
    }

    /// A row for each number at which the ways of rounding part.
    fn hard_to_round(&mut self) -> Vec<Row> {
        let worst = self.worst.clone().into_iter().enumerate();
        worst
            .flat_map(|(place, values)| values.into_iter().map(move |value| (place, value)))
            .map(|(place, value)| with(&self.row(), place, value))
            .collect()
    }

    /// Another row with the same texts.
    fn namesake(&mut self, of: &Row) -> Row {
        let mut row = self.row();
        for (place, pool) in self.pools.iter().enumerate() {
            if matches!(pool, Pool::Words(_)) {
                row[place] = of[place].clone();
            }
        }
        row
    }

    /// Rows of one side only whose keys are a part of a key of the other side, or differ from it in one place of many: a
    /// match by a part of the key takes them for the same.
    fn part_of_a_key(&mut self, left: &mut Vec<Row>, right: &mut Vec<Row>) {
        let Some(place) = self.pools.iter().position(|pool| matches!(pool, Pool::Key(_))) else { return };
        let text = |row: &Row| row[place].as_str().unwrap_or_default().to_owned();
        let (of_left, of_right, middle) = (text(&left[0]), text(&right[0]), text(&self.row()));
        let in_left = [format!("{of_right}B"), format!("B{of_right}"), format!("A{middle}-0123456789")];
        let in_right = [format!("{of_left}B"), format!("B{of_left}"), format!("B{middle}-0123456789")];
        let (last_left, last_right) = (format!("{middle}-0123456789-A"), format!("{middle}-0123456789-B"));
        for key in in_left.into_iter().chain([last_left]) {
            left.push(with(&self.row(), place, json!(key)));
        }
        for key in in_right.into_iter().chain([last_right]) {
            right.push(with(&self.row(), place, json!(key)));
        }
    }

    /// The row with another value in some columns.
    fn changed(&mut self, row: &Row, columns: &[usize]) -> Row {
        let mut changed = row.clone();
        for place in columns {
            changed[*place] = self.value(*place, Some(&row[*place]));
        }
        changed
    }

    /// A value of a column, other than the one given.
    fn value(&mut self, place: usize, other_than: Option<&Value>) -> Value {
        loop {
            let value = match &self.pools[place] {
                Pool::Key(prefix) => {
                    self.keys += 1;
                    json!(format!("{prefix}{}", self.keys))
                }
                Pool::Words(words) => drawn(&mut self.runner, &select(words.clone())).unwrap_or_default(),
                Pool::Number { least, most, decimals, type_name, .. } => {
                    let steps = drawn(&mut self.runner, &(*least..=*most)).unwrap_or(*least);
                    number(steps, *decimals, type_name)
                }
            };
            if other_than != Some(&value) {
                return value;
            }
        }
    }
}

fn with(row: &Row, place: usize, value: Value) -> Row {
    let mut row = row.clone();
    row[place] = value;
    row
}

#[cfg(test)]
mod tests;
