//! MERGE and its WHEN clauses.

use datafusion::sql::sqlparser::ast::{Expr, TableFactor};

use super::{Assignment, TableName};
use crate::diagnostic::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    pub schema_evolution: bool,
    pub target: TableName,
    pub target_alias: Option<String>,
    pub source: TableFactor,
    pub on: Expr,
    pub clauses: Vec<MergeClause>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeClause {
    pub kind: MergeKind,
    pub condition: Option<Expr>,
    pub action: MergeAction,
    pub position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeKind {
    Matched,
    NotMatched,
    NotMatchedBySource,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeAction {
    UpdateAll,
    Update(Vec<Assignment>),
    Delete,
    InsertAll,
    Insert { columns: Vec<(String, Position)>, values: Vec<Expr> },
}

impl MergeKind {
    /// What stands behind WHEN.
    pub fn words(self) -> &'static str {
        match self {
            Self::Matched => "MATCHED",
            Self::NotMatched => "NOT MATCHED",
            Self::NotMatchedBySource => "NOT MATCHED BY SOURCE",
        }
    }

    /// What can be done with such rows, as [`MergeAction::word`] says it.
    pub fn words_of_actions(self) -> &'static [&'static str] {
        match self {
            Self::NotMatched => &["INSERT"],
            Self::Matched | Self::NotMatchedBySource => &["UPDATE", "DELETE"],
        }
    }
}

fn label(kind: MergeKind, action: &str) -> String {
    format!("{} {action}", kind.words()).to_lowercase().replace(' ', "_")
}

impl MergeAction {
    /// `UPDATE`, `DELETE` or `INSERT`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::UpdateAll | Self::Update(_) => "UPDATE",
            Self::Delete => "DELETE",
            Self::InsertAll | Self::Insert { .. } => "INSERT",
        }
    }
}

impl MergeClause {
    /// `matched_update`, `not_matched_insert`, `not_matched_by_source_delete`.
    pub fn label(&self) -> String {
        label(self.kind, self.action.word())
    }

    /// The label of every clause that a MERGE can have.
    pub fn labels() -> Vec<String> {
        let of = |kind: MergeKind| kind.words_of_actions().iter().map(move |word| label(kind, word));
        [MergeKind::Matched, MergeKind::NotMatched, MergeKind::NotMatchedBySource].into_iter().flat_map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_that_of_a_clause_that_parses() {
        let labels = MergeClause::labels();
        assert_eq!(labels.len(), 5);
        for label in labels {
            let words = label.to_uppercase().replace('_', " ");
            let (when, word) = words.rsplit_once(' ').unwrap();
            let action = match word {
                "UPDATE" => "UPDATE SET a = 1",
                "INSERT" => "INSERT *",
                other => other,
            };
            let sql = format!("MERGE INTO t USING s ON t.a = s.a WHEN {when} THEN {action}");
            let parsed = crate::dialect::statements(&sql).unwrap().remove(0).statement;
            let Ok(crate::dialect::Statement::Merge(merge)) = parsed else { panic!("{sql}: {parsed:?}") };
            assert_eq!(merge.clauses[0].label(), label);
        }
    }
}
