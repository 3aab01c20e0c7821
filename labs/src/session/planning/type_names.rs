//! Tells DataFusion's planner which arrow types our type names mean.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, FieldRef};
use datafusion::common::Result;
use datafusion::logical_expr::planner::TypePlanner;
use datafusion::sql::sqlparser::ast::DataType as SqlType;

use super::super::errors::raise;
use super::super::types::arrow_type;

#[derive(Debug)]
pub struct TypeNames;

impl TypePlanner for TypeNames {
    fn plan_type_field(&self, sql_type: &SqlType) -> Result<Option<FieldRef>> {
        if matches!(sql_type, SqlType::Interval { .. }) {
            return Ok(None);
        }
        let data_type = arrow_type(sql_type).map_err(raise)?;
        Ok(Some(Arc::new(Field::new("", data_type, true))))
    }
}
