//! What DataFusion's SQL planner may know: the relations of one statement, and the functions of the template.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::{Result, TableReference, plan_datafusion_err};
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::planner::{ContextProvider, ExprPlanner, RelationPlanner, TypePlanner};
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, TableSource, WindowUDF};

use super::super::clock::Watch;
use super::super::engine;
use super::super::functions::{catalogue, random};
use super::table_functions::TableFunctions;
use super::type_names::TypeNames;

pub struct Context<'a> {
    pub state: &'a SessionState,
    pub watch: &'a Watch,
    pub sources: &'a HashMap<String, Arc<dyn TableSource>>,
}

impl ContextProvider for Context<'_> {
    fn get_table_source(&self, name: TableReference) -> Result<Arc<dyn TableSource>> {
        let source = self.sources.get(name.table()).cloned();
        source.ok_or_else(|| plan_datafusion_err!("table '{}' not found", name.table()))
    }

    fn create_cte_work_table(&self, name: &str, schema: SchemaRef) -> Result<Arc<dyn TableSource>> {
        Ok(provider_as_source(Arc::new(CteWorkTable::new(name, schema))))
    }

    fn get_expr_planners(&self) -> &[Arc<dyn ExprPlanner>] {
        self.state.expr_planners()
    }

    fn get_relation_planners(&self) -> &[Arc<dyn RelationPlanner>] {
        static PLANNERS: LazyLock<Vec<Arc<dyn RelationPlanner>>> = LazyLock::new(|| vec![Arc::new(TableFunctions)]);
        &PLANNERS
    }

    fn get_type_planner(&self) -> Option<Arc<dyn TypePlanner>> {
        Some(Arc::new(TypeNames))
    }

    fn get_function_meta(&self, name: &str) -> Option<Arc<ScalarUDF>> {
        if engine::functions().higher_order_functions().contains_key(name) {
            return None;
        }
        random::call(name, self.watch).or_else(|| callable(engine::functions().scalar_functions(), name))
    }

    fn get_higher_order_meta(&self, name: &str) -> Option<Arc<HigherOrderUDF>> {
        callable(engine::functions().higher_order_functions(), name)
    }

    fn get_aggregate_meta(&self, name: &str) -> Option<Arc<AggregateUDF>> {
        callable(engine::functions().aggregate_functions(), name)
    }

    fn get_window_meta(&self, name: &str) -> Option<Arc<WindowUDF>> {
        callable(engine::functions().window_functions(), name)
    }

    fn get_variable_type(&self, _: &[String]) -> Option<DataType> {
        None
    }

    fn options(&self) -> &ConfigOptions {
        self.state.config_options()
    }

    /// Only so that DataFusion has a name to suggest; [`super::super::errors`] finds the nearest itself.
    fn udf_names(&self) -> Vec<String> {
        catalogue::all().map(|entry| entry.name.to_owned()).collect()
    }

    fn higher_order_function_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udaf_names(&self) -> Vec<String> {
        Vec::new()
    }

    fn udwf_names(&self) -> Vec<String> {
        self.udf_names()
    }
}

/// A registered function that the catalogue has too.
fn callable<T>(registered: &HashMap<String, Arc<T>>, name: &str) -> Option<Arc<T>> {
    registered.get(name).filter(|_| catalogue::is_callable(name)).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Clock;

    #[test]
    fn a_name_means_the_same_function_in_every_session() {
        let (state, watch, sources) = (engine::state(1 << 20), Watch::new(Clock::Seeded(1)), HashMap::new());
        let context = Context { state: &state, watch: &watch, sources: &sources };
        let installed = engine::functions().scalar_functions();
        let callable = installed.keys().filter(|name| catalogue::is_callable(name));
        let lambdas = engine::functions().higher_order_functions();
        let others = callable.filter(|name| !random::NAMES.contains(&name.as_str()) && !lambdas.contains_key(*name));
        let strays: Vec<&String> = others
            .filter(|name| !context.get_function_meta(name).is_some_and(|found| Arc::ptr_eq(&found, &installed[*name])))
            .collect();
        assert!(strays.is_empty(), "{strays:?}");
    }
}
