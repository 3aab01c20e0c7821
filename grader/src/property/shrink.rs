//! From data on which two statements differ to the smallest such data.
//!
//! First no rows at all, one relation without rows and the rows of one key alone are tried, then half of the rows less, a
//! quarter less and so on to one, until every row is needed; then values are made equal to those of the row's partner, so
//! that what is left to see is what matters, and rows that are not needed any more are left out. Each step is asked as one
//! round of cases that are tried together; asked again with their answers, the search goes on where it stood.
//!
//! Invariant: no single row of the case that is found can be left out.

use super::case::Case;

/// Answers whether the statements differ on a case; `None` when that has not been tried.
pub type Oracle<'a> = dyn Fn(&Case) -> Option<bool> + 'a;

/// The smallest case that still differs.
///
/// # Errors
/// The cases whose answer is needed next.
pub fn smallest(case: &Case, key: &str, keeps: &[String], differs: &Oracle<'_>) -> Result<Case, Vec<Case>> {
    let few = few_rows(case, key, differs)?.unwrap_or_else(|| case.clone());
    let mut case = needed_rows(few, differs)?;
    loop {
        let simpler = simplest_values(case.clone(), key, keeps, differs)?;
        if simpler == case {
            return Ok(case);
        }
        case = needed_rows(simpler, differs)?;
    }
}

/// The case without rows that are not needed.
fn needed_rows(mut case: Case, differs: &Oracle<'_>) -> Result<Case, Vec<Case>> {
    let mut less = case.places().len().div_ceil(2);
    while less > 0 {
        match fewer(&case, less, differs)? {
            Some(smaller) => case = smaller,
            None if less == 1 => break,
            None => less /= 2,
        }
        less = less.min(case.places().len());
    }
    Ok(case)
}

/// No rows, the rows of one key, or all but one relation's, where they differ by themselves; the fewest that do.
fn few_rows(case: &Case, key: &str, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    let alone = case.values(key).into_iter().map(|value| case.only(key, &value));
    let emptied = case.relations.iter().map(|(name, _)| case.emptied(name));
    let mut few: Vec<Case> = alone.chain(emptied).chain([case.without(&case.places())]).collect();
    few.sort_by_key(|case| case.places().len());
    first(few, differs)
}

/// The case without so many rows that stand together.
fn fewer(case: &Case, less: usize, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    first(case.places().chunks(less).map(|places| case.without(places)).collect(), differs)
}

/// Cases that are asked in one round.
const AT_ONCE: usize = 16;

/// The first case that differs. Later ones are not asked for while an earlier one may.
fn first(cases: Vec<Case>, differs: &Oracle<'_>) -> Result<Option<Case>, Vec<Case>> {
    for round in cases.chunks(AT_ONCE) {
        let unknown: Vec<Case> = round.iter().filter(|case| differs(case).is_none()).cloned().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        if let Some(found) = round.iter().find(|case| differs(case) == Some(true)) {
            return Ok(Some(found.clone()));
        }
    }
    Ok(None)
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
        Case::new(vec![("left".to_owned(), relation(left)), ("right".to_owned(), relation(right))])
    }

    /// Asks round by round until the search ends, as grading does; gives the rounds that it took.
    fn search(start: &Case, wrong: impl Fn(&Case) -> bool) -> (Case, usize) {
        let known: RefCell<BTreeMap<String, bool>> = RefCell::default();
        for round in 0.. {
            let oracle = |case: &Case| known.borrow().get(case.id()).copied();
            match smallest(start, "k", &[], &oracle) {
                Ok(case) => return (case, round),
                Err(asked) => {
                    assert!(!asked.is_empty());
                    known.borrow_mut().extend(asked.iter().map(|case| (case.id().to_owned(), wrong(case))));
                }
            }
        }
        unreachable!()
    }

    fn has(case: &Case, side: &str, key: i64) -> bool {
        case.relation(side).is_some_and(|relation| relation.rows.iter().any(|row| row[0] == json!(key)))
    }

    #[test]
    fn what_fails_on_any_rows_is_shown_on_none() {
        assert_eq!(search(&case(&[1, 2], &[2]), |_| true).0, case(&[], &[]));
        let (found, _) = search(&case(&[1, 2], &[2, 3]), |case| has(case, "right", 3));
        assert_eq!(found, case(&[], &[3]));
        let (found, _) = search(&case(&[1], &[1]), |case| has(case, "left", 1));
        assert_eq!(found, case(&[1], &[]));
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
            left in proptest::collection::btree_set(0i64..12, 0..8),
            right in proptest::collection::btree_set(0i64..12, 0..8),
            needed in proptest::collection::vec(any::<proptest::sample::Index>(), 0..4),
        ) {
            let (left, right): (Vec<i64>, Vec<i64>) = (left.into_iter().collect(), right.into_iter().collect());
            let start = case(&left, &right);
            let places = start.places();
            let needed: Vec<(usize, i64)> = needed
                .iter()
                .filter(|_| !places.is_empty())
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

        /// Whatever makes a case differ, also that rows are not there: each row that is shown is needed.
        #[test]
        fn no_row_of_the_smallest_case_can_be_left_out(
            left in proptest::collection::btree_set(0i64..6, 0..6),
            right in proptest::collection::btree_set(0i64..6, 0..6),
            differ in proptest::collection::vec(any::<bool>(), 64),
        ) {
            let mut start = case(&Vec::from_iter(left), &Vec::from_iter(right));
            start.relations[1].1.rows.iter_mut().for_each(|row| row[1] = json!(-1));
            // Differs or not by how many rows of each side there are, and by whether values were made equal.
            let by_counts = |case: &Case| {
                let [left, right] = ["left", "right"].map(|side| case.relation(side).map_or(0, |side| side.rows.len()));
                let equal = case.relation("right").is_some_and(|side| side.rows.iter().any(|row| row[1] != json!(-1)));
                differ[(left * 8 + right + usize::from(equal)) % 64]
            };
            if !by_counts(&start) {
                return Ok(());
            }
            let (found, _) = search(&start, by_counts);
            prop_assert!(by_counts(&found));
            for place in found.places() {
                prop_assert!(!by_counts(&found.without(&[place])), "{:?} of {:?}", place, found);
            }
        }
    }
}
