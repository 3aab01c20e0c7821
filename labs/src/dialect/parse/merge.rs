//! `MERGE [WITH SCHEMA EVOLUTION] INTO target USING source ON condition WHEN ..`

use datafusion::sql::sqlparser::ast::{Expr, Query, SetExpr, TableAlias, TableFactor, With};
use datafusion::sql::sqlparser::tokenizer::Token;

use crate::diagnostic::{Diagnostic, Position};

use super::super::parser::{Cursor, parse_text};
use super::super::statement::{Merge, MergeAction, MergeClause, MergeKind, Statement, TableName};
use super::{Result, update};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["merge"])?;
    let schema_evolution = cursor.takes(&["with", "schema", "evolution"]);
    cursor.expect(&["into"])?;
    let target = cursor.table_name()?;
    let target_alias = cursor.alias(&["using"])?;
    cursor.expect(&["using"])?;
    let source = cursor.with(|parser| parser.parse_table_factor())?;
    cursor.expect(&["on"])?;
    let on = cursor.expression()?;
    let mut clauses = Vec::new();
    while cursor.sees(&["when"]) {
        clauses.push(clause(cursor, (&target, target_alias.as_deref()))?);
    }
    if clauses.is_empty() {
        return Err(cursor.unexpected("WHEN MATCHED or WHEN NOT MATCHED"));
    }
    check_order(&clauses)?;
    Ok(Statement::Merge(Box::new(Merge { schema_evolution, target, target_alias, source, on, clauses })))
}

/// Puts the WITH clause that stands before MERGE into the source: `USING s` becomes `USING (WITH s AS (..) SELECT * FROM s)`.
pub fn with_queries(merge: &mut Merge, clause: With) {
    if let TableFactor::Derived { subquery, .. } = &mut merge.source {
        put_before(subquery, clause);
        return;
    }
    let Ok(Statement::Query(mut query)) = parse_text("SELECT * FROM source") else { return };
    let mut alias = None;
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(from) = select.from.first_mut()
    {
        if let TableFactor::Table { name, alias: own, .. } = &mut merge.source {
            let last = name.0.last().and_then(|part| part.as_ident()).cloned();
            alias = own.take().or(last.map(|name| TableAlias { explicit: true, name, columns: Vec::new(), at: None }));
        }
        from.relation = merge.source.clone();
    }
    query.with = Some(clause);
    merge.source = TableFactor::Derived { lateral: false, subquery: query, alias, sample: None };
}

/// Puts the queries of a WITH clause before a query's own.
pub fn put_before(query: &mut Query, mut clause: With) {
    if let Some(own) = query.with.take() {
        clause.recursive |= own.recursive;
        clause.cte_tables.extend(own.cte_tables);
    }
    query.with = Some(clause);
}

/// A clause, given the target and its alias.
fn clause(cursor: &mut Cursor<'_>, target: (&TableName, Option<&str>)) -> Result<MergeClause> {
    let position = cursor.position();
    cursor.expect(&["when"])?;
    let not = cursor.takes(&["not"]);
    cursor.expect(&["matched"])?;
    let kind = match not {
        false => MergeKind::Matched,
        true if cursor.takes(&["by", "source"]) => MergeKind::NotMatchedBySource,
        true => {
            cursor.takes(&["by", "target"]);
            MergeKind::NotMatched
        }
    };
    let condition = if cursor.takes(&["and"]) { Some(cursor.expression()?) } else { None };
    cursor.expect(&["then"])?;
    let action = if kind == MergeKind::NotMatched { insert(cursor, target)? } else { update_or_delete(cursor, kind)? };
    Ok(MergeClause { kind, condition, action, position })
}

