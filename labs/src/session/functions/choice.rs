//! A CASE as a call, for the time of planning: `__choice(when, then, .., otherwise)` and `__choice_of(operand, when, then, ..)`.
//!
//! Its type is the one that its results have together, where the planner's own CASE has that of the first.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, Result, internal_err};
use datafusion::logical_expr::{
    Case, ColumnarValue, Expr, ExprSchemable, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, cast,
};

use super::super::planning::{apart, shared_type};

pub const CHOICE: &str = "__choice";
pub const CHOICE_OF: &str = "__choice_of";

pub fn functions() -> impl Iterator<Item = Arc<ScalarUDF>> {
    [false, true].into_iter().map(|of| {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Arc::new(ScalarUDF::from(Choice { of, signature }))
    })
}

/// The CASE that a call stands for, with results of its type.
///
/// # Errors
/// When a result has no type.
pub fn restored(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::ScalarFunction(call) = &expr else { return Ok(Transformed::no(expr)) };
    let Some(Choice { of, .. }) = call.func.inner().downcast_ref::<Choice>() else { return Ok(Transformed::no(expr)) };
    let data_type = expr.get_type(schema)?;
    let (operand, rest) = call.args.split_at(usize::from(*of));
    let (branches, otherwise) = rest.as_chunks::<2>();
    let results = branches.iter().map(|[_, then]| then).chain(otherwise);
    let types = results.map(|result| result.get_type(schema)).collect::<Result<Vec<_>>>()?;
    // What has no type together is refused later, with both types.
    let refused = apart(&types).is_some();
    let typed = |result: &Expr| -> Result<Box<Expr>> {
        let own = result.get_type(schema)?;
        let kept = refused || own == data_type || own.is_null();
        Ok(Box::new(if kept { result.clone() } else { cast(result.clone(), data_type.clone()) }))
    };
    let branches = branches.iter().map(|[when, then]| Ok((Box::new(when.clone()), typed(then)?)));
    let branches = branches.collect::<Result<Vec<_>>>()?;
    let operand = operand.first().cloned().map(Box::new);
    Ok(Transformed::yes(Expr::Case(Case::new(operand, branches, otherwise.first().map(typed).transpose()?))))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Choice {
    /// Whether the first argument is what the others are compared with.
    of: bool,
    signature: Signature,
}

impl ScalarUDFImpl for Choice {
    fn name(&self) -> &str {
        if self.of { CHOICE_OF } else { CHOICE }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, given: &[DataType]) -> Result<DataType> {
        let (branches, otherwise) = given.get(usize::from(self.of)..).unwrap_or_default().as_chunks::<2>();
        let results: Vec<DataType> = branches.iter().map(|[_, then]| then).chain(otherwise).cloned().collect();
        Ok(shared_type(&results))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("{} is a CASE before it is computed", self.name())
    }
}
