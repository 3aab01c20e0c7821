//! `sum(x)` that fails with ARITHMETIC_OVERFLOW where DataFusion's wraps: whole numbers are added up in 128 bits.
//!
//! DECIMALs that may have too many digits are [`decimal_sum`]'s. Everything else is DataFusion's own.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, Volatility};

use super::super::errors::{overflow, raise, unexpected};
use super::super::types::type_name;
use super::conversion::is_text;
use super::decimal_sum::{self, DecimalSum};
use super::distinct::{self, Distinct};
use super::intervals;

const TOTAL: DataType = DataType::Decimal128(38, 0);

pub fn function() -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Sum { signature: Signature::user_defined(Volatility::Immutable) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Sum {
    signature: Signature,
}

impl AggregateUDFImpl for Sum {
    fn name(&self) -> &str {
        "sum"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let [argument] = arguments else { return Err(raise(unexpected("sum takes one value"))) };
        match argument {
            whole if whole.is_integer() => Ok(vec![DataType::Int64]),
            DataType::Decimal128(..) | DataType::Decimal256(..) => Ok(vec![argument.clone()]),
            other if other.is_floating() || other.is_null() || is_text(other) => Ok(vec![DataType::Float64]),
            DataType::Interval(_) | DataType::Duration(_) => Err(raise(intervals::no_aggregate())),
            other => Err(raise(unexpected(&format!("sum needs a number, not \"{}\"", type_name(other))))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        sum_udaf().return_type(&self.coerce_types(arguments)?)
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        match Kind::of(arguments.return_type()) {
            Some(kind) if arguments.is_distinct => {
                let data_type = arguments.expr_fields[0].data_type().clone();
                Ok(Box::new(Distinct::new(kind.accumulator(), data_type)))
            }
            Some(kind) => Ok(kind.accumulator()),
            None => sum_udaf().accumulator(arguments),
        }
    }

    fn create_sliding_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        match Kind::of(arguments.return_type()) {
            Some(kind) => Ok(kind.accumulator()),
            None => sum_udaf().create_sliding_accumulator(arguments),
        }
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        Kind::of(arguments.return_type()).is_none() && sum_udaf().groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        sum_udaf().create_groups_accumulator(arguments)
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        match Kind::of(arguments.return_type()) {
            Some(_) if arguments.is_distinct => Ok(distinct::state_fields(&arguments)),
            Some(kind) => Ok(kind.state_fields(arguments.name)),
            None => sum_udaf().state_fields(arguments),
        }
    }
}

/// A sum that is not the engine's.
#[derive(Clone, Copy)]
enum Kind {
    Whole,
    /// Of DECIMALs of that scale.
    Decimal(i8),
}

impl Kind {
    fn of(sum: &DataType) -> Option<Self> {
        match sum {
            DataType::Int64 => Some(Self::Whole),
            DataType::Decimal128(_, scale) if decimal_sum::may_overflow(sum) => Some(Self::Decimal(*scale)),
            _ => None,
        }
    }

    fn accumulator(self) -> Box<dyn Accumulator> {
        match self {
            Self::Whole => Box::new(Checked::default()),
            Self::Decimal(scale) => Box::new(DecimalSum::new(scale)),
        }
    }

    fn state_fields(self, name: &str) -> Vec<FieldRef> {
        match self {
            Self::Whole => {
                let field = |part: &str, data_type| Arc::new(Field::new(format!("{name}_{part}"), data_type, true));
                vec![field("total", TOTAL), field("count", DataType::Int64)]
            }
            Self::Decimal(scale) => decimal_sum::state_fields(name, scale),
        }
    }
}

/// The sum so far, and of how many values.
#[derive(Debug, Default)]
struct Checked {
    total: i128,
    count: i64,
}

impl Checked {
    fn add(&mut self, values: &ArrayRef, sign: i128) -> Result<()> {
        let values = cast(values, &DataType::Int64)?;
        let values = values.as_primitive::<Int64Type>();
        self.total += sign * values.iter().flatten().map(i128::from).sum::<i128>();
        let count = i64::try_from(values.len() - values.null_count()).unwrap_or(i64::MAX);
        self.count += if sign > 0 { count } else { -count };
        Ok(())
    }
}

impl Accumulator for Checked {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.add(&values[0], -1)
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.total += states[0].as_primitive::<Decimal128Type>().iter().flatten().sum::<i128>();
        self.count += states[1].as_primitive::<Int64Type>().iter().flatten().sum::<i64>();
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let total = ScalarValue::Decimal128(Some(self.total), 38, 0);
        Ok(vec![total, ScalarValue::Int64(Some(self.count))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if self.count == 0 {
            return Ok(ScalarValue::Int64(None));
        }
        let sum = i64::try_from(self.total).map_err(|_| raise(overflow("long")))?;
        Ok(ScalarValue::Int64(Some(sum)))
    }

    fn size(&self) -> usize {
        size_of::<Self>()
    }
}
