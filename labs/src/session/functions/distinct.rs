//! An aggregate over the different values of its argument, each once.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::Accumulator;
use datafusion::logical_expr::function::StateFieldsArgs;

/// The state's one field: the values so far, as an array.
///
/// # Errors
/// Never, for an aggregate of one argument.
pub fn state_fields(arguments: &StateFieldsArgs<'_>) -> Result<Vec<FieldRef>> {
    let item = Field::new_list_field(arguments.input_fields[0].data_type().clone(), true);
    let values = Field::new(format!("{}_values", arguments.name), DataType::List(Arc::new(item)), true);
    Ok(vec![Arc::new(values)])
}

/// Gathers the values, and gives them to the aggregate at the end.
#[derive(Debug)]
pub struct Distinct {
    values: HashSet<ScalarValue>,
    data_type: DataType,
    aggregate: Box<dyn Accumulator>,
}

impl Distinct {
    /// Over values of that type.
    pub fn new(aggregate: Box<dyn Accumulator>, data_type: DataType) -> Self {
        Self { values: HashSet::new(), data_type, aggregate }
    }
}

impl Accumulator for Distinct {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        for at in (0..values[0].len()).filter(|at| values[0].is_valid(*at)) {
            self.values.insert(ScalarValue::try_from_array(&values[0], at)?);
        }
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        states[0].as_list::<i32>().iter().flatten().try_for_each(|values| self.update_batch(&[values]))
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let values: Vec<ScalarValue> = self.values.drain().collect();
        Ok(vec![ScalarValue::List(ScalarValue::new_list_nullable(&values, &self.data_type))])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        if !self.values.is_empty() {
            self.aggregate.update_batch(&[ScalarValue::iter_to_array(self.values.drain())?])?;
        }
        self.aggregate.evaluate()
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.values.iter().map(ScalarValue::size).sum::<usize>() + self.aggregate.size()
    }
}
