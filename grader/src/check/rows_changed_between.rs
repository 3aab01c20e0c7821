//! `rows_changed_between`: from one version of a table to another the rows change as the reference says, which reads them
//! as `from_rows` and `to_rows`.

use sandbar_labs::relation::Relation;

use super::reference::{Extra, Reference};
use super::{Known, Question, Rule, Section};
use crate::compare::{Contract, compare};
use crate::outcome::{Fault, Verdict};
use crate::rubric::Moment;
use crate::scene::Scene;

const FROM: &str = "from_rows";
const TO: &str = "to_rows";

#[derive(Debug)]
pub struct RowsChangedBetween {
    table: String,
    from: u64,
    to: u64,
    reference: Reference,
}

pub fn read(section: &mut Section<'_, '_>) -> RowsChangedBetween {
    let table = section.required("table");
    let mut version = |name: &'static str| match section.count_if_given(name) {
        Some(version) => u64::try_from(version).unwrap_or(u64::MAX),
        None => {
            section.missing(name);
            0
        }
    };
    let (from, to) = (version("from"), version("to"));
    if from > to {
        section.wrong("to", "`to` is a version before `from`.".to_owned());
    }
    RowsChangedBetween { table, from, to, reference: Reference::read(section) }
}

impl RowsChangedBetween {
    /// The table's rows at both versions.
    ///
    /// # Errors
    /// A sentence for the student: which version is not there.
    fn states(&self, scene: &Scene<'_>) -> Result<(Relation, Relation), String> {
        let absent = || format!("There is no Delta table `{}` to look at.", self.table);
        let now = scene.table_at(&self.table, Moment::After).ok_or_else(absent)?;
        let at = |number: u64| {
            let found = now.table.versions.iter().find(|version| version.version == number);
            let found = found.filter(|version| version.version <= now.version.version);
            let rows = found
                .and_then(|version| Some(Relation { columns: version.schema.clone(), rows: version.rows.clone()? }));
            rows.ok_or_else(|| format!("`{}` has no version {number} that can be read.", self.table))
        };
        Ok((at(self.from)?, at(self.to)?))
    }

    fn extra(from: Relation, to: Relation) -> Extra {
        vec![(FROM.to_owned(), from), (TO.to_owned(), to)]
    }
}

impl Rule for RowsChangedBetween {
    fn questions(&self, scene: &Scene<'_>) -> Vec<Question> {
        match self.states(scene) {
            Ok((from, to)) => self.reference.questions(scene, &Self::extra(from, to.clone()), Some(&to)),
            Err(_) => Vec::new(),
        }
    }

    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let (from, to) = match self.states(scene) {
            Ok(states) => states,
            Err(absent) => return Verdict::Blocked(absent),
        };
        let exactly = Contract { tolerance: 0.0, ..self.reference.contract().clone() };
        if compare(&from, &to, &exactly).is_none() {
            let message = format!("No row changed between version {} and version {}.", self.from, self.to);
            return Fault::new("unchanged", message).found("the same rows").failed();
        }
        self.reference.judge(scene, &Self::extra(from, to.clone()), &to)
    }

    fn reference(&self) -> Option<&Reference> {
        Some(&self.reference)
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        self.reference.unknown_names(known, &[FROM, TO])
    }
}