fn insert(cursor: &mut Cursor<'_>, target: (&TableName, Option<&str>)) -> Result<MergeAction> {
    cursor.expect(&["insert"])?;
    if cursor.takes_token(&Token::Mul) {
        return Ok(MergeAction::InsertAll);
    }
    let columns = qualified_names(cursor, target)?;
    cursor.expect(&["values"])?;
    let place = cursor.position();
    cursor.expect_token(&Token::LParen)?;
    let values = cursor.with(|parser| parser.parse_comma_separated(|parser| parser.parse_expr()))?;
    cursor.expect_token(&Token::RParen)?;
    check_count(&columns, &values, place)?;
    Ok(MergeAction::Insert { columns, values })
}

fn check_count(columns: &[(String, Position)], values: &[Expr], place: Position) -> Result<()> {
    if columns.is_empty() || columns.len() == values.len() {
        return Ok(());
    }
    let message = format!("The INSERT clause names {} columns and gives {} values.", columns.len(), values.len());
    Err(Diagnostic::new("DELTA_INSERT_COLUMN_ARITY_MISMATCH", "42802", message)
        .at(place)
        .with_hint("Give one value for each column named."))
}

/// Column names in brackets, each with an optional qualifier, which is the target's.
fn qualified_names(
    cursor: &mut Cursor<'_>,
    (target, alias): (&TableName, Option<&str>),
) -> Result<Vec<(String, Position)>> {
    let mut names = Vec::new();
    if !cursor.takes_token(&Token::LParen) {
        return Ok(names);
    }
    loop {
        let (mut name, mut place) = cursor.name()?;
        let (start, mut qualifier) = (place, Vec::new());
        while cursor.takes_token(&Token::Period) {
            qualifier.push(name);
            (name, place) = cursor.name()?;
        }
        if !qualifier.is_empty() && !target.is_called(alias, &qualifier) {
            return Err(foreign(&qualifier, &name).at(start));
        }
        names.push((name, place));
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(names)
}

fn foreign(qualifier: &[String], name: &str) -> Diagnostic {
    let message =
        format!("Cannot resolve {}.{name} in INSERT clause: it is no column of the target.", qualifier.join("."));
    Diagnostic::new("DELTA_MERGE_UNRESOLVED_EXPRESSION", "42601", message)
        .with_hint("INSERT names columns of the target: leave the qualifier out. The source's columns go into VALUES.")
}

fn update_or_delete(cursor: &mut Cursor<'_>, kind: MergeKind) -> Result<MergeAction> {
    if cursor.takes(&["delete"]) {
        return Ok(MergeAction::Delete);
    }
    if !cursor.takes(&["update"]) {
        return Err(cursor.unexpected("UPDATE or DELETE"));
    }
    cursor.expect(&["set"])?;
    if kind == MergeKind::Matched && cursor.takes_token(&Token::Mul) {
        return Ok(MergeAction::UpdateAll);
    }
    Ok(MergeAction::Update(update::assignments(cursor)?))
}

/// Only the last clause of a kind may come without a condition.
fn check_order(clauses: &[MergeClause]) -> Result<()> {
    for (at, clause) in clauses.iter().enumerate() {
        let later = clauses.iter().skip(at + 1).any(|other| other.kind == clause.kind);
        if clause.condition.is_none() && later {
            let (class, state, words) = match clause.kind {
                MergeKind::Matched => ("DELTA_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION", "42601", "MATCHED"),
                MergeKind::NotMatched => ("DELTA_NON_LAST_NOT_MATCHED_CLAUSE_OMIT_CONDITION", "42601", "NOT MATCHED"),
                MergeKind::NotMatchedBySource => {
                    ("DELTA_NON_LAST_NOT_MATCHED_BY_SOURCE_CLAUSE_OMIT_CONDITION", "42601", "NOT MATCHED BY SOURCE")
                }
            };
            let message = format!(
                "When there are more than one {words} clauses in a MERGE statement, only the last {words} clause can omit the condition."
            );
            return Err(Diagnostic::new(class, state, message).at(clause.position).with_hint(format!(
                "Add AND <condition> to this clause, or move it behind the other {words} clauses."
            )));
        }
    }
    Ok(())
}
