//! Which tables a statement really scans, and how each scan is pinned: what tells a query from typed-in rows.

use sandbar_labs::evidence::{Scan, StatementFacts, StatementKind};

use super::Section;
use crate::rubric::Moment;
use crate::scene::Scene;

/// Views on views are followed this deep.
const MAX_VIEW_DEPTH: usize = 8;

/// One scan that a statement must make.
#[derive(Debug)]
pub struct Read {
    pub table: String,
    /// The scan is pinned to the version that the table had then; else it reads the table as it is.
    pub pinned: Option<Moment>,
}

/// `reads: [{table: t, pinned_to_end_of_task: 1}, {table: t}]`
pub fn read(section: &mut Section<'_, '_>) -> Vec<Read> {
    let mut reads = Vec::new();
    section.each("reads", |entry| {
        let table = entry.required("table");
        let task = entry.count_if_given("pinned_to_end_of_task").and_then(|task| u32::try_from(task).ok());
        reads.push(Read { table, pinned: task.map(Moment::EndOf) });
    });
    reads
}

/// The first scan that is asked for and not made, as a sentence.
pub fn missing(reads: &[Read], facts: &StatementFacts, scene: &Scene<'_>) -> Option<String> {
    let scans = resolved(facts, scene, MAX_VIEW_DEPTH);
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
                Some(_) => pin.is_some() && pin == self.version(scene),
                None => pin.is_none() || pin == latest(),
            }
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

/// The statement's scans, with the scans of the temp views that it reads.
fn resolved(facts: &StatementFacts, scene: &Scene<'_>, depth: usize) -> Vec<Scan> {
    let mut scans = facts.scans.clone();
    if depth == 0 {
        return scans;
    }
    let Some((_, run)) = scene.main() else { return scans };
    let made = run.cells.iter().flat_map(|cell| &cell.statements).filter_map(|statement| statement.facts.as_ref());
    let views: Vec<&StatementFacts> =
        made.filter(|facts| matches!(facts.kind, StatementKind::CreateTempView | StatementKind::CreateView)).collect();
    for scan in &facts.scans {
        let named = |view: &&&StatementFacts| {
            view.target.as_deref().is_some_and(|target| target.eq_ignore_ascii_case(&scan.relation))
        };
        if let Some(view) = views.iter().rev().find(named) {
            scans.extend(resolved(view, scene, depth - 1));
        }
    }
    scans
}
