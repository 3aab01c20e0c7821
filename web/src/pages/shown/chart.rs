//! A tile's drawing as SVG attributes.

use sandbar_labs::dashboard::chart::{self, Anchor, LabelKind};

use crate::view::dashboard as view;

pub fn chart(chart: chart::Chart) -> view::Chart {
    let rule = |rule: chart::Rule| view::Rule {
        x1: number(rule.from.0),
        y1: number(rule.from.1),
        x2: number(rule.to.0),
        y2: number(rule.to.1),
        is_zero: rule.is_zero,
    };
    let bar = |bar: chart::Bar| view::Bar {
        x: number(bar.x),
        y: number(bar.y),
        width: number(bar.width),
        height: number(bar.height),
        series: bar.series + 1,
        told: bar.told,
    };
    let dot = |dot: chart::Dot| view::Dot {
        x: number(dot.at.0),
        y: number(dot.at.1),
        series: dot.series + 1,
        told: dot.told,
    };
    view::Chart {
        width: number(chart::WIDTH),
        height: number(chart.height),
        description: chart.description,
        rules: chart.rules.into_iter().map(rule).collect(),
        bars: chart.bars.into_iter().map(bar).collect(),
        lines: chart.lines.into_iter().map(|it| view::Line { series: it.series + 1, path: it.path }).collect(),
        dots: chart.dots.into_iter().map(dot).collect(),
        labels: chart.labels.into_iter().map(label).collect(),
        legend: chart.legend.into_iter().enumerate().map(|(index, name)| (index + 1, name)).collect(),
        left_away: chart.left_away,
    }
}

fn label(label: chart::Label) -> view::Label {
    view::Label {
        x: number(label.at.0),
        y: number(label.at.1),
        text: label.text,
        whole: label.whole,
        anchor: match label.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        },
        kind: match label.kind {
            LabelKind::Tick => "tick",
            LabelKind::Category => "category",
            LabelKind::Value => "value",
        },
    }
}

/// At most one decimal, as SVG needs no more.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
