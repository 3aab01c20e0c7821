//! Runs the statements of a first lesson on a table in memory, so that a spare worker has done once what costs time
//! the first time: loading code, building the session's template, starting threads.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::memory::InMemory;

use crate::sandbox::{Limits, RunRequest, SessionKind};
use crate::session::{Clock, Session, SessionOptions};

const STATEMENTS: &str = "
CREATE TABLE warm_up (id INT, name STRING, price DECIMAL(10,2));
INSERT INTO warm_up VALUES (1, 'a', 1.5), (2, 'b', 2.5);
UPDATE warm_up SET price = price * 2 WHERE id = 1;
MERGE INTO warm_up t USING (SELECT 2 AS id, 'c' AS name, 1 AS price) s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *;
SELECT name, count(*) FROM warm_up VERSION AS OF 1 GROUP BY name ORDER BY name;
DESCRIBE HISTORY warm_up;
";

/// # Errors
/// When the engine cannot even do this: the worker is of no use.
pub async fn warm_up(limits: &Limits) -> Result<(), String> {
    let options = SessionOptions { user_name: "warm-up".to_owned(), limits: limits.clone(), clock: Clock::System };
    let mut session = Session::open(Arc::new(InMemory::new()), options).await.map_err(|fault| fault.to_string())?;
    let request = RunRequest {
        sql: STATEMENTS.to_owned(),
        parameters: BTreeMap::new(),
        user_name: "warm-up".to_owned(),
        keep_going: false,
        session: SessionKind::Notebook,
    };
    let outcomes = session.run(&request).await;
    match outcomes.iter().find_map(|outcome| outcome.error.as_ref()) {
        Some(error) => Err(format!("the warm-up failed: {error}")),
        None => Ok(()),
    }
}
