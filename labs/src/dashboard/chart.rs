//! A tile as a drawing: where its bars, lines, ticks and labels lie, and what they say.
//!
//! Pure: rows in, geometry out, in units of a picture that is [`WIDTH`] wide. Knows no colour and no HTML. Invariant: it
//! draws a bounded number of marks, whatever the rows, and says what it left away.

mod bars;
mod line;
pub mod number;
mod scale;
#[cfg(test)]
mod tests;

pub use scale::Ticks;

use serde_json::Value;

use super::{Tile, TileKind};
use crate::relation::Relation;

/// Narrow, so that its text can be read when the picture is as wide as a telephone.
pub const WIDTH: f64 = 440.0;
/// Colours that can be told apart.
pub const MAX_SERIES: usize = 6;
/// A character's width in the font of labels, rather too wide.
const CHARACTER: f64 = 6.8;

/// A picture, origin at the top left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    pub height: f64,
    /// For somebody who cannot see it.
    pub description: String,
    pub rules: Vec<Rule>,
    pub labels: Vec<Label>,
    pub bars: Vec<Bar>,
    pub lines: Vec<Line>,
    pub dots: Vec<Dot>,
    /// Names of the series when there are several, in the order of their numbers.
    pub legend: Vec<String>,
    /// Sentences on what is not drawn.
    pub left_away: Vec<String>,
}

/// A line of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub from: (f64, f64),
    pub to: (f64, f64),
    /// Where the values are 0.
    pub is_zero: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub at: (f64, f64),
    pub text: String,
    /// The text before it was cut.
    pub whole: Option<String>,
    pub anchor: Anchor,
    pub kind: LabelKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelKind {
    Tick,
    Category,
    Value,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// From 0.
    pub series: usize,
    /// `Books, total_revenue: 1,234.5`
    pub told: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub series: usize,
    /// An SVG path; where a value is missing it has a gap.
    pub path: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Dot {
    pub at: (f64, f64),
    pub series: usize,
    pub told: String,
}

/// Draws a bar or a line. `None` for the other kinds, without rows, and where a column of the tile is not there.
pub fn draw(tile: &Tile, relation: &Relation) -> Option<Chart> {
    let data = Data::of(tile, relation)?;
    match tile.kind {
        TileKind::Bar => Some(bars::draw(&data)),
        TileKind::Line => Some(line::draw(&data)),
        TileKind::Counter | TileKind::Table => None,
    }
}

/// What a counter shows: its numbers with the columns' names, or the value's text where it is no number.
pub fn counted(tile: &Tile, relation: &Relation) -> Vec<(String, String)> {
    let Some(row) = relation.rows.first() else { return Vec::new() };
    let value = |name: &String| {
        let value = row.get(relation.column_index(name)?)?;
        Some((name.clone(), numeric(value).map_or_else(|| text(value), number::shown)))
    };
    tile.y.iter().filter_map(value).collect()
}

/// The rows of a tile by the roles of its columns.
struct Data<'a> {
    x_name: &'a str,
    x_type: &'a str,
    x: Vec<&'a Value>,
    series: Vec<Series<'a>>,
    left_away: Vec<String>,
}

struct Series<'a> {
    name: &'a str,
    /// One for each row; `None` for NULL and what is no number.
    values: Vec<Option<f64>>,
}

impl<'a> Data<'a> {
    fn of(tile: &'a Tile, relation: &'a Relation) -> Option<Self> {
        let x_name = tile.x.as_deref()?;
        let x = relation.column_index(x_name)?;
        if relation.rows.is_empty() || tile.y.is_empty() {
            return None;
        }
        let series = |name: &'a String| {
            let at = relation.column_index(name)?;
            Some(Series { name, values: relation.rows.iter().map(|row| row.get(at).and_then(numeric)).collect() })
        };
        let mut left_away = Vec::new();
        if tile.y.len() > MAX_SERIES {
            left_away.push(format!("The first {MAX_SERIES} of {} columns are drawn.", tile.y.len()));
        }
        Some(Self {
            x_name,
            x_type: &relation.columns[x].type_name,
            x: relation.rows.iter().map(|row| row.get(x).unwrap_or(&Value::Null)).collect(),
            series: tile.y.iter().take(MAX_SERIES).map(series).collect::<Option<_>>()?,
            left_away,
        })
    }

    fn names(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| series.name).collect();
        names.join(", ")
    }

    fn legend(&self) -> Vec<String> {
        let names = self.series.iter().map(|series| series.name.to_owned());
        if self.series.len() > 1 { names.collect() } else { Vec::new() }
    }

    /// The least and the greatest value; `None` without a number.
    fn range(&self) -> Option<(f64, f64)> {
        let values = self.series.iter().flat_map(|series| series.values.iter().copied().flatten());
        values.fold(None, |range, value| {
            Some(range.map_or((value, value), |(low, high): (f64, f64)| (low.min(value), high.max(value))))
        })
    }

    /// `revenue: 3 to 17` for each series.
    fn extent(&self) -> String {
        let extent = |series: &Series<'_>| {
            let values = || series.values.iter().copied().flatten();
            match (values().min_by(f64::total_cmp), values().max_by(f64::total_cmp)) {
                (Some(low), Some(high)) if low < high => {
                    format!("{}: {} to {}.", series.name, number::shown(low), number::shown(high))
                }
                (Some(only), _) => format!("{}: {}.", series.name, number::shown(only)),
                _ => format!("{}: no numbers.", series.name),
            }
        };
        self.series.iter().map(extent).collect::<Vec<_>>().join(" ")
    }
}

/// A finite number; decimals are texts in a relation.
fn numeric(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The text as a label of so many characters, and the whole of it when it was cut.
fn cut(text: &str, most: usize) -> (String, Option<String>) {
    if text.chars().count() <= most {
        return (text.to_owned(), None);
    }
    (text.chars().take(most - 1).chain(['…']).collect(), Some(text.to_owned()))
}

/// How wide a label is at most.
fn width(text: &str) -> f64 {
    text.chars().count() as f64 * CHARACTER
}
