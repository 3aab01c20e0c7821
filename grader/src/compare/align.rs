//! A result whose columns are more than the ones asked for, or called otherwise, in those that are asked for: so that
//! rows can be looked at in spite of it.

use sandbar_labs::authored::nearest;
use sandbar_labs::relation::{Column, Relation};

use super::Family;

/// A result in the columns asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Aligned {
    pub relation: Relation,
    /// Columns that are called otherwise: the name found, and the one asked for.
    pub renamed: Vec<(String, String)>,
    /// Columns that nobody asked for.
    pub extra: Vec<String>,
}

impl Aligned {
    /// Whether the columns were the ones asked for.
    pub fn is_exact(&self) -> bool {
        self.renamed.is_empty() && self.extra.is_empty()
    }
}

/// Ways to understand columns that are called otherwise that are looked at: four of them can be so many.
const MAX_WAYS: usize = 24;

/// Each column asked for in the columns that are there, and what is left over.
#[derive(Clone, Default)]
struct Found {
    places: Vec<usize>,
    renamed: Vec<(String, String)>,
    free: Vec<usize>,
}

/// Finds each column asked for: by its name, else by the nearest name among the columns that nobody asked for, else in
/// their order. `None` when a column is not there at all, or is there twice.
pub fn align(wanted: &[Column], actual: &Relation) -> Option<Aligned> {
    alignments(wanted, actual).next()
}

/// Every way in which columns can be the ones asked for, where names do not say which is meant; that of [`align`]
/// first.
pub fn alignments<'a>(wanted: &'a [Column], actual: &'a Relation) -> impl Iterator<Item = Aligned> + 'a {
    ways(wanted, &actual.columns).into_iter().filter_map(|found| aligned(wanted, actual, found))
}

fn aligned(wanted: &[Column], actual: &Relation, found: Found) -> Option<Aligned> {
    let Found { places, renamed, free } = found;
    let columns = wanted.iter().zip(&places);
    let columns = columns.map(|(column, place)| Column { name: column.name.clone(), ..actual.columns[*place].clone() });
    let rows = actual.rows.iter().map(|row| places.iter().map(|place| row.get(*place).cloned()).collect());
    Some(Aligned {
        relation: Relation { columns: columns.collect(), rows: rows.collect::<Option<_>>()? },
        renamed,
        extra: free.into_iter().map(|at| actual.columns[at].name.clone()).collect(),
    })
}

/// What columns are called otherwise: the name found, and the one asked for. `None` when a column is not there at all.
pub fn renamed(wanted: &[Column], actual: &[Column]) -> Option<Vec<(String, String)>> {
    ways(wanted, actual).into_iter().next().map(|found| found.renamed)
}

fn ways(wanted: &[Column], actual: &[Column]) -> Vec<Found> {
    let is_wanted = |column: &Column| wanted.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name));
    let free = (0..actual.len()).filter(|at| !is_wanted(&actual[*at])).collect();
    let mut found = Vec::new();
    find(wanted, actual, &Found { free, ..Found::default() }, &mut found);
    found
}

/// Goes on with the first of the columns asked for that `so_far` lacks.
fn find(wanted: &[Column], actual: &[Column], so_far: &Found, found: &mut Vec<Found>) {
    let Some(column) = wanted.get(so_far.places.len()) else {
        let is_whole = so_far.places.len() + so_far.free.len() == actual.len();
        found.extend(is_whole.then(|| so_far.clone()));
        return;
    };
    if let Some(place) = actual.iter().position(|other| other.name.eq_ignore_ascii_case(&column.name)) {
        let mut next = so_far.clone();
        next.places.push(place);
        return find(wanted, actual, &next, found);
    }
    for place in stand_ins(column, actual, &so_far.free) {
        if found.len() >= MAX_WAYS {
            return;
        }
        let mut next = so_far.clone();
        next.free.retain(|at| *at != place);
        next.renamed.push((actual[place].name.clone(), column.name.clone()));
        next.places.push(place);
        find(wanted, actual, &next, found);
    }
}

/// The free columns that can be meant by one that is asked for: the one of the nearest name, then the others in their
/// order.
fn stand_ins(wanted: &Column, actual: &[Column], free: &[usize]) -> Vec<usize> {
    let family = Family::of(&wanted.type_name);
    let mut fitting: Vec<usize> =
        free.iter().filter(|at| Family::of(&actual[**at].type_name) == family).copied().collect();
    let near = nearest(&wanted.name, fitting.iter().map(|at| actual[*at].name.as_str()));
    if let Some(first) = near.and_then(|near| fitting.iter().position(|at| actual[*at].name == near)) {
        fitting[..=first].rotate_right(1);
    }
    fitting
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn relation(columns: &[(&str, &str)], rows: serde_json::Value) -> Relation {
        let columns = columns.iter().map(|(name, kind)| Column::new(*name, *kind)).collect();
        Relation { columns, rows: serde_json::from_value(rows).unwrap() }
    }

    #[test]
    fn a_column_too_many_and_one_called_otherwise_are_told() {
        let wanted = relation(&[("sku", "STRING"), ("change", "DOUBLE")], json!([["a", 1.5]]));
        let found = relation(&[("n", "INT"), ("SKU", "STRING"), ("chnge", "DOUBLE")], json!([[7, "a", 1.5]]));
        let aligned = align(&wanted.columns, &found).unwrap();
        assert_eq!(aligned.relation, wanted);
        assert_eq!(aligned.renamed, [("chnge".to_owned(), "change".to_owned())]);
        assert_eq!(aligned.extra, ["n"]);
        assert!(align(&wanted.columns, &wanted).unwrap().is_exact());
    }

    #[test]
    fn where_names_do_not_say_which_column_is_meant_every_way_is_given() {
        let wanted = ["old", "new", "sku"].map(|name| Column::new(name, if name == "sku" { "STRING" } else { "INT" }));
        let found = relation(&[("b", "INT"), ("sku", "STRING"), ("a", "INT"), ("nw", "INT")], json!([[1, "x", 2, 3]]));
        let ways: Vec<Vec<serde_json::Value>> =
            alignments(&wanted, &found).map(|aligned| aligned.relation.rows[0].clone()).collect();
        assert_eq!(ways[0], [json!(1), json!(3), json!("x")], "the nearest name comes first");
        assert_eq!(ways.len(), 6);
        assert!(ways.contains(&vec![json!(3), json!(1), json!("x")]));
        let many: Vec<Column> = (0..9).map(|at| Column::new(format!("column_{at}"), "INT")).collect();
        let others: Vec<(String, &str)> = (0..9).map(|at| (format!("z{at}"), "INT")).collect();
        let others: Vec<(&str, &str)> = others.iter().map(|(name, kind)| (name.as_str(), *kind)).collect();
        assert_eq!(alignments(&many, &relation(&others, json!([]))).count(), MAX_WAYS);
    }

    #[test]
    fn a_column_that_is_not_there_or_there_twice_is_not_made_up() {
        let wanted = [Column::new("sku", "STRING"), Column::new("change", "DOUBLE")];
        assert_eq!(align(&wanted, &relation(&[("sku", "STRING"), ("name", "STRING")], json!([]))), None);
        let twice = relation(&[("sku", "STRING"), ("sku", "STRING"), ("change", "DOUBLE")], json!([]));
        assert_eq!(align(&wanted, &twice), None);
    }
}
