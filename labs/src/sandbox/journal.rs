//! What a session holds that no table does: temporary views, widgets and settings, as the statements that made them.
//!
//! A worker that comes new to a workspace runs them first, so that a student does not notice that the old one is gone.

use std::collections::VecDeque;

use super::request::RunRequest;
use crate::evidence::StatementKind;
use crate::outcome::StatementOutcome;

const MOST_STATEMENTS: usize = 200;
const MOST_BYTES: usize = 256 * 1024;

#[derive(Debug, Default)]
pub struct Journal {
    entries: VecDeque<Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    target: Option<String>,
    is_view: bool,
    request: RunRequest,
}

impl Journal {
    /// Takes note of what a request's statements left in the session.
    pub fn record(&mut self, request: &RunRequest, outcomes: &[StatementOutcome]) {
        for outcome in outcomes.iter().filter(|outcome| outcome.error.is_none()) {
            let Some(facts) = &outcome.facts else { continue };
            match facts.kind {
                StatementKind::CreateTempView => self.add(request, outcome, facts.target.clone(), true),
                StatementKind::CreateWidget | StatementKind::RemoveWidget | StatementKind::Set => {
                    self.add(request, outcome, facts.target.clone(), false);
                }
                StatementKind::DropTable => self.forget_view(facts.target.as_deref()),
                _ => {}
            }
        }
    }

    pub fn requests(&self) -> Vec<RunRequest> {
        self.entries.iter().map(|entry| entry.request.clone()).collect()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn add(&mut self, request: &RunRequest, outcome: &StatementOutcome, target: Option<String>, is_view: bool) {
        if is_view {
            self.forget_view(target.as_deref());
        }
        self.bytes += outcome.sql.len();
        let request = RunRequest { sql: outcome.sql.clone(), keep_going: true, ..request.clone() };
        self.entries.push_back(Entry { target, is_view, request });
        while self.entries.len() > MOST_STATEMENTS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.request.sql.len();
        }
    }

    fn forget_view(&mut self, name: Option<&str>) {
        let Some(name) = name else { return };
        let is_it = |entry: &Entry| {
            entry.is_view && entry.target.as_deref().is_some_and(|view| view.eq_ignore_ascii_case(name))
        };
        self.entries.retain(|entry| !is_it(entry));
        self.bytes = self.entries.iter().map(|entry| entry.request.sql.len()).sum();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::evidence::StatementFacts;
    use crate::sandbox::verdict;

    fn outcome(sql: &str, kind: StatementKind, target: &str) -> StatementOutcome {
        let facts = StatementFacts { kind, target: Some(target.to_owned()), ..StatementFacts::default() };
        StatementOutcome { error: None, facts: Some(facts), ..verdict::outcome(sql, 1, 1, 0, verdict::crashed()) }
    }

    fn journal(outcomes: &[StatementOutcome]) -> Vec<String> {
        let request = RunRequest {
            sql: String::new(),
            parameters: BTreeMap::new(),
            user_name: "ada".to_owned(),
            keep_going: false,
        };
        let mut journal = Journal::default();
        journal.record(&request, outcomes);
        journal.requests().into_iter().map(|request| request.sql).collect()
    }

    #[test]
    fn only_what_the_session_alone_holds_is_kept() {
        let view = outcome("CREATE TEMP VIEW v AS SELECT 1", StatementKind::CreateTempView, "v");
        let table = outcome("CREATE TABLE t (a INT)", StatementKind::CreateTable, "t");
        assert_eq!(journal(&[view, table]), ["CREATE TEMP VIEW v AS SELECT 1"]);
    }

    #[test]
    fn a_replaced_view_is_kept_once_and_a_dropped_one_not_at_all() {
        let first = outcome("first", StatementKind::CreateTempView, "v");
        let second = outcome("second", StatementKind::CreateTempView, "V");
        let other = outcome("other", StatementKind::CreateTempView, "w");
        let dropped = outcome("DROP VIEW w", StatementKind::DropTable, "w");
        assert_eq!(journal(&[first, other, second, dropped]), ["second"]);
    }

    #[test]
    fn a_failed_statement_leaves_nothing() {
        let mut failed = outcome("CREATE TEMP VIEW v AS SELECT 1", StatementKind::CreateTempView, "v");
        failed.error = Some(verdict::crashed());
        assert!(journal(&[failed]).is_empty());
    }

    #[test]
    fn the_oldest_entries_go_when_there_are_too_many() {
        let many: Vec<_> =
            (0..300).map(|i| outcome(&format!("view {i}"), StatementKind::CreateTempView, &format!("v{i}"))).collect();
        let kept = journal(&many);
        assert_eq!((kept.len(), kept[0].as_str()), (MOST_STATEMENTS, "view 100"));
    }
}
