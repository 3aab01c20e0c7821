//! What a task does: one struct for each task type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::task::Task;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NotebookTask {
    /// In a lab, relative to the submission's folder.
    pub notebook_path: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub base_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warehouse_id: Option<String>,
}

/// Exactly one of query, file and dashboard for a valid task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SqlTask {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warehouse_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<SqlQuery>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<SqlFile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard: Option<SqlDashboard>,
    /// Whether it names an alert, which this subset does not run.
    #[serde(skip)]
    pub alert: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SqlQuery {
    pub query_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SqlFile {
    pub path: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SqlDashboard {
    pub dashboard_id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConditionTask {
    pub op: ConditionOp,
    pub left: String,
    pub right: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ConditionOp {
    #[default]
    EqualTo,
    NotEqual,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
}

impl ConditionOp {
    pub const ALL: [(&'static str, ConditionOp); 6] = [
        ("EQUAL_TO", ConditionOp::EqualTo),
        ("NOT_EQUAL", ConditionOp::NotEqual),
        ("GREATER_THAN", ConditionOp::GreaterThan),
        ("GREATER_THAN_OR_EQUAL", ConditionOp::GreaterThanOrEqual),
        ("LESS_THAN", ConditionOp::LessThan),
        ("LESS_THAN_OR_EQUAL", ConditionOp::LessThanOrEqual),
    ];

    /// Equality compares text (`12.0` is not `12`), order compares numbers; `None` when a side is no number.
    pub fn holds(self, left: &str, right: &str) -> Option<bool> {
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        Some(match self {
            ConditionOp::EqualTo => left == right,
            ConditionOp::NotEqual => left != right,
            ConditionOp::GreaterThan => number(left)? > number(right)?,
            ConditionOp::GreaterThanOrEqual => number(left)? >= number(right)?,
            ConditionOp::LessThan => number(left)? < number(right)?,
            ConditionOp::LessThanOrEqual => number(left)? <= number(right)?,
        })
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ForEachTask {
    /// A JSON list as text, or a reference to one.
    pub inputs: String,
    /// 1 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<i64>,
    pub task: Box<Task>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunJobTask {
    /// A number, or in a bundle `${resources.jobs.KEY.id}`.
    pub job_id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub job_parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DashboardTask {
    pub dashboard_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warehouse_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PythonWheelTask {
    pub package_name: String,
    pub entry_point: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub named_parameters: BTreeMap<String, String>,
}
