//! The functions of the dialect: DataFusion's, datafusion-spark's over them, and our own over both.

mod aggregates;
pub mod arithmetic;
mod arrays;
mod average;
mod calendar;
pub mod catalogue;
mod charsets;
pub mod choice;
mod coalesce;
mod codes;
mod columnar;
pub mod conversion;
mod dates;
mod decimal_sum;
mod decimal_texts;
pub mod decimals;
pub mod difference;
mod distinct;
pub mod element;
mod extremes;
mod forgiving;
mod formatting;
pub mod generate;
mod hashes;
pub mod in_set;
pub mod interval_parts;
pub mod intervals;
mod json;
mod json_text;
mod lambdas;
mod maps;
mod moments;
mod nested_text;
mod numbers;
mod patterns;
mod raise_error;
pub mod random;
mod regular;
mod round;
pub mod rows;
mod sequences;
mod single;
mod sum;
pub mod text_times;
mod texts;
mod type_of;
mod xor_shift;
mod zones;

use std::sync::Arc;

use datafusion::execution::FunctionRegistry;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::ScalarUDF;
use datafusion::optimizer::{Analyzer, AnalyzerRule};
use datafusion_spark::planner::SparkFunctionPlanner;

pub use rows::wrong_number;

use super::planning::{
    Casts, CheckedTypes, CommonTypes, Copies, Draws, GuardedPlanner, Guards, InLists, NullSafe, Operators, Spans,
    Subqueries, TypeNames, Zeros, logical_rules, physical_rules,
};

/// Functions, operators and types of the dialect.
pub fn install(mut builder: SessionStateBuilder) -> SessionState {
    let planners = builder.expr_planners().get_or_insert_with(Vec::new);
    planners.insert(0, Arc::new(SparkFunctionPlanner));
    planners.insert(0, Arc::new(Operators));
    let mut rules: Vec<Arc<dyn AnalyzerRule + Send + Sync>> = vec![
        Arc::new(CheckedTypes),
        Arc::new(Spans),
        Arc::new(Subqueries),
        Arc::new(CommonTypes),
        Arc::new(Copies),
        Arc::new(Draws),
        Arc::new(NullSafe),
        Arc::new(Zeros),
    ];
    rules.extend(Analyzer::new().rules);
    rules.extend([Arc::new(Casts) as Arc<dyn AnalyzerRule + Send + Sync>, Arc::new(InLists), Arc::new(Guards)]);
    let builder = builder.with_analyzer_rules(rules).with_optimizer_rules(logical_rules());
    let builder = builder.with_query_planner(Arc::new(GuardedPlanner));
    let builder = builder.with_physical_optimizer_rules(physical_rules());
    let mut state = builder.with_type_planner(Arc::new(TypeNames)).build();
    if let Err(error) = datafusion_spark::register_all(&mut state) {
        tracing::error!(%error, "a function of datafusion-spark cannot be registered");
    }
    if let Err(error) = register(&mut state) {
        tracing::error!(%error, "a function of ours cannot be registered");
    }
    state
}

fn register(state: &mut SessionState) -> datafusion::common::Result<()> {
    own().chain(choice::functions()).try_for_each(|function| state.register_udf(function).map(drop))?;
    lambdas::functions().try_for_each(|function| state.register_higher_order_function(function).map(drop))?;
    let aggregates = [sum::function()].into_iter().chain(average::functions()).chain(extremes::functions());
    let aggregates = aggregates.chain(aggregates::functions());
    aggregates.into_iter().try_for_each(|function| state.register_udaf(function).map(drop))
}

/// Our own functions, save those of [`random`], which belong to a session.
fn own() -> impl Iterator<Item = Arc<ScalarUDF>> {
    let single = [
        type_of::function(),
        arithmetic::negate(),
        arithmetic::complement(),
        raise_error::function(),
        coalesce::function(),
    ];
    let tables = [
        codes::FUNCTIONS,
        texts::FUNCTIONS,
        regular::FUNCTIONS,
        formatting::FUNCTIONS,
        numbers::FUNCTIONS,
        numbers::REMAINDERS,
        forgiving::FUNCTIONS,
        hashes::FUNCTIONS,
        sequences::FUNCTIONS,
        moments::FUNCTIONS,
        arrays::FUNCTIONS,
        maps::FUNCTIONS,
        json::FUNCTIONS,
    ];
    let rows = tables.into_iter().flat_map(rows::functions);
    dates::functions()
        .into_iter()
        .chain(calendar::functions())
        .chain(round::functions())
        .chain(single)
        .chain(single::functions())
        .chain(rows)
}
