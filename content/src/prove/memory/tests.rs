use std::collections::BTreeMap;

use sandbar_labs::evidence::{CellEvidence, Features, Pin, RunEvidence, StatementFacts, TableEvidence};
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
fn a_replay_that_reads_the_seed_is_made_once_under_each() {
    let (replays, sql) = (Replays::default(), "SELECT now()");
    for (seed, id) in [(1, "a"), (2, "b"), (3, "c")] {
        assert_eq!(replays.known(&plan(sql, seed)), None, "seed {seed}");
        replays.remember(&plan(sql, seed), &evidence(id, "t"));
        assert_eq!(replays.known(&plan(sql, seed)), Some(evidence(id, "t")));
    }
}

#[test]
fn a_text_that_may_read_the_seed_is_run_under_each() {
    let same = evidence("a", "t");
    assert_eq!(known_after("DELETE FROM t WHERE RAND() > 0.99", &same, &same), None);
    for sql in ["SELECT current_date", "SELECT `now` ()", "SELECT now/* */()", "SELECT DATE 'tomorrow'", "SELECT user"]
    {
        assert_eq!(known_after(sql, &same, &same), None, "{sql}");
    }
    for sql in
        ["SELECT brand FROM t", "SELECT now.price FROM p AS now", "SELECT 1 AS now", "SELECT brand_now(1), snow (2)"]
    {
        assert!(known_after(sql, &same, &same).is_some(), "{sql}");
    }
}

/// Evidence of one statement.
fn of_statement(sql: &str, facts: StatementFacts, error: Option<Diagnostic>) -> Evidence {
    let statement = StatementOutcome {
        sql: sql.into(),
        line: 1,
        column: 1,
        relation: Relation::default(),
        total_rows: 0,
        error,
        notes: Vec::new(),
        commits: Vec::new(),
        facts: Some(facts),
        elapsed_us: 0,
    };
    let cell = CellEvidence {
        index: 0,
        title: None,
        first_line: 1,
        expects_error: false,
        ran: true,
        statements: vec![statement],
        versions_after: BTreeMap::new(),
        views: BTreeMap::new(),
    };
    let run = RunEvidence { notebook: "n".into(), cells: vec![cell], ..RunEvidence::default() };
    Evidence { runs: vec![run], tables: Vec::new() }
}

#[test]
fn a_query_that_reads_when_commits_were_made_is_run_under_each_seed() {
    let history = || Features { describes_history: true, ..Features::default() };
    let pinned = Scan { relation: "t".into(), pin: Some(Pin { version: 0, by: PinKind::Timestamp }) };
    let of_kind = |kind| StatementFacts { kind, ..StatementFacts::default() };
    let query = || of_kind(StatementKind::Query);
    let varies = [
        ("SELECT 1", StatementFacts { features: history(), ..query() }),
        ("SELECT 1", StatementFacts { scans: vec![pinned], ..query() }),
        ("SELECT * FROM table_changes('t', 0)", query()),
        ("RESTORE TABLE t TO TIMESTAMP\nAS OF '2024-05-01'", of_kind(StatementKind::Restore)),
        ("SELECT 1 FROM (DESCRIBE DETAIL t)", query()),
    ];
    for (sql, facts) in varies {
        let same = of_statement(sql, facts, None);
        assert_eq!(known_after("SELECT 1", &same, &same), None, "{sql}");
    }
    let shown = StatementFacts { features: history(), ..of_kind(StatementKind::DescribeHistory) };
    let same = of_statement("DESCRIBE HISTORY t", shown, None);
    assert!(known_after("SELECT 1", &same, &same).is_some(), "what only shows it is shared");
}

#[test]
fn what_ran_into_a_limit_is_not_remembered() {
    let limit = Diagnostic::new("LIMIT_EXCEEDED.TIME", "57014", "Too slow.");
    let slow = of_statement("SELECT 1", StatementFacts::default(), Some(limit.clone()));
    let replays = Replays::default();
    replays.remember(&plan("SELECT 1", 1), &slow);
    assert_eq!(replays.known(&plan("SELECT 1", 1)), None);
    let answers: Remembered<Result<u8, Diagnostic>> = Remembered::default();
    let batch = answers.look_up(vec![key_of(&1), key_of(&2)]);
    let lasts = |answer: &Result<u8, Diagnostic>| !answer.as_ref().is_err_and(is_passing);
    assert_eq!(answers.filled(batch, vec![Err(limit.clone()), Ok(2)], lasts), [Err(limit), Ok(2)]);
    let again = answers.look_up(vec![key_of(&2), key_of(&1)]);
    assert_eq!(again.open(vec!["two", "one"]), ["one"]);
    assert_eq!(answers.filled(again, vec![Ok(1)], lasts), [Ok(2), Ok(1)]);
}

#[test]
fn what_cannot_be_written_has_no_key() {
    assert_eq!(key_of(&BTreeMap::from([((1, 2), 3)])), None);
}

#[test]
fn what_the_next_seed_does_not_ask_for_is_forgotten() {
    let answers: Remembered<&str> = Remembered::default();
    let [common, of_one_seed] = [key_of(&1), key_of(&2)];
    answers.filled(answers.look_up(vec![common, of_one_seed]), vec!["common", "of one seed"], |_| true);
    answers.end_seed();
    assert_eq!(answers.look_up(vec![common]).known, [Some("common")]);
    answers.end_seed();
    assert_eq!(answers.look_up(vec![common, of_one_seed]).known, [Some("common"), None]);
}
