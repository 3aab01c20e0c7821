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

/// Each column asked for in the columns that are there, and what is left over.
struct Found {
    places: Vec<usize>,
    renamed: Vec<(String, String)>,
    free: Vec<usize>,
}

/// Finds each column asked for: by its name, else by the nearest name among the columns that nobody asked for, else in
/// their order. `None` when a column is not there at all, or is there twice.
pub fn align(wanted: &[Column], actual: &Relation) -> Option<Aligned> {
    let Found { places, renamed, free } = find(wanted, &actual.columns)?;
    let columns = wanted.iter().zip(&places);
    let columns = columns.map(|(column, place)| Column { name: column.name.clone(), ..actual.columns[*place].clone() });
    let rows = actual.rows.iter().map(|row| places.iter().map(|place| row.get(*place).cloned()).collect());
    Some(Aligned {
        relation: Relation { columns: columns.collect(), rows: rows.collect::<Option<_>>()? },
        renamed,
        extra: free.into_iter().map(|at| actual.columns[at].name.clone()).collect(),
    })
}

/// What columns are called otherwise: the name found, and the one asked for; none when a column is not there at all.
pub fn renamed(wanted: &[Column], actual: &[Column]) -> Vec<(String, String)> {
    find(wanted, actual).map(|found| found.renamed).unwrap_or_default()
}

fn find(wanted: &[Column], actual: &[Column]) -> Option<Found> {
    let index = |name: &str| actual.iter().position(|column| column.name.eq_ignore_ascii_case(name));
    let is_wanted = |column: &Column| wanted.iter().any(|other| other.name.eq_ignore_ascii_case(&column.name));
    let mut free: Vec<usize> = (0..actual.len()).filter(|at| !is_wanted(&actual[*at])).collect();
    let (mut places, mut renamed) = (Vec::new(), Vec::new());
    for column in wanted {
        let place = match index(&column.name) {
            Some(place) => place,
            None => {
                let place = stand_in(column, actual, &free)?;
                free.retain(|at| *at != place);
                renamed.push((actual[place].name.clone(), column.name.clone()));
                place
            }
        };
        places.push(place);
    }
    (places.len() + free.len() == actual.len()).then_some(Found { places, renamed, free })
}

/// The free column that is meant by one that is asked for.
fn stand_in(wanted: &Column, actual: &[Column], free: &[usize]) -> Option<usize> {
    let family = Family::of(&wanted.type_name);
    let fitting: Vec<usize> = free.iter().filter(|at| Family::of(&actual[**at].type_name) == family).copied().collect();
    let near = nearest(&wanted.name, fitting.iter().map(|at| actual[*at].name.as_str()));
    let named = near.and_then(|near| fitting.iter().find(|at| actual[**at].name == near));
    named.or(fitting.first()).copied()
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
    fn a_column_that_is_not_there_or_there_twice_is_not_made_up() {
        let wanted = [Column::new("sku", "STRING"), Column::new("change", "DOUBLE")];
        assert_eq!(align(&wanted, &relation(&[("sku", "STRING"), ("name", "STRING")], json!([]))), None);
        let twice = relation(&[("sku", "STRING"), ("sku", "STRING"), ("change", "DOUBLE")], json!([]));
        assert_eq!(align(&wanted, &twice), None);
    }
}
