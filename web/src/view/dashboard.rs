//! `/labs/{slug}/dashboards/{key}`: a dashboard's tiles, drawn, with what is wrong in its file.

use askama::Template;
use askama_web::WebTemplate;

use super::filters;
use super::lab::LabFile;
use super::layout::{Link, Moment, Page};
use super::output::{ErrorOutput, ResultTable};
use super::report::Finding;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "dashboard.html")]
pub struct Dashboard {
    pub page: Page,
    pub lab: Link,
    /// Where the file is edited.
    pub edit: String,
    pub files: Vec<LabFile>,
    /// `dashboard.yml`.
    pub path: String,
    /// The dashboard's name, or the file's.
    pub title: String,
    /// `No problems.`, `2 errors`.
    pub summary: String,
    /// `ok`, `warning` or `error`.
    pub state: &'static str,
    pub findings: Vec<Finding>,
    pub filters: Vec<FilterControl>,
    pub pages: Vec<TilePage>,
    pub configuration: Configuration,
}

#[derive(Debug)]
pub struct FilterControl {
    pub parameter: String,
    pub label: String,
    pub value: String,
    /// A select when there are some, a text otherwise; the value is among them.
    pub choices: Vec<String>,
    /// `daily_revenue, top_products`.
    pub datasets: String,
}

#[derive(Debug)]
pub struct TilePage {
    pub name: String,
    pub tiles: Vec<Tile>,
}

#[derive(Debug)]
pub struct Tile {
    /// Unique on the page.
    pub id: String,
    pub title: String,
    /// `counter`, `bar`, `line` or `table`.
    pub kind: &'static str,
    pub dataset: String,
    pub body: TileBody,
    /// The rows behind a drawing.
    pub rows: Option<ResultTable>,
}

#[derive(Debug)]
pub enum TileBody {
    /// Value and name.
    Counter(Vec<(String, String)>),
    Chart(Box<Chart>),
    Table(ResultTable),
    /// Why there is nothing to see.
    Empty(String),
    Failed(ErrorOutput),
}

/// A drawing; every number is an SVG attribute.
#[derive(Debug)]
pub struct Chart {
    pub width: String,
    pub height: String,
    pub description: String,
    pub rules: Vec<Rule>,
    pub bars: Vec<Bar>,
    pub lines: Vec<Line>,
    pub dots: Vec<Dot>,
    pub labels: Vec<Label>,
    /// Number of its colour, and name.
    pub legend: Vec<(usize, String)>,
    pub left_away: Vec<String>,
}

#[derive(Debug)]
pub struct Rule {
    pub x1: String,
    pub y1: String,
    pub x2: String,
    pub y2: String,
    pub is_zero: bool,
}

#[derive(Debug)]
pub struct Bar {
    pub x: String,
    pub y: String,
    pub width: String,
    pub height: String,
    /// Number of its colour, from 1.
    pub series: usize,
    pub told: String,
}

#[derive(Debug)]
pub struct Line {
    pub series: usize,
    pub path: String,
}

#[derive(Debug)]
pub struct Dot {
    pub x: String,
    pub y: String,
    pub series: usize,
    pub told: String,
}

#[derive(Debug)]
pub struct Label {
    pub x: String,
    pub y: String,
    pub text: String,
    /// The whole text when it was cut.
    pub whole: Option<String>,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// `tick`, `category` or `value`.
    pub kind: &'static str,
}

/// What the file says of running it somewhere else.
#[derive(Debug)]
pub struct Configuration {
    pub warehouse: Option<String>,
    pub refresh: Option<Refresh>,
}

#[derive(Debug)]
pub struct Refresh {
    pub expression: String,
    pub zone: String,
    /// `Tue 24 Nov 2026, 06:30 CET`; empty when the schedule cannot be read or never fires.
    pub firings: Vec<Moment>,
}
