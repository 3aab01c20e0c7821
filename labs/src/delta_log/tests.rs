use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const FIRST: &str = r#"{"commitInfo":{"operation":"CREATE TABLE","operationMetrics":{}}}
{"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
{"metaData":{"id":"abc","schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"sku\",\"type\":\"string\"},{\"name\":\"tags\",\"type\":{\"type\":\"array\"}}]}","configuration":{"delta.appendOnly":"true"}}}"#;

#[test]
fn the_actions_of_a_commit_are_read_in_their_order() {
    let commit = Commit::of(0, "00000000000000000000.json", FIRST);
    let names: Vec<&str> = commit.actions.iter().map(Action::name).collect();
    assert_eq!(names, ["commitInfo", "protocol", "metaData"]);
    assert_eq!(commit.operation(), "CREATE TABLE");
    let Action::Metadata { id, columns, properties } = &commit.actions[2] else { panic!("{commit:?}") };
    assert_eq!(
        (id.as_str(), columns.as_slice()),
        ("abc", ["sku string".to_owned(), "tags array".to_owned()].as_slice())
    );
    assert_eq!(properties["delta.appendOnly"], "true");
    assert_eq!(commit.lines.len(), 3);
}

#[test]
fn an_added_file_has_its_size_and_the_rows_of_its_statistics() {
    let text = r#"{"add":{"path":"a.parquet","size":812,"stats":"{\"numRecords\":3}"}}
{"add":{"path":"b.parquet","size":5}}"#;
    let add = |path: &str, bytes, rows| Action::Add { path: path.to_owned(), bytes, rows };
    assert_eq!(Commit::of(1, "x", text).actions, [add("a.parquet", 812, Some(3)), add("b.parquet", 5, None)]);
}

#[test]
fn what_is_no_action_keeps_its_name_and_what_is_no_json_is_called_unreadable() {
    let names = |text: &str| -> Vec<String> {
        Commit::of(1, "x", text).actions.iter().map(|action| action.name().to_owned()).collect()
    };
    assert_eq!(
        names("{\"cdc\":{}}\n\nnonsense\n[]\n{}\n{\"add\":7}"),
        ["cdc", "unreadable", "unreadable", "unreadable", "add"]
    );
}

/// A log whose commits add and remove files of a few names.
fn log() -> impl Strategy<Value = TableLog> {
    let action = (any::<bool>(), 0..6_u8).prop_map(|(adds, file)| {
        let path = format!("{file}.parquet");
        if adds { Action::Add { path, bytes: 1, rows: None } } else { Action::Remove { path } }
    });
    let commits = prop::collection::vec(prop::collection::vec(action, 0..5), 1..8);
    commits.prop_map(|commits| TableLog {
        commits: (0..).zip(commits).map(|(version, actions)| commit(version, actions)).collect(),
        stored: (0..6).map(|file| format!("{file}.parquet")).collect(),
        ..TableLog::default()
    })
}

fn commit(version: u64, actions: Vec<Action>) -> Commit {
    Commit { version, file: format!("{version:020}.json"), actions, lines: Vec::new() }
}

proptest! {
    #[test]
    fn a_log_cut_off_has_the_live_files_of_that_version(log in log(), version in 0..10_u64) {
        let cut = log.until(version);
        let later: BTreeSet<&str> = log.live_at(version);
        prop_assert_eq!(cut.live_at(u64::MAX), later.clone());
        prop_assert!(later.iter().all(|path| cut.stored.contains(*path)), "what is live is stored");
        prop_assert!(cut.latest() <= Some(version));
    }

    #[test]
    fn any_text_is_read_to_its_end(text in ".{0,200}") {
        let commit = Commit::of(1, "x", &text);
        prop_assert_eq!(commit.actions.len(), commit.lines.len());
    }
}
