//! Names of the student's own that stand for the ones that the lab asks for, so that a slip in a name costs once: where
//! the name itself is looked at.

use sandbar_labs::authored::nearest;
use sandbar_labs::relation::{Column, Relation};

use super::Scene;
use crate::compare::renamed;
use crate::rubric::{Moment, Origin, RelationSource};

impl<'a> Scene<'a> {
    /// The temp view that the check's task made in place of one of that name: the nearest in name, or the only one.
    pub fn misnamed_view(&self, name: &str) -> Option<(&'a str, &'a Relation)> {
        let made: Vec<(&'a str, &'a Relation)> = self
            .cells(self.task)
            .into_iter()
            .flat_map(|cell| cell.views.iter().map(|(name, rows)| (name.as_str(), rows)))
            .collect();
        let near = nearest(name, made.iter().map(|(made, _)| *made));
        let nearest = near.and_then(|near| made.iter().rfind(|(made, _)| *made == near));
        let only = || made.iter().all(|(other, _)| *other == made[0].0).then(|| made.last()).flatten();
        nearest.or_else(only).copied().filter(|_| self.view(name).is_none())
    }

    /// What the student calls a view of the lab, where that is another name.
    pub fn own_name(&self, view: &str) -> Option<&'a str> {
        self.own_names.get(view).map(String::as_str)
    }

    /// Columns of a relation that the student calls otherwise: the name found, and the lab's.
    fn renamed(&self, source: &RelationSource) -> Vec<(String, String)> {
        let columns: Option<&[Column]> = match &source.origin {
            Origin::Table { table, at } => self.table_at(table, *at).map(|at| at.version.schema.as_slice()),
            Origin::View { view } => {
                let view = self.view(view).or_else(|| self.misnamed_view(view).map(|(_, rows)| rows));
                view.map(|view| view.columns.as_slice())
            }
            Origin::Dataset { .. } => None,
        };
        columns.map(|columns| renamed(&source.columns, columns)).unwrap_or_default()
    }

    /// Rows of a relation of the lab under the names that the student gives its columns.
    pub fn in_own_names(&self, relation: &str, mut rows: Relation) -> Relation {
        let renamed = self.lab.rubric.relations.get(relation).map(|source| self.renamed(source)).unwrap_or_default();
        for (own, asked) in renamed {
            if let Some(at) = rows.column_index(&asked) {
                rows.columns[at].name = own;
            }
        }
        rows
    }

    /// Rows under the lab's names, where the student's table has others for its columns.
    pub fn in_asked_names(&self, mut rows: Relation) -> Relation {
        let of_tables = self
            .lab
            .rubric
            .relations
            .values()
            .filter(|source| matches!(source.origin, Origin::Table { at: Moment::Before | Moment::After, .. }));
        for (own, asked) in of_tables.flat_map(|source| self.renamed(source)) {
            if let (Some(at), None) = (rows.column_index(&own), rows.column_index(&asked)) {
                rows.columns[at].name = asked;
            }
        }
        rows
    }
}
