//! What the solutions of a lab have in common while they are proved: the same statements on the same data give the same,
//! so each is run once.
//!
//! A reference query, and a student's statements on other data, are known by everything that they are given. A replay is
//! given a seed, too; where two seeds gave the same evidence and no text of it names a function that reads the seed, the
//! others would give the same again.

use std::collections::HashMap;

use parking_lot::Mutex;
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::{Evidence, StatementKind};
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{Probe, ReplayPlan, Sandbox, SandboxError};
use sandbar_labs::session::may_read_the_seed;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::grading::Runner;

type Key = [u8; 32];

/// Runs in the sandbox what was not run before.
pub struct Memory<'a> {
    sandbox: &'a Sandbox,
    answers: Mutex<HashMap<Key, Result<Relation, Diagnostic>>>,
    trials: Mutex<HashMap<Key, Evidence>>,
    replays: Replays,
}

/// Evidence of replays, by their plans without the seed.
#[derive(Default)]
struct Replays(Mutex<HashMap<Key, Replayed>>);

/// What is known of a plan, whatever its seed.
enum Replayed {
    /// The evidence under one seed.
    Once {
        seed: u64,
        evidence: Box<Evidence>,
    },
    /// The evidence under every seed.
    Always(Box<Evidence>),
    Varies,
}

impl<'a> Memory<'a> {
    pub fn of(sandbox: &'a Sandbox) -> Self {
        Self { sandbox, answers: Mutex::default(), trials: Mutex::default(), replays: Replays::default() }
    }

    /// Forgets what comes from data of one seed, which no other seed has.
    pub fn end_seed(&self) {
        self.answers.lock().clear();
        self.trials.lock().clear();
    }
}

impl Replays {
    fn known(&self, plan: &ReplayPlan) -> Option<Evidence> {
        match self.0.lock().get(&without_seed(plan))? {
            Replayed::Once { seed, evidence } if *seed == plan.seed => Some((**evidence).clone()),
            Replayed::Always(evidence) => Some((**evidence).clone()),
            _ => None,
        }
    }

    fn remember(&self, plan: &ReplayPlan, evidence: &Evidence) {
        let (key, mut replays) = (without_seed(plan), self.0.lock());
        let next = match replays.remove(&key) {
            None if reads_the_seed(plan) => Replayed::Varies,
            None => Replayed::Once { seed: plan.seed, evidence: Box::new(evidence.clone()) },
            Some(Replayed::Once { seed, evidence: first }) if seed != plan.seed => {
                if settled(&first) == settled(evidence) { Replayed::Always(first) } else { Replayed::Varies }
            }
            Some(known) => known,
        };
        replays.insert(key, next);
    }
}

fn without_seed(plan: &ReplayPlan) -> Key {
    key_of(&ReplayPlan { seed: 0, ..plan.clone() })
}

impl Runner for Memory<'_> {
    async fn replay(&self, plan: ReplayPlan) -> Result<Result<Evidence, Diagnostic>, SandboxError> {
        if let Some(evidence) = self.replays.known(&plan) {
            return Ok(Ok(evidence));
        }
        let outcome = self.sandbox.replay(plan.clone()).await?;
        if let Ok(evidence) = &outcome {
            self.replays.remember(&plan, evidence);
        }
        Ok(outcome)
    }

    async fn trials(
        &self,
        of: &ReplayPlan,
        plans: Vec<ReplayPlan>,
    ) -> Result<Result<Vec<Evidence>, Diagnostic>, SandboxError> {
        let keys: Vec<Key> = plans.iter().map(key_of).collect();
        let known = |key: &Key| self.trials.lock().get(key).cloned();
        let open: Vec<ReplayPlan> =
            plans.into_iter().zip(&keys).filter(|(_, key)| known(key).is_none()).map(|(plan, _)| plan).collect();
        if !open.is_empty() {
            let open_keys: Vec<Key> = open.iter().map(key_of).collect();
            match self.sandbox.trials(of, open).await? {
                Ok(evidence) => self.trials.lock().extend(open_keys.into_iter().zip(evidence)),
                Err(limit) => return Ok(Err(limit)),
            }
        }
        Ok(Ok(keys.iter().filter_map(known).collect()))
    }

    async fn probe(&self, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError> {
        // The asker's own key is no part of the question.
        let question = |probe: &Probe| key_of(&(&probe.sql, &probe.relations));
        let keys: Vec<Key> = probes.iter().map(question).collect();
        let known = |key: &Key| self.answers.lock().get(key).cloned();
        let open: Vec<Probe> =
            probes.into_iter().zip(&keys).filter(|(_, key)| known(key).is_none()).map(|(probe, _)| probe).collect();
        if !open.is_empty() {
            let open_keys: Vec<Key> = open.iter().map(question).collect();
            let answers = self.sandbox.probe(open).await?;
            self.answers.lock().extend(open_keys.into_iter().zip(answers));
        }
        Ok(keys.iter().filter_map(known).collect())
    }

    fn sandbox(&self) -> &Sandbox {
        self.sandbox
    }
}

