//! ROLLUP, CUBE and GROUPING SETS as the planner takes them: sets inside sets, tuples and repeated keys are written out.

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, GroupByWithModifier, SelectItem, Value, ValueWithSpan};

/// The most sets that one of them may stand for, as many as the engine takes.
pub const MOST_SETS: usize = 4096;

/// The most keys that one of them may name.
pub const MOST_KEYS: usize = 64;

/// `GROUP BY a, b WITH ROLLUP` is `GROUP BY ROLLUP (a, b)`, and `ROLLUP ((a, b), c)` is `GROUPING SETS ((a, b, c), (a, b), ())`.
/// A number in a set is a column of the SELECT list, as one beside the sets is.
pub fn spell_out(group_by: &mut GroupByExpr, selected: &[SelectItem]) {
    let GroupByExpr::Expressions(keys, modifiers) = group_by else { return };
    let sets = |keys: &mut Vec<Expr>| std::mem::take(keys).into_iter().map(|key| vec![key]).collect();
    let whole = match modifiers.as_slice() {
        [GroupByWithModifier::Rollup] => Some(Expr::Rollup(sets(keys))),
        [GroupByWithModifier::Cube] => Some(Expr::Cube(sets(keys))),
        _ => None,
    };
    if let Some(whole) = whole {
        *keys = vec![whole];
        modifiers.clear();
    }
    for key in keys {
        resolve_numbers(key, selected);
        if sets_of(key).is_some() && !is_plain(key) {
            *key = Expr::GroupingSets(written_out(key));
        }
    }
}

fn resolve_numbers(key: &mut Expr, selected: &[SelectItem]) {
    let (Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets)) = key else { return };
    for part in sets.iter_mut().flatten() {
        match part {
            Expr::Value(ValueWithSpan { value: Value::Number(digits, _), .. }) => {
                let place = digits.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                let item = place.and_then(|place| selected.get(place));
                if let Some(SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. }) = item {
                    *part = expr.clone();
                }
            }
            part => resolve_numbers(part, selected),
        }
    }
}

/// The sets of a ROLLUP, CUBE or GROUPING SETS.
pub fn sets_of(key: &Expr) -> Option<&Vec<Vec<Expr>>> {
    match key {
        Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => Some(sets),
        _ => None,
    }
}

/// The ROLLUPs, CUBEs and GROUPING SETS that stand where they may: in a GROUP BY, and as a set of GROUPING SETS there.
pub fn in_place(group_by: &GroupByExpr) -> Vec<&Expr> {
    let GroupByExpr::Expressions(keys, _) = group_by else { return Vec::new() };
    let mut open: Vec<&Expr> = keys.iter().filter(|key| sets_of(key).is_some()).collect();
    let mut found = Vec::new();
    while let Some(key) = open.pop() {
        found.push(key);
        if let Expr::GroupingSets(sets) = key {
            open.extend(sets.iter().filter_map(|set| inner(set)));
        }
    }
    found
}

/// The ROLLUP, CUBE or GROUPING SETS that stands for a set.
fn inner(set: &[Expr]) -> Option<&Expr> {
    match set {
        [only] if sets_of(only).is_some() => Some(only),
        _ => None,
    }
}

/// Whether it stands for more sets, or names more keys, than may be written out.
pub fn is_too_much(key: &Expr) -> bool {
    let named = sets_of(key).map_or(0, |sets| sets.iter().map(Vec::len).fold(0, usize::saturating_add));
    named > MOST_KEYS || number_of_sets(key) > MOST_SETS
}

fn number_of_sets(key: &Expr) -> usize {
    match key {
        Expr::Rollup(sets) => sets.len() + 1,
        Expr::Cube(sets) => {
            u32::try_from(sets.len()).ok().and_then(|width| 1_usize.checked_shl(width)).unwrap_or(usize::MAX)
        }
        Expr::GroupingSets(sets) => {
            let numbers = sets.iter().map(|set| inner(set).map_or(1, number_of_sets));
            numbers.fold(0, usize::saturating_add)
        }
        _ => 1,
    }
}

/// Whether the planner takes it as it is.
fn is_plain(key: &Expr) -> bool {
    match key {
        Expr::GroupingSets(sets) => sets.iter().all(|set| inner(set).is_none() && is_repetition_free(set.iter())),
        Expr::Rollup(sets) | Expr::Cube(sets) => {
            sets.iter().all(|set| set.len() == 1) && is_repetition_free(sets.iter().flatten())
        }
        _ => true,
    }
}

fn is_repetition_free<'a>(keys: impl Iterator<Item = &'a Expr>) -> bool {
    let keys: Vec<&Expr> = keys.collect();
    keys.iter().enumerate().all(|(at, key)| !keys[..at].contains(key))
}

/// The sets that a grouping stands for.
fn written_out(key: &Expr) -> Vec<Vec<Expr>> {
    match key {
        Expr::Rollup(sets) => (0..=sets.len()).rev().map(|count| once(sets[..count].iter().flatten())).collect(),
        Expr::Cube(sets) => {
            (0..1_usize << sets.len()).map(|left_out| once(without(sets, left_out).flatten())).collect()
        }
        Expr::GroupingSets(sets) => {
            let written = |set: &Vec<Expr>| inner(set).map_or_else(|| vec![once(set.iter())], written_out);
            sets.iter().flat_map(written).collect()
        }
        key => vec![vec![key.clone()]],
    }
}

/// The sets whose bits are not set.
fn without(sets: &[Vec<Expr>], left_out: usize) -> impl Iterator<Item = &Vec<Expr>> {
    sets.iter().enumerate().filter(move |(at, _)| left_out & (1 << at) == 0).map(|(_, set)| set)
}

/// Keys without those that came before.
fn once<'a>(keys: impl Iterator<Item = &'a Expr>) -> Vec<Expr> {
    let mut different: Vec<Expr> = Vec::new();
    for key in keys {
        if !different.contains(key) {
            different.push(key.clone());
        }
    }
    different
}

/// Every expression that a GROUP BY names, once.
pub fn grouping_keys(group_by: &GroupByExpr) -> Vec<Expr> {
    let GroupByExpr::Expressions(parts, _) = group_by else { return Vec::new() };
    once(parts.iter().flat_map(|part| sets_of(part).map_or_else(|| vec![part], |sets| sets.iter().flatten().collect())))
}
