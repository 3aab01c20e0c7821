//! One cell of a replay, statement by statement.

use std::collections::BTreeMap;

use super::lives::Lives;
use crate::diagnostic::Diagnostic;
use crate::dialect;
use crate::evidence::{CellEvidence, StatementKind, StatementRef};
use crate::notebook::{Cell, CellLanguage};
use crate::outcome::StatementOutcome;
use crate::relation::Relation;
use crate::sandbox::{Limits, ReplayPlan, RunRequest};
use crate::session::relation_text::quoted_name;
use crate::session::{EngineFault, Session};

/// Where a cell stands in the replay, and what it runs with.
pub struct CellRun<'a> {
    pub plan: &'a ReplayPlan,
    pub limits: &'a Limits,
    pub parameters: &'a BTreeMap<String, String>,
    pub run: u32,
    pub cell: u32,
}

/// Whether a statement of the cell failed.
pub fn failed(cell: &CellEvidence) -> bool {
    cell.statements.iter().any(|statement| statement.error.is_some())
}

impl CellRun<'_> {
    /// `None` for a Markdown cell, which has no evidence. A cell after the stop is recorded as not run.
    pub async fn run(
        &self,
        cell: &Cell,
        stopped: bool,
        session: &mut Session,
        lives: &mut Lives,
    ) -> Result<Option<CellEvidence>, EngineFault> {
        if cell.language == CellLanguage::Markdown {
            return Ok(None);
        }
        let mut evidence = CellEvidence {
            index: self.cell,
            title: cell.title.clone(),
            first_line: cell.first_line,
            expects_error: cell.expects_error(),
            statements: Vec::new(),
            versions_after: BTreeMap::new(),
            views: BTreeMap::new(),
            ran: !stopped,
        };
        if !stopped {
            evidence.statements = match cell.language {
                CellLanguage::Python => vec![python(cell)],
                _ => self.statements(cell, session, lives).await?,
            };
            evidence.views = views(&evidence.statements, session).await;
        }
        evidence.versions_after = lives.versions();
        Ok(Some(evidence))
    }

    /// Runs the cell's statements up to the first failure, and looks at the tables after each.
    async fn statements(
        &self,
        cell: &Cell,
        session: &mut Session,
        lives: &mut Lives,
    ) -> Result<Vec<StatementOutcome>, EngineFault> {
        let mut outcomes = Vec::new();
        for cut in dialect::cut(&cell.source) {
            for mut outcome in session.run(&self.request(cut)).await {
                let number = u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
                let made_by = StatementRef { run: self.run, cell: self.cell, statement: number };
                for commit in &outcome.commits {
                    lives.observe(session, &commit.table, commit.version, Some(made_by)).await?;
                }
                lives.follow_drop(&outcome);
                shorten(&mut outcome.relation, self.limits.max_rows);
                outcomes.push(outcome);
            }
            if outcomes.last().is_some_and(|outcome| outcome.error.is_some()) {
                break;
            }
        }
        Ok(outcomes)
    }

    /// The statement alone, pushed to its place in the cell by blank space, so that positions are the cell's.
    fn request(&self, cut: dialect::Cut<'_>) -> RunRequest {
        let lines = "\n".repeat(cut.position.line.saturating_sub(1) as usize);
        let columns = " ".repeat(cut.position.column.saturating_sub(1) as usize);
        RunRequest {
            sql: format!("{lines}{columns}{}", cut.text),
            parameters: self.parameters.clone(),
            user_name: self.plan.user_name.clone(),
            keep_going: false,
        }
    }
}

fn shorten(relation: &mut Relation, most: u64) {
    relation.rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
}

/// Rows of the temporary views that these statements made and that can still be read.
async fn views(statements: &[StatementOutcome], session: &mut Session) -> BTreeMap<String, Relation> {
    let mut views = BTreeMap::new();
    for name in statements.iter().filter_map(created_view) {
        let sql = format!("SELECT * FROM {}", quoted_name(name));
        let request = RunRequest { sql, parameters: BTreeMap::new(), user_name: String::new(), keep_going: false };
        if let Some(outcome) = session.run(&request).await.pop().filter(|outcome| outcome.error.is_none()) {
            views.insert(name.to_lowercase(), outcome.relation);
        }
    }
    views
}

fn created_view(outcome: &StatementOutcome) -> Option<&str> {
    let facts = outcome.facts.as_ref().filter(|facts| facts.kind == StatementKind::CreateTempView)?;
    facts.target.as_deref().filter(|_| outcome.error.is_none())
}

fn python(cell: &Cell) -> StatementOutcome {
    let diagnostic = Diagnostic::new("UNSUPPORTED_FEATURE.PYTHON", "0A000", "Python cells cannot be run here yet.")
        .with_hint("Write this cell in SQL: choose SQL in the cell's language menu.");
    StatementOutcome {
        sql: cell.source.clone(),
        line: 1,
        column: 1,
        relation: Relation::default(),
        total_rows: 0,
        error: Some(diagnostic),
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us: 0,
    }
}
