//! The source of a MERGE that reads nothing which varies: another in its place, or the student's own as it is.

use sandbar_labs::dialect::vary;
use sandbar_labs::evidence::StatementKind;
use sandbar_labs::relation::{Column, Relation};

use super::case::Case;
use super::subject::{Subject, Wanted};
use crate::rubric::{Moment, Origin};
use crate::scene::Scene;

impl Subject {
    /// Gives a MERGE that reads nothing which varies the relation that does in place of its source. Where that cannot be done the
    /// source is fixed: what it gives is taken for the relation that should vary.
    pub(super) fn replace_source(&mut self, scene: &Scene<'_>, wanted: &Wanted<'_>) {
        // What is typed in beside the relation that varies goes with the student's own rows of it, and with no others.
        if wanted.kind == StatementKind::Merge && self.reads_varied && self.reads_literals {
            self.is_fixed = true;
            return;
        }
        let named = |name: &String| scene.lab.rubric.relations.get(name).map(|source| (name.clone(), source));
        let view = wanted.vary.iter().filter_map(named).find_map(|(name, source)| match &source.origin {
            Origin::View { view } => Some((view, name, source.columns.clone())),
            _ => None,
        });
        let Some((view, name, columns)) = view.filter(|_| !self.reads_varied) else { return };
        let columns = scene.in_own_names(&name, Relation { columns, rows: Vec::new() }).columns;
        let columns: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        let names = |columns: &[Column]| columns.iter().map(|column| column.name.clone()).collect();
        // A table or a view of the student's own that was filled with literals is as good as a source in the statement.
        let own = |name: &str| {
            if name.eq_ignore_ascii_case(wanted.table) {
                return None;
            }
            let view = scene.view(name).map(|view| names(&view.columns));
            view.or_else(|| Some(names(&scene.table_at(name, Moment::After)?.version.schema)))
        };
        for statement in &mut self.statements {
            match vary::with_source(statement, wanted.table, (view, &columns), &own) {
                vary::Source::None => {}
                vary::Source::Unclear => self.is_fixed = true,
                vary::Source::Replaced(replaced) => {
                    *statement = replaced;
                    self.replaced = true;
                }
            }
        }
    }

    /// A case for a source that is fixed: beside the generated rows of the table the student's own, and for what should vary the
    /// student's own rows. Other cases as they are.
    ///
    /// # Errors
    /// A sentence for the student: what is missing.
    pub fn fixed(&mut self, scene: &Scene<'_>, dense: Case) -> Result<Case, String> {
        if !self.is_fixed {
            return Ok(dense);
        }
        let mut relations = dense.relations.clone();
        for (at, (name, relation)) in relations.iter_mut().enumerate() {
            let own = scene.relation(name)?;
            match at {
                0 if own.columns.len() == relation.columns.len() => relation.rows.extend(own.rows),
                0 => {}
                _ => *relation = own,
            }
        }
        self.fixed = relations.get(1..).map(<[_]>::to_vec).unwrap_or_default();
        Ok(Case::new(relations))
    }

    /// Whether a case can be tried: what is fixed is as it is.
    pub fn can_try(&self, case: &Case) -> bool {
        !self.is_fixed || case.relations.get(1..).is_some_and(|rest| rest == self.fixed)
    }

    /// Whether the source could not be varied.
    pub fn is_fixed(&self) -> bool {
        self.is_fixed
    }
}
