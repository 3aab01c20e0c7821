//! What the solutions of a lab have in common while they are proved: the same statements on the same data give the same,
//! so each is run once.
//!
//! A reference query is known by everything that it is given, from one seed to the next. Replays, and a student's
//! statements on other data, are given the seed, too, and are known under it; where two seeds gave the same evidence
//! of a replay and nothing in it reads the seed (a function of the moment, or when a commit was made), the others would
//! give the same again. What ran into a limit, or failed by a fault of ours, is not known: it may not do so again.

use std::collections::{BTreeMap, HashMap};

use parking_lot::Mutex;
use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::evidence::{Evidence, PinKind, Scan, StatementKind};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{Probe, ReplayPlan, Sandbox, SandboxError};
use sandbar_labs::session::may_read_the_seed;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::grading::Runner;

type Key = [u8; 32];

/// Runs in the sandbox what was not run before.
pub struct Memory {
    sandbox: Sandbox,
    answers: Remembered<Result<Relation, Diagnostic>>,
    trials: Remembered<Evidence>,
    replays: Replays,
    broken: Mutex<BTreeMap<BrokenMistake, String>>,
}

/// A mistake whose query fails, by its key and the words of the engine.
type BrokenMistake = (String, String);

/// What things gave, by everything that they were given.
struct Remembered<T>(Mutex<HashMap<Key, Answer<T>>>);

/// What a thing gave.
struct Answer<T> {
    given: T,
    /// It was asked for under this seed.
    is_used: bool,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// Things that are asked for together, and what is known of each. One without a key is never known.
struct Batch<T> {
    keys: Vec<Option<Key>>,
    known: Vec<Option<T>>,
}

impl<T: Clone> Remembered<T> {
    fn look_up(&self, keys: Vec<Option<Key>>) -> Batch<T> {
        let mut remembered = self.0.lock();
        let mut use_one = |key: &Option<Key>| {
            let answer = remembered.get_mut(key.as_ref()?)?;
            answer.is_used = true;
            Some(answer.given.clone())
        };
        let known = keys.iter().map(&mut use_one).collect();
        Batch { keys, known }
    }

    /// All of a batch, with what the open ones gave, which is remembered where it will be so again.
    fn filled(&self, batch: Batch<T>, fresh: Vec<T>, lasts: impl Fn(&T) -> bool) -> Vec<T> {
        let (mut remembered, mut fresh) = (self.0.lock(), fresh.into_iter());
        let fill = |(key, known): (Option<Key>, Option<T>)| {
            known.or_else(|| {
                let found = fresh.next()?;
                if let Some(key) = key.filter(|_| lasts(&found)) {
                    remembered.insert(key, Answer { given: found.clone(), is_used: true });
                }
                Some(found)
            })
        };
        batch.keys.into_iter().zip(batch.known).filter_map(fill).collect()
    }

    /// Forgets what was not asked for since the last time: it came from data of a seed that is gone.
    fn end_seed(&self) {
        self.0.lock().retain(|_, answer| std::mem::take(&mut answer.is_used));
    }

    fn forget(&self) {
        self.0.lock().clear();
    }
}

impl<T> Batch<T> {
    /// Those of which nothing is known.
    fn open<Q>(&self, asked: Vec<Q>) -> Vec<Q> {
        asked.into_iter().zip(&self.known).filter(|(_, known)| known.is_none()).map(|(asked, _)| asked).collect()
    }
}

/// Evidence of replays, by their plans without the seed.
#[derive(Default)]
struct Replays(Mutex<HashMap<Key, Replayed>>);

/// What is known of a plan.
struct Replayed {
    /// Under which `evidence` was found.
    seed: u64,
    evidence: Box<Evidence>,
    others: OtherSeeds,
}

/// What other seeds give.
#[derive(Clone, Copy, PartialEq, Eq)]
enum OtherSeeds {
    Untried,
    Same,
    Differ,
}

impl Memory {
    pub fn of(sandbox: &Sandbox) -> Self {
        Self {
            sandbox: sandbox.clone(),
            answers: Remembered::default(),
            trials: Remembered::default(),
            replays: Replays::default(),
            broken: Mutex::default(),
        }
    }

    /// Mistakes whose queries failed, each with the first check that asked.
    pub fn broken_mistakes(&self) -> BTreeMap<BrokenMistake, String> {
        self.broken.lock().clone()
    }

    /// A mistake that cannot be asked for names nothing, and no solution shows it: so it is kept here.
    fn note_broken(&self, id: &str, answer: &Result<Relation, Diagnostic>) {
        let Err(error) = answer else { return };
        // A property check asks the same of data without some of the lab's relations; there the key has a case behind it.
        let named = id.split_once("/mistake ").filter(|(_, key)| !key.contains(' '));
        if let Some((check, key)) = named.filter(|_| !error.is_limit() && !error.is_internal()) {
            self.broken.lock().entry((key.to_owned(), error.to_string())).or_insert_with(|| check.to_owned());
        }
    }

