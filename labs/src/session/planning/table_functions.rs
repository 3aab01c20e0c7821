//! Plans what stands in FROM and is called like a function: `explode(..)` and its like, alone or behind the tables whose
//! columns they read, and `range(..)`.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::{Column, DFSchema, NullHandling, Result, ScalarValue, TableReference, UnnestOptions};
use datafusion::datasource::provider_as_source;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::functions_table::generate_series::{GenSeriesArgs, GenerateSeriesTable};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion::logical_expr::simplify::SimplifyContext;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, cast};
use datafusion::optimizer::simplify_expressions::ExprSimplifier;
use datafusion::sql::sqlparser::ast::{self, FunctionArg, TableAlias, TableFactor};

use super::super::errors::{internal, raise};
use super::super::functions::generate::Generator;
use super::calls::build::values;
use crate::diagnostic::Diagnostic;
use crate::dialect;

/// The name of the lists while they are unnested.
const GENERATED: &str = "__generated";

#[derive(Debug)]
pub struct TableFunctions;

impl RelationPlanner for TableFunctions {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let plan = match Call::of(relation) {
            Ok(call) => call.plan(context)?,
            Err(relation) => return Ok(RelationPlanning::Original(relation)),
        };
        Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, None))))
    }
}

/// A call, and what stands to its left.
struct Call {
    left: Option<TableFactor>,
    name: String,
    args: Vec<FunctionArg>,
    alias: Option<TableAlias>,
}

impl Call {
    /// The relation as a call, or the relation itself when it is none.
    fn of(relation: TableFactor) -> std::result::Result<Self, Box<TableFactor>> {
        match relation {
            TableFactor::NestedJoin { mut table_with_joins, alias: None }
                if table_with_joins.joins.last().is_some_and(|join| is_generator(&join.relation)) =>
            {
                let Some(Ok(call)) = table_with_joins.joins.pop().map(|join| Self::of(join.relation)) else {
                    return Err(Box::new(TableFactor::NestedJoin { table_with_joins, alias: None }));
                };
                let left = if table_with_joins.joins.is_empty() {
                    table_with_joins.relation
                } else {
                    TableFactor::NestedJoin { table_with_joins, alias: None }
                };
                Ok(Self { left: Some(left), ..call })
            }
            TableFactor::Table { name, alias, args: Some(args), .. } => {
                Ok(Self { left: None, name: dialect::function_name(&name), args: args.args, alias })
            }
            TableFactor::Function { name, args, alias, .. } => {
                Ok(Self { left: None, name: dialect::function_name(&name), args, alias })
            }
            other => Err(Box::new(other)),
        }
    }

    fn plan(self, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
        let Some(args) = values(&self.args) else {
            let message = format!("The arguments of {}(..) are values, without names.", self.name);
            return Err(raise(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)));
        };
        let left = match self.left {
            Some(left) => context.plan(left)?,
            None => LogicalPlanBuilder::empty(true).build()?,
        };
        if self.name == "range" {
            return range(args, self.alias, context);
        }
        let (generator, value) = if self.name == "stack" {
            (Generator::named("inline"), stacked(args, left.schema(), context)?)
        } else {
            (Generator::named(&self.name), one_of(&self.name, args, left.schema(), context)?)
        };
        let Some(generator) = generator else { return Err(raise(unknown(&self.name))) };
        generated(left, generator, value, self.alias)
    }
}

fn is_generator(relation: &TableFactor) -> bool {
    matches!(relation, TableFactor::Function { lateral: true, .. })
}

fn unknown(name: &str) -> Diagnostic {
    let message = format!("Cannot resolve the table-valued function `{name}`.");
    Diagnostic::new("UNRESOLVABLE_TABLE_VALUED_FUNCTION", "42883", message)
        .with_hint("There are explode, posexplode, inline, stack and range; a table is read by its name alone.")
}

fn wrong_number(name: &str, wanted: &str, found: usize) -> Diagnostic {
    let message = format!("The function `{name}` requires {wanted} but was called with {found}.");
    Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", message)
}

fn one_of(
    name: &str,
    args: Vec<ast::Expr>,
    schema: &DFSchema,
    context: &mut dyn RelationPlannerContext,
) -> Result<Expr> {
    let found = args.len();
    match <[ast::Expr; 1]>::try_from(args) {
        Ok([value]) => context.sql_to_expr(value, schema),
        Err(_) if Generator::named(name).is_none() => Err(raise(unknown(name))),
        Err(_) => Err(raise(wrong_number(name, "one argument", found))),
    }
}

/// `stack(n, a, b, ..)` as the list of its `n` rows; columns are col0, col1, ..
fn stacked(args: Vec<ast::Expr>, schema: &DFSchema, context: &mut dyn RelationPlannerContext) -> Result<Expr> {
    let mut values = args.into_iter().map(|arg| context.sql_to_expr(arg, schema)).collect::<Result<Vec<_>>>()?;
    if values.len() < 2 {
        return Err(raise(wrong_number("stack", "two arguments or more", values.len())));
    }
    let rows = usize::try_from(whole("stack", values.remove(0))?).ok().filter(|rows| *rows > 0);
    let Some(rows) = rows else {
        let message = "The first argument of stack(..) is the number of rows, from 1.";
        return Err(raise(Diagnostic::new("DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE", "42K09", message)));
    };
    let width = values.len().div_ceil(rows);
    values.resize(width * rows, Expr::Literal(ScalarValue::Null, None));
    let row = |row: &[Expr]| {
        let named = row
            .iter()
            .enumerate()
            .flat_map(|(at, value)| [datafusion::logical_expr::lit(format!("col{at}")), value.clone()]);
        datafusion::functions::core::named_struct().call(named.collect())
    };
    let same =
        (0..width).map(|at| common(values.iter().skip(at).step_by(width), schema)).collect::<Result<Vec<_>>>()?;
    let typed: Vec<Expr> =
        values.into_iter().enumerate().map(|(at, value)| cast(value, same[at % width].clone())).collect();
    Ok(datafusion::functions_nested::make_array::make_array(typed.chunks(width).map(row).collect()))
}

