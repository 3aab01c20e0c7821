//! MERGE against the model: clauses are tried in order for each row, on keys that may be NULL or repeated.

use proptest::prelude::*;
use serde_json::json;

use super::model::{Bench, Row, literal, query, rows, sorted};

const SEVERAL_MATCHES: &str = "DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE";

#[derive(Clone, Copy, Debug)]
enum Side {
    Target,
    Source,
}

/// A target row beside a source row; a side that is not there is not looked at.
type Pair = (Row, Row);

#[derive(Clone, Debug)]
enum Term {
    Key(Side),
    Value(Side),
    Sum,
    Fixed(Option<i32>),
}

#[derive(Clone, Debug)]
enum Condition {
    Above(Side, i32),
    Missing(Side),
    Differ,
}

#[derive(Clone, Debug)]
enum Action {
    Update { key: Option<Term>, value: Term },
    Delete,
    Insert { value: Option<Term> },
}

#[derive(Clone, Debug)]
struct Clause {
    condition: Option<Condition>,
    action: Action,
}

#[derive(Clone, Debug)]
struct Merge {
    /// `<=>` in place of `=`.
    null_safe: bool,
    matched: Vec<Clause>,
    not_matched: Vec<Clause>,
    not_matched_by_source: Vec<Clause>,
}

#[derive(Debug, Default, PartialEq)]
struct Outcome {
    rows: Vec<Row>,
    updated: usize,
    deleted: usize,
    inserted: usize,
}

const NO_ROW: Row = (None, None);

impl Side {
    fn of(self, pair: Pair) -> Row {
        match self {
            Self::Target => pair.0,
            Self::Source => pair.1,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Target => "t",
            Self::Source => "s",
        }
    }
}

impl Term {
    fn of(&self, pair: Pair) -> Option<i32> {
        match self {
            Self::Key(side) => side.of(pair).0,
            Self::Value(side) => side.of(pair).1,
            Self::Sum => Some(pair.0.1? + pair.1.1?),
            Self::Fixed(value) => *value,
        }
    }

    fn sql(&self) -> String {
        match self {
            Self::Key(side) => format!("{}.k", side.name()),
            Self::Value(side) => format!("{}.v", side.name()),
            Self::Sum => "t.v + s.v".to_owned(),
            Self::Fixed(value) => literal(*value),
        }
    }
}

impl Condition {
    fn holds(&self, pair: Pair) -> Option<bool> {
        match self {
            Self::Above(side, number) => side.of(pair).1.map(|value| value > *number),
            Self::Missing(side) => Some(side.of(pair).1.is_none()),
            Self::Differ => Some(pair.0.1? != pair.1.1?),
        }
    }

    fn sql(&self) -> String {
        match self {
            Self::Above(side, number) => format!("{}.v > {number}", side.name()),
            Self::Missing(side) => format!("{}.v IS NULL", side.name()),
            Self::Differ => "s.v <> t.v".to_owned(),
        }
    }
}

impl Clause {
    fn applies(&self, pair: Pair) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(pair) == Some(true))
    }

    fn sql(&self, kind: &str) -> String {
        let condition =
            self.condition.as_ref().map_or_else(String::new, |condition| format!(" AND {}", condition.sql()));
        let action = match &self.action {
            Action::Update { key: None, value } => format!("UPDATE SET v = {}", value.sql()),
            Action::Update { key: Some(key), value } => format!("UPDATE SET t.k = {}, v = {}", key.sql(), value.sql()),
            Action::Delete => "DELETE".to_owned(),
            Action::Insert { value: None } => "INSERT (k) VALUES (s.k)".to_owned(),
            Action::Insert { value: Some(value) } => format!("INSERT (v, k) VALUES ({}, s.k)", value.sql()),
        };
        format!("WHEN {kind}{condition} THEN {action}")
    }
}

fn first(clauses: &[Clause], pair: Pair) -> Option<&Action> {
    clauses.iter().find(|clause| clause.applies(pair)).map(|clause| &clause.action)
}

impl Merge {
    fn sql(&self) -> String {
        let kinds = [
            ("MATCHED", &self.matched),
            ("NOT MATCHED", &self.not_matched),
            ("NOT MATCHED BY SOURCE", &self.not_matched_by_source),
        ];
        let clauses = kinds.iter().flat_map(|(kind, clauses)| clauses.iter().map(move |clause| clause.sql(kind)));
        let operator = if self.null_safe { "<=>" } else { "=" };
        format!("MERGE INTO t USING s ON t.k {operator} s.k {}", clauses.collect::<Vec<_>>().join(" "))
    }

    fn matches(&self, target: &Row, source: &Row) -> bool {
        target.0 == source.0 && (self.null_safe || target.0.is_some())
    }

    /// What the merge makes of the rows; `None` when several source rows would change one target row.
    fn expected(&self, target: &[Row], source: &[Row]) -> Option<Outcome> {
        let mut outcome = Outcome::default();
        for row in target {
            let matching: Vec<&Row> = source.iter().filter(|other| self.matches(row, other)).collect();
            if matching.is_empty() {
                outcome.change(*row, NO_ROW, first(&self.not_matched_by_source, (*row, NO_ROW)));
                continue;
            }
            let hits: Vec<(Row, &Action)> =
                matching.iter().filter_map(|other| Some((**other, first(&self.matched, (*row, **other))?))).collect();
            if hits.len() > 1 && !self.only_deletes() {
                return None;
            }
            outcome.change(*row, hits.first().map_or(NO_ROW, |hit| hit.0), hits.first().map(|hit| hit.1));
        }
        let new = source.iter().filter(|other| !target.iter().any(|row| self.matches(row, other)));
        for row in new {
            if let Some(Action::Insert { value }) = first(&self.not_matched, (NO_ROW, *row)) {
                outcome.rows.push((row.0, value.as_ref().and_then(|value| value.of((NO_ROW, *row)))));
                outcome.inserted += 1;
            }
        }
        Some(outcome)
    }

