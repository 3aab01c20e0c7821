//! DataFusion's planner over what is ready for it.

use datafusion::common::DFSchema;
use datafusion::logical_expr::expr_rewriter::normalize_col_with_schemas_and_ambiguity_check;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::planner::{PlannerContext, SqlToRel};
use datafusion::sql::sqlparser::ast::{self, Query};

use super::super::errors::from_datafusion;
use super::context::Context;
use super::{Planner, Result, choices, grouping_keys, variables};

impl Planner<'_> {
    /// Plans a query whose relations, names and literals are ready.
    pub fn plan(&self, mut query: Query) -> Result<LogicalPlan> {
        let mut spelled = false;
        loop {
            let context = self.context();
            let plan = SqlToRel::new(&context).sql_statement_to_plan(ast::Statement::Query(Box::new(query.clone())));
            match plan.map_err(|error| from_datafusion(&error, self.lexed)) {
                Err(error) if variables::put_missing(&mut query, &error, self.session, &self.spellings) => {}
                Ok(plan) if !spelled && choices::mixed(&plan) && choices::spell(&mut query) => spelled = true,
                Ok(plan) => {
                    let computed = grouping_keys::computed_first(plan);
                    let plan = if spelled { computed.and_then(choices::restored) } else { computed };
                    return plan.map_err(|error| from_datafusion(&error, self.lexed));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Plans an expression over a schema.
    ///
    /// # Errors
    /// Among others AMBIGUOUS_REFERENCE, for a column that several of its tables have.
    pub fn expression(&self, mut expr: ast::Expr, schema: &DFSchema) -> Result<Expr> {
        let mut spelled = false;
        loop {
            let context = self.context();
            let planned = SqlToRel::new(&context)
                .sql_to_expr(expr.clone(), schema, &mut PlannerContext::new())
                .and_then(|expr| normalize_col_with_schemas_and_ambiguity_check(expr, &[&[schema]], &[]));
            match planned.map_err(|error| from_datafusion(&error, self.lexed)) {
                Err(error) if variables::put_missing(&mut expr, &error, self.session, &self.spellings) => {}
                Ok(planned) if !spelled && choices::mixed_in(&planned, schema) && choices::spell(&mut expr) => {
                    spelled = true;
                }
                Ok(planned) if spelled => {
                    let restored = choices::restored_in(planned, schema);
                    return restored.map_err(|error| from_datafusion(&error, self.lexed));
                }
                planned => return planned,
            }
        }
    }

    fn context(&self) -> Context<'_> {
        Context { state: &self.session.state, watch: &self.session.watch, sources: &self.sources }
    }
}
