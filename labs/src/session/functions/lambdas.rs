//! Functions that call a lambda for each element: `transform(a, x -> x + 1)`, `filter`, `aggregate`, `map_filter` and others.
//!
//! A lambda runs once for the elements of all rows, not once for each; only `aggregate` and an ordering go step by step.

mod fold;
mod lists;
mod maps;
mod spread;

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature, HigherOrderUDF,
    HigherOrderUDFImpl, LambdaArgument, LambdaParametersProgress, ValueOrLambda, Volatility,
};

use super::super::errors::{raise, unexpected};
use super::super::types::type_name;
use super::rows::{Takes, coerced};
use crate::diagnostic::Diagnostic;

/// A function with lambdas, as its table lists it.
pub struct Function {
    name: &'static str,
    /// What its values are read as; they stand before its lambdas.
    takes: &'static [Takes],
    /// Least and most lambdas.
    lambdas: (usize, usize),
    /// The parameters of each lambda, by the types of the values.
    parameters: fn(&[DataType]) -> Vec<Vec<DataType>>,
    /// The type that it gives, by the types of the values and of the lambdas' results.
    gives: fn(&[DataType], &[DataType]) -> Result<DataType>,
    body: fn(&Call<'_>) -> Result<ArrayRef>,
}

/// Evaluated arguments.
pub struct Call<'a> {
    pub values: &'a [ArrayRef],
    pub lambdas: &'a [&'a LambdaArgument],
    pub gives: &'a DataType,
}

/// Every function with a lambda.
pub fn functions() -> impl Iterator<Item = Arc<HigherOrderUDF>> {
    let tables = lists::FUNCTIONS.iter().chain(maps::FUNCTIONS).chain(fold::FUNCTIONS);
    tables.map(|function| {
        let signature = HigherOrderSignature::user_defined(Volatility::Immutable);
        Arc::new(HigherOrderUDF::new_from_impl(Calling { function, signature }))
    })
}

struct Calling {
    function: &'static Function,
    signature: HigherOrderSignature,
}

impl Debug for Calling {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.function.name)
    }
}

impl PartialEq for Calling {
    fn eq(&self, other: &Self) -> bool {
        self.function.name == other.function.name
    }
}

impl Eq for Calling {}

impl Hash for Calling {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function.name.hash(state);
    }
}

impl Calling {
    fn check(&self, lambdas: usize) -> Result<()> {
        let (least, most) = self.function.lambdas;
        if (least..=most).contains(&lambdas) {
            return Ok(());
        }
        let message = format!("The function `{}` does not take {lambdas} lambda functions.", self.function.name);
        let diagnostic = Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", message);
        Err(raise(diagnostic.with_hint(format!("DESCRIBE FUNCTION {} says how it is called.", self.function.name))))
    }
}

impl HigherOrderUDFImpl for Calling {
    fn name(&self) -> &str {
        self.function.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn coerce_value_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        if types.len() != self.function.takes.len() {
            return Err(raise(super::rows::wrong_number(self.function.name, types.len())));
        }
        coerced(self.function.name, self.function.takes, types).map_err(raise)
    }

    fn lambda_parameters(
        &self,
        _: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> Result<LambdaParametersProgress> {
        let (values, lambdas) = parted(fields);
        self.check(lambdas.len())?;
        let values: Vec<DataType> = values.iter().map(|field| field.data_type().clone()).collect();
        let field = |data_type: DataType| Arc::new(Field::new("", data_type, true));
        let parameters = (self.function.parameters)(&values).into_iter();
        let parameters = parameters.map(|types| types.into_iter().map(field).collect());
        Ok(LambdaParametersProgress::Complete(parameters.take(lambdas.len()).collect()))
    }

    fn return_field_from_args(&self, arguments: HigherOrderReturnFieldArgs<'_>) -> Result<FieldRef> {
        let (values, lambdas) = parted(arguments.arg_fields);
        let types =
            |fields: Vec<&FieldRef>| fields.into_iter().map(|field| field.data_type().clone()).collect::<Vec<_>>();
        let gives = (self.function.gives)(&types(values), &types(lambdas))?;
        Ok(Arc::new(Field::new("", gives, true)))
    }

    fn invoke_with_args(&self, arguments: HigherOrderFunctionArgs) -> Result<ColumnarValue> {
        let (values, lambdas) = parted(&arguments.args);
        let values =
            values.into_iter().map(|value| value.to_array(arguments.number_rows)).collect::<Result<Vec<_>>>()?;
        let gives = arguments.return_field.data_type();
        let result = (self.function.body)(&Call { values: &values, lambdas: &lambdas, gives })?;
        let result =
            if result.data_type() == gives { result } else { datafusion::arrow::compute::cast(&result, gives)? };
        Ok(ColumnarValue::Array(result))
    }
}

/// Values and lambdas apart.
fn parted<V, L>(arguments: &[ValueOrLambda<V, L>]) -> (Vec<&V>, Vec<&L>) {
    let (mut values, mut lambdas) = (Vec::new(), Vec::new());
    for argument in arguments {
        match argument {
            ValueOrLambda::Value(value) => values.push(value),
            ValueOrLambda::Lambda(lambda) => lambdas.push(lambda),
        }
    }
    (values, lambdas)
}

/// # Errors
/// DATATYPE_MISMATCH when a lambda gives no condition.
fn condition(name: &str, result: &DataType) -> Result<()> {
    if matches!(result, DataType::Boolean | DataType::Null) {
        return Ok(());
    }
    let why = format!("the lambda function of {name} must give true or false, not \"{}\"", type_name(result));
    Err(raise(unexpected(&why)))
}
