//! ROLLUP, CUBE and GROUPING SETS as the planner takes them: sets inside sets, tuples and repeated keys are written out.

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, GroupByWithModifier};

/// A CUBE of more than these keys is left to the planner, which says how many it takes.
const WIDEST_CUBE: usize = 12;

/// `GROUP BY a, b WITH ROLLUP` is `GROUP BY ROLLUP (a, b)`, and `ROLLUP ((a, b), c)` is `GROUPING SETS ((a, b, c), (a, b), ())`.
pub fn spell_out(group_by: &mut GroupByExpr) {
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
        if let Some(sets) = of(key).filter(|sets| !is_plain(key, sets)).and_then(|_| written_out(key)) {
            *key = Expr::GroupingSets(sets);
        }
    }
}

/// The sets of a ROLLUP, CUBE or GROUPING SETS.
pub fn of(key: &Expr) -> Option<&Vec<Vec<Expr>>> {
    match key {
        Expr::Rollup(sets) | Expr::Cube(sets) | Expr::GroupingSets(sets) => Some(sets),
        _ => None,
    }
}

/// The ROLLUPs, CUBEs and GROUPING SETS of a GROUP BY, also those inside each other.
pub fn within(group_by: &GroupByExpr) -> Vec<&Expr> {
    let GroupByExpr::Expressions(keys, _) = group_by else { return Vec::new() };
    let mut open: Vec<&Expr> = keys.iter().collect();
    let mut found = Vec::new();
    while let Some(key) = open.pop() {
        if let Some(sets) = of(key) {
            found.push(key);
            open.extend(sets.iter().flatten());
        }
    }
    found
}

/// Whether the planner takes it as it is.
fn is_plain(key: &Expr, sets: &[Vec<Expr>]) -> bool {
    let single = matches!(key, Expr::GroupingSets(_)) || sets.iter().all(|set| set.len() == 1);
    let once = |set: &Vec<Expr>| set.iter().enumerate().all(|(at, key)| !set[..at].contains(key));
    let all: Vec<Expr> = sets.iter().flatten().cloned().collect();
    let nested = all.iter().any(|key| of(key).is_some());
    single && !nested && if matches!(key, Expr::GroupingSets(_)) { sets.iter().all(once) } else { once(&all) }
}

/// The sets that a grouping stands for; `None` where they are too many.
fn written_out(key: &Expr) -> Option<Vec<Vec<Expr>>> {
    let joined = |chosen: Vec<&Vec<Expr>>| {
        let mut set: Vec<Expr> = Vec::new();
        for key in chosen.into_iter().flatten() {
            if !set.contains(key) {
                set.push(key.clone());
            }
        }
        set
    };
    Some(match key {
        Expr::Rollup(sets) => (0..=sets.len()).rev().map(|count| joined(sets[..count].iter().collect())).collect(),
        Expr::Cube(sets) if sets.len() > WIDEST_CUBE => return None,
        Expr::Cube(sets) => {
            let has = |subset: usize, at: usize| subset & (1 << at) == 0;
            let subset =
                |subset| sets.iter().enumerate().filter(|(at, _)| has(subset, *at)).map(|(_, set)| set).collect();
            (0..1 << sets.len()).map(|chosen| joined(subset(chosen))).collect()
        }
        Expr::GroupingSets(sets) => {
            let mut all = Vec::new();
            for set in sets {
                match set.as_slice() {
                    [inner] if of(inner).is_some() => all.extend(written_out(inner)?),
                    _ => all.push(joined(vec![set])),
                }
            }
            all
        }
        _ => return None,
    })
}

/// Every expression that a GROUP BY names, once.
pub fn grouping_keys(group_by: &GroupByExpr) -> Vec<Expr> {
    let GroupByExpr::Expressions(parts, _) = group_by else { return Vec::new() };
    let mut keys: Vec<Expr> = Vec::new();
    let mut add = |key: &Expr| {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    };
    for part in parts {
        match of(part) {
            Some(sets) => sets.iter().flatten().for_each(&mut add),
            None => add(part),
        }
    }
    keys
}
