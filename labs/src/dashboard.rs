//! Dashboards as students write them: data sets, and pages of tiles that show them.
//!
//! A plain value with what is wrong in it. [`check`] looks at the file alone; [`check_tile`] at the rows that a tile is
//! to show. Runs no query.

pub mod chart;
mod query;
mod read;
#[cfg(test)]
mod tests;
mod tile;

pub use query::is_query;
pub use read::{Checked, check};
pub use tile::check_tile;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Position;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dashboard {
    pub name: String,
    /// The SQL warehouse that refreshes the dashboard; kept as configuration.
    pub warehouse_id: Option<String>,
    pub datasets: Vec<Dataset>,
    pub pages: Vec<Page>,
    pub filters: Vec<Filter>,
    pub refresh: Option<Refresh>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    pub name: String,
    pub sql: String,
    /// First line of the query in the file, from 1.
    pub sql_line: u32,
    /// `(name, default)`
    pub parameters: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub name: String,
    pub tiles: Vec<Tile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    pub kind: TileKind,
    pub title: String,
    /// Name of its data set.
    pub dataset: String,
    /// Column along the axis of a bar or line.
    pub x: Option<String>,
    /// Numeric columns of a bar, line or counter.
    pub y: Vec<String>,
    /// Columns of a table; all of them when empty.
    pub columns: Vec<String>,
    pub position: Position,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TileKind {
    Counter,
    Bar,
    Line,
    Table,
}

/// One value that several data sets read as `:parameter`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub parameter: String,
    /// What the control is called; the parameter's name without one.
    pub label: Option<String>,
    /// What can be chosen; any text when empty.
    pub choices: Vec<String>,
    pub datasets: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    pub quartz_cron_expression: String,
    pub timezone_id: String,
}

impl Dashboard {
    /// The value of a filter before anybody chose one: the default of the first data set that it is bound to.
    pub fn default_of(&self, filter: &Filter) -> &str {
        let declared = self.datasets.iter().filter(|dataset| filter.datasets.contains(&dataset.name));
        let default = declared.flat_map(|dataset| &dataset.parameters).find(|(name, _)| *name == filter.parameter);
        default.map(|(_, default)| default.as_str()).unwrap_or_default()
    }

    /// The values that a data set is asked with: its defaults, and over them what was chosen in the filters bound to it.
    pub fn values(&self, dataset: &Dataset, chosen: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let mut values: BTreeMap<String, String> = dataset.parameters.iter().cloned().collect();
        for filter in self.filters.iter().filter(|filter| filter.datasets.contains(&dataset.name)) {
            if let Some(value) = chosen.get(&filter.parameter) {
                values.insert(filter.parameter.clone(), value.clone());
            }
        }
        values
    }

    pub fn tiles(&self) -> impl Iterator<Item = &Tile> {
        self.pages.iter().flat_map(|page| &page.tiles)
    }
}

impl TileKind {
    pub const ALL: [Self; 4] = [Self::Counter, Self::Bar, Self::Line, Self::Table];

    pub fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Bar => "bar",
            Self::Line => "line",
            Self::Table => "table",
        }
    }
}
