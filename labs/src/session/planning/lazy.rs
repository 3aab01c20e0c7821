//! AND, OR and CASE of conditions whose later arguments are computed only for the rows that need them.
//!
//! To the optimizer each is a call of a function, which it moves as a whole and does not look into; [`super::guarded`]
//! makes a CASE of it when the optimizer is done.

use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue};
use datafusion::logical_expr::{
    Case, ColumnarValue, Expr, Operator, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
    binary_expr, lit,
};

/// What is computed of conditions, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lazy {
    And,
    Or,
    /// AND of a WHERE or an ON, where NULL keeps a row away as FALSE does.
    All,
    /// `when, then, when, then, .., otherwise`
    Case,
}

impl Lazy {
    pub fn call(self, arguments: Vec<Expr>) -> Expr {
        let signature = Signature::variadic_any(Volatility::Immutable);
        Arc::new(ScalarUDF::from(LazyFunction { lazy: self, signature })).call(arguments)
    }

    /// Which of them a call is.
    pub fn of(expr: &Expr) -> Option<Self> {
        let Expr::ScalarFunction(call) = expr else { return None };
        call.func.inner().downcast_ref::<LazyFunction>().map(|function| function.lazy)
    }

    /// The expression that computes no more than it must.
    pub fn expanded(self, arguments: Vec<Expr>, schema: &DFSchema) -> Expr {
        match self {
            Self::And => chained(arguments, |part, rest| in_order(part, Operator::And, rest, schema)),
            Self::Or => chained(arguments, |part, rest| in_order(part, Operator::Or, rest, schema)),
            Self::All => chained(arguments, |part, rest| whole(branch(part, rest, Some(lit(false))), schema)),
            Self::Case => whole(cases(arguments), schema),
        }
    }

    fn value(self, arguments: &[Option<bool>]) -> Option<bool> {
        let decided = |by: bool| {
            if arguments.contains(&Some(by)) {
                return Some(by);
            }
            if arguments.contains(&None) { None } else { Some(!by) }
        };
        match self {
            Self::And => decided(false),
            Self::Or => decided(true),
            Self::All => Some(arguments.iter().all(|value| *value == Some(true))),
            Self::Case => {
                let (cases, otherwise) = arguments.as_chunks::<2>();
                let first = cases.iter().find(|[when, _]| *when == Some(true));
                first.map_or_else(|| otherwise.first().copied().flatten(), |[_, then]| *then)
            }
        }
    }
}

fn chained(arguments: Vec<Expr>, join: impl Fn(Expr, Expr) -> Expr) -> Expr {
    let chain = arguments.into_iter().rev().reduce(|rest, part| join(part, rest));
    chain.unwrap_or_else(|| lit(true))
}

/// `part AND rest`, or OR, with three answers, where `rest` is computed for the rows that `part` does not decide.
///
/// A CASE cannot use the value of its condition again, so one of the two is written twice: the shorter one, and never
/// `part` if it draws a random number.
pub fn in_order(part: Expr, op: Operator, rest: Expr, schema: &DFSchema) -> Expr {
    let decides = op == Operator::Or;
    if !part.is_volatile() && nodes(&part) <= nodes(&rest) {
        let decided =
            if decides { Expr::IsTrue(Box::new(part.clone())) } else { Expr::IsFalse(Box::new(part.clone())) };
        return binary_expr(part, op, whole(branch(decided, lit(decides), Some(rest)), schema));
    }
    let unknown = binary_expr(lit(ScalarValue::Boolean(None)), op, rest.clone());
    let branches = vec![(Box::new(lit(decides)), Box::new(lit(decides))), (Box::new(lit(!decides)), Box::new(rest))];
    whole(Case::new(Some(Box::new(part)), branches, Some(Box::new(unknown))), schema)
}

pub fn when(condition: Expr, then: Expr, otherwise: Option<Expr>) -> Expr {
    Expr::Case(branch(condition, then, otherwise))
}

fn branch(condition: Expr, then: Expr, otherwise: Option<Expr>) -> Case {
    Case::new(None, vec![(Box::new(condition), Box::new(then))], otherwise.map(Box::new))
}

fn whole(case: Case, schema: &DFSchema) -> Expr {
    reading_all(case, schema).data
}

/// A CASE that holds a lambda, made to read every column of its input.
///
/// DataFusion 55.2 computes a CASE on the columns only that it reads, and counts a lambda's parameters among them, which
/// have the places behind the input's columns. Where all are read, it takes the input as it is.
pub fn reading_all(mut case: Case, schema: &DFSchema) -> Transformed<Expr> {
    let is_lambda = |part: &Expr| Ok(matches!(part, Expr::HigherOrderFunction(_)));
    let parts = case.when_then_expr.iter().flat_map(|(when, then)| [when, then]).chain(&case.else_expr);
    if !parts.into_iter().any(|part| part.exists(is_lambda).unwrap_or(true)) {
        return Transformed::no(Expr::Case(case));
    }
    let columns = schema.columns().into_iter().map(|column| Expr::IsNull(Box::new(Expr::Column(column))));
    let never = columns.fold(lit(false), |never, column| binary_expr(never, Operator::And, column));
    if let Some(base) = &case.expr {
        // Nothing is equal to NULL.
        let null = when(never, base.as_ref().clone(), None);
        let then = case.when_then_expr.first().map(|(_, then)| then.clone());
        case.when_then_expr.extend(then.map(|then| (Box::new(null), then)));
    } else if let Some((condition, _)) = case.when_then_expr.first_mut() {
        **condition = binary_expr(std::mem::take(condition.as_mut()), Operator::Or, never);
    }
    Transformed::yes(Expr::Case(case))
}

fn cases(mut arguments: Vec<Expr>) -> Case {
    let otherwise = if arguments.len() % 2 == 1 { arguments.pop() } else { None };
    let mut arguments = arguments.into_iter();
    let mut branches = Vec::new();
    while let (Some(when), Some(then)) = (arguments.next(), arguments.next()) {
        branches.push((Box::new(when), Box::new(then)));
    }
    Case::new(None, branches, otherwise.map(Box::new))
}

/// How long an expression is.
fn nodes(expr: &Expr) -> usize {
    let mut count = 0;
    let counted = expr.exists(|_| {
        count += 1;
        Ok(false)
    });
    counted.map_or(usize::MAX, |_| count)
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct LazyFunction {
    lazy: Lazy,
    signature: Signature,
}

impl ScalarUDFImpl for LazyFunction {
    fn name(&self) -> &str {
        match self.lazy {
            Lazy::And => "__and",
            Lazy::Or => "__or",
            Lazy::All => "__all",
            Lazy::Case => "__case",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    /// No argument is computed for every row, so that no common part of them is computed ahead.
    fn short_circuits(&self) -> bool {
        true
    }

    /// What the optimizer asks for, of constants.
    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let columns = ColumnarValue::values_to_arrays(&arguments.args)?;
        let columns = columns.iter().map(|column| Ok(cast(column, &DataType::Boolean)?)).collect::<Result<Vec<_>>>()?;
        let columns: Vec<&BooleanArray> = columns.iter().map(|column| column.as_boolean()).collect();
        let value = |column: &&BooleanArray, row| column.is_valid(row).then(|| column.value(row));
        let rows = (0..arguments.number_rows.min(columns.first().map_or(0, |column| column.len()))).map(|row| {
            let values: Vec<Option<bool>> = columns.iter().map(|column| value(column, row)).collect();
            self.lazy.value(&values)
        });
        Ok(ColumnarValue::Array(Arc::new(rows.collect::<BooleanArray>())))
    }
}
