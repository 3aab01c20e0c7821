//! Every version that could be read once gives the same rows ever after, whatever is done to the table later.

use proptest::prelude::*;

use super::model::{Bench, Predicate, Row, query, rows};

#[derive(Clone, Debug)]
enum Step {
    Insert(Vec<Row>),
    Overwrite(Vec<Row>),
    Update(Predicate),
    Delete(Predicate),
    Merge(Vec<Row>),
    Restore(u64),
    AddColumn,
    Replace(Vec<Row>),
    Fail,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        rows(3).prop_map(Step::Insert),
        rows(3).prop_map(Step::Overwrite),
        Predicate::any().prop_map(Step::Update),
        Predicate::any().prop_map(Step::Delete),
        rows(3).prop_map(Step::Merge),
        any::<u64>().prop_map(Step::Restore),
        Just(Step::AddColumn),
        rows(3).prop_map(Step::Replace),
        Just(Step::Fail),
    ];
    proptest::collection::vec(step, 4..=14)
}

impl Step {
    /// The step as a statement, given how many steps were before it and the version there is.
    fn sql(&self, number: usize, latest: u64) -> String {
        let narrow = |rows: &[Row]| format!("(k, v) {}", query(rows));
        match self {
            Self::Insert(rows) => format!("INSERT INTO t {}", narrow(rows)),
            Self::Overwrite(rows) => format!("INSERT OVERWRITE t {}", narrow(rows)),
            Self::Update(condition) => format!("UPDATE t SET v = {number} WHERE {}", condition.sql()),
            Self::Delete(condition) => format!("DELETE FROM t WHERE {}", condition.sql()),
            Self::Merge(rows) => format!(
                "MERGE INTO t USING ({}) AS s ON t.k <=> s.k WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, {number})",
                query(rows)
            ),
            Self::Restore(any) => format!("RESTORE TABLE t TO VERSION AS OF {}", any % (latest + 1)),
            Self::AddColumn => format!("ALTER TABLE t ADD COLUMN c{number} INT"),
            Self::Replace(rows) => format!("CREATE OR REPLACE TABLE t AS {}", query(rows)),
            Self::Fail => "UPDATE t SET v = v / 0 + nobody".to_owned(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn a_version_keeps_its_rows_whatever_is_done_later(start in rows(4), steps in steps()) {
        let mut bench = Bench::new(&start);
        let mut seen: Vec<_> = (0..=bench.version()).map(|version| bench.at(version)).collect();
        for (number, step) in steps.iter().enumerate() {
            let before = bench.version();
            // A source with a key twice is refused; that, too, must leave everything as it was.
            let made = bench.run(&step.sql(number, before)).map(|outcome| outcome.commits.len()).unwrap_or_default();
            prop_assert_eq!(bench.version(), before + made as u64, "{:?}", step);
            if made > 0 {
                seen.push(bench.rows());
            }
        }
        let mut reopened = bench.reopened();
        for (version, rows) in seen.iter().enumerate() {
            prop_assert_eq!(&bench.at(version as u64), rows, "version {}", version);
            prop_assert_eq!(&reopened.at(version as u64), rows, "version {} from the store", version);
        }
    }
}
