//! `date - date` and `timestamp - timestamp`: the time between, as an INTERVAL of days and of what is below a day.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray, IntervalMonthDayNanoArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalUnit, TimeUnit, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::super::errors::{overflow, raise};
use super::columnar::over_arrays;

const MICROS_A_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// Of two dates, or of two timestamps, with or without a time zone; NULL when one is NULL.
pub fn function() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> =
        LazyLock::new(|| Arc::new(ScalarUDF::from(Difference { signature: Signature::any(2, Volatility::Immutable) })));
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Difference {
    signature: Signature,
}

impl ScalarUDFImpl for Difference {
    fn name(&self) -> &str {
        "__difference"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Interval(IntervalUnit::MonthDayNano))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |sides| between(&sides[0], &sides[1]))
    }
}

fn between(left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
    let micros = |side: &ArrayRef| {
        let zone = match side.data_type() {
            DataType::Timestamp(_, zone) => zone.clone(),
            _ => None,
        };
        cast(side, &DataType::Timestamp(TimeUnit::Microsecond, zone))
    };
    let (left, right) = (micros(left)?, micros(right)?);
    let pairs =
        left.as_primitive::<TimestampMicrosecondType>().iter().zip(right.as_primitive::<TimestampMicrosecondType>());
    let intervals = pairs.map(|pair| {
        let (Some(left), Some(right)) = pair else { return Ok(None) };
        let micros = left.checked_sub(right).ok_or_else(|| raise(overflow("interval")))?;
        let days = i32::try_from(micros / MICROS_A_DAY).map_err(|_| raise(overflow("interval")))?;
        Ok(Some(IntervalMonthDayNano::new(0, days, micros % MICROS_A_DAY * 1000)))
    });
    Ok(Arc::new(intervals.collect::<Result<IntervalMonthDayNanoArray>>()?))
}
