//! Arithmetic that fails instead of wrapping or giving infinity.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Datum, Float64Array, Int8Array, Scalar};
use datafusion::arrow::compute::cast;
use datafusion::arrow::compute::kernels::numeric;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::arrow::error::ArrowError;
use datafusion::common::{DataFusionError, Result};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::super::errors::{divide_by_zero, overflow, raise, unexpected};
use super::super::types::type_name;
use super::columnar::over_arrays;

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

/// `-a`; a text is read as a DOUBLE.
pub fn negate() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Negate { signature: Signature::user_defined(Volatility::Immutable) }))
}

/// `~a`: the bits of a whole number, each turned.
pub fn complement() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Complement { signature: Signature::user_defined(Volatility::Immutable) }))
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
        over_arrays(&arguments, |sides| self.apply(&sides[0], &sides[1]))
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
        result.map_err(|error| failure(error, left.data_type()))
    }
}

fn failure(error: ArrowError, data_type: &DataType) -> DataFusionError {
    match error {
        ArrowError::DivideByZero => raise(divide_by_zero()),
        ArrowError::ArithmeticOverflow(_) => {
            raise(overflow(if data_type == &DataType::Int64 { "long" } else { "integer" }))
        }
        other => other.into(),
    }
}

/// The name that `-a` has in our own syntax trees.
pub const NEGATE: &str = "__negate";

#[derive(Debug, PartialEq, Eq, Hash)]
struct Negate {
    signature: Signature,
}

impl ScalarUDFImpl for Negate {
    fn name(&self) -> &str {
        NEGATE
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match arguments {
            [DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null] => Ok(vec![DataType::Float64]),
            [other] if other.is_numeric() || matches!(other, DataType::Interval(_)) => Ok(vec![other.clone()]),
            [other] => Err(raise(unexpected(&format!("\"-\" needs a number, not \"{}\"", type_name(other))))),
            _ => Err(raise(unexpected("\"-\" takes one value"))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |values| {
            numeric::neg(&values[0]).map_err(|error| failure(error, values[0].data_type()))
        })
    }
}

/// The name that `~a` has in our own syntax trees.
pub const COMPLEMENT: &str = "__complement";

#[derive(Debug, PartialEq, Eq, Hash)]
struct Complement {
    signature: Signature,
}

impl ScalarUDFImpl for Complement {
    fn name(&self) -> &str {
        COMPLEMENT
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        match arguments {
            [DataType::Null] => Ok(vec![DataType::Int32]),
            [whole] if whole.is_signed_integer() => Ok(vec![whole.clone()]),
            [other] => Err(raise(unexpected(&format!("\"~\" needs a whole number, not \"{}\"", type_name(other))))),
            _ => Err(raise(unexpected("\"~\" takes one value"))),
        }
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(arguments[0].clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |values| {
            // Minus one has every bit set.
            let ones = cast(&Int8Array::new_scalar(-1).into_inner(), values[0].data_type())?;
            let turned = cast(&numeric::sub(&Scalar::new(ones), &values[0])?, values[0].data_type())?;
            Ok(turned)
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
