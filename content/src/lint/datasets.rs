//! Values of data sets that their columns cannot hold: each with its line, where the engine would stop at the first.

use sandbar_labs::authored::{Fields, Node, Value, yaml};
use sandbar_labs::diagnostic::Finding;

use crate::course::Course;
use crate::files::Files;

pub(super) fn findings(files: &Files, course: &Course) -> Vec<Finding> {
    let labs = course.labs.values().chain(course.exercises());
    let paths = labs.flat_map(|lab| {
        lab.definition.rubric.datasets.iter().map(|(_, path)| format!("{}/{path}", lab.folder)).collect::<Vec<_>>()
    });
    let of_file = |path: String| {
        let text = files.text(&path).unwrap_or_default();
        misfits(text).into_iter().map(|finding| finding.in_file(&path)).collect::<Vec<_>>()
    };
    paths.flat_map(of_file).collect()
}

fn misfits(text: &str) -> Vec<Finding> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    // What else is wrong with the file is told when it is loaded.
    let mut told = Vec::new();
    let Some(mut fields) = Fields::of(&root, "", &mut told) else { return Vec::new() };
    let columns = fields.text_map("columns", &mut told);
    let mut findings = Vec::new();
    for (path, row) in fields.list("rows", &mut told) {
        for ((name, of), value) in columns.iter().zip(row.elements()) {
            if !holds(of, value) {
                let message = format!("The column `{name}` is {of}, and does not hold {}.", written(value));
                findings.push(Finding::error("WRONG_VALUE", format!("{path}.{name}"), message).at(value.position));
            }
        }
    }
    findings
}

/// Whether a column of that type can take the value; of types with parts nothing is said.
fn holds(column: &str, value: &Node) -> bool {
    let base = column.split('(').next().unwrap_or_default().trim().to_ascii_uppercase();
    match (base.as_str(), &value.value) {
        (_, Value::Null) => true,
        ("TINYINT" | "SMALLINT" | "INT" | "INTEGER" | "BIGINT" | "LONG", value) => match value {
            Value::Integer(_) => true,
            Value::Text(text) => text.trim().parse::<i64>().is_ok(),
            _ => false,
        },
        ("DOUBLE" | "FLOAT" | "REAL" | "DECIMAL" | "NUMERIC", value) => match value {
            Value::Integer(_) | Value::Float(_) => true,
            Value::Text(text) => text.trim().parse::<f64>().is_ok(),
            _ => false,
        },
        ("DATE", Value::Text(text)) => text.parse::<jiff::civil::Date>().is_ok(),
        ("BOOLEAN", value) => match value {
            Value::Bool(_) => true,
            Value::Text(text) => matches!(text.to_ascii_lowercase().as_str(), "true" | "false"),
            _ => false,
        },
        ("STRING" | "DATE", Value::List(_) | Value::Map(_)) => false,
        _ => true,
    }
}

fn written(value: &Node) -> String {
    match &value.value {
        Value::Text(text) => format!("the text `{text}`"),
        Value::Float(number) => format!("the number {number}"),
        Value::Integer(number) => format!("the number {number}"),
        _ => value.kind().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_that_its_column_does_not_hold_is_told_at_its_place() {
        let text = "columns: {n: INT, price: 'DECIMAL(6,2)', day: DATE, name: STRING, ok: BOOLEAN}
rows:
  - [1, 2.50, 2024-01-02, x, true]
  - [many, 2.5, 2024-01-02, 7, true]
  - [1.5, dear, yesterday, [a], 1]
  - [null, '3', null, null, null]
";
        let seen: Vec<(Option<u32>, String)> =
            misfits(text).into_iter().map(|finding| (finding.line, finding.path)).collect();
        let at = |line: u32, path: &str| (Some(line), path.to_owned());
        let expected = [
            at(4, "rows[1].n"),
            at(5, "rows[2].n"),
            at(5, "rows[2].price"),
            at(5, "rows[2].day"),
            at(5, "rows[2].name"),
            at(5, "rows[2].ok"),
        ];
        assert_eq!(seen, expected);
    }
}
