//! Which of a task's statements are tried on other data, and what of the notebook they stand on.

use std::collections::BTreeSet;

use sandbar_labs::evidence::{CellEvidence, StatementFacts, StatementKind};
use sandbar_labs::outcome::StatementOutcome;

use super::subject::Wanted;
use crate::scene::{Scene, question_id};

/// Views and tables that one statement is followed through.
const MAX_FOLLOWED: usize = 64;

/// A statement with its cell and what it is.
pub type Found<'a> = (&'a CellEvidence, &'a StatementOutcome, &'a StatementFacts);

/// The text and the facts of the statement that made a view last.
pub fn view_of<'a>(scene: &Scene<'a>, name: &str) -> Option<Made<'a>> {
    let (_, run) = scene.main()?;
    let statements = run.cells.iter().flat_map(|cell| &cell.statements);
    let made = statements.filter(|statement| statement.error.is_none());
    made.rev().find_map(|statement| {
        let facts = statement.facts.as_ref()?;
        let is_view = matches!(facts.kind, StatementKind::CreateTempView | StatementKind::CreateView);
        (is_view && targets(facts, name)).then_some((&statement.sql, facts))
    })
}

/// A cell's index in the notebook and a statement's in the cell: what stands before it is above.
pub type Above = (u32, usize);

/// The text of a statement and what it is.
pub type Made<'a> = (&'a String, &'a StatementFacts);

/// The statements above a place which made a table what it is, in their order.
pub fn making_of<'a>(scene: &Scene<'a>, table: &str, before: Above) -> Vec<Made<'a>> {
    making_in_cells(scene, table, before).into_iter().map(|(_, made)| made).collect()
}

/// The same with the cells that they stand in.
pub fn making_in_cells<'a>(scene: &Scene<'a>, table: &str, before: Above) -> Vec<(&'a CellEvidence, Made<'a>)> {
    let Some((_, run)) = scene.main() else { return Vec::new() };
    let numbered = |cell: &'a CellEvidence| {
        cell.statements.iter().enumerate().map(move |(at, statement)| ((cell.index, at), cell, statement))
    };
    let above = run.cells.iter().flat_map(numbered).filter(|(place, _, _)| *place < before);
    let made = above.filter(|(_, _, statement)| statement.error.is_none());
    let made = made.filter_map(|(_, cell, statement)| Some((cell, (&statement.sql, statement.facts.as_ref()?))));
    let changes = |kind| matches!(kind, StatementKind::AlterTable | StatementKind::Restore);
    made.filter(|(_, (_, facts))| (writes(facts) || changes(facts.kind)) && targets(facts, table)).collect()
}

/// Of queries that read the table the one that gives the right rows, else the last; of other kinds every statement of the
/// task that wrote a table, when one of them wrote this one. Where nothing ran, the last one of the kind that failed.
pub fn find<'a>(scene: &Scene<'a>, wanted: &Wanted<'_>) -> Vec<Found<'a>> {
    let all: Vec<Found<'a>> = scene
        .statements(scene.task)
        .into_iter()
        .filter_map(|(cell, statement)| Some((cell, statement, statement.facts.as_ref()?)))
        .collect();
    let ran = all.iter().filter(|(_, statement, _)| statement.error.is_none());
    let mut found: Vec<Found<'a>> = match wanted.kind {
        StatementKind::Query => best_query(scene, wanted, ran.copied()).into_iter().collect(),
        _ => ran.filter(|(_, _, facts)| writes(facts)).copied().collect(),
    };
    if wanted.kind != StatementKind::Query && !found.iter().any(|(_, _, facts)| targets(facts, wanted.table)) {
        found.clear();
    }
    if found.is_empty() {
        found.extend(all.iter().rfind(|(_, _, facts)| facts.kind == wanted.kind && targets(facts, wanted.table)));
    }
    found
}

fn best_query<'a>(
    scene: &Scene<'a>,
    wanted: &Wanted<'_>,
    statements: impl Iterator<Item = Found<'a>>,
) -> Option<Found<'a>> {
    let reference = scene.rule(wanted.like).and_then(|rule| rule.reference());
    let expected = scene.answers.get(&question_id(wanted.like, "reference"));
    let right = |statement: &StatementOutcome| match (expected, reference) {
        (Some(Ok(expected)), Some(reference)) => reference.gives(expected, &statement.relation),
        _ => false,
    };
    let queries = statements.filter(|(_, _, facts)| {
        facts.kind == StatementKind::Query && reads(scene, facts, wanted.table, &mut BTreeSet::new())
    });
    queries.enumerate().max_by_key(|(at, (_, statement, _))| (right(statement), *at)).map(|(_, found)| found)
}

fn targets(facts: &StatementFacts, table: &str) -> bool {
    facts.target.as_deref().is_some_and(|target| target.eq_ignore_ascii_case(table))
}

fn writes(facts: &StatementFacts) -> bool {
    matches!(
        facts.kind,
        StatementKind::CreateTable
            | StatementKind::CreateTableAsSelect
            | StatementKind::Insert
            | StatementKind::InsertOverwrite
            | StatementKind::Update
            | StatementKind::Delete
            | StatementKind::Merge
            | StatementKind::DropTable
    )
}

/// Statements before the cell's end that declare something and write no table.
pub fn declarations(scene: &Scene<'_>, last: u32) -> Vec<String> {
    let Some((_, run)) = scene.main() else { return Vec::new() };
    let cells = run.cells.iter().filter(|cell| cell.index <= last);
    let declares = |statement: &&StatementOutcome| {
        let kind = statement.facts.as_ref().map(|facts| facts.kind);
        let of_kind = matches!(
            kind,
            Some(StatementKind::CreateWidget | StatementKind::RemoveWidget | StatementKind::Set | StatementKind::Other)
        );
        of_kind && statement.error.is_none() && statement.commits.is_empty()
    };
    cells.flat_map(|cell| &cell.statements).filter(declares).map(|statement| statement.sql.clone()).collect()
}

/// Whether a statement reads a table, directly or through views and tables of the student's own; those that were `seen` do
/// not.
fn reads(scene: &Scene<'_>, facts: &StatementFacts, table: &str, seen: &mut BTreeSet<String>) -> bool {
    facts.scans.iter().any(|scan| {
        let name = &scan.relation;
        let made = || view_of(scene, name).into_iter().chain(making_of(scene, name, (u32::MAX, 0)));
        name.eq_ignore_ascii_case(table)
            || seen.len() < MAX_FOLLOWED
                && seen.insert(name.to_lowercase())
                && made().any(|(_, facts)| reads(scene, facts, table, seen))
    })
}

pub fn nothing(wanted: &Wanted<'_>) -> String {
    let kind = match wanted.kind {
        StatementKind::Merge => "MERGE",
        StatementKind::Update => "UPDATE",
        StatementKind::Delete => "DELETE",
        _ => "query",
    };
    format!("There is no {kind} of `{}` in this task to be tried on other data.", wanted.table)
}
