//! From data on which two statements differ to the smallest such data.
//!
//! First the rows of one key alone are tried, then half of the rows less, a quarter less and so on to one, until every row
//! is needed; last, values are
//! made equal to those of the row's partner, so that what is left to see is what matters. Each step is asked as one round
//! of cases that are tried together; asked again with their answers, the search goes on where it stood.

use super::case::Case;

/// Answers whether the statements differ on a case; `None` when that has not been tried.
pub type Oracle<'a> = dyn Fn(&Case) -> Option<bool> + 'a;

/// The smallest case that still differs.
///
/// # Errors
/// The cases whose answer is needed next.
pub fn smallest(case: &Case, key: &str, keeps: &[String], differs: &Oracle<'_>) -> Result<Case, Vec<Case>> {
    let mut case = by_key(case, key, differs)?.unwrap_or_else(|| case.clone());
    let mut less = case.places().len() / 2;
    while less > 0 {
        match fewer(&case, less, differs)? {
            Some(smaller) => case = smaller,
            None if less == 1 => break,
            None => less /= 2,
        }
        less = less.min(case.places().len() / 2);
    }
    simplest_values(case, key, keeps, differs)
}

/// The rows of one key, where they differ by themselves.
fn by_key(case: &Case, key: &str, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    let mut alone: Vec<Case> = case.values(key).iter().map(|value| case.only(key, value)).collect();
    alone.sort_by_key(|case| case.places().len());
    first(alone, differs)
}

/// The case without so many rows that stand together.
fn fewer(case: &Case, less: usize, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    first(case.places().chunks(less).map(|places| case.without(places)).collect(), differs)
}

/// The first case that differs, once all are known.
fn first(cases: Vec<Case>, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    let unknown: Vec<Case> = cases.iter().filter(|case| differs(case).is_none()).cloned().collect();
    if unknown.is_empty() { Ok(cases.into_iter().find(|case| differs(case) == Some(true))) } else { Err(unknown) }
}

/// Values that can be those of the partner, the row of the same key in another relation. All that can be so alone are
/// tried together; when that is too much, only the first.
fn simplest_values(case: Case, key: &str, keeps: &[String], differs: &Oracle<'_>) -> Result<Case, Vec<Case>> {
    let changes = changes(&case, key, keeps);
    let single: Vec<Case> =
        changes.iter().map(|(place, column, value)| case.with(*place, *column, value.clone())).collect();
    let unknown: Vec<Case> = single.iter().filter(|case| differs(case).is_none()).cloned().collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let good: Vec<usize> = (0..single.len()).filter(|at| differs(&single[*at]) == Some(true)).collect();
    let Some(first_good) = good.first() else { return Ok(case) };
    let together = good.iter().fold(case.clone(), |case, at| {
        let (place, column, value) = &changes[*at];
        case.with(*place, *column, value.clone())
    });
    match differs(&together) {
        None => Err(vec![together]),
        Some(true) => Ok(together),
        Some(false) => Ok(single[*first_good].clone()),
    }
}

type Change = ((usize, usize), usize, serde_json::Value);

fn changes(case: &Case, key: &str, keeps: &[String]) -> Vec<Change> {
    let [(_, first), rest @ ..] = case.relations.as_slice() else { return Vec::new() };
    let mut changes = Vec::new();
    for (at, (_, relation)) in rest.iter().enumerate() {
        let (Some(here), Some(there)) = (relation.column_index(key), first.column_index(key)) else { continue };
        for (row, values) in relation.rows.iter().enumerate() {
            let Some(partner) = first.rows.iter().find(|other| other[there] == values[here]) else { continue };
            for (column, name) in relation.columns.iter().enumerate() {
                let Some(other) = first.column_index(&name.name).map(|at| &partner[at]) else { continue };
                if column != here && !keeps.contains(&name.name) && &values[column] != other {
                    changes.push(((at + 1, row), column, other.clone()));
                }
            }
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use sandbar_labs::relation::{Column, Relation};
    use serde_json::json;

    use super::*;

    fn relation(keys: &[i64]) -> Relation {
        let columns = vec![Column::new("k", "INT"), Column::new("v", "INT")];
        Relation { columns, rows: keys.iter().map(|key| vec![json!(key), json!(key * 10)]).collect() }
    }

    fn case(left: &[i64], right: &[i64]) -> Case {
        Case { relations: vec![("left".to_owned(), relation(left)), ("right".to_owned(), relation(right))] }
    }

    /// Asks round by round until the search ends, as grading does; gives the rounds that it took.
    fn search(start: &Case, wrong: impl Fn(&Case) -> bool) -> (Case, usize) {
        let known: RefCell<BTreeMap<String, bool>> = RefCell::default();
        for round in 0.. {
            let oracle = |case: &Case| known.borrow().get(&case.id()).copied();
            match smallest(start, "k", &[], &oracle) {
                Ok(case) => return (case, round),
                Err(asked) => {
                    assert!(!asked.is_empty());
                    known.borrow_mut().extend(asked.iter().map(|case| (case.id(), wrong(case))));
                }
            }
        }
        unreachable!()
    }

    fn has(case: &Case, side: &str, key: i64) -> bool {
        case.relation(side).is_some_and(|relation| relation.rows.iter().any(|row| row[0] == json!(key)))
    }

    #[test]
    fn rows_of_one_key_are_found_at_once() {
        let start = case(&[1, 2, 3, 4, 5], &[3, 4, 9]);
        let (found, rounds) = search(&start, |case| has(case, "left", 4) && has(case, "right", 4));
        assert_eq!(found, case(&[4], &[4]));
        assert!(rounds <= 4, "{rounds}");
    }

    proptest! {
        /// Whatever rows must come together, the search keeps these and no other.
        #[test]
        fn the_smallest_case_holds_what_is_needed_and_nothing_else(
            left in proptest::collection::btree_set(0i64..12, 1..8),
            right in proptest::collection::btree_set(0i64..12, 1..8),
            needed in proptest::collection::vec(any::<proptest::sample::Index>(), 1..4),
        ) {
            let (left, right): (Vec<i64>, Vec<i64>) = (left.into_iter().collect(), right.into_iter().collect());
            let start = case(&left, &right);
            let places = start.places();
            let needed: Vec<(usize, i64)> = needed
                .iter()
                .map(|index| places[index.index(places.len())])
                .map(|(relation, row)| (relation, if relation == 0 { left[row] } else { right[row] }))
                .collect();
            let wrong = |case: &Case| {
                needed.iter().all(|(relation, key)| has(case, if *relation == 0 { "left" } else { "right" }, *key))
            };
            let (found, _) = search(&start, wrong);
            let distinct: std::collections::BTreeSet<_> = needed.iter().copied().collect();
            prop_assert!(wrong(&found));
            prop_assert_eq!(found.places().len(), distinct.len());
        }
    }
}
