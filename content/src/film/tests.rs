use proptest::prelude::*;
use sandbar_labs::delta_log::{Action, Commit as LogCommit, TableLog};
use sandbar_labs::relation::{Column, Relation};
use serde_json::json;

use super::*;

fn add(path: &str) -> Action {
    Action::Add { path: path.to_owned(), bytes: 10, rows: Some(1) }
}

fn remove(path: &str) -> Action {
    Action::Remove { path: path.to_owned() }
}

/// A table's log; version 0 has its id.
fn log(id: &str, commits: &[&[Action]], stored: &[&str]) -> TableLog {
    let metadata = Action::Metadata { id: id.to_owned(), columns: Vec::new(), properties: Default::default() };
    let commit = |(version, actions): (u64, &&[Action])| LogCommit {
        version,
        file: format!("{version:020}.json"),
        actions: (version == 0).then(|| metadata.clone()).into_iter().chain(actions.iter().cloned()).collect(),
        lines: Vec::new(),
    };
    TableLog {
        table: "menu".to_owned(),
        commits: (0..).zip(commits).map(commit).collect(),
        checkpoints: Vec::new(),
        stored: stored.iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn shot(log: Option<TableLog>) -> Shot {
    Shot { table: "Menu".to_owned(), logs: log.into_iter().collect(), ..Shot::default() }
}

fn rows(values: &[i64]) -> Option<Rows> {
    let rows = values.iter().map(|value| vec![json!(value)]).collect();
    let relation = Relation { columns: vec![Column::new("n", "INT")], rows };
    Some(Rows { relation, total: values.len() as u64, is_result: false })
}

fn states(file: &DataFile) -> Vec<(usize, FileState)> {
    file.states.clone()
}

#[test]
fn a_file_is_live_then_removed_then_gone_and_comes_back_by_a_restore() {
    let first: &[Action] = &[add("x")];
    let second: &[Action] = &[remove("x"), add("y")];
    let third: &[Action] = &[remove("y"), add("x")];
    let film = compose(vec![
        shot(Some(log("1", &[first], &["x"]))),
        shot(Some(log("1", &[first, second], &["x", "y"]))),
        shot(Some(log("1", &[first, second, third], &["x", "y"]))),
        shot(Some(log("1", &[first, second, third], &["x"]))),
    ]);
    use FileState::{Deleted, Live, Removed};
    let table = &film.tables[0];
    assert_eq!(states(&table.files[0]), [(0, Live), (1, Removed), (2, Live)]);
    assert_eq!(states(&table.files[1]), [(1, Live), (2, Removed), (3, Deleted)]);
    assert_eq!((table.letter_of("x"), table.letter_of("y"), table.letter_of("z")), (Some("A"), Some("B"), None));
    assert_eq!(table.commits.iter().map(|commit| commit.step).collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(table.files[1].state_at(0), None);
}

#[test]
fn a_table_that_was_dropped_and_made_again_is_another_table() {
    let film =
        compose(vec![shot(Some(log("1", &[&[]], &[]))), shot(None), shot(Some(log("2", &[&[add("x")]], &["x"])))]);
    let lives: Vec<(usize, Option<usize>)> = film.tables.iter().map(|table| (table.from, table.until)).collect();
    assert_eq!(lives, [(0, Some(1)), (2, None)]);
    let seen: Vec<Option<usize>> = film.steps.iter().map(|step| step.table).collect();
    assert_eq!(seen, [Some(0), None, Some(1)]);
    let at = |id: &str, values: &[i64]| Shot { rows: rows(values), ..shot(Some(log(id, &[&[]], &[]))) };
    let film = compose(vec![at("1", &[1, 2]), at("2", &[2])]);
    assert_eq!((film.panes[1].fresh.as_slice(), film.panes[1].gone), ([true].as_slice(), 0), "rows of another table");
}

#[test]
fn rows_are_new_where_the_tables_rows_before_did_not_have_them() {
    let commits: [&[Action]; 3] = [&[], &[], &[]];
    let at = |versions: usize, values: &[i64]| Shot {
        rows: rows(values),
        ..shot(Some(log("1", &commits[..versions], &[])))
    };
    let result = Rows { is_result: true, ..rows(&[9]).unwrap() };
    let film = compose(vec![
        at(1, &[1, 1]),
        Shot { rows: Some(result), ..shot(Some(log("1", &commits[..1], &[]))) },
        at(2, &[1, 2]),
        at(2, &[1, 2]),
        at(3, &[1, 2]),
    ]);
    let seen: Vec<(&[bool], usize)> = film.panes.iter().map(|pane| (pane.fresh.as_slice(), pane.gone)).collect();
    assert_eq!(seen, [(&[true, true][..], 0), (&[false], 0), (&[false, true], 1), (&[false, false], 0)]);
    let panes: Vec<Option<usize>> = film.steps.iter().map(|step| step.pane).collect();
    assert_eq!(panes, [Some(0), Some(1), Some(2), Some(2), Some(3)]);
    assert_eq!(film.panes[1].of, PaneOf::Result);
}

#[test]
fn letters_go_on_behind_the_alphabet() {
    let adds: Vec<Action> = (0..54).map(|number| add(&format!("f{number}"))).collect();
    let film = compose(vec![shot(Some(log("1", &[&adds], &[])))]);
    let letters: Vec<&str> = film.tables[0].files.iter().map(|file| file.letter.as_str()).collect();
    assert_eq!((letters[0], letters[25], letters[26], letters[52], letters[53]), ("A", "Z", "AA", "BA", "BB"));
}

#[test]
fn of_a_long_log_the_last_commits_are_steps_and_the_first_step_has_what_came_before() {
    let commits: [&[Action]; 3] = [&[add("x")], &[add("y")], &[remove("x")]];
    let film = of_log(&log("1", &commits, &["x", "y"]), vec![None; 2]);
    assert_eq!(film.steps.len(), 2);
    assert_eq!(film.tables[0].commits.iter().map(|commit| commit.step).collect::<Vec<_>>(), [0, 0, 1]);
    assert_eq!(states(&film.tables[0].files[0]), [(0, FileState::Live), (1, FileState::Removed)]);
}

proptest! {
    #[test]
    fn at_every_step_of_a_logs_film_the_live_files_are_those_of_its_version(
        commits in prop::collection::vec(prop::collection::vec((any::<bool>(), 0..5_u8), 0..4), 1..8),
    ) {
        let action = |(adds, file): &(bool, u8)| if *adds { add(&file.to_string()) } else { remove(&file.to_string()) };
        let commits: Vec<Vec<Action>> = commits.iter().map(|commit| commit.iter().map(action).collect()).collect();
        let slices: Vec<&[Action]> = commits.iter().map(Vec::as_slice).collect();
        let log = log("1", &slices, &["0", "1", "2", "3", "4"]);
        let film = of_log(&log, vec![None; log.commits.len()]);
        prop_assert_eq!(film.steps.len(), log.commits.len());
        for (step, commit) in log.commits.iter().enumerate() {
            let files = film.tables[0].files.iter();
            let live: std::collections::BTreeSet<&str> =
                files.filter(|file| file.state_at(step) == Some(FileState::Live)).map(|file| file.path.as_str()).collect();
            prop_assert_eq!(live, log.live_at(commit.version));
        }
    }
}
