//! A bar chart with its categories from top to bottom, so that long names can be read.

use super::{Anchor, Bar, Chart, Data, Label, LabelKind, Rule, Ticks, WIDTH, cut, number, text, width};

/// Bars that one chart draws.
const MAX_BARS: usize = 60;
const BAR: f64 = 16.0;
/// Between two categories.
const GAP: f64 = 10.0;
const TOP: f64 = 6.0;
const BELOW: f64 = 26.0;
/// Characters of a category's name.
const NAME: usize = 18;
/// What a value needs behind the longest bar.
const VALUE: f64 = 66.0;
const TICKS: u32 = 4;

pub fn draw(data: &Data<'_>) -> Chart {
    let rows = (MAX_BARS / data.series.len()).min(data.x.len());
    let names: Vec<_> = data.x[..rows].iter().map(|value| cut(&text(value), NAME)).collect();
    let left = names.iter().map(|(name, _)| width(name)).fold(0.0, f64::max) + 10.0;
    let (low, high) = data.range().unwrap_or_default();
    let ticks = Ticks::over(low.min(0.0), high.max(0.0), TICKS);
    let row_height = BAR * data.series.len() as f64 + GAP;
    let bottom = TOP + row_height * rows as f64;
    let place = |value: f64| left + ticks.share(value) * (WIDTH - VALUE - left);
    let mut chart = Chart {
        height: bottom + BELOW,
        description: description(data, rows),
        legend: data.legend(),
        left_away: data.left_away.clone(),
        ..Chart::default()
    };
    if rows < data.x.len() {
        chart.left_away.push(format!("The first {rows} of {} rows are drawn.", data.x.len()));
    }
    for (value, label) in ticks.values.iter().zip(ticks.labels()) {
        let x = place(*value);
        chart.rules.push(Rule { from: (x, TOP), to: (x, bottom), is_zero: *value == 0.0 });
        chart.labels.push(tick(x, bottom + 18.0, label));
    }
    for (row, (name, whole)) in names.into_iter().enumerate() {
        let top = TOP + row_height * row as f64 + GAP / 2.0;
        let middle = top + (row_height - GAP) / 2.0 + 4.0;
        let told = whole.clone().unwrap_or_else(|| name.clone());
        chart.labels.push(Label {
            at: (left - 8.0, middle),
            text: name,
            whole,
            anchor: Anchor::End,
            kind: LabelKind::Category,
        });
        bars(data, row, (top, &told), &place, &mut chart);
    }
    chart
}

/// The bars of one category, one below the other.
fn bars(data: &Data<'_>, row: usize, (top, name): (f64, &str), place: &impl Fn(f64) -> f64, chart: &mut Chart) {
    for (index, series) in data.series.iter().enumerate() {
        let y = top + BAR * index as f64;
        let zero = place(0.0);
        let Some(value) = series.values[row] else {
            chart.labels.push(value_label(zero, y, "no value".to_owned()));
            continue;
        };
        let end = place(value);
        let shown = number::shown(value);
        chart.bars.push(Bar {
            x: zero.min(end),
            y: y + 1.0,
            width: (end - zero).abs(),
            height: BAR - 2.0,
            series: index,
            told: format!("{name}, {}: {shown}", series.name),
        });
        // Behind the bar; of a negative one, on the free side of zero.
        chart.labels.push(value_label(zero.max(end), y, shown));
    }
}

fn value_label(x: f64, y: f64, text: String) -> Label {
    let at = (x + 4.0, y + BAR / 2.0 + 4.0);
    Label { at, text, whole: None, anchor: Anchor::Start, kind: LabelKind::Value }
}

fn tick(x: f64, y: f64, text: String) -> Label {
    Label { at: (x, y), text, whole: None, anchor: Anchor::Middle, kind: LabelKind::Tick }
}

fn description(data: &Data<'_>, rows: usize) -> String {
    let bars = if rows == 1 { "1 bar".to_owned() } else { format!("{rows} bars") };
    format!("Bar chart of {} by {}, {bars}. {}", data.names(), data.x_name, data.extent())
}
