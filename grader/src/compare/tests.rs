use proptest::prelude::*;
use sandbar_labs::relation::{Column, Relation};
use serde_json::json;

use super::*;

fn relation(columns: &[(&str, &str)], rows: Value) -> Relation {
    let columns = columns.iter().map(|(name, kind)| Column::new(*name, *kind)).collect();
    Relation { columns, rows: serde_json::from_value(rows).unwrap() }
}

const PRICED: &[(&str, &str)] = &[("sku", "STRING"), ("price", "DOUBLE")];

fn prices(rows: Value) -> Relation {
    relation(PRICED, rows)
}

fn cents() -> Contract {
    Contract { tolerance: 0.005, ..Contract::default() }
}

#[test]
fn a_bag_ignores_the_order_and_an_ordered_comparison_names_the_first_row() {
    let (one, two) = (prices(json!([["a", 1], ["b", 2]])), prices(json!([["b", 2], ["a", 1]])));
    assert_eq!(compare(&one, &two, &Contract::default()), None);
    let ordered = Contract { order: Order::All, ..Contract::default() };
    assert!(matches!(compare(&one, &two, &ordered), Some(Difference::Order { row: 0, .. })));
}

#[test]
fn a_row_too_many_is_seen_even_when_it_repeats_another() {
    let (one, two) = (prices(json!([["a", 1]])), prices(json!([["a", 1], ["a", 1]])));
    let Some(Difference::Rows { missing, unexpected, .. }) = compare(&one, &two, &Contract::default()) else {
        panic!("equal")
    };
    assert!(missing.is_empty());
    assert_eq!(unexpected, vec![vec![json!("a"), json!(1)]]);
}

#[test]
fn half_a_cent_is_near_enough_and_more_is_not() {
    let wanted = prices(json!([["a", 10.5]]));
    assert_eq!(compare(&wanted, &prices(json!([["a", 10.505]])), &cents()), None);
    assert!(compare(&wanted, &prices(json!([["a", 10.506]])), &cents()).is_some());
}

#[test]
fn integers_never_count_as_near() {
    let wanted = relation(&[("n", "INT")], json!([[1_000_000_000_000_i64]]));
    let other = relation(&[("n", "BIGINT")], json!([[1_000_000_000_001_i64]]));
    assert!(compare(&wanted, &other, &cents()).is_some());
}

#[test]
fn null_equals_null_and_nothing_else() {
    let wanted = prices(json!([["a", null]]));
    assert_eq!(compare(&wanted, &prices(json!([["a", null]])), &cents()), None);
    assert!(compare(&wanted, &prices(json!([["a", 0]])), &cents()).is_some());
}

#[test]
fn columns_are_found_by_name_in_any_order_and_case() {
    let wanted = prices(json!([["a", 1]]));
    let turned = relation(&[("PRICE", "DOUBLE"), ("sku", "STRING")], json!([[1, "a"]]));
    assert_eq!(compare(&wanted, &turned, &cents()), None);
    let by_position = Contract { by_name: false, ..cents() };
    assert!(matches!(compare(&wanted, &turned, &by_position), Some(Difference::Type { .. })));
}

#[test]
fn a_missing_and_an_unexpected_column_are_both_named() {
    let wanted = prices(json!([]));
    let other = relation(&[("sku", "STRING"), ("cost", "DOUBLE")], json!([]));
    let expected = Difference::Columns { missing: vec!["price".into()], unexpected: vec!["cost".into()] };
    assert_eq!(compare(&wanted, &other, &cents()), Some(expected));
}

#[test]
fn text_is_no_number_unless_the_contract_says_so() {
    let wanted = prices(json!([["a", 1.5]]));
    let text = relation(&[("sku", "STRING"), ("price", "STRING")], json!([["a", "1.50"]]));
    assert!(matches!(compare(&wanted, &text, &cents()), Some(Difference::Type { .. })));
    assert_eq!(compare(&wanted, &text, &Contract { lenient_types: true, ..cents() }), None);
}

#[test]
fn a_decimal_compares_with_a_double_as_a_number() {
    let wanted = prices(json!([["a", 10.5]]));
    let decimal = relation(&[("sku", "STRING"), ("price", "DECIMAL(10,2)")], json!([["a", "10.50"]]));
    assert_eq!(compare(&wanted, &decimal, &Contract::default()), None);
}

#[test]
fn partners_are_exchanged_until_everyone_has_one() {
    // 1.0 is near both 0.996 and 1.004; 0.992 is near 0.996 only. Pairing by first sight would leave one alone.
    let wanted = prices(json!([["a", 1.0], ["a", 0.992]]));
    let given = prices(json!([["a", 0.996], ["a", 1.004]]));
    assert_eq!(compare(&wanted, &given, &cents()), None);
}

proptest! {
    #[test]
    fn a_shuffled_bag_within_the_tolerance_is_the_same_bag(
        rows in prop::collection::vec((0_u8..3, 0_u32..5, -4_i32..=4), 0..25),
        turn in 0_usize..25,
    ) {
        let wanted: Vec<Value> = rows.iter().map(|(k, p, _)| json!([format!("s{k}"), f64::from(*p)])).collect();
        let mut given: Vec<Value> =
            rows.iter().map(|(k, p, off)| json!([format!("s{k}"), f64::from(*p) + f64::from(*off) / 1000.0])).collect();
        let turn = if given.is_empty() { 0 } else { turn % given.len() };
        given.rotate_left(turn);
        prop_assert_eq!(compare(&prices(wanted.into()), &prices(given.into()), &cents()), None);
    }

    #[test]
    fn dropping_a_row_is_always_seen(rows in prop::collection::vec((0_u8..3, 0_u32..5), 1..25), drop in 0_usize..25) {
        let wanted: Vec<Value> = rows.iter().map(|(k, p)| json!([format!("s{k}"), f64::from(*p)])).collect();
        let mut given = wanted.clone();
        given.remove(drop % wanted.len());
        let difference = compare(&prices(wanted.into()), &prices(given.into()), &cents());
        let Some(Difference::Rows { missing, unexpected, .. }) = difference else { panic!("not seen") };
        prop_assert_eq!((missing.len(), unexpected.len()), (1, 0));
    }
}

#[test]
fn order_by_given_columns_leaves_rows_free_that_are_equal_in_them() {
    let contract = Contract { order: Order::By(vec!["price".to_owned()]), ..Contract::default() };
    let expected = relation(PRICED, json!([["A", 2.0], ["B", 1.0], ["C", 1.0]]));
    let ties_swapped = relation(PRICED, json!([["A", 2.0], ["C", 1.0], ["B", 1.0]]));
    assert_eq!(compare(&expected, &ties_swapped, &contract), None);
    let ascending = relation(PRICED, json!([["C", 1.0], ["B", 1.0], ["A", 2.0]]));
    assert!(matches!(compare(&expected, &ascending, &contract), Some(Difference::Order { row: 0, .. })));
    assert!(contract.sentence().contains("in the order of `price`"), "{}", contract.sentence());
}
