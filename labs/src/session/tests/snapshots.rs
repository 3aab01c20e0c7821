//! The version that follows from a statement's actions is the version that the library loads from the log.

use std::sync::Arc;

use deltalake::DeltaTable;
use deltalake::kernel::Add;
use object_store::ObjectStore;
use object_store::memory::InMemory;
use proptest::prelude::*;

use super::{options, request};
use crate::session::Session;
use crate::session::snapshot::Snapshot;

/// Each is one kind of change to a table's files, columns, properties or protocol. Those that fail change nothing.
const STATEMENTS: [&str; 16] = [
    "INSERT INTO t (k, city) VALUES (1, 'Ulm'), (2, 'Bonn'), (3, NULL)",
    "INSERT INTO t (k, city) SELECT k + 10, city FROM t",
    "INSERT OVERWRITE t (k, city) VALUES (5, 'Ulm')",
    "INSERT INTO t (k, city) REPLACE WHERE k > 2 VALUES (7, 'Bonn')",
    "UPDATE t SET k = k + 1 WHERE city = 'Ulm'",
    "DELETE FROM t WHERE k % 2 = 0",
    "MERGE INTO t USING (SELECT 3 AS k, 'Jena' AS city) s ON t.k = s.k \
     WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (k, city) VALUES (s.k, s.city)",
    "MERGE WITH SCHEMA EVOLUTION INTO t USING (SELECT 4 AS k, 'Ulm' AS city, 1.5D AS extra) s ON t.k = s.k \
     WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *",
    "ALTER TABLE t ADD COLUMNS (note STRING COMMENT 'free text')",
    "ALTER TABLE t ADD CONSTRAINT small CHECK (k < 1000)",
    "ALTER TABLE t SET TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')",
    "ALTER TABLE t SET TBLPROPERTIES ('delta.feature.allowColumnDefaults' = 'supported')",
    "OPTIMIZE t",
    "RESTORE TABLE t TO VERSION AS OF 1",
    "TRUNCATE TABLE t",
    "CREATE OR REPLACE TABLE t PARTITIONED BY (city) AS SELECT 9 AS k, 'Ulm' AS city UNION ALL SELECT 8, 'Bonn'",
];

fn by_path(snapshot: &Snapshot) -> Vec<Add> {
    let mut files = snapshot.files.as_ref().clone();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    // The library tells the statistics anew, with its own spelling.
    files.iter_mut().for_each(|add| add.stats = add.stats.as_deref().map(counted));
    files
}

fn counted(stats: &str) -> String {
    let stats: serde_json::Value = serde_json::from_str(stats).expect("statistics are JSON");
    stats["numRecords"].to_string()
}

async fn compare(partitioned: &str, statements: &[usize]) -> Result<(), TestCaseError> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut session = Session::open(store, options()).await.expect("a session opens");
    session.run(&request(&format!("CREATE TABLE t (k INT, city STRING) {partitioned}"))).await;
    for at in statements {
        session.run(&request(STATEMENTS[*at])).await;
        let table = session.tables.get("t").expect("the table is there");
        let mut library = DeltaTable::new(table.log_store().clone());
        library.load().await.expect("the log is read");
        let (ours, theirs) = (table.latest(), Snapshot::of(&library).expect("the library's state is understood"));
        prop_assert_eq!(ours.version, theirs.version);
        prop_assert_eq!(&ours.protocol, &theirs.protocol);
        prop_assert_eq!(&ours.metadata, &theirs.metadata);
        prop_assert_eq!(&ours.schema, &theirs.schema);
        prop_assert_eq!(&ours.kernel_schema, &theirs.kernel_schema);
        prop_assert_eq!(by_path(ours), by_path(&theirs), "after {}", STATEMENTS[*at]);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_version_made_here_is_the_version_that_is_loaded(
        partitioned in prop_oneof![Just(""), Just("PARTITIONED BY (city)")],
        statements in prop::collection::vec(0..STATEMENTS.len(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
        runtime.block_on(compare(partitioned, &statements))?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_change_makes_the_version_that_is_loaded() {
    for at in 0..STATEMENTS.len() {
        compare("", &[0, at]).await.unwrap();
        compare("PARTITIONED BY (city)", &[0, 0, at]).await.unwrap();
    }
}
