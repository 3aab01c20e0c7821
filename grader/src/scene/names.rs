//! Names of the student's own that stand for the ones that the lab asks for, so that a slip in a name costs once: where
//! the name itself is looked at.

use sandbar_labs::authored::nearest;
use sandbar_labs::evidence::{StatementFacts, StatementKind};
use sandbar_labs::relation::{Column, Relation};

use super::{Scene, TableAt};
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
        let is_there = || self.view(name).is_some() || self.table_at(name, Moment::After).is_some();
        nearest.or_else(only).copied().filter(|_| !is_there())
    }

    /// What the check's task did last with the view of that name: made it for the session or to stay, or dropped it; and
    /// in which cell.
    pub fn last_about_view(&self, name: &str) -> Option<(u32, StatementKind)> {
        let kinds = [StatementKind::CreateTempView, StatementKind::CreateView, StatementKind::DropTable];
        let is_about = |facts: &StatementFacts| {
            kinds.contains(&facts.kind) && facts.target.as_ref().is_some_and(|target| target.eq_ignore_ascii_case(name))
        };
        let done = self.statements(self.task).into_iter().filter(|(_, statement)| statement.error.is_none());
        let mut facts = done.filter_map(|(cell, statement)| Some((cell.index, statement.facts.as_ref()?)));
        facts.rfind(|(_, facts)| is_about(facts)).map(|(cell, facts)| (cell, facts.kind))
    }

    /// The cell of the check's task that dropped the view again.
    pub fn dropped_view(&self, name: &str) -> Option<u32> {
        let (cell, kind) = self.last_about_view(name)?;
        (kind == StatementKind::DropTable && self.view(name).is_some()).then_some(cell)
    }

    /// The rows of a view that the lab asks for, or of what stands in for it: a table of its name, a view of another.
    pub fn view_or_stand_in(&self, name: &str) -> Option<Relation> {
        let table = || self.table_at(name, Moment::After)?.relation();
        let view = self.view(name).cloned().or_else(table);
        view.or_else(|| self.misnamed_view(name).map(|(_, rows)| rows.clone()))
    }

    /// What the student calls a view of the lab, where that is another name.
    pub fn own_name(&self, view: &str) -> Option<&'a str> {
        self.own_names.get(view).map(String::as_str)
    }

    /// Columns of a relation that the student calls otherwise: the name found, and the lab's.
    fn renamed(&self, source: &RelationSource) -> Vec<(String, String)> {
        let columns = match &source.origin {
            Origin::Table { table, at } => {
                let Some(found) = self.table_at(table, *at) else { return Vec::new() };
                let fixed = renamed_from_the_first(&source.columns, found);
                if !fixed.is_empty() {
                    return fixed;
                }
                Some(found.version.schema.clone())
            }
            Origin::View { view } => self.view_or_stand_in(view).map(|view| view.columns),
            Origin::Dataset { .. } => None,
        };
        columns.and_then(|columns| renamed(&source.columns, &columns)).unwrap_or_default()
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

    /// Rows under the lab's names, where the student's table has others for its columns. A name that is itself one of
    /// those asked for is the student's answer, whatever the table calls so.
    pub fn in_asked_names(&self, mut rows: Relation, asked_for: &[Column]) -> Relation {
        let of_tables = self
            .lab
            .rubric
            .relations
            .values()
            .filter(|source| matches!(source.origin, Origin::Table { at: Moment::Before | Moment::After, .. }));
        let is_asked_for = |name: &str| asked_for.iter().any(|column| column.name.eq_ignore_ascii_case(name));
        let renamed = of_tables.flat_map(|source| self.renamed(source)).filter(|(own, _)| !is_asked_for(own));
        renamed.for_each(|(own, asked)| rename(&mut rows, &own, asked));
        rows
    }
}

/// The rows of a table with the lab's names for columns that the student calls otherwise. Which column is meant does
/// not change with the table: a column that comes later is no better fit.
pub fn in_names_of_the_first(wanted: &[Column], at: TableAt<'_>, mut rows: Relation) -> Relation {
    renamed_from_the_first(wanted, at).into_iter().for_each(|(own, asked)| rename(&mut rows, &own, asked));
    rows
}

/// What a table's columns are called otherwise by its first version that has all of them in some way; without those
/// that the version in question has under the lab's name, or has no more.
fn renamed_from_the_first(wanted: &[Column], at: TableAt<'_>) -> Vec<(String, String)> {
    let first = at.table.versions.iter().find_map(|version| renamed(wanted, &version.schema));
    let has = |name: &str| at.version.schema.iter().any(|column| column.name.eq_ignore_ascii_case(name));
    first.into_iter().flatten().filter(|(own, asked)| has(own) && !has(asked)).collect()
}

fn rename(rows: &mut Relation, own: &str, asked: String) {
    if let (Some(at), None) = (rows.column_index(own), rows.column_index(&asked)) {
        rows.columns[at].name = asked;
    }
}
