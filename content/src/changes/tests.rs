use sandbar_labs::notebook::CellLanguage;

use super::*;

/// Cells `title: source`, or a source alone.
fn notebook(cells: &[&str]) -> Notebook {
    let cell = |(number, text): (usize, &&str)| {
        let (title, source) = text.split_once(": ").map_or((None, *text), |(title, source)| (Some(title), source));
        Cell {
            id: format!("cell-{number}"),
            language: CellLanguage::Sql,
            title: title.map(str::to_owned),
            source: source.to_owned(),
            first_line: 1,
        }
    };
    Notebook { cells: (1..).zip(cells).map(cell).collect() }
}

fn told(notebook: &Notebook) -> Vec<String> {
    let told = |cell: &Cell| match &cell.title {
        Some(title) => format!("{title}: {}", cell.source),
        None => cell.source.clone(),
    };
    notebook.cells.iter().map(told).collect()
}

/// The student's cells after every change was taken.
fn taken(old: &[&str], new: &[&str], mine: &[&str]) -> Vec<String> {
    let (old, new, mut mine) = (notebook(old), notebook(new), notebook(mine));
    while let Some(change) = changes(&old, &new, &mine).into_iter().find(Change::is_open) {
        let before = mine.cells.len();
        take(&mut mine, &change, &new);
        assert!(mine.cells.len() - before <= 1);
    }
    let mut ids: Vec<&str> = mine.cells.iter().map(|cell| cell.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), mine.cells.len(), "each id once");
    told(&mine)
}

#[test]
fn an_equal_starter_has_no_changes_whatever_the_student_did() {
    let starter = notebook(&["intro", "Task 1: a", "b"]);
    assert_eq!(changes(&starter, &starter, &notebook(&["Task 1: mine"])), []);
}

#[test]
fn a_cell_is_replaced_only_while_it_is_as_the_starter_gave_it() {
    let (old, new) = (["Task 1: a", "Task 2: b"], ["Task 1: A", "Task 2: B"]);
    assert_eq!(taken(&old, &new, &["Task 1: a", "Task 2: mine"]), ["Task 1: A", "Task 2: mine", "Task 2: B"]);
    assert_eq!(taken(&old, &new, &old), new);
}

#[test]
fn an_added_cell_goes_behind_the_one_it_follows_and_nothing_is_taken_twice() {
    let (old, new) = (["Task 1: a", "Task 3: c"], ["hello", "Task 1: a", "Task 2: b", "Task 3: c"]);
    let mine = ["Task 1: mine", "more of mine", "Task 3: c"];
    let expected = ["hello", "Task 1: mine", "Task 2: b", "more of mine", "Task 3: c"];
    assert_eq!(taken(&old, &new, &mine), expected);
    assert_eq!(taken(&old, &new, &expected), expected);
}

#[test]
fn cells_without_titles_are_paired_in_order_and_what_the_student_deleted_comes_back_only_by_taking_it() {
    assert_eq!(taken(&["a", "b"], &["A", "n", "B"], &["a", "b"]), ["A", "n", "B"]);
    let seen = changes(&notebook(&["Task 1: a"]), &notebook(&["Task 1: A"]), &notebook(&["mine"]));
    assert_eq!((seen.len(), seen[0].mine, seen[0].is_open()), (1, None, true));
    assert_eq!(taken(&["Task 1: a"], &["Task 1: A"], &["mine"]), ["Task 1: A", "mine"]);
}

#[test]
fn a_cell_that_the_starter_lost_stays_with_the_student_and_is_told() {
    let seen = changes(&notebook(&["Task 1: a", "old"]), &notebook(&["Task 1: a"]), &notebook(&["Task 1: a", "old"]));
    assert_eq!((seen.len(), seen[0].mine, seen[0].is_open()), (1, Some(1), false));
    assert_eq!(taken(&["Task 1: a", "old"], &["Task 1: a"], &["Task 1: a", "old"]), ["Task 1: a", "old"]);
}
