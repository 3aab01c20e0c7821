//! What a later release changed in a starter notebook, and where that stands in a student's own.
//!
//! Invariant: a cell is replaced only where it is still as the earlier starter gave it. Beside anything that the student
//! wrote, the new cell is put below it.

use sandbar_labs::notebook::{Cell, Notebook};

/// A cell of the starter that was changed, added or taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As it was; `None` for one that was added.
    pub old: Option<Cell>,
    /// As it is now; `None` for one that was taken away.
    pub new: Option<Cell>,
    /// Place of the student's cell that came from the old one.
    pub mine: Option<usize>,
    /// Whether the student's notebook has the new cell.
    pub taken: bool,
}

impl Change {
    /// Whether there is something that the student may take.
    pub fn is_open(&self) -> bool {
        self.new.is_some() && !self.taken
    }

    /// Whether the student's cell is still as the earlier starter gave it.
    pub fn is_untouched(&self, mine: Option<&Cell>) -> bool {
        self.old.as_ref().zip(mine).is_some_and(|(old, mine)| same(old, mine))
    }
}

/// The changes in the order of the new starter, those that were taken away at the end.
pub fn changes(old: &Notebook, new: &Notebook, mine: &Notebook) -> Vec<Change> {
    let before = counterparts(old, new);
    let change = |old: Option<&Cell>, new: Option<&Cell>| Change {
        mine: old.and_then(|old| place_of(old, mine)),
        taken: new.is_some_and(|new| mine.cells.iter().any(|cell| same(cell, new))),
        old: old.cloned(),
        new: new.cloned(),
    };
    let pairs = new.cells.iter().zip(&before).map(|(cell, before)| (before.and_then(|at| old.cells.get(at)), cell));
    let changed = pairs.filter(|(before, cell)| before.is_none_or(|before| !same(before, cell)));
    let gone = (0..).zip(&old.cells).filter(|(at, _)| !before.contains(&Some(*at))).map(|(_, cell)| cell);
    changed.map(|(before, cell)| change(before, Some(cell))).chain(gone.map(|cell| change(Some(cell), None))).collect()
}

/// The place in the old notebook of each cell of the new one: an equal cell, else one of the same title, else the next one
/// without a title.
fn counterparts(old: &Notebook, new: &Notebook) -> Vec<Option<usize>> {
    let mut found: Vec<Option<usize>> = vec![None; new.cells.len()];
    for alike in [same as fn(&Cell, &Cell) -> bool, same_title, both_untitled] {
        for (cell, place) in new.cells.iter().zip(0..) {
            if found.get(place).is_some_and(Option::is_none) {
                let free =
                    (0..).zip(&old.cells).find(|(at, before)| !found.contains(&Some(*at)) && alike(before, cell));
                found[place] = free.map(|(at, _)| at);
            }
        }
    }
    found
}

/// The student's cell that came from this one of the starter.
fn place_of(old: &Cell, mine: &Notebook) -> Option<usize> {
    let place = |alike: &dyn Fn(&Cell) -> bool| mine.cells.iter().position(alike);
    place(&|cell| same(cell, old))
        .or_else(|| place(&|cell| same_title(cell, old)))
        .or_else(|| place(&|cell| both_untitled(cell, old) && cell.id == old.id))
}

fn same(one: &Cell, other: &Cell) -> bool {
    one.language == other.language && title(one) == title(other) && one.source.trim_end() == other.source.trim_end()
}

fn same_title(one: &Cell, other: &Cell) -> bool {
    !title(one).is_empty() && title(one) == title(other)
}

fn both_untitled(one: &Cell, other: &Cell) -> bool {
    title(one).is_empty() && title(other).is_empty() && one.language == other.language
}

fn title(cell: &Cell) -> &str {
    cell.title.as_deref().unwrap_or_default().trim()
}

/// Puts the new cell of a change into the student's notebook: in place of the old one where that is untouched, else below
/// the student's own, else behind the cell that it follows in the new starter.
pub fn take(mine: &mut Notebook, change: &Change, new: &Notebook) {
    let Some(cell) = change.new.as_ref().filter(|_| change.is_open()) else { return };
    let own = change.mine.and_then(|at| mine.cells.get_mut(at));
    if let Some(own) = own.filter(|own| change.is_untouched(Some(own))) {
        *own = Cell { id: own.id.clone(), ..cell.clone() };
        return;
    }
    let place = match change.mine {
        Some(at) => at + 1,
        None => behind(mine, cell, new),
    };
    let id = free_id(mine);
    mine.cells.insert(place.min(mine.cells.len()), Cell { id, ..cell.clone() });
}

/// Behind the student's counterpart of the nearest cell before this one in the new starter; without any, at the beginning.
fn behind(mine: &Notebook, cell: &Cell, new: &Notebook) -> usize {
    let before = new.cells.iter().take_while(|other| other.id != cell.id);
    before.filter_map(|other| place_of(other, mine)).last().map_or(0, |at| at + 1)
}

fn free_id(mine: &Notebook) -> String {
    let mut number = mine.cells.len() + 1;
    loop {
        let id = format!("starter-{number}");
        if mine.cells.iter().all(|cell| cell.id != id) {
            return id;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests;