    fn only_deletes(&self) -> bool {
        matches!(self.matched.as_slice(), [Clause { condition: None, action: Action::Delete }])
    }
}

impl Outcome {
    fn change(&mut self, target: Row, source: Row, action: Option<&Action>) {
        match action {
            Some(Action::Delete) => self.deleted += 1,
            Some(Action::Update { key, value }) => {
                let pair = (target, source);
                self.rows.push((key.as_ref().map_or(target.0, |key| key.of(pair)), value.of(pair)));
                self.updated += 1;
            }
            _ => self.rows.push(target),
        }
    }

    fn affected(&self) -> usize {
        self.updated + self.deleted + self.inserted
    }
}

/// Up to three clauses; the last may come without a condition.
fn clauses(
    condition: impl Strategy<Value = Condition>,
    action: impl Strategy<Value = Action>,
) -> impl Strategy<Value = Vec<Clause>> {
    let clause = (condition, action).prop_map(|(condition, action)| Clause { condition: Some(condition), action });
    (proptest::collection::vec(clause, 0..=3), any::<bool>()).prop_map(|(mut clauses, unconditional)| {
        if let Some(last) = clauses.last_mut().filter(|_| unconditional) {
            last.condition = None;
        }
        clauses
    })
}

fn conditions(sides: &'static [Side]) -> impl Strategy<Value = Condition> {
    let side = || proptest::sample::select(sides);
    let one = prop_oneof![
        (side(), -2..3).prop_map(|(side, number)| Condition::Above(side, number)),
        side().prop_map(Condition::Missing),
    ];
    let both = sides.len() > 1;
    (one, 0..4).prop_map(move |(one, die)| if both && die == 0 { Condition::Differ } else { one })
}

fn values(sides: &'static [Side]) -> impl Strategy<Value = Term> {
    let side = || proptest::sample::select(sides);
    let one = prop_oneof![
        side().prop_map(Term::Key),
        side().prop_map(Term::Value),
        prop_oneof![Just(None), (5..8).prop_map(Some)].prop_map(Term::Fixed),
    ];
    let both = sides.len() > 1;
    (one, 0..4).prop_map(move |(one, die)| if both && die == 0 { Term::Sum } else { one })
}

fn changes(sides: &'static [Side]) -> impl Strategy<Value = Action> {
    let update = (proptest::option::weighted(0.3, values(sides)), values(sides));
    prop_oneof![
        2 => update.prop_map(|(key, value)| Action::Update { key, value }),
        1 => Just(Action::Delete),
    ]
}

fn merges() -> impl Strategy<Value = Merge> {
    const BOTH: &[Side] = &[Side::Target, Side::Source];
    const TARGET: &[Side] = &[Side::Target];
    const SOURCE: &[Side] = &[Side::Source];
    let insert = proptest::option::of(values(SOURCE)).prop_map(|value| Action::Insert { value });
    let parts = (
        any::<bool>(),
        clauses(conditions(BOTH), changes(BOTH)),
        clauses(conditions(SOURCE), insert),
        clauses(conditions(TARGET), changes(TARGET)),
    );
    let merge = parts.prop_map(|(null_safe, matched, not_matched, not_matched_by_source)| Merge {
        null_safe,
        matched,
        not_matched,
        not_matched_by_source,
    });
    merge.prop_filter("a merge has a clause", |merge| {
        !(merge.matched.is_empty() && merge.not_matched.is_empty() && merge.not_matched_by_source.is_empty())
    })
}

fn check(target: &[Row], source: &[Row], merge: &Merge) -> Result<(), TestCaseError> {
    let mut bench = Bench::new(target);
    bench.run(&format!("CREATE TEMP VIEW s AS {}", query(source))).map_err(TestCaseError::fail)?;
    let version = bench.version();
    let found = bench.run(&merge.sql());
    let Some(expected) = merge.expected(target, source) else {
        prop_assert_eq!(found.map(|outcome| outcome.relation.rows), Err(SEVERAL_MATCHES.to_owned()));
        prop_assert_eq!(bench.version(), version);
        prop_assert_eq!(bench.rows(), sorted(target));
        return Ok(());
    };
    let found = found.map_err(TestCaseError::fail)?;
    let counts = [expected.affected(), expected.updated, expected.deleted, expected.inserted];
    prop_assert_eq!(json!(found.relation.rows), json!([counts]));
    prop_assert_eq!(bench.rows(), sorted(&expected.rows));
    prop_assert_eq!(bench.version(), version + u64::from(expected.affected() > 0));
    prop_assert_eq!(bench.at(version), sorted(target));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_merge_gives_each_row_to_the_first_clause_that_applies(target in rows(5), source in rows(5), merge in merges()) {
        check(&target, &source, &merge)?;
    }
}
