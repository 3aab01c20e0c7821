//! A line chart. Along numbers, dates and instants the distances are true; along anything else they are equal.

use jiff::civil::{Date, DateTime};
use serde_json::Value;

use super::{Anchor, Chart, Data, Dot, Label, LabelKind, Line, Rule, Ticks, WIDTH, cut, number, numeric, text, width};

/// Rows that one chart draws.
const MAX_POINTS: usize = 400;
/// More points are a line without a dot for each.
const MAX_DOTS: usize = 40;
const HEIGHT: f64 = 240.0;
const TOP: f64 = 10.0;
const RIGHT: f64 = 14.0;
const BELOW: f64 = 28.0;
const TICKS: u32 = 5;
/// Characters of a label along the axis.
const NAME: usize = 16;
/// Between two labels along the axis.
const APART: f64 = 14.0;

pub fn draw(data: &Data<'_>) -> Chart {
    let rows = chosen(data);
    let (low, high) = data.range().unwrap_or_default();
    // A line may leave zero out where that would press it flat.
    let low = if low >= 0.0 && low < high / 2.0 { 0.0 } else { low };
    let ticks = Ticks::over(low, high, TICKS);
    let labels = ticks.labels();
    let left = labels.iter().map(|label| width(label)).fold(0.0, f64::max) + 10.0;
    let bottom = HEIGHT - BELOW;
    let along = Along::of(data, &rows);
    let area = Area { left, bottom, ticks: &ticks };
    let mut chart = Chart {
        height: HEIGHT,
        description: description(data, &rows),
        legend: data.legend(),
        left_away: left_away(data, &rows),
        ..Chart::default()
    };
    for (value, text) in ticks.values.iter().zip(labels) {
        let y = area.y(*value);
        chart.rules.push(Rule { from: (left, y), to: (WIDTH - RIGHT, y), is_zero: *value == 0.0 });
        let at = (left - 6.0, y + 4.0);
        chart.labels.push(Label { at, text, whole: None, anchor: Anchor::End, kind: LabelKind::Tick });
    }
    chart.labels.extend(along_labels(data, &rows, &along, &area));
    for index in 0..data.series.len() {
        series(data, index, (&rows, &along), &area, &mut chart);
    }
    chart
}

struct Area<'a> {
    left: f64,
    bottom: f64,
    ticks: &'a Ticks,
}

impl Area<'_> {
    fn x(&self, share: f64) -> f64 {
        self.left + 6.0 + share * (WIDTH - RIGHT - self.left - 12.0)
    }

    fn y(&self, value: f64) -> f64 {
        self.bottom - self.ticks.share(value) * (self.bottom - TOP)
    }
}

/// The rows that are drawn: those that have an x, evenly picked when there are too many.
fn chosen(data: &Data<'_>) -> Vec<usize> {
    let rows: Vec<usize> = (0..data.x.len()).filter(|row| !data.x[*row].is_null()).collect();
    if rows.len() <= MAX_POINTS {
        return rows;
    }
    (0..MAX_POINTS).map(|index| rows[index * (rows.len() - 1) / (MAX_POINTS - 1)]).collect()
}

fn left_away(data: &Data<'_>, rows: &[usize]) -> Vec<String> {
    let mut told = data.left_away.clone();
    let without = data.x.iter().filter(|value| value.is_null()).count();
    if without > 0 {
        told.push(format!("{without} of {} rows have no {} and are not drawn.", data.x.len(), data.x_name));
    }
    if rows.len() < data.x.len() - without {
        told.push(format!("{} of {} rows are drawn, evenly picked.", rows.len(), data.x.len() - without));
    }
    told
}

/// How far along each drawn row lies, from 0 to 1.
struct Along {
    shares: Vec<f64>,
    /// Of an axis of numbers.
    ticks: Option<Ticks>,
}

