//! Which rows of two bags have no partner, when partners may differ by a tolerance.
//!
//! Nearness is not transitive, so sorting is not enough: within rows that agree in everything exact, partners are found
//! by augmenting paths, which never leaves a row alone that could have had a partner.

use std::collections::BTreeMap;

use super::value::Cell;

/// Indexes of the rows without a partner, ascending.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unmatched {
    pub expected: Vec<usize>,
    pub actual: Vec<usize>,
}

pub fn row_equal(one: &[Cell], two: &[Cell], tolerance: f64) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(a, b)| a.equals(b, tolerance))
}

pub fn match_bags(expected: &[Vec<Cell>], actual: &[Vec<Cell>], tolerance: f64) -> Unmatched {
    let loose = loose_columns(expected, actual);
    let mut groups: BTreeMap<Vec<Exact<'_>>, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (index, row) in expected.iter().enumerate() {
        groups.entry(exact_part(row, &loose)).or_default().0.push(index);
    }
    for (index, row) in actual.iter().enumerate() {
        groups.entry(exact_part(row, &loose)).or_default().1.push(index);
    }
    let mut unmatched = Unmatched::default();
    for (wanted, given) in groups.values() {
        let partners = partners(wanted, given, |w, g| row_equal(&expected[w], &actual[g], tolerance));
        unmatched
            .expected
            .extend(wanted.iter().enumerate().filter(|(i, _)| !partners.contains(&Some(*i))).map(|(_, w)| w));
        unmatched.actual.extend(given.iter().zip(&partners).filter(|(_, partner)| partner.is_none()).map(|(g, _)| g));
    }
    unmatched.expected.sort_unstable();
    unmatched.actual.sort_unstable();
    unmatched
}

/// Columns in which a fraction occurs anywhere; only these compare with a tolerance.
fn loose_columns(expected: &[Vec<Cell>], actual: &[Vec<Cell>]) -> Vec<bool> {
    let width = expected.iter().chain(actual).map(Vec::len).max().unwrap_or_default();
    (0..width).map(|c| expected.iter().chain(actual).any(|row| row.get(c).is_some_and(Cell::is_fraction))).collect()
}

/// A value as far as it is compared without tolerance.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Exact<'a> {
    /// A number in a column with fractions.
    Loose,
    Null,
    Boolean(bool),
    Integer(i128),
    Text(&'a str),
}

/// Equal for two rows exactly when their columns without tolerance are.
fn exact_part<'a>(row: &'a [Cell], loose: &[bool]) -> Vec<Exact<'a>> {
    let exact = |(cell, loose): (&'a Cell, &bool)| match cell {
        Cell::Null => Exact::Null,
        Cell::Boolean(flag) => Exact::Boolean(*flag),
        Cell::Integer(integer) if !loose => Exact::Integer(*integer),
        Cell::Integer(_) | Cell::Fraction(_) => Exact::Loose,
        Cell::Text(text) => Exact::Text(text),
    };
    row.iter().zip(loose).map(exact).collect()
}

/// For each given row the position of its partner among the wanted ones (a maximum matching).
fn partners(wanted: &[usize], given: &[usize], equal: impl Fn(usize, usize) -> bool) -> Vec<Option<usize>> {
    let near: Vec<Vec<usize>> =
        wanted.iter().map(|&w| (0..given.len()).filter(|&g| equal(w, given[g])).collect()).collect();
    let mut partner = vec![None; given.len()];
    for start in 0..wanted.len() {
        augment(start, &near, &mut partner);
    }
    partner
}

/// Breadth-first search for a chain of exchanges that gives `start` a partner.
fn augment(start: usize, near: &[Vec<usize>], partner: &mut [Option<usize>]) {
    let mut reached_from: Vec<Option<usize>> = vec![None; partner.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(wanted) = queue.pop_front() {
        for &given in &near[wanted] {
            if reached_from[given].is_some() {
                continue;
            }
            reached_from[given] = Some(wanted);
            match partner[given] {
                Some(next) => queue.push_back(next),
                None => return exchange(given, start, &reached_from, partner),
            }
        }
    }
}

fn exchange(mut given: usize, start: usize, reached_from: &[Option<usize>], partner: &mut [Option<usize>]) {
    while let Some(wanted) = reached_from[given] {
        let freed = partner.iter().position(|current| *current == Some(wanted));
        partner[given] = Some(wanted);
        match freed {
            Some(next) if wanted != start => given = next,
            _ => return,
        }
    }
}
