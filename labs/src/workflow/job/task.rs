//! A task: its place in the graph, where it runs, and how often it is tried.

use serde::{Deserialize, Serialize};

use super::alerts::{EmailNotifications, Health, WebhookNotifications};
use super::work::{ConditionTask, DashboardTask, ForEachTask, NotebookTask, PythonWheelTask, RunJobTask, SqlTask};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Task {
    pub task_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Dependency>,
    #[serde(skip_serializing_if = "RunIf::is_default")]
    pub run_if: RunIf,
    /// It stays in the job and is not run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notebook_task: Option<NotebookTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql_task: Option<SqlTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition_task: Option<ConditionTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub for_each_task: Option<ForEachTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_job_task: Option<RunJobTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dashboard_task: Option<DashboardTask>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub python_wheel_task: Option<PythonWheelTask>,
    /// Task types that Databricks knows and this subset does not run, by field name.
    #[serde(skip)]
    pub other_task_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing_cluster_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_cluster_key: Option<String>,
    /// As written; its fields are the Clusters API's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_cluster: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_key: Option<String>,
    /// -1 for ever, 0 or absent never.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_retries: Option<i64>,
    /// Counted from the start of the failed attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_retry_interval_millis: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_on_timeout: Option<bool>,
    /// 0 or absent: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_notifications: Option<EmailNotifications>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub webhook_notifications: Option<WebhookNotifications>,
}

/// What a task does. Exactly one for a valid task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    Notebook,
    Sql,
    Condition,
    ForEach,
    RunJob,
    Dashboard,
    PythonWheel,
}

impl Task {
    /// Every kind that the task gives, in the order of [`TaskKind`]; a valid task has one.
    pub fn kinds(&self) -> Vec<TaskKind> {
        let given = [
            (self.notebook_task.is_some(), TaskKind::Notebook),
            (self.sql_task.is_some(), TaskKind::Sql),
            (self.condition_task.is_some(), TaskKind::Condition),
            (self.for_each_task.is_some(), TaskKind::ForEach),
            (self.run_job_task.is_some(), TaskKind::RunJob),
            (self.dashboard_task.is_some(), TaskKind::Dashboard),
            (self.python_wheel_task.is_some(), TaskKind::PythonWheel),
        ];
        given.into_iter().filter_map(|(is_given, kind)| is_given.then_some(kind)).collect()
    }

    /// Whether nothing of it runs: it is disabled, or the task inside of its for_each_task is.
    pub fn is_disabled(&self) -> bool {
        self.disabled || self.for_each_task.as_ref().is_some_and(|each| each.task.disabled)
    }

    /// The first kind that the task gives.
    pub fn kind(&self) -> Option<TaskKind> {
        self.kinds().first().copied()
    }
}

impl TaskKind {
    /// The field's name in a job file.
    pub fn field(self) -> &'static str {
        match self {
            TaskKind::Notebook => "notebook_task",
            TaskKind::Sql => "sql_task",
            TaskKind::Condition => "condition_task",
            TaskKind::ForEach => "for_each_task",
            TaskKind::RunJob => "run_job_task",
            TaskKind::Dashboard => "dashboard_task",
            TaskKind::PythonWheel => "python_wheel_task",
        }
    }

    /// For people: "SQL", "Notebook".
    pub fn label(self) -> &'static str {
        match self {
            TaskKind::Notebook => "Notebook",
            TaskKind::Sql => "SQL",
            TaskKind::Condition => "If/else",
            TaskKind::ForEach => "For each",
            TaskKind::RunJob => "Run job",
            TaskKind::Dashboard => "Dashboard",
            TaskKind::PythonWheel => "Python wheel",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dependency {
    pub task_key: String,
    /// `"true"` or `"false"`, on an edge from a condition task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// When a task runs, decided once all of its dependencies are finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RunIf {
    #[default]
    AllSuccess,
    AtLeastOneSuccess,
    NoneFailed,
    AllDone,
    AtLeastOneFailed,
    AllFailed,
}

impl RunIf {
    pub const ALL: [(&'static str, RunIf); 6] = [
        ("ALL_SUCCESS", RunIf::AllSuccess),
        ("AT_LEAST_ONE_SUCCESS", RunIf::AtLeastOneSuccess),
        ("NONE_FAILED", RunIf::NoneFailed),
        ("ALL_DONE", RunIf::AllDone),
        ("AT_LEAST_ONE_FAILED", RunIf::AtLeastOneFailed),
        ("ALL_FAILED", RunIf::AllFailed),
    ];

    fn is_default(&self) -> bool {
        *self == RunIf::AllSuccess
    }
}
