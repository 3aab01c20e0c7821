//! Dashboards as students write them: data sets, and pages of tiles that show them.
//!
//! A plain value with what is wrong in it. [`check`] looks at the file alone; [`check_tile`] at the rows that a tile is
//! to show. Runs no query.

mod read;
#[cfg(test)]
mod tests;
mod tile;

pub use read::{Checked, check};
pub use tile::check_tile;

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
    pub datasets: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refresh {
    pub quartz_cron_expression: String,
    pub timezone_id: String,
}

impl Dashboard {
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
