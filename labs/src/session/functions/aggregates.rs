//! Aggregates of our own that look at all values of a group at once, and what they have in common.
//!
//! A table lists them as [`Aggregate`]s. An accumulator keeps the group's rows in the order in which they came; DISTINCT
//! drops rows that are there already; a moving window takes the oldest rows away.

mod ordered;
mod statistics;

use std::collections::HashSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, new_empty_array};
use datafusion::arrow::compute::{concat, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::utils::SingleRowListArrayBuilder;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use super::super::errors::raise;
use super::rows::{Takes, coerced, list_of, scalars, wrong_number};

/// The value of a group.
pub type Body = fn(&Group<'_>) -> Result<ScalarValue>;

/// An aggregate, as its family's table lists it.
pub struct Aggregate {
    names: &'static [&'static str],
    takes: &'static [Takes],
    required: usize,
    gives: fn(&[DataType]) -> DataType,
    /// WITHIN GROUP (ORDER BY x) puts `x` in front of the arguments.
    within_group: bool,
    body: Body,
}

impl Aggregate {
    pub const fn new(
        names: &'static [&'static str],
        takes: &'static [Takes],
        gives: fn(&[DataType]) -> DataType,
        body: Body,
    ) -> Self {
        Self { names, takes, required: takes.len(), gives, within_group: false, body }
    }

    pub const fn optional(self, count: usize) -> Self {
        Self { required: self.takes.len() - count, ..self }
    }

    pub const fn within_group(self) -> Self {
        Self { within_group: true, ..self }
    }
}

/// The rows of a group.
pub struct Group<'a> {
    /// An array for each argument.
    pub columns: &'a [ArrayRef],
    pub gives: &'a DataType,
    /// Whether WITHIN GROUP was there, and whether it is descending.
    pub order: Option<bool>,
    pub ignore_nulls: bool,
}

impl Group<'_> {
    pub fn values(&self, argument: usize) -> Result<Vec<ScalarValue>> {
        scalars(&self.columns[argument])
    }

    /// The values that are not NULL.
    pub fn present(&self, argument: usize) -> Result<Vec<ScalarValue>> {
        Ok(self.values(argument)?.into_iter().filter(|value| !value.is_null()).collect())
    }

    /// An argument that is the same for all rows; NULL for a group without rows.
    pub fn constant(&self, argument: usize) -> Result<ScalarValue> {
        match self.columns.get(argument) {
            Some(column) if !column.is_empty() => ScalarValue::try_from_array(column, 0),
            _ => Ok(ScalarValue::Null),
        }
    }
}

/// Every aggregate of ours.
pub fn functions() -> impl Iterator<Item = Arc<AggregateUDF>> {
    let tables = ordered::AGGREGATES.iter().chain(statistics::AGGREGATES);
    let named = tables.flat_map(|aggregate| aggregate.names.iter().map(move |name| (aggregate, *name)));
    named.map(|(aggregate, name)| Arc::new(udaf(aggregate, name)))
}

/// The averages of DECIMALs, which [`super::average`] chooses.
pub fn exact_averages() -> [Arc<AggregateUDF>; 2] {
    statistics::AVERAGES.each_ref().map(|aggregate| Arc::new(udaf(aggregate, aggregate.names[0])))
}

/// `max` and `min` of nested values, which [`super::extremes`] chooses.
pub fn nested_extremes() -> [Arc<AggregateUDF>; 2] {
    ordered::EXTREMES.each_ref().map(|aggregate| Arc::new(udaf(aggregate, aggregate.names[0])))
}

fn udaf(aggregate: &'static Aggregate, name: &'static str) -> AggregateUDF {
    AggregateUDF::from(Collecting { aggregate, name, signature: Signature::user_defined(Volatility::Immutable) })
}

struct Collecting {
    aggregate: &'static Aggregate,
    name: &'static str,
    signature: Signature,
}

impl std::fmt::Debug for Collecting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl PartialEq for Collecting {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Collecting {}

impl Hash for Collecting {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for Collecting {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        let takes = self.aggregate.takes;
        if !(self.aggregate.required..=takes.len()).contains(&arguments.len()) {
            return Err(raise(wrong_number(self.name, arguments.len())));
        }
        coerced(self.name, &takes[..arguments.len()], arguments).map_err(raise)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok((self.aggregate.gives)(arguments))
    }

    fn supports_null_handling_clause(&self) -> bool {
        true
    }

    fn supports_within_group_clause(&self) -> bool {
        self.aggregate.within_group
    }

    fn accumulator(&self, arguments: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Collected {
            body: self.aggregate.body,
            columns: arguments.expr_fields.iter().map(|field| new_empty_array(field.data_type())).collect(),
            gives: arguments.return_type().clone(),
            distinct: arguments.is_distinct,
            ignore_nulls: arguments.ignore_nulls,
            order: arguments.order_bys.first().map(|key| key.options.descending != arguments.is_reversed),
        }))
    }

    fn state_fields(&self, arguments: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
        let field = |(at, input): (usize, &FieldRef)| {
            Arc::new(Field::new(format!("{}_{at}", arguments.name), list_of(input.data_type().clone()), true))
        };
        Ok(arguments.input_fields.iter().enumerate().map(field).collect())
    }
}

#[derive(Debug)]
struct Collected {
    body: Body,
    columns: Vec<ArrayRef>,
    gives: DataType,
    distinct: bool,
    ignore_nulls: bool,
    order: Option<bool>,
}

impl Collected {
    fn append(&mut self, values: &[ArrayRef]) -> Result<()> {
        for (column, values) in self.columns.iter_mut().zip(values) {
            *column = concat(&[column.as_ref(), values.as_ref()])?;
        }
        Ok(())
    }

    /// The first of each row that is there more than once.
    fn distinct_rows(&self) -> Result<Vec<ArrayRef>> {
        let mut seen = HashSet::new();
        let mut first = Vec::new();
        for at in 0..self.columns.first().map_or(0, |column| column.len()) {
            let row = self.columns.iter().map(|column| ScalarValue::try_from_array(column, at));
            if seen.insert(row.collect::<Result<Vec<_>>>()?) {
                first.push(at as u64);
            }
        }
        let first = datafusion::arrow::array::UInt64Array::from(first);
        self.columns.iter().map(|column| Ok(take(column, &first, None)?)).collect()
    }
}

impl Accumulator for Collected {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.append(values)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let gone = values.first().map_or(0, |values| values.len());
        for column in &mut self.columns {
            *column = column.slice(gone, column.len() - gone);
        }
        Ok(())
    }

    fn supports_retract_batch(&self) -> bool {
        true
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        for at in 0..states.first().map_or(0, |state| state.len()) {
            let rows: Vec<ArrayRef> = states.iter().map(|state| state.as_list::<i32>().value(at)).collect();
            self.append(&rows)?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let list = |column: &ArrayRef| SingleRowListArrayBuilder::new(column.clone()).build_list_scalar();
        Ok(self.columns.iter().map(list).collect())
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let columns = if self.distinct { self.distinct_rows()? } else { self.columns.clone() };
        let group = Group { columns: &columns, gives: &self.gives, order: self.order, ignore_nulls: self.ignore_nulls };
        let value = super::rows::assembled(vec![(self.body)(&group)?], &self.gives)?;
        ScalarValue::try_from_array(&value, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.columns.iter().map(|column| column.get_array_memory_size()).sum::<usize>()
    }
}
