//! Functions that no author calls: `__as(value, text)` is the value under a name of its own, and `__single(list)` the one
//! element of a list of a subquery's values.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, UInt64Array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::{raise, too_many_rows};
use super::columnar::over_arrays;

pub fn functions() -> [Arc<ScalarUDF>; 2] {
    [
        Arc::new(ScalarUDF::from(As { signature: Signature::any(2, Volatility::Immutable) })),
        Arc::new(ScalarUDF::from(Single { signature: Signature::any(1, Volatility::Immutable) })),
    ]
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct As {
    signature: Signature,
}

impl ScalarUDFImpl for As {
    fn name(&self) -> &str {
        "__as"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn simplify(&self, mut args: Vec<Expr>, _: &SimplifyContext) -> Result<ExprSimplifyResult> {
        Ok(ExprSimplifyResult::Simplified(args.swap_remove(0)))
    }

    fn invoke_with_args(&self, mut arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(arguments.args.swap_remove(0))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Single {
    signature: Signature,
}

impl ScalarUDFImpl for Single {
    fn name(&self) -> &str {
        "__single"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match &types[0] {
            DataType::List(element) => Ok(element.data_type().clone()),
            other => plan_err!("__single takes a list, not {other}"),
        }
    }

    /// NULL for no list and an empty one.
    ///
    /// # Errors
    /// SCALAR_SUBQUERY_TOO_MANY_ROWS for more than one element.
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        over_arrays(&arguments, |lists| only_elements(&lists[0]))
    }
}

fn only_elements(lists: &ArrayRef) -> Result<ArrayRef> {
    let lists = lists.as_list::<i32>();
    let mut places: Vec<Option<u64>> = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        let (start, length) = (lists.value_offsets()[row], lists.value_length(row));
        if lists.is_null(row) || length == 0 {
            places.push(None);
        } else if length == 1 {
            places.push(u64::try_from(start).ok());
        } else {
            return Err(raise(too_many_rows()));
        }
    }
    Ok(take(lists.values(), &UInt64Array::from(places), None)?)
}
