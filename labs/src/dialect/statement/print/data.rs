//! Statements that write rows.

use std::fmt::{Display, Formatter, Result};

use super::super::{Assignment, Delete, Insert, Merge, MergeAction, MergeClause, Update};
use super::brackets::opens_a_call;
use super::spelling::{expression, query, relation};
use super::words::{clause, list, name, placed, when};

impl Display for Insert {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let verb = if self.overwrite { "OVERWRITE" } else { "INTO" };
        write!(f, "INSERT {verb} {}", self.table)?;
        f.write_str(&list("", placed(&self.columns)))?;
        f.write_str(when(self.by_name, " BY NAME"))?;
        let source = query(&self.source);
        if let Some(condition) = &self.replace_where {
            let call = source.starts_with('(') && opens_a_call(condition);
            let (open, close) = if call { ("(", ")") } else { ("", "") };
            write!(f, " REPLACE WHERE {open}{}{close}", expression(condition))?;
        }
        write!(f, " {source}")
    }
}

impl Display for Update {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let alias = clause("AS", self.alias.as_deref().map(name));
        let predicate = clause("WHERE", self.predicate.as_ref().map(expression));
        write!(f, "UPDATE {}{alias} SET {}{predicate}", self.table, assignments(&self.assignments))
    }
}

fn assignments(assignments: &[Assignment]) -> String {
    let assignments: Vec<String> = assignments.iter().map(Assignment::to_string).collect();
    assignments.join(", ")
}

impl Display for Assignment {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let path = self.qualifier.iter().chain([&self.column]).map(|part| name(part)).collect::<Vec<_>>().join(".");
        write!(f, "{path} = {}", expression(&self.value))
    }
}

impl Display for Delete {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let alias = clause("AS", self.alias.as_deref().map(name));
        let predicate = clause("WHERE", self.predicate.as_ref().map(expression));
        write!(f, "DELETE FROM {}{alias}{predicate}", self.table)
    }
}

impl Display for Merge {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let alias = clause("AS", self.target_alias.as_deref().map(name));
        write!(f, "MERGE {}INTO {}{alias}", when(self.schema_evolution, "WITH SCHEMA EVOLUTION "), self.target)?;
        write!(f, " USING {} ON {}", relation(&self.source), expression(&self.on))?;
        self.clauses.iter().try_for_each(|clause| write!(f, " {clause}"))
    }
}

impl Display for MergeClause {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let condition = clause("AND", self.condition.as_ref().map(expression));
        write!(f, "WHEN {}{condition} THEN {}", self.kind.words(), self.action)
    }
}

impl Display for MergeAction {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::UpdateAll => f.write_str("UPDATE SET *"),
            Self::Update(set) => write!(f, "UPDATE SET {}", assignments(set)),
            Self::Delete => f.write_str("DELETE"),
            Self::InsertAll => f.write_str("INSERT *"),
            Self::Insert { columns, values } => {
                let values: Vec<String> = values.iter().map(expression).collect();
                write!(f, "INSERT{} VALUES ({})", list("", placed(columns)), values.join(", "))
            }
        }
    }
}