    /// To be called when all is graded under a seed. Answers that the next one does not ask for are forgotten at its
    /// end: they come from data that no other seed has.
    pub fn end_seed(&self) {
        self.answers.end_seed();
        self.trials.forget();
    }
}

impl Replays {
    fn known(&self, plan: &ReplayPlan) -> Option<Evidence> {
        let replays = self.0.lock();
        let known = replays.get(&without_seed(plan)?)?;
        let holds = known.others == OtherSeeds::Same || known.seed == plan.seed;
        holds.then(|| (*known.evidence).clone())
    }

    /// What a seed of its own gives is kept until the next one gives another.
    fn remember(&self, plan: &ReplayPlan, evidence: &Evidence) {
        let Some(key) = without_seed(plan).filter(|_| lasts(evidence)) else { return };
        let mut replays = self.0.lock();
        let others = match replays.get_mut(&key) {
            // Two solutions asked at the same time.
            Some(known) if known.others == OtherSeeds::Same || known.seed == plan.seed => return,
            Some(known) if known.others == OtherSeeds::Untried && settled(&known.evidence) == settled(evidence) => {
                known.others = OtherSeeds::Same;
                return;
            }
            None if !reads_the_seed(plan) && !reads_commits(evidence) => OtherSeeds::Untried,
            _ => OtherSeeds::Differ,
        };
        replays.insert(key, Replayed { seed: plan.seed, evidence: Box::new(evidence.clone()), others });
    }
}

fn without_seed(plan: &ReplayPlan) -> Option<Key> {
    key_of(&ReplayPlan { seed: 0, ..plan.clone() })
}

impl Runner for Memory {
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
        let batch = self.trials.look_up(plans.iter().map(key_of).collect());
        let open = batch.open(plans);
        let fresh = if open.is_empty() { Ok(Vec::new()) } else { self.sandbox.trials(of, open).await? };
        Ok(fresh.map(|fresh| self.trials.filled(batch, fresh, lasts)))
    }

    async fn probe(&self, probes: Vec<Probe>) -> Result<Vec<Result<Relation, Diagnostic>>, SandboxError> {
        // The asker's own key is no part of the question.
        let batch = self.answers.look_up(probes.iter().map(|probe| key_of(&(&probe.sql, &probe.relations))).collect());
        let ids: Vec<String> = probes.iter().map(|probe| probe.id.clone()).collect();
        let open = batch.open(probes);
        let fresh = if open.is_empty() { Vec::new() } else { self.sandbox.probe(open).await? };
        let answers = self.answers.filled(batch, fresh, |answer| !answer.as_ref().is_err_and(is_passing));
        ids.iter().zip(&answers).for_each(|(id, answer)| self.note_broken(id, answer));
        Ok(answers)
    }

    fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }
}

/// `None` for what cannot be written, and so cannot be told from other things.
fn key_of(value: &impl Serialize) -> Option<Key> {
    serde_json::to_vec(value).ok().map(|bytes| Sha256::digest(bytes).into())
}

/// Whether another run would give this again.
fn lasts(evidence: &Evidence) -> bool {
    !statements(evidence).filter_map(|statement| statement.error.as_ref()).any(is_passing)
}

/// Whether an error says more of the moment than of the statement.
fn is_passing(error: &Diagnostic) -> bool {
    error.is_limit() || error.is_internal()
}

fn statements(evidence: &Evidence) -> impl Iterator<Item = &StatementOutcome> {
    evidence.runs.iter().flat_map(|run| &run.cells).flat_map(|cell| &cell.statements)
}

fn reads_the_seed(plan: &ReplayPlan) -> bool {
    let cells = plan.runs.iter().flat_map(|run| &run.notebook.cells).map(|cell| cell.source.as_str());
    let more = plan.runs.iter().flat_map(|run| {
        run.repairs.iter().map(|repair| repair.sql.as_str()).chain(run.parameters.values().map(String::as_str))
    });
    cells.chain(more).any(may_read_the_seed)
}

/// Statements that only show when and as what things were made; [`settled`] leaves out what they show.
const SHOWS: [StatementKind; 3] =
    [StatementKind::DescribeHistory, StatementKind::DescribeDetail, StatementKind::DescribeTable];

/// Words behind which a query reads when a commit was made, which comes from the seed.
const OF_COMMITS: [&str; 4] = ["table_changes", "timestamp as of", "system_time as of", "describe detail"];

/// Whether a statement computes with when, or as what, commits were made.
fn reads_commits(evidence: &Evidence) -> bool {
    statements(evidence).any(|statement| {
        let facts = statement.facts.as_ref();
        if facts.is_some_and(|facts| SHOWS.contains(&facts.kind)) {
            return false;
        }
        let text = statement.sql.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        let by_time = |scan: &Scan| scan.pin.as_ref().is_some_and(|pin| pin.by == PinKind::Timestamp);
        facts.is_some_and(|facts| facts.features.describes_history || facts.scans.iter().any(by_time))
            || OF_COMMITS.iter().any(|words| text.contains(words))
    })
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
        if kind.is_some_and(|kind| SHOWS.contains(&kind)) {
            statement.relation = Relation::default();
        }
    }
    evidence
}

#[cfg(test)]
mod tests;
