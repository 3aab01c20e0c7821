//! The parts of an INTERVAL: `extract(HOUR FROM i)`. Years and months come from its months, the others from its length.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Int32Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalMonthDayNanoType, IntervalUnit};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::columnar::over_arrays;

const SECOND: i128 = 1_000_000_000;

/// The function that gives the part which a function of that name gives of a date; `None` when an interval has none such.
pub fn of(function: &str) -> Option<Arc<ScalarUDF>> {
    let part = match function {
        "year" => Part::Year,
        "month" => Part::Month,
        "day" => Part::Day,
        "hour" => Part::Hour,
        "minute" => Part::Minute,
        "__second" => Part::Second,
        _ => return None,
    };
    Some(Arc::new(ScalarUDF::from(IntervalPart { part, signature: Signature::any(1, Volatility::Immutable) })))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    /// With its fraction.
    Second,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct IntervalPart {
    part: Part,
    signature: Signature,
}

impl ScalarUDFImpl for IntervalPart {
    fn name(&self) -> &str {
        match self.part {
            Part::Year => "__interval_year",
            Part::Month => "__interval_month",
            Part::Day => "__interval_day",
            Part::Hour => "__interval_hour",
            Part::Minute => "__interval_minute",
            Part::Second => "__interval_second",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The types that the same parts of a timestamp have: INT, and DECIMAL(8,6) for seconds.
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.part == Part::Second { DataType::Decimal128(8, 6) } else { DataType::Int32 })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |values| self.of(&values[0]))
    }
}

impl IntervalPart {
    fn of(&self, intervals: &ArrayRef) -> Result<ArrayRef> {
        let intervals = cast(intervals, &DataType::Interval(IntervalUnit::MonthDayNano))?;
        let parts = intervals.as_primitive::<IntervalMonthDayNanoType>().iter();
        let parts = parts.map(|interval| interval.map(|interval| self.of_one(interval)));
        Ok(if self.part == Part::Second {
            Arc::new(parts.collect::<Decimal128Array>().with_precision_and_scale(8, 6)?)
        } else {
            Arc::new(parts.map(|part| part.and_then(|part| i32::try_from(part).ok())).collect::<Int32Array>())
        })
    }

    /// The part, with the interval's sign; seconds in millionths.
    fn of_one(&self, interval: IntervalMonthDayNano) -> i128 {
        let months = i128::from(interval.months);
        let length = i128::from(interval.days) * 24 * 3600 * SECOND + i128::from(interval.nanoseconds);
        match self.part {
            Part::Year => months / 12,
            Part::Month => months % 12,
            Part::Day => length / (24 * 3600 * SECOND),
            Part::Hour => length / (3600 * SECOND) % 24,
            Part::Minute => length / (60 * SECOND) % 60,
            Part::Second => length % (60 * SECOND) / 1000,
        }
    }
}
