//! Arithmetic that fails instead of wrapping or giving infinity.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Datum, Float64Array};
use datafusion::arrow::compute::kernels::numeric;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::errors::{divide_by_zero, overflow, raise};

/// `a / b` of two DOUBLEs; DIVIDE_BY_ZERO for 0.
pub fn divide() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| function("__divide", Operation::Divide));
    FUNCTION.clone()
}

/// `a div b` of two BIGINTs.
pub fn integer_divide() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| function("__div", Operation::IntegerDivide));
    FUNCTION.clone()
}

/// `+`, `-` or `*` of two whole numbers of one type; ARITHMETIC_OVERFLOW when it does not fit.
pub fn checked(op: &BinaryOperator) -> Arc<ScalarUDF> {
    static ADD: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| function("__add", Operation::Add));
    static SUBTRACT: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| function("__subtract", Operation::Subtract));
    static MULTIPLY: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| function("__multiply", Operation::Multiply));
    match op {
        BinaryOperator::Plus => ADD.clone(),
        BinaryOperator::Minus => SUBTRACT.clone(),
        _ => MULTIPLY.clone(),
    }
}

fn function(name: &'static str, operation: Operation) -> Arc<ScalarUDF> {
    let signature = Signature::any(2, Volatility::Immutable);
    Arc::new(ScalarUDF::from(Arithmetic { name, operation, signature }))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    IntegerDivide,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Arithmetic {
    name: &'static str,
    operation: Operation,
    signature: Signature,
}

impl ScalarUDFImpl for Arithmetic {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let scalar = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let size = if scalar { 1 } else { rows };
        let left = arguments.args[0].to_array(size)?;
        let right = arguments.args[1].to_array(size)?;
        let result = self.apply(&left, &right)?;
        if scalar {
            return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

impl Arithmetic {
    fn apply(&self, left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
        let (a, b): (&dyn Datum, &dyn Datum) = (left, right);
        let result = match self.operation {
            Operation::Add => numeric::add(a, b),
            Operation::Subtract => numeric::sub(a, b),
            Operation::Multiply => numeric::mul(a, b),
            Operation::IntegerDivide => numeric::div(a, b),
            Operation::Divide => return quotient(left, right),
        };
        result.map_err(|error| match error {
            ArrowError::DivideByZero => raise(divide_by_zero()),
            ArrowError::ArithmeticOverflow(_) => {
                let name = if left.data_type() == &DataType::Int64 { "long" } else { "integer" };
                raise(overflow(name))
            }
            other => other.into(),
        })
    }
}

fn quotient(left: &ArrayRef, right: &ArrayRef) -> Result<ArrayRef> {
    let (left, right) = (left.as_primitive::<Float64Type>(), right.as_primitive::<Float64Type>());
    let pairs = left.iter().zip(right.iter());
    let quotient = |(a, b): (Option<f64>, Option<f64>)| match (a, b) {
        (Some(_), Some(0.0)) => Err(raise(divide_by_zero())),
        (Some(a), Some(b)) => Ok(Some(a / b)),
        _ => Ok(None),
    };
    Ok(Arc::new(pairs.map(quotient).collect::<Result<Float64Array>>()?))
}
