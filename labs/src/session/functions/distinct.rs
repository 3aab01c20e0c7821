//! A sum over the different values of its argument, each once.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Int64Array, ListArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, FieldRef, Int64Type};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;
use datafusion::logical_expr::function::StateFieldsArgs;

/// The state's one field: the values so far, as an array.
pub fn state_fields(arguments: &StateFieldsArgs<'_>) -> Vec<FieldRef> {
    let item = Field::new_list_field(arguments.input_fields[0].data_type().clone(), true);
    vec![Arc::new(Field::new(format!("{}_values", arguments.name), DataType::List(Arc::new(item)), true))]
}

/// Gathers BIGINTs or DECIMALs, and gives them to the aggregate at the end.
#[derive(Debug)]
pub struct Distinct {
    values: HashSet<i128>,
    data_type: DataType,
    aggregate: Box<dyn Accumulator>,
}

impl Distinct {
    /// Over values of that type.
    pub fn new(aggregate: Box<dyn Accumulator>, data_type: DataType) -> Self {
        Self { values: HashSet::new(), data_type, aggregate }
    }

    fn array(&mut self) -> Result<ArrayRef> {
        let values = self.values.drain();
        Ok(match self.data_type {
            DataType::Decimal128(precision, scale) => {
                Arc::new(values.map(Some).collect::<Decimal128Array>().with_precision_and_scale(precision, scale)?)
            }
            _ => Arc::new(values.map(|value| i64::try_from(value).ok()).collect::<Int64Array>()),
        })
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        match values[0].data_type() {
            DataType::Decimal128(..) => self.values.extend(values[0].as_primitive::<Decimal128Type>().iter().flatten()),
            _ => self.values.extend(values[0].as_primitive::<Int64Type>().iter().flatten().map(i128::from)),
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|values| self.update_batch(&[values]))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let item = Arc::new(Field::new_list_field(self.data_type.clone(), true));
        let values = self.array()?;
        let offsets = OffsetBuffer::from_lengths([values.len()]);
        let list = ListArray::new(item, offsets, values, None);
        Ok(vec![ScalarValue::List(Arc::new(list))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let values = self.array()?;
        self.aggregate.update_batch(&[values])?;
        self.aggregate.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.capacity() * size_of::<i128>() + self.aggregate.size()
    }
}

#[cfg(test)]
mod tests {
    use super::super::decimal_sum::DecimalSum;
    use super::*;

    fn gathered(values: &[Option<i128>]) -> Distinct {
        let mut distinct = Distinct::new(Box::new(DecimalSum::new(2)), DataType::Decimal128(38, 2));
        let values: Decimal128Array = values.iter().copied().collect();
        let values = values.with_precision_and_scale(38, 2).expect("it fits");
        distinct.update_batch(&[Arc::new(values)]).expect("they are numbers");
        distinct
    }

    #[test]
    fn what_two_parts_both_have_counts_once() {
        let states: Vec<ScalarValue> =
            [gathered(&[Some(150), None, Some(150)]), gathered(&[Some(150), Some(25)]), gathered(&[None])]
                .iter_mut()
                .flat_map(|part| part.state().expect("a state"))
                .collect();
        let mut whole = gathered(&[]);
        whole.merge_batch(&[ScalarValue::iter_to_array(states).expect("of one type")]).expect("they are merged");
        assert_eq!(whole.evaluate().expect("a sum"), ScalarValue::Decimal128(Some(175), 38, 2));
    }

    #[test]
    fn the_sum_of_no_value_is_null() {
        assert_eq!(gathered(&[None]).evaluate().expect("a sum"), ScalarValue::Decimal128(None, 38, 2));
    }
}
