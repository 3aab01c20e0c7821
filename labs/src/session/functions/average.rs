//! `avg(x)`: of a DECIMAL(p,s) an exact DECIMAL(p+4,s+4), rounded half up; of everything else a DOUBLE.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility};

use super::super::errors::{raise, unexpected};
use super::super::types::type_name;
use super::aggregates;
use super::conversion::is_text;
use super::intervals;
use super::rows::wrong_number;

pub fn functions() -> [Arc<AggregateUDF>; 2] {
    aggregates::exact_averages().map(|exact| {
        Arc::new(AggregateUDF::from(Average { exact, signature: Signature::user_defined(Volatility::Immutable) }))
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Average {
    /// The average of DECIMALs.
    exact: Arc<AggregateUDF>,
    signature: Signature,
}

impl Average {
    fn of(&self, result: &DataType) -> Arc<AggregateUDF> {
        if matches!(result, DataType::Decimal128(..)) { self.exact.clone() } else { avg_udaf() }
    }
}

impl AggregateUDFImpl for Average {
    fn name(&self) -> &str {
        self.exact.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [argument] = arguments else { return Err(raise(wrong_number(self.name(), arguments.len()))) };
        match argument {
            DataType::Decimal128(..) => Ok(vec![argument.clone()]),
            other if other.is_numeric() || other.is_null() || is_text(other) => Ok(vec![DataType::Float64]),
            DataType::Interval(_) | DataType::Duration(_) => Err(raise(intervals::no_aggregate())),
            other => Err(raise(unexpected(&format!("{} needs a number, not \"{}\"", self.name(), type_name(other))))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::Decimal128(..)] => self.exact.return_type(arguments),
            _ => Ok(DataType::Float64),
        }
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.of(arguments.return_type()).accumulator(arguments)
    }

    fn create_sliding_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.of(arguments.return_type()).create_sliding_accumulator(arguments)
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        self.of(arguments.return_type()).groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        self.of(arguments.return_type()).create_groups_accumulator(arguments)
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.of(arguments.return_type()).state_fields(arguments)
    }
}
