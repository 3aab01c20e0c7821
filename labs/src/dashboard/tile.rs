//! Whether the rows of a data set can fill a tile.

use serde_json::Value;

use super::{Tile, TileKind};
use crate::authored::nearest;
use crate::diagnostic::Finding;
use crate::relation::Relation;

const CAST: &str = "Choose a column of numbers, or CAST it to one in the query.";

/// What is wrong when the tile shows this relation: columns that do not exist, text where numbers belong, a counter with
/// several rows, a line whose rows are not in the order of x.
pub fn check_tile(tile: &Tile, relation: &Relation) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fault = |code: &str, message: String, hint: String| {
        let finding = Finding::error(code, "", message).at(tile.position);
        findings.push(finding.with_hint(hint));
    };
    let names: Vec<&str> = relation.columns.iter().map(|column| column.name.as_str()).collect();
    for name in tile.x.iter().chain(&tile.y).chain(&tile.columns) {
        if relation.column_index(name).is_none() {
            let hint = match nearest(name, names.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => format!("Its columns: {}.", names.join(", ")),
            };
            fault("UNKNOWN_COLUMN", format!("The data set `{}` has no column `{name}`.", tile.dataset), hint);
        }
    }
    for name in &tile.y {
        let type_name = relation.column_index(name).map(|index| relation.columns[index].type_name.as_str());
        if type_name.is_some_and(|type_name| !is_numeric(type_name)) {
            fault(
                "NOT_NUMERIC",
                format!("`{name}` of `{}` is not numeric, so it has no height.", tile.dataset),
                CAST.to_owned(),
            );
        }
    }
    if tile.kind == TileKind::Counter && relation.rows.len() != 1 {
        fault(
            "NOT_ONE_ROW",
            format!("A counter shows one row, but `{}` has {}.", tile.dataset, relation.rows.len()),
            "End the query so that it gives one row: aggregate without GROUP BY, or LIMIT 1 after ORDER BY.".to_owned(),
        );
    }
    let x = tile.x.as_ref().and_then(|x| relation.column_index(x));
    if let (TileKind::Line, Some(x)) = (tile.kind, x)
        && !relation.rows.is_sorted_by(|one, two| is_ordered(&one[x], &two[x]))
    {
        let hint = "End the query with ORDER BY on that column.".to_owned();
        fault("LINE_NOT_ORDERED", format!("The rows of `{}` are not in the order of its x.", tile.dataset), hint);
    }
    findings
}

pub(super) fn is_numeric(type_name: &str) -> bool {
    let base = type_name.split('(').next().unwrap_or_default().to_ascii_uppercase();
    matches!(base.as_str(), "TINYINT" | "SMALLINT" | "INT" | "BIGINT" | "FLOAT" | "DOUBLE" | "DECIMAL")
}

fn is_ordered(one: &Value, two: &Value) -> bool {
    match (one.as_f64(), two.as_f64(), one.as_str(), two.as_str()) {
        (Some(one), Some(two), _, _) => one <= two,
        (_, _, Some(one), Some(two)) => one <= two,
        _ => one.is_null() || one == two,
    }
}
