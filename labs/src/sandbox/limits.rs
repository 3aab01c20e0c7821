//! What a statement may use. Printed by `sandbar limits`; there is no unlimited default.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Wall clock of one statement.
    pub statement_wall_ms: u64,
    /// Wall clock of one replayed submission or other batch.
    pub replay_wall_ms: u64,
    /// Resident memory of a worker above its idle size.
    pub memory_bytes: u64,
    /// Rows returned and shown.
    pub max_rows: u64,
    /// Rows that one statement may write to a table.
    pub max_rows_written: u64,
    pub max_sql_bytes: u64,
    /// Nesting of expressions and queries.
    pub max_nesting: u32,
    pub workspace_bytes: u64,
    pub workspace_files: u64,
    pub max_table_versions: u64,
    /// Statements of one student waiting behind the one that runs.
    pub queued_statements: u32,
    /// Steps of one call to an instructor's own check, besides those for reading its evidence.
    pub check_fuel: u64,
    /// Memory of one such call, over all memories of the component.
    pub check_memory_bytes: u64,
    /// Wall clock of one such call, compiling included.
    pub check_wall_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            statement_wall_ms: 10_000,
            replay_wall_ms: 30_000,
            memory_bytes: 512 * 1024 * 1024,
            max_rows: 1_000,
            max_rows_written: 100_000,
            max_sql_bytes: 64 * 1024,
            max_nesting: 128,
            workspace_bytes: 64 * 1024 * 1024,
            workspace_files: 2_000,
            max_table_versions: 200,
            queued_statements: 3,
            check_fuel: 50_000_000,
            check_memory_bytes: 64 * 1024 * 1024,
            check_wall_ms: 10_000,
        }
    }
}
