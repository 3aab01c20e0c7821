//! `max(x)` and `min(x)` in Spark's order: NaN is the largest number, and a NULL within a STRUCT or ARRAY the smallest value.
//!
//! DataFusion's accumulator of groups takes whatever follows a NaN, and its order of nested values puts NULLs last.
//! Everything else is DataFusion's own.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, ReversedUDAF, Signature, StatisticsArgs, Volatility,
};

use super::aggregates;

pub fn functions() -> [Arc<AggregateUDF>; 2] {
    let of_nested = aggregates::nested_extremes();
    [(max_udaf(), of_nested[0].clone()), (min_udaf(), of_nested[1].clone())].map(|(plain, nested)| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(AggregateUDF::from(Extreme { plain, nested, signature }))
    })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Extreme {
    /// DataFusion's.
    plain: Arc<AggregateUDF>,
    /// Ours, of STRUCTs and ARRAYs.
    nested: Arc<AggregateUDF>,
    signature: Signature,
}

impl Extreme {
    fn of(&self, result: &DataType) -> &Arc<AggregateUDF> {
        if result.is_nested() { &self.nested } else { &self.plain }
    }
}

impl AggregateUDFImpl for Extreme {
    fn name(&self) -> &str {
        self.plain.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.plain.coerce_types(arguments)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.plain.return_type(arguments)
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.of(arguments.return_type()).accumulator(arguments)
    }

    fn create_sliding_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        self.of(arguments.return_type()).create_sliding_accumulator(arguments)
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs<'_>) -> bool {
        let ours = arguments.return_type().is_nested() || arguments.return_type().is_floating();
        !ours && self.plain.groups_accumulator_supported(arguments)
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn GroupsAccumulator>> {
        self.plain.create_groups_accumulator(arguments)
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        self.of(arguments.return_type()).state_fields(arguments)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.plain.order_sensitivity()
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        ReversedUDAF::Identical
    }

    /// Statistics of floating point columns say nothing about their NaNs.
    fn value_from_stats(&self, arguments: &StatisticsArgs<'_>) -> Option<ScalarValue> {
        let known = !arguments.return_type.is_floating() && !arguments.return_type.is_nested();
        self.plain.value_from_stats(arguments).filter(|_| known)
    }
}
