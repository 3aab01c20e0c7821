//! What the values of one column are drawn from.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::rounding::{self, Factor};

#[derive(Debug)]
pub enum Pool {
    Key(String),
    Words(Vec<Value>),
    /// Least, most and the number that counts as one.
    Number {
        least: i64,
        most: i64,
        decimals: u32,
        times: Option<Factor>,
        type_name: String,
    },
}

impl Pool {
    #[expect(clippy::cast_possible_truncation, reason = "an author's bounds are small numbers")]
    pub fn number((least, most): (f64, f64), decimals: u32, times: Option<Factor>, type_name: &str) -> Self {
        let scale = 10f64.powi(i32::try_from(decimals).unwrap_or_default());
        Self::Number {
            least: (least * scale).round() as i64,
            most: (most * scale).round() as i64,
            decimals,
            times,
            type_name: type_name.to_owned(),
        }
    }

    pub fn worst(&self, runner: &mut TestRunner) -> Vec<Value> {
        let Self::Number { least, most, decimals, times, type_name } = self else { return Vec::new() };
        let from = drawn(runner, &(*least..=*most)).unwrap_or(*least);
        let numbers = rounding::worst(*least, *most, *decimals, *times, from).into_iter();
        numbers.map(|steps| number(steps, *decimals, type_name)).collect()
    }
}

pub fn drawn<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> Option<S::Value> {
    strategy.new_tree(runner).ok().map(|tree| tree.current())
}

/// So many steps of the last decimal, as a relation holds a value of that type.
#[expect(clippy::cast_precision_loss, reason = "an author's bounds are small numbers")]
pub fn number(steps: i64, decimals: u32, type_name: &str) -> Value {
    if decimals == 0 && !type_name.starts_with("DECIMAL") {
        return json!(steps);
    }
    let value = steps as f64 / 10f64.powi(i32::try_from(decimals).unwrap_or_default());
    if type_name.starts_with("DECIMAL") { json!(format!("{value:.*}", decimals as usize)) } else { json!(value) }
}
