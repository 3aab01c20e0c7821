//! Which rows a generator gives, whatever the seed.

use std::collections::BTreeSet;

use super::*;

fn generator() -> Generator {
    let columns = [("sku", "STRING"), ("category", "STRING"), ("price", "DOUBLE")];
    Generator {
        columns: columns.map(|(name, kind)| Column::new(name, kind)).into(),
        key: "sku".to_owned(),
        values: vec![
            ("sku".to_owned(), Values::Key { prefix: "H-".to_owned() }),
            ("category".to_owned(), Values::Known { relation: "own".to_owned(), column: "category".to_owned() }),
            ("price".to_owned(), Values::Number { least: 1.0, most: 9.0, decimals: 2, times: None }),
        ],
    }
}

fn source(generator: &Generator, seed: u64) -> Source<'_> {
    generator.source(seed, "check", &|_, _| Ok(vec![json!("Tools"), json!("Garden")])).unwrap()
}

fn price(row: &Row) -> f64 {
    row[2].as_f64().unwrap()
}

/// The promises hold and every kind of row is there, whatever the seed.
#[test]
fn every_seed_gives_the_same_kinds_of_rows_within_the_promises() {
    let generator = generator();
    for seed in 0..200 {
        let (left, right) = source(&generator, seed).pair(&["category".to_owned()]);
        for relation in [&left, &right] {
            let keys: BTreeSet<&str> = relation.rows.iter().map(|row| row[0].as_str().unwrap()).collect();
            assert_eq!(keys.len(), relation.rows.len());
            assert!(relation.rows.iter().all(|row| (1.0..=9.0).contains(&price(row))));
        }
        let partner = |row: &Row| right.rows.iter().find(|other| other[0] == row[0]);
        let both: Vec<(&Row, &Row)> = left.rows.iter().filter_map(|row| Some((row, partner(row)?))).collect();
        assert!(both.iter().all(|(row, other)| row[1] == other[1]), "what is kept is the same");
        let changes: Vec<f64> = both.iter().map(|(row, other)| price(other) - price(row)).collect();
        let near = |wanted: f64| changes.iter().any(|change| (change - wanted).abs() < 1e-6);
        assert!([0.0, 8.0, -8.0, 0.01, -0.01].into_iter().all(near), "{changes:?}");
        assert!(both.len() < left.rows.len() && both.len() < right.rows.len());
        let keys = |relation: &Relation| -> Vec<String> {
            relation.rows.iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
        };
        let taken_for_the_same = |same: fn(&str, &str) -> bool| {
            let (left, right) = (keys(&left), keys(&right));
            left.iter().any(|one| right.iter().any(|other| one != other && same(one, other)))
        };
        let by_parts: [fn(&str, &str) -> bool; 6] = [
            |one, other| one.starts_with(other),
            |one, other| other.starts_with(one),
            |one, other| one.ends_with(other),
            |one, other| other.ends_with(one),
            |one, other| one.len() > 10 && one.get(..10) == other.get(..10),
            |one, other| one.len() > 10 && one.len() == other.len() && one[1..] == other[1..],
        ];
        assert!(by_parts.into_iter().all(taken_for_the_same), "matches by parts of the key differ from those by all");
        let single = source(&generator, seed).single();
        for category in ["Tools", "Garden"] {
            let prices: Vec<f64> = single.rows.iter().filter(|row| row[1] == json!(category)).map(price).collect();
            assert!(prices.contains(&1.0) && prices.contains(&9.0), "{category}: {prices:?}");
        }
    }
}

#[test]
fn every_value_of_the_students_own_occurs() {
    let (generator, own) = (generator(), (0..40).map(|at| json!(format!("category {at}"))).collect::<Vec<_>>());
    let mut source = generator.source(7, "check", &|_, _| Ok(own.clone())).unwrap();
    let single = source.single();
    assert!(own.iter().all(|category| single.rows.iter().filter(|row| row[1] == *category).count() >= 2));
}

#[test]
fn a_seed_gives_the_same_rows_again_and_another_gives_others() {
    let generator = generator();
    let rows = |seed| source(&generator, seed).pair(&[]);
    assert_eq!(rows(7), rows(7));
    assert_ne!(rows(7), rows(8));
}
