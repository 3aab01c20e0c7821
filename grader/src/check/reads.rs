//! Which tables a statement really scans, and how each scan is pinned: what tells a query from typed-in rows.

use std::collections::BTreeSet;

use sandbar_labs::evidence::{CellEvidence, Scan, StatementFacts};
use sandbar_labs::relation::Relation;

use super::{Known, Section};
use crate::compare::{Contract, compare};
use crate::property::find::{making_in_cells, view_of};
use crate::rubric::Moment;
use crate::scene::{Scene, TableAt};

/// Views on views are followed this deep.
const MAX_VIEW_DEPTH: usize = 8;

/// One scan that a statement must make.
#[derive(Debug)]
pub struct Read {
    pub table: String,
    /// The scan is pinned to the version that the table had then; else it reads the table as it is.
    pub pinned: Option<Moment>,
    /// A task whose queries ask for the same version: a wrong one costs there, and counts as the right one here.
    as_in_task: Option<u32>,
}

/// `reads: [{table: t, pinned_to_end_of_task: 1, or_as_in_task: 6}, {table: t}]`
pub fn read(section: &mut Section<'_, '_>) -> Vec<Read> {
    let mut reads = Vec::new();
    section.each("reads", |entry| {
        let table = entry.required("table");
        let mut task = |name| entry.count_if_given(name).and_then(|task| u32::try_from(task).ok());
        let (pinned, as_in_task) = (task("pinned_to_end_of_task").map(Moment::EndOf), task("or_as_in_task"));
        reads.push(Read { table, pinned, as_in_task });
    });
    reads
}

/// Sentences about tasks that the lab does not have.
pub fn unknown_tasks(reads: &[Read], known: &Known<'_>) -> Vec<String> {
    let end_of = |read: &Read| match read.pinned {
        Some(Moment::EndOf(task)) => Some(task),
        _ => None,
    };
    let tasks = reads.iter().flat_map(|read| end_of(read).into_iter().chain(read.as_in_task));
    tasks.filter_map(|task| known.task(task)).collect()
}

/// The first scan that is asked for and not made, as a sentence.
pub fn missing(reads: &[Read], facts: &StatementFacts, scene: &Scene<'_>) -> Option<String> {
    let scans = resolved(reads, facts, scene);
    reads
        .iter()
        .find(|read| !scans.iter().any(|scan| read.made_by(scan, scene)))
        .map(|read| read.sentence(&scans, scene))
}

impl Read {
    /// The version that the scan must be pinned to; `None` when the table of then is gone, even if another of its name
    /// has that version.
    fn version(&self, scene: &Scene<'_>) -> Option<u64> {
        let then = scene.table_at(&self.table, self.pinned?)?;
        let now = scene.table_at(&self.table, Moment::Before)?;
        (then.table.id == now.table.id).then_some(then.version.version)
    }

    fn made_by(&self, scan: &Scan, scene: &Scene<'_>) -> bool {
        let latest = || scene.table_at(&self.table, Moment::Before).map(|at| at.version.version);
        let pin = scan.pin.as_ref().map(|pin| pin.version);
        scan.relation.eq_ignore_ascii_case(&self.table)
            && match self.pinned {
                Some(_) => {
                    pin.is_some_and(|pin| self.is_version(pin, scene)) || pin.is_some() && pin == self.mistaken(scene)
                }
                None => pin.is_none() || pin == latest(),
            }
    }

    /// Whether that version is the one asked for, or holds the same rows in the same columns.
    fn is_version(&self, pin: u64, scene: &Scene<'_>) -> bool {
        let Some(asked) = self.version(scene) else { return false };
        let at = |number: u64| {
            let table = scene.table_at(&self.table, self.pinned?)?.table;
            let version = table.versions.iter().find(|version| version.version == number)?;
            TableAt { table, version }.relation()
        };
        let same = |one: &Relation, two: &Relation| compare(one, two, &Contract::default()).is_none();
        pin == asked || at(pin).zip(at(asked)).is_some_and(|(one, two)| same(&one, &two))
    }

