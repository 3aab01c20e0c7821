//! `raise_error('text')`: ends the statement with USER_RAISED_EXCEPTION for the first row that reaches it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::super::errors::raise;
use crate::diagnostic::Diagnostic;

pub fn function() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(RaiseError { signature: Signature::any(1, Volatility::Volatile) }))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct RaiseError {
    signature: Signature,
}

impl ScalarUDFImpl for RaiseError {
    fn name(&self) -> &str {
        "raise_error"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// It gives no value, so it fits beside values of any type.
    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Null)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        if arguments.number_rows == 0 {
            return Ok(ColumnarValue::Scalar(ScalarValue::Null));
        }
        let texts = cast(&arguments.args[0].to_array(1)?, &DataType::Utf8)?;
        let texts = texts.as_string::<i32>();
        let text = if texts.is_empty() || texts.is_null(0) { "null" } else { texts.value(0) };
        Err(raise(Diagnostic::new("USER_RAISED_EXCEPTION", "P0001", text.to_owned())))
    }
}
