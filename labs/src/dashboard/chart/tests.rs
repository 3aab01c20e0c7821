use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::diagnostic::Position;
use crate::relation::Column;

fn tile(kind: TileKind, y: &[&str]) -> Tile {
    Tile {
        kind,
        title: "Title".to_owned(),
        dataset: "d".to_owned(),
        x: Some("x".to_owned()),
        y: y.iter().map(|name| (*name).to_owned()).collect(),
        columns: Vec::new(),
        position: Position { line: 1, column: 1 },
    }
}

fn relation(x_type: &str, rows: Vec<Vec<Value>>) -> Relation {
    let columns = vec![Column::new("x", x_type), Column::new("y", "DOUBLE"), Column::new("z", "DECIMAL(10,2)")];
    Relation { columns, rows }
}

fn label_texts(chart: &Chart, kind: LabelKind) -> Vec<&str> {
    chart.labels.iter().filter(|label| label.kind == kind).map(|label| label.text.as_str()).collect()
}

#[test]
fn a_bar_reaches_from_zero_to_its_value_and_a_negative_one_to_the_other_side() {
    let rows = vec![vec![json!("Books"), json!(30), json!("1")], vec![json!("Loss"), json!(-15), json!("1")]];
    let chart = draw(&tile(TileKind::Bar, &["y"]), &relation("STRING", rows)).unwrap();
    let zero = chart.rules.iter().find(|rule| rule.is_zero).unwrap().from.0;
    let [gain, loss] = &chart.bars[..] else { panic!("{:?}", chart.bars) };
    assert_eq!(gain.x, zero);
    assert!((loss.x + loss.width - zero).abs() < 1e-9, "{loss:?}");
    assert!((gain.width - 2.0 * loss.width).abs() < 1e-9);
    assert_eq!(gain.told, "Books, y: 30");
    assert_eq!(label_texts(&chart, LabelKind::Value), ["30", "−15"]);
    assert_eq!(chart.description, "Bar chart of y by x, 2 bars. y: −15 to 30.");
}

#[test]
fn null_has_no_bar_but_says_so_and_a_long_name_is_cut() {
    let name = "A category with a very long name";
    let rows = vec![vec![json!(name), json!(null), json!("1.50")], vec![json!(null), json!(2), json!(null)]];
    let chart = draw(&tile(TileKind::Bar, &["y", "z"]), &relation("STRING", rows)).unwrap();
    assert_eq!(label_texts(&chart, LabelKind::Value), ["no value", "1.5", "2", "no value"]);
    assert_eq!(label_texts(&chart, LabelKind::Category), ["A category with a…", "NULL"].map(|text| text.to_owned()));
    assert_eq!(chart.labels.iter().find_map(|label| label.whole.as_deref()), Some(name));
    assert_eq!(chart.legend, ["y", "z"]);
}

#[test]
fn days_have_true_distances_and_words_equal_ones() {
    let rows = |names: [&str; 3]| names.iter().map(|x| vec![json!(x), json!(1), json!("1")]).collect::<Vec<_>>();
    let places = |x_type: &str, names| {
        let chart = draw(&tile(TileKind::Line, &["y"]), &relation(x_type, rows(names))).unwrap();
        let x: Vec<f64> = chart.dots.iter().map(|dot| dot.at.0).collect();
        (x[2] - x[1]) / (x[1] - x[0])
    };
    assert!((places("DATE", ["2024-01-01", "2024-01-02", "2024-01-05"]) - 3.0).abs() < 1e-9);
    assert!(
        (places("TIMESTAMP", ["2024-01-01 00:00:00", "2024-01-01 12:00:00", "2024-01-02 12:00:00"]) - 2.0).abs() < 1e-9
    );
    assert!((places("STRING", ["a", "b", "z"]) - 1.0).abs() < 1e-9);
}

#[test]
fn a_missing_value_is_a_gap_and_a_lone_point_a_dot() {
    let values = [json!(1), json!(null), json!(3), json!(null), json!(5), json!(6)];
    let rows = values.into_iter().enumerate().map(|(x, y)| vec![json!(x), y, json!("1")]).collect();
    let chart = draw(&tile(TileKind::Line, &["y"]), &relation("INT", rows)).unwrap();
    assert_eq!(chart.lines[0].path.matches('M').count(), 3);
    assert_eq!(chart.lines[0].path.matches('L').count(), 1);
}

#[test]
fn too_much_is_left_away_and_told() {
    let rows = |number: usize| (0..number).map(|n| vec![json!(n), json!(n), json!("1")]).collect::<Vec<_>>();
    let bars = draw(&tile(TileKind::Bar, &["y"]), &relation("INT", rows(1_000))).unwrap();
    assert_eq!((bars.bars.len(), bars.left_away), (60, vec!["The first 60 of 1000 rows are drawn.".to_owned()]));
    let line = draw(&tile(TileKind::Line, &["y"]), &relation("INT", rows(1_000))).unwrap();
    assert_eq!(line.lines[0].path.matches('L').count(), 399);
    assert_eq!(line.left_away, ["400 of 1000 rows are drawn, evenly picked."]);
}

#[test]
fn nothing_to_draw_is_no_chart() {
    assert_eq!(draw(&tile(TileKind::Bar, &["y"]), &relation("INT", Vec::new())), None);
    let row = vec![vec![json!(1), json!(2), json!("3")]];
    assert_eq!(draw(&tile(TileKind::Bar, &["nowhere"]), &relation("INT", row.clone())), None);
    assert_eq!(counted(&tile(TileKind::Counter, &["y", "z"]), &relation("INT", row))[1].1, "3");
}

fn cell() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<f64>().prop_map(|number| json!(number)),
        (-100..100).prop_map(|number| json!(number)),
        ".{0,40}".prop_map(|text| json!(text)),
        Just(json!("NaN")),
    ]
}

proptest! {
    #[test]
    fn everything_drawn_lies_in_the_picture(
        kind in prop::sample::select(vec![TileKind::Bar, TileKind::Line]),
        x_type in prop::sample::select(vec!["STRING", "DATE", "INT", "TIMESTAMP"]),
        rows in prop::collection::vec(prop::collection::vec(cell(), 3), 1..80),
    ) {
        let chart = draw(&tile(kind, &["y", "z"]), &relation(x_type, rows)).unwrap();
        let fits = |(x, y): (f64, f64)| (-0.1..=WIDTH + 0.1).contains(&x) && (-0.1..=chart.height + 0.1).contains(&y);
        for bar in &chart.bars {
            prop_assert!(fits((bar.x, bar.y)) && fits((bar.x + bar.width, bar.y + bar.height)), "{bar:?}");
        }
        for at in chart.dots.iter().map(|dot| dot.at).chain(chart.labels.iter().map(|label| label.at)) {
            prop_assert!(fits(at), "{at:?}");
        }
        prop_assert!(!chart.lines.iter().any(|line| line.path.contains("NaN") || line.path.contains("inf")));
    }
}