    /// The version that the queries of the other task took for the one asked for, where none of them has the right one.
    /// What the table holds now is no version of the past.
    fn mistaken(&self, scene: &Scene<'_>) -> Option<u64> {
        let other = self.as_in_task.filter(|_| self.version(scene).is_some())?;
        let queries = scene.statements(other).into_iter().filter(|(_, statement)| statement.error.is_none());
        let facts = queries.filter_map(|(_, statement)| statement.facts.as_ref());
        let scans = facts.flat_map(|facts| resolved(std::slice::from_ref(self), facts, scene));
        let of_table = scans.filter(|scan| scan.relation.eq_ignore_ascii_case(&self.table));
        let pins: Vec<u64> = of_table.filter_map(|scan| Some(scan.pin?.version)).collect();
        let latest = scene.table_at(&self.table, Moment::Before)?.version.version;
        let is_right = pins.iter().any(|pin| self.is_version(*pin, scene));
        pins.last().copied().filter(|pin| !is_right && *pin < latest)
    }

    fn sentence(&self, scans: &[Scan], scene: &Scene<'_>) -> String {
        let wanted = match (self.pinned, self.version(scene)) {
            (None, _) => return format!("it does not read `{}` as it is now", self.table),
            (Some(_), Some(version)) => format!("pinned to version {version}"),
            (Some(pinned), None) if scene.table_at(&self.table, pinned).is_none() => {
                "at the version asked for, which is not known: no cell that did that task was found".to_owned()
            }
            (Some(_), None) => "at the version asked for, which is gone with the table that was dropped".to_owned(),
        };
        let of_table = scans.iter().filter(|scan| scan.relation.eq_ignore_ascii_case(&self.table));
        let pinned: Vec<String> = of_table.filter_map(|scan| Some(scan.pin.as_ref()?.version.to_string())).collect();
        let but = if pinned.is_empty() { String::new() } else { format!(", but at {}", pinned.join(", ")) };
        format!("it does not read `{}` {wanted}{but}", self.table)
    }
}

/// The wrong version that a statement pins a table to as another task does, where it makes such a scan.
pub fn mistaken_pin(reads: &[Read], facts: &StatementFacts, scene: &Scene<'_>) -> Option<u64> {
    let scans = resolved(reads, facts, scene);
    let mut wrong = reads.iter().filter_map(|read| Some((read, read.mistaken(scene)?)));
    wrong.find_map(|(read, pin)| {
        let made = |scan: &&Scan| read.made_by(scan, scene) && scan.pin.as_ref().is_some_and(|by| by.version == pin);
        scans.iter().find(made).map(|_| pin)
    })
}

/// The statement's scans, with the scans of the views that it reads and of what made the student's own tables in it.
fn resolved(reads: &[Read], facts: &StatementFacts, scene: &Scene<'_>) -> Vec<Scan> {
    let asked_for = reads.iter().map(|read| read.table.to_lowercase()).collect();
    let mut follow = Follow { scene, seen: asked_for, scans: Vec::new() };
    follow.statement(facts, MAX_VIEW_DEPTH);
    follow.scans
}

/// Goes from a statement to what made the views and tables that it reads, to each of them once.
struct Follow<'a, 's> {
    scene: &'a Scene<'s>,
    /// Lower-case names that are not followed: those asked for, and those that were.
    seen: BTreeSet<String>,
    scans: Vec<Scan>,
}

impl Follow<'_, '_> {
    fn statement(&mut self, facts: &StatementFacts, depth: usize) {
        self.scans.extend(facts.scans.iter().cloned());
        for scan in facts.scans.iter().filter(|_| depth > 0) {
            let name = &scan.relation;
            if !self.seen.insert(name.to_lowercase()) {
                continue;
            }
            match view_of(self.scene, name) {
                Some((_, view)) => self.statement(view, depth - 1),
                None => self.table(name, depth - 1),
            }
        }
    }

    /// A copy of a table that was made when it was another is no reading of it as it is.
    fn table(&mut self, name: &str, depth: usize) {
        for (cell, (_, making)) in making_in_cells(self.scene, name, (u32::MAX, 0)) {
            let before = self.scans.len();
            self.statement(making, depth);
            let copied = self.scans.split_off(before).into_iter();
            let scene = self.scene;
            self.scans.extend(copied.filter(|scan| scan.pin.is_some() || is_latest(scene, cell, &scan.relation)));
        }
    }
}

/// Whether a table was then what it is before the task; a copy that was made before is no reading of it.
fn is_latest(scene: &Scene<'_>, cell: &CellEvidence, table: &str) -> bool {
    let latest = scene.table_at(table, Moment::Before).map(|at| at.version.version);
    latest.is_some() && cell.versions_after.get(&table.to_lowercase()).copied() == latest
}
