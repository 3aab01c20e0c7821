//! A student's relation in the columns that a task is about, so that an earlier slip costs once.

use sandbar_labs::relation::{Column, Relation};
use serde_json::Value;

use super::Family;
use crate::feedback::show;

/// The relation with exactly these columns, in this order, with text read as numbers where the column asks for one:
/// what a later task is judged on, so that an earlier slip in a type or an extra column costs once.
///
/// `None` when a column is missing or a value cannot be read as its type.
pub fn conform(relation: &Relation, columns: &[Column]) -> Option<Relation> {
    let place = |column: &Column| Some((relation.column_index(&column.name)?, Target::of(&column.type_name)));
    let places: Vec<(usize, Target)> = columns.iter().map(place).collect::<Option<_>>()?;
    let rows =
        relation.rows.iter().map(|row| places.iter().map(|(place, target)| target.cast(row.get(*place)?)).collect());
    Some(Relation { columns: columns.to_vec(), rows: rows.collect::<Option<_>>()? })
}

/// A type that values are read as.
struct Target {
    family: Family,
    is_whole: bool,
    is_decimal: bool,
}

impl Target {
    fn of(type_name: &str) -> Self {
        let upper = type_name.to_ascii_uppercase();
        let is_whole = matches!(upper.as_str(), "TINYINT" | "SMALLINT" | "INT" | "BIGINT");
        Self { family: Family::of(type_name), is_whole, is_decimal: upper.starts_with("DECIMAL") }
    }

    fn cast(&self, value: &Value) -> Option<Value> {
        match (value, self.family) {
            (Value::Null, _) => Some(Value::Null),
            (Value::String(text), Family::Number) if self.is_decimal => {
                text.trim().parse::<f64>().ok().map(|_| value.clone())
            }
            (Value::String(text), Family::Number) if self.is_whole => {
                let number: f64 = text.trim().parse().ok()?;
                (number.fract() == 0.0).then(|| text.trim().parse::<i64>().ok().map(Value::from))?
            }
            (Value::Number(number), Family::Number) if self.is_whole => {
                number.as_i64().or_else(|| whole_number(number.as_f64()?)).map(Value::from)
            }
            (Value::Number(number), Family::Number) if self.is_decimal => Some(Value::String(number.to_string())),
            (Value::String(text), Family::Number) => text.trim().parse::<f64>().ok().map(Value::from),
            (Value::Number(_), Family::Number) | (Value::String(_), _) => Some(value.clone()),
            (Value::Number(_) | Value::Bool(_), Family::Text) => Some(Value::String(show(value))),
            (_, Family::Number | Family::Text) => None,
            _ => Some(value.clone()),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "only whole numbers within the range of i64 pass")]
fn whole_number(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn priced(rows: Value) -> Relation {
        let columns = vec![Column::new("sku", "STRING"), Column::new("price", "DOUBLE")];
        Relation { columns, rows: serde_json::from_value(rows).unwrap() }
    }

    #[test]
    fn prices_kept_as_text_are_read_as_numbers_for_what_follows() {
        let columns = vec![Column::new("Price", "STRING"), Column::new("sku", "STRING"), Column::new("x", "INT")];
        let text = Relation { columns, rows: vec![vec![json!("9.50"), json!("a"), json!(1)]] };
        let wanted = priced(json!([])).columns;
        assert_eq!(conform(&text, &wanted).unwrap(), priced(json!([["a", 9.5]])));
        let word = Relation { rows: vec![vec![json!("cheap"), json!("a"), json!(1)]], ..text };
        assert_eq!(conform(&word, &wanted), None);
        assert_eq!(conform(&priced(json!([])), &[Column::new("colour", "STRING")]), None);
    }
}
