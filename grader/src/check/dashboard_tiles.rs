//! `dashboard_tiles`: the dashboard is valid, and shows each data set in a tile of the right kind that its rows can fill.

use sandbar_labs::dashboard::{self, Tile};
use sandbar_labs::diagnostic::{Finding, Severity};

use super::{Known, Rule, Section, dashboard_dataset};
use crate::feedback::list;
use crate::outcome::{Fault, Place, Verdict};
use crate::scene::{About, Scene};
use crate::work::DashboardWork;

#[derive(Debug)]
pub struct DashboardTiles {
    replay: String,
    /// `(data set, kind of tile)`.
    tiles: Vec<(String, String)>,
}

pub fn read(section: &mut Section<'_, '_>) -> DashboardTiles {
    let (replay, tiles) = (section.required("replay"), section.text_map("tiles"));
    if tiles.is_empty() {
        section.missing("tiles");
    }
    DashboardTiles { replay, tiles }
}

impl DashboardTiles {
    /// The data set that stands for one which is called otherwise: where one is missing, the only one that was not
    /// asked for. What it is called costs where its rows are asked for.
    fn stand_in<'a>(&self, work: &'a DashboardWork, dataset: &str) -> Option<&'a str> {
        let given = || work.dashboard.datasets.iter().map(|given| given.name.as_str());
        let is_asked_for = |name: &str| self.tiles.iter().any(|(asked, _)| asked == name);
        let mut missing = self.tiles.iter().filter(|(asked, _)| given().all(|name| name != asked));
        let mut others = given().filter(|name| !is_asked_for(name));
        match (missing.next(), missing.next(), others.next(), others.next()) {
            (Some((only, _)), None, Some(other), None) if only == dataset => Some(other),
            _ => None,
        }
    }
}

impl Rule for DashboardTiles {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let work = match dashboard_dataset::dashboard(scene) {
            Ok(work) => work,
            Err(verdict) => return verdict,
        };
        let invalid = |finding: &Finding| {
            let mut fault = Fault::new(finding.code.to_lowercase(), finding.message.clone());
            fault.next_step.clone_from(&finding.hint);
            let column = finding.column.unwrap_or(1);
            fault.place = finding.line.map(|line| Place::new(&work.path, line, column));
            fault.failed()
        };
        if let Some(finding) = work.findings.iter().find(|finding| finding.severity == Severity::Error) {
            return invalid(finding);
        }
        for (dataset, kind) in &self.tiles {
            let dataset = self.stand_in(work, dataset).unwrap_or(dataset);
            let tiles: Vec<&Tile> = work.dashboard.tiles().filter(|tile| tile.dataset == dataset).collect();
            let Some(tile) = tiles.iter().find(|tile| tile.kind.name() == kind) else {
                let found: Vec<&str> = tiles.iter().map(|tile| tile.kind.name()).collect();
                let message = format!("No tile of the kind `{kind}` shows `{dataset}`.");
                return Fault::new("no_tile", message).expected(format!("a {kind}")).found(list(&found)).failed();
            };
            let outcome = match dashboard_dataset::result(scene, &self.replay, dataset) {
                Ok(outcome) => outcome,
                Err(Verdict::Unavailable(why)) => return Verdict::Unavailable(why),
                // That the query fails costs where its rows are asked for; the tile is there.
                Err(Verdict::Error(_)) => continue,
                Err(_) => return Verdict::Blocked(format!("The data set `{dataset}` gives no rows to draw.")),
            };
            if let Some(finding) = dashboard::check_tile(tile, &outcome.relation).first() {
                return invalid(finding);
            }
        }
        Verdict::Passed
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.replay(&self.replay).into_iter().collect()
    }

    fn about(&self) -> About<'_> {
        About::Dashboard(None)
    }
}