fn key_of(value: &impl Serialize) -> Key {
    Sha256::digest(serde_json::to_vec(value).unwrap_or_default()).into()
}

fn reads_the_seed(plan: &ReplayPlan) -> bool {
    let cells = plan.runs.iter().flat_map(|run| &run.notebook.cells).map(|cell| cell.source.as_str());
    let more = plan.runs.iter().flat_map(|run| {
        run.repairs.iter().map(|repair| repair.sql.as_str()).chain(run.parameters.values().map(String::as_str))
    });
    cells.chain(more).any(may_read_the_seed)
}

/// The evidence without what says only when and as what it was made: times, ids, and what a statement shows of them.
fn settled(evidence: &Evidence) -> Evidence {
    let mut evidence = evidence.clone();
    for table in &mut evidence.tables {
        table.id.clear();
        for version in &mut table.versions {
            version.operation_metrics.retain(|name, _| !name.ends_with("TimeMs"));
        }
    }
    for statement in evidence.runs.iter_mut().flat_map(|run| &mut run.cells).flat_map(|cell| &mut cell.statements) {
        statement.elapsed_us = 0;
        let kind = statement.facts.as_ref().map(|facts| facts.kind);
        let shows = [StatementKind::DescribeHistory, StatementKind::DescribeDetail, StatementKind::DescribeTable];
        if kind.is_some_and(|kind| shows.contains(&kind)) {
            statement.relation = Relation::default();
        }
    }
    evidence
}

#[cfg(test)]
mod tests {
    use sandbar_labs::evidence::TableEvidence;
    use sandbar_labs::notebook::{Cell, CellLanguage, Notebook};
    use sandbar_labs::sandbox::NotebookRun;

    use super::*;

    fn plan(sql: &str, seed: u64) -> ReplayPlan {
        let cell = Cell { id: "1".into(), language: CellLanguage::Sql, title: None, source: sql.into(), first_line: 1 };
        let run = NotebookRun {
            name: "n".into(),
            notebook: Notebook { cells: vec![cell] },
            parameters: Default::default(),
            repairs: Vec::new(),
            may_fail: Vec::new(),
        };
        ReplayPlan { seed, user_name: "student".into(), tables: Vec::new(), runs: vec![run] }
    }

    fn evidence(id: &str, name: &str) -> Evidence {
        let table = TableEvidence { name: name.into(), id: id.into(), dropped: false, versions: Vec::new() };
        Evidence { runs: Vec::new(), tables: vec![table] }
    }

    /// Whether the third seed is answered from those of the first two.
    fn known_after(sql: &str, first: &Evidence, second: &Evidence) -> Option<Evidence> {
        let replays = Replays::default();
        replays.remember(&plan(sql, 1), first);
        assert_eq!(replays.known(&plan(sql, 2)), None, "one seed shows nothing of others");
        replays.remember(&plan(sql, 2), second);
        replays.known(&plan(sql, 3))
    }

    #[test]
    fn a_replay_that_two_seeds_make_the_same_is_not_made_under_a_third() {
        assert_eq!(known_after("SELECT 1", &evidence("a", "t"), &evidence("b", "t")), Some(evidence("a", "t")));
        assert_eq!(known_after("SELECT 1", &evidence("a", "t"), &evidence("a", "u")), None);
    }

    #[test]
    fn a_text_that_may_read_the_seed_is_run_under_each() {
        let same = evidence("a", "t");
        assert_eq!(known_after("DELETE FROM t WHERE RAND() > 0.99", &same, &same), None);
        assert_eq!(known_after("SELECT current_date", &same, &same), None);
        assert!(known_after("SELECT brand FROM t", &same, &same).is_some());
    }
}
