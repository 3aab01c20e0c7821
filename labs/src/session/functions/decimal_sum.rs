//! The sum of DECIMALs that may have more than 38 digits: it is added up in 256 bits, and fails where it fits no DECIMAL.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Field, FieldRef, Int64Type, i256};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;

use super::super::errors::{overflow, raise};

const MAX_PRECISION: u8 = 76;

/// Whether the sum of values of that type may have more digits than a DECIMAL: ten more are there for the number of values.
pub fn may_overflow(sum: &DataType) -> bool {
    matches!(sum, DataType::Decimal128(38, _))
}

/// The state's fields, of a sum of that scale.
pub fn state_fields(name: &str, scale: i8) -> Vec<FieldRef> {
    let field = |part: &str, data_type| Arc::new(Field::new(format!("{name}_{part}"), data_type, true));
    vec![field("total", DataType::Decimal256(MAX_PRECISION, scale)), field("count", DataType::Int64)]
}

/// The sum so far, and of how many values.
#[derive(Debug)]
pub struct DecimalSum {
    total: i256,
    count: i64,
    scale: i8,
}

impl DecimalSum {
    pub fn new(scale: i8) -> Self {
        Self { total: i256::ZERO, count: 0, scale }
    }

    fn add(&mut self, values: &ArrayRef, negative: bool) -> Result<()> {
        let values = values.as_primitive::<Decimal128Type>();
        for value in values.iter().flatten().map(i256::from_i128) {
            let sum = if negative { self.total.checked_sub(value) } else { self.total.checked_add(value) };
            self.total = sum.ok_or_else(too_large)?;
        }
        let count = i64::try_from(values.len() - values.null_count()).unwrap_or(i64::MAX);
        self.count += if negative { -count } else { count };
        Ok(())
    }
}

fn too_large() -> datafusion::error::DataFusionError {
    raise(overflow("decimal sum"))
}

impl Accumulator for DecimalSum {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], false)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], true)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for total in states[0].as_primitive::<Decimal256Type>().iter().flatten() {
            self.total = self.total.checked_add(total).ok_or_else(too_large)?;
        }
        self.count += states[1].as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let total = ScalarValue::Decimal256(Some(self.total), MAX_PRECISION, self.scale);
        Ok(vec![total, ScalarValue::Int64(Some(self.count))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.count == 0 {
            return Ok(ScalarValue::Decimal128(None, 38, self.scale));
        }
        let fits = |sum: &i128| sum.unsigned_abs() < 10_u128.pow(38);
        let sum = self.total.to_i128().filter(fits).ok_or_else(too_large)?;
        Ok(ScalarValue::Decimal128(Some(sum), 38, self.scale))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}