/// The type that values of one column have together.
fn common<'a>(values: impl Iterator<Item = &'a Expr>, schema: &DFSchema) -> Result<DataType> {
    let types = values.map(|value| value.get_type(schema)).collect::<Result<Vec<_>>>()?;
    let together = datafusion::logical_expr::type_coercion::binary::type_union_resolution(&types);
    together.ok_or_else(|| {
        let why = "the values of one column of stack(..) have no common type";
        raise(super::super::errors::mismatch_of("STACK_COLUMN_DIFF_TYPES", why))
    })
}

/// Joins each row of `left` with the rows that its value becomes.
fn generated(left: LogicalPlan, generator: Generator, value: Expr, alias: Option<TableAlias>) -> Result<LogicalPlan> {
    let lists = Expr::ScalarFunction(ScalarFunction::new_udf(generator.function(), vec![value]));
    let DataType::List(element) = lists.get_type(left.schema())? else {
        return Err(raise(internal("a generator gives no list")));
    };
    let DataType::Struct(fields) = element.data_type().clone() else {
        return Err(raise(internal("a generator gives no rows")));
    };
    let names = names(alias.as_ref(), fields.iter().map(|field| field.name().clone()).collect())?;
    let qualifier = alias.map(|alias| TableReference::bare(alias.name.value));
    let kept: Vec<Expr> = left.schema().columns().into_iter().map(Expr::Column).collect();
    let columns = fields.iter().zip(names).map(|(field, name)| {
        let value = get_field(Expr::Column(Column::new_unqualified(GENERATED)), field.name().clone());
        value.alias_qualified(qualifier.clone(), name)
    });
    let options = UnnestOptions::new().with_null_handling(NullHandling::Drop);
    LogicalPlanBuilder::from(left)
        .project(kept.iter().cloned().chain([lists.alias(GENERATED)]))?
        .unnest_column_with_options(Column::new_unqualified(GENERATED), options)?
        .project(kept.iter().cloned().chain(columns))?
        .build()
}

/// The names of a relation's columns: those of its alias, or its own.
fn names(alias: Option<&TableAlias>, own: Vec<String>) -> Result<Vec<String>> {
    let given: Vec<String> =
        alias.iter().flat_map(|alias| &alias.columns).map(|column| column.name.value.clone()).collect();
    if given.is_empty() {
        return Ok(own);
    }
    if given.len() != own.len() {
        let message =
            format!("{} names are given, and there are {} columns: {}.", given.len(), own.len(), own.join(", "));
        return Err(raise(
            Diagnostic::new("NUM_TABLE_VALUE_ALIASES_MISMATCH", "42826", message)
                .with_hint("Give every column a name, or none."),
        ));
    }
    Ok(given)
}

/// `range(end)`, `range(start, end[, step[, partitions]])`: the column `id`, a BIGINT, never NULL.
fn range(
    args: Vec<ast::Expr>,
    alias: Option<TableAlias>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let schema = DFSchema::empty();
    let bound = |arg| context.sql_to_expr(arg, &schema).and_then(|value| whole("range", value));
    let bounds = args.into_iter().map(bound).collect::<Result<Vec<i64>>>()?;
    let (start, end, step) = match bounds.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] | [start, end, step, _] => (*start, *end, *step),
        _ => return Err(raise(wrong_number("range", "one to four arguments", bounds.len()))),
    };
    if step == 0 {
        let message = "The step of range(..) may not be 0.";
        return Err(raise(Diagnostic::new("INVALID_PARAMETER_VALUE", "22023", message)));
    }
    let args = GenSeriesArgs::Int64Args { start, end, step, include_end: false, name: "range" };
    let columns = Arc::new(Schema::new(vec![Field::new("id", DataType::Int64, false)]));
    let scan = LogicalPlanBuilder::scan(
        TableReference::bare("range"),
        provider_as_source(Arc::new(GenerateSeriesTable::new(columns, args))),
        None,
    )?;
    let name = names(alias.as_ref(), vec!["id".to_owned()])?.remove(0);
    let qualifier = alias.map(|alias| TableReference::bare(alias.name.value));
    scan.project([Expr::Column(Column::new_unqualified("id")).alias_qualified(qualifier, name)])?.build()
}

/// A constant whole number.
fn whole(function: &str, value: Expr) -> Result<i64> {
    let simplified = ExprSimplifier::new(SimplifyContext::default()).simplify(cast(value, DataType::Int64))?;
    match simplified {
        Expr::Literal(ScalarValue::Int64(Some(number)), _) => Ok(number),
        _ => {
            let message = format!("The arguments of {function}(..) have to be constant whole numbers.");
            Err(raise(Diagnostic::new("DATATYPE_MISMATCH.NON_FOLDABLE_INPUT", "42K09", message)))
        }
    }
}
