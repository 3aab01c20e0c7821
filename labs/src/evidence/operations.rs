//! The operations that a table's history can show, each with the metrics that it can have.
//!
//! Invariant: this list is the only one. A commit of another operation, or with another metric, stops a build with
//! assertions; what refers to operations by name (a lab's file) is checked against it.

/// An operation as `DESCRIBE HISTORY` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operation {
    pub name: &'static str,
    pub metrics: &'static [&'static [&'static str]],
}

/// What every written file counts for.
const WRITTEN: &[&str] = &["numFiles", "numOutputRows", "numOutputBytes"];
const REPLACED: &[&str] = &["numRemovedFiles", "numRemovedBytes"];
const REWRITTEN: &[&str] = &["numAddedFiles", "numRemovedFiles", "numAddedBytes", "numRemovedBytes"];
const TIMES: &[&str] = &["executionTimeMs", "scanTimeMs", "rewriteTimeMs"];
const MERGED: &[&str] = &[
    "numSourceRows",
    "numTargetRowsInserted",
    "numTargetRowsUpdated",
    "numTargetRowsDeleted",
    "numTargetRowsCopied",
    "numOutputRows",
    "numTargetFilesAdded",
    "numTargetFilesRemoved",
    "numTargetBytesAdded",
    "numTargetBytesRemoved",
];
const SIZES: &[&str] = &["minFileSize", "p25FileSize", "p50FileSize", "p75FileSize", "maxFileSize"];
const RESTORED: &[&str] = &[
    "tableSizeAfterRestore",
    "numOfFilesAfterRestore",
    "numRemovedFiles",
    "numRestoredFiles",
    "removedFilesSize",
    "restoredFilesSize",
];

/// Every operation.
pub const OPERATIONS: &[Operation] = &[
    operation("CREATE TABLE", &[]),
    operation("CREATE TABLE AS SELECT", &[WRITTEN]),
    operation("CREATE OR REPLACE TABLE", &[]),
    operation("CREATE OR REPLACE TABLE AS SELECT", &[WRITTEN, REPLACED]),
    operation("REPLACE TABLE", &[]),
    operation("REPLACE TABLE AS SELECT", &[WRITTEN, REPLACED]),
    operation("WRITE", &[WRITTEN]),
    operation("UPDATE", &[&["numUpdatedRows", "numCopiedRows"], REWRITTEN, TIMES]),
    operation("DELETE", &[&["numDeletedRows", "numCopiedRows"], REWRITTEN, TIMES]),
    operation("MERGE", &[MERGED, TIMES]),
    operation("RESTORE", &[RESTORED]),
    operation("OPTIMIZE", &[REWRITTEN, SIZES]),
    operation("VACUUM START", &[&["numFilesToDelete", "sizeOfDataToDelete"]]),
    operation("VACUUM END", &[&["numDeletedFiles", "numVacuumedDirectories"]]),
    operation("ADD COLUMNS", &[]),
    operation("CHANGE COLUMN", &[]),
    operation("SET TBLPROPERTIES", &[]),
    operation("UNSET TBLPROPERTIES", &[]),
    operation("ADD CONSTRAINT", &[]),
    operation("DROP CONSTRAINT", &[]),
    operation("CLUSTER BY", &[]),
];

const fn operation(name: &'static str, metrics: &'static [&'static [&'static str]]) -> Operation {
    Operation { name, metrics }
}

impl Operation {
    /// The operation of that name.
    pub fn named(name: &str) -> Option<Self> {
        OPERATIONS.iter().find(|operation| operation.name == name).copied()
    }

    /// The names of its metrics.
    pub fn metrics(self) -> impl Iterator<Item = &'static str> {
        self.metrics.iter().flat_map(|metrics| metrics.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_has_its_own_metrics_and_no_others() {
        let merge = Operation::named("MERGE").unwrap();
        assert!(merge.metrics().any(|metric| metric == "numTargetRowsInserted"));
        assert!(!merge.metrics().any(|metric| metric == "numUpdatedRows"));
        assert_eq!(Operation::named("merge"), None);
    }
}
