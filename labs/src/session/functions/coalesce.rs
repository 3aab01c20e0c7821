//! `coalesce(a, b, ..)`, also as nvl and ifnull: the library's, with ANSI's common type of its arguments.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result;
use datafusion::functions::core::coalesce;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::raise;
use super::super::planning::{apart, different_types, together};
use super::wrong_number;

/// The library's, which refuses a text beside a date and what has no common type among its own.
pub fn function() -> Arc<ScalarUDF> {
    static FUNCTION: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
        let signature = Signature::user_defined(Volatility::Immutable);
        Arc::new(ScalarUDF::from(Coalesce { library: coalesce(), signature }))
    });
    FUNCTION.clone()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Coalesce {
    library: Arc<ScalarUDF>,
    signature: Signature,
}

impl ScalarUDFImpl for Coalesce {
    fn name(&self) -> &str {
        "coalesce"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, given: &[DataType]) -> Result<Vec<DataType>> {
        if given.is_empty() {
            return Err(raise(wrong_number(self.name(), 0)));
        }
        if let Some((one, other)) = apart(given) {
            return Err(raise(different_types(self.name(), one, other)));
        }
        match together(given) {
            Some(target) => Ok(vec![target; given.len()]),
            None => self.library.coerce_types(given),
        }
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        self.library.return_type(given)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.library.return_field_from_args(arguments)
    }

    fn simplify(&self, arguments: Vec<Expr>, context: &SimplifyContext) -> Result<ExprSimplifyResult> {
        self.library.simplify(arguments, context)
    }

    fn conditional_arguments<'a>(&self, arguments: &'a [Expr]) -> Option<(Vec<&'a Expr>, Vec<&'a Expr>)> {
        self.library.conditional_arguments(arguments)
    }

    fn short_circuits(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.library.invoke_with_args(arguments)
    }
}
