//! Every error class that the engine can give is provoked by a test.
//!
//! A class counts as provoked where an slt file expects it by its full name, or a test in Rust names it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

/// Classes of the specification's list of errors that the engine must give, with their SQLSTATE.
const PROMISED: &[(&str, &str)] = &[
    ("AMBIGUOUS_REFERENCE", "42704"),
    ("ARITHMETIC_OVERFLOW", "22003"),
    ("CAST_INVALID_INPUT", "22018"),
    ("DATATYPE_MISMATCH", "42K09"),
    ("DELTA_CANNOT_RESTORE_TABLE_VERSION", "22003"),
    ("DELTA_CONCURRENT_APPEND", "2D521"),
    ("DELTA_FAILED_TO_MERGE_FIELDS", "22005"),
    ("DELTA_INSERT_COLUMN_ARITY_MISMATCH", "42802"),
    ("DELTA_MERGE_UNRESOLVED_EXPRESSION", "42601"),
    ("DELTA_METADATA_MISMATCH", "42KDG"),
    ("DELTA_MISSING_CHANGE_DATA", "KD002"),
    ("DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE", "21506"),
    ("DELTA_NEW_CHECK_CONSTRAINT_VIOLATION", "23512"),
    ("DELTA_NEW_NOT_NULL_VIOLATION", "23512"),
    ("DELTA_NON_LAST_MATCHED_CLAUSE_OMIT_CONDITION", "42601"),
    ("DELTA_NOT_NULL_CONSTRAINT_VIOLATED", "23502"),
    ("DELTA_TIMESTAMP_EARLIER_THAN_COMMIT_RETENTION", "42816"),
    ("DELTA_TIMESTAMP_GREATER_THAN_COMMIT", "42816"),
    ("DELTA_UNSUPPORTED_DROP_COLUMN", "0AKDC"),
    ("DELTA_UNSUPPORTED_RENAME_COLUMN", "0AKDC"),
    ("DELTA_VACUUM_RETENTION_PERIOD_TOO_SHORT", "22003"),
    ("DELTA_VERSION_NOT_FOUND", "22003"),
    ("DELTA_VIOLATE_CONSTRAINT_WITH_VALUES", "23001"),
    ("DIVIDE_BY_ZERO", "22012"),
    ("LIMIT_EXCEEDED.MEMORY", "53200"),
    ("LIMIT_EXCEEDED.NESTING", "53200"),
    ("LIMIT_EXCEEDED.ROWS", "53200"),
    ("LIMIT_EXCEEDED.STORAGE", "53200"),
    ("LIMIT_EXCEEDED.TIME", "57014"),
    ("PARSE_SYNTAX_ERROR", "42601"),
    ("TABLE_OR_VIEW_ALREADY_EXISTS", "42P07"),
    ("TABLE_OR_VIEW_NOT_FOUND", "42P01"),
    ("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703"),
    ("UNRESOLVED_ROUTINE", "42883"),
    ("UNSUPPORTED_FEATURE", "0A000"),
];

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Text of all files of a kind below a folder, test files or the others.
fn texts(folder: &Path, extension: &str, tests: bool, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let below = path.strip_prefix(project()).unwrap();
        let of_tests = below.iter().any(|part| part == "tests") || path.to_string_lossy().ends_with("tests.rs");
        if path.is_dir() {
            texts(&path, extension, tests, found);
        } else if path.extension().is_some_and(|end| end == extension)
            && of_tests == tests
            && !path.ends_with("classes.rs")
        {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// Classes with their SQLSTATE, as the engine's code spells them out.
fn produced() -> BTreeMap<String, String> {
    let class = Regex::new(r#""([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?:\.[A-Z_]+)?)",\s*"([0-9A-Z]{5})""#).unwrap();
    let mut sources = Vec::new();
    texts(&project().join("labs/src"), "rs", false, &mut sources);
    let pairs = sources.iter().flat_map(|text| class.captures_iter(text));
    pairs.map(|found| (found[1].to_owned(), found[2].to_owned())).collect()
}

fn provoked() -> BTreeSet<String> {
    let word = Regex::new(r"[A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+(?:\.[A-Z_]+)?").unwrap();
    let (mut slt, mut rust) = (Vec::new(), Vec::new());
    texts(&project().join("labs/tests"), "slt", true, &mut slt);
    texts(&project().join("labs/src"), "rs", true, &mut rust);
    texts(&project().join("tests/tests"), "rs", true, &mut rust);
    let expected = slt
        .iter()
        .flat_map(|text| text.lines())
        .filter(|line| line.starts_with("statement error") || line.starts_with("query error"));
    let lines = expected.map(|line| line.replace('\\', "")).chain(rust);
    lines.flat_map(|line| word.find_iter(&line).map(|found| found.as_str().to_owned()).collect::<Vec<_>>()).collect()
}

#[test]
fn every_class_of_the_engine_is_provoked_by_a_test() {
    let provoked = provoked();
    let missing: Vec<String> = produced().into_keys().filter(|class| !provoked.contains(class)).collect();
    assert!(missing.is_empty(), "classes without a test: {missing:?}");
}

#[test]
fn what_the_page_of_errors_promises_is_given_and_provoked() {
    let (produced, provoked) = (produced(), provoked());
    for (class, state) in PROMISED {
        assert!(provoked.contains(*class), "{class} is promised and no test provokes it");
        assert_eq!(produced.get(*class).map(String::as_str), Some(*state), "{class}");
    }
}
