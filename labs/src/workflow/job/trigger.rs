//! What starts a job: a schedule, a trigger, or nothing but the end of its last run.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PauseStatus {
    #[default]
    Unpaused,
    Paused,
}

impl PauseStatus {
    pub const ALL: [(&'static str, PauseStatus); 2] =
        [("UNPAUSED", PauseStatus::Unpaused), ("PAUSED", PauseStatus::Paused)];
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    pub quartz_cron_expression: String,
    pub timezone_id: String,
    pub pause_status: PauseStatus,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Continuous {
    pub pause_status: PauseStatus,
}

/// Exactly one of the three for a valid trigger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trigger {
    pub pause_status: PauseStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_arrival: Option<FileArrival>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_update: Option<TableUpdate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub periodic: Option<Periodic>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileArrival {
    pub url: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableUpdate {
    pub table_names: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Periodic {
    pub interval: i64,
    pub unit: PeriodUnit,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum PeriodUnit {
    Minutes,
    Hours,
    #[default]
    Days,
    Weeks,
}