impl Along {
    fn of(data: &Data<'_>, rows: &[usize]) -> Self {
        let measured: Option<Vec<f64>> = rows.iter().map(|row| measure(data.x_type, data.x[*row])).collect();
        let Some(measured) = measured else { return Self::equal(rows.len()) };
        let ends = (measured.iter().copied().reduce(f64::min), measured.iter().copied().reduce(f64::max));
        let (Some(low), Some(high)) = ends else { return Self::equal(rows.len()) };
        if !is_instant(data.x_type) {
            let ticks = Ticks::over(low, high, TICKS);
            return Self { shares: measured.iter().map(|value| ticks.share(*value)).collect(), ticks: Some(ticks) };
        }
        let share = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
        Self { shares: measured.into_iter().map(share).collect(), ticks: None }
    }

    fn equal(number: usize) -> Self {
        let share = |index: usize| if number > 1 { index as f64 / (number - 1) as f64 } else { 0.5 };
        Self { shares: (0..number).map(share).collect(), ticks: None }
    }
}

fn is_instant(type_name: &str) -> bool {
    type_name.eq_ignore_ascii_case("DATE") || type_name.to_ascii_uppercase().starts_with("TIMESTAMP")
}

/// A number, a day or an instant as a number; `None` for what has no distance.
fn measure(type_name: &str, value: &Value) -> Option<f64> {
    if !is_instant(type_name) {
        return if super::super::tile::is_numeric(type_name) { numeric(value) } else { None };
    }
    let text = value.as_str()?;
    let local =
        text.parse::<DateTime>().ok().or_else(|| Some(text.parse::<Date>().ok()?.to_datetime(Default::default())));
    let since = jiff::tz::TimeZone::UTC.to_timestamp(local?).ok()?;
    Some(since.as_second() as f64)
}

fn along_labels(data: &Data<'_>, rows: &[usize], along: &Along, area: &Area<'_>) -> Vec<Label> {
    let named: Vec<(f64, String)> = match &along.ticks {
        Some(ticks) => ticks.values.iter().map(|value| ticks.share(*value)).zip(ticks.labels()).collect(),
        None => along.shares.iter().zip(rows).map(|(share, row)| (*share, text(data.x[*row]))).collect(),
    };
    let mut labels: Vec<Label> = Vec::new();
    let mut free_from = 0.0;
    for (share, name) in named {
        let (text, whole) = cut(&name, NAME);
        let half = width(&text) / 2.0;
        // The first and the last one are moved into the picture.
        let x = area.x(share).clamp(half, WIDTH - half);
        if x - half >= free_from {
            free_from = x + half + APART;
            let at = (x, area.bottom + 20.0);
            labels.push(Label { at, text, whole, anchor: Anchor::Middle, kind: LabelKind::Tick });
        }
    }
    labels
}

/// One series: a path with gaps, and dots where there are few points or one stands alone.
fn series(data: &Data<'_>, index: usize, (rows, along): (&[usize], &Along), area: &Area<'_>, chart: &mut Chart) {
    let series = &data.series[index];
    let mut path = String::new();
    let value_at = |place: usize| rows.get(place).and_then(|row| series.values[*row]);
    for (place, row) in rows.iter().enumerate() {
        let Some(value) = value_at(place) else { continue };
        let (x, y) = (area.x(along.shares[place]), area.y(value));
        let follows = place > 0 && value_at(place - 1).is_some();
        path.push_str(&format!("{}{x:.1} {y:.1}", if follows { "L" } else { "M" }));
        let is_alone = !follows && value_at(place + 1).is_none();
        if rows.len() <= MAX_DOTS || is_alone {
            let told = format!("{}, {}: {}", text(data.x[*row]), series.name, number::shown(value));
            chart.dots.push(Dot { at: (x, y), series: index, told });
        }
    }
    if !path.is_empty() {
        chart.lines.push(Line { series: index, path });
    }
}

fn description(data: &Data<'_>, rows: &[usize]) -> String {
    let ends = match (rows.first(), rows.last()) {
        (Some(first), Some(last)) => format!(" from {} to {}", text(data.x[*first]), text(data.x[*last])),
        _ => String::new(),
    };
    let points = if rows.len() == 1 { "1 point".to_owned() } else { format!("{} points", rows.len()) };
    format!("Line chart of {} by {}, {points}{ends}. {}", data.names(), data.x_name, data.extent())
}
