//! Who hears of a run, and what counts as too slow.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Health {
    pub rules: Vec<HealthRule>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HealthRule {
    pub metric: String,
    pub op: String,
    pub value: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EmailNotifications {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_start: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_success: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_failure: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_duration_warning_threshold_exceeded: Vec<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookNotifications {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_start: Vec<Webhook>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_success: Vec<Webhook>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_failure: Vec<Webhook>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on_duration_warning_threshold_exceeded: Vec<Webhook>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Webhook {
    pub id: String,
}
