//! The functions of the dialect: DataFusion's, datafusion-spark's over them, and our own over both.

pub mod arithmetic;

use std::sync::Arc;

use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion_spark::planner::SparkFunctionPlanner;

use super::planning::{Operators, TypeNames};

/// Functions, operators and types of the dialect.
pub fn install(mut builder: SessionStateBuilder) -> SessionState {
    let planners = builder.expr_planners().get_or_insert_with(Vec::new);
    planners.insert(0, Arc::new(SparkFunctionPlanner));
    planners.insert(0, Arc::new(Operators));
    let mut state = builder.with_type_planner(Arc::new(TypeNames)).build();
    if let Err(error) = datafusion_spark::register_all(&mut state) {
        tracing::error!(%error, "a function of datafusion-spark cannot be registered");
    }
    state
}
