//! Parts of a date as an INT: `year(d)`, `month(d)`, `day(d)` and their like. A text is read as a date.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use datafusion::arrow::array::{AsArray, Int32Array};
use datafusion::arrow::datatypes::{DataType, Date32Type};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::columnar::over_arrays;
use super::conversion::convert;

type Part = fn(NaiveDate) -> i32;

/// Names and what they give. A week is that of ISO 8601; the first day of a week is Sunday, 1.
const PARTS: [(&str, Part); 8] = [
    ("year", |date| date.year()),
    ("quarter", |date| (date.month0() / 3 + 1).cast_signed()),
    ("month", |date| date.month().cast_signed()),
    ("weekofyear", |date| date.iso_week().week().cast_signed()),
    ("day", |date| date.day().cast_signed()),
    ("dayofmonth", |date| date.day().cast_signed()),
    ("dayofyear", |date| date.ordinal().cast_signed()),
    ("dayofweek", |date| date.weekday().number_from_sunday().cast_signed()),
];

/// The functions of this file.
pub fn functions() -> impl Iterator<Item = Arc<ScalarUDF>> {
    let function = |at: usize| ScalarUDF::from(Calendar { at, signature: Signature::any(1, Volatility::Immutable) });
    (0..PARTS.len()).map(move |at| Arc::new(function(at)))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Calendar {
    /// Its place in [`PARTS`].
    at: usize,
    signature: Signature,
}

impl ScalarUDFImpl for Calendar {
    fn name(&self) -> &str {
        PARTS[self.at].0
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |values| {
            let dates = convert(&values[0], &DataType::Date32, false)?;
            let dates = dates.as_primitive::<Date32Type>().iter();
            Ok(Arc::new(dates.map(|days| days.and_then(|days| self.of(days))).collect::<Int32Array>()))
        })
    }
}

impl Calendar {
    fn of(&self, days: i32) -> Option<i32> {
        Date32Type::to_naive_date_opt(days).map(PARTS[self.at].1)
    }
}
