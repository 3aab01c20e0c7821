//! Notifications and health rules, of a job or of a task.

use super::super::job::{EmailNotifications, Health, HealthRule, Webhook, WebhookNotifications};
use super::settings::{deprecated, each};
use crate::authored::Fields;
use crate::diagnostic::Finding;

const METRICS: [(&str, &str); 5] = [
    ("RUN_DURATION_SECONDS", "RUN_DURATION_SECONDS"),
    ("STREAMING_BACKLOG_BYTES", "STREAMING_BACKLOG_BYTES"),
    ("STREAMING_BACKLOG_RECORDS", "STREAMING_BACKLOG_RECORDS"),
    ("STREAMING_BACKLOG_SECONDS", "STREAMING_BACKLOG_SECONDS"),
    ("STREAMING_BACKLOG_FILES", "STREAMING_BACKLOG_FILES"),
];

pub(super) fn health(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<Health> {
    let mut fields = fields.map("health", findings)?;
    let rules = each(&mut fields, "rules", rule, findings);
    fields.finish(findings);
    Some(Health { rules })
}

fn rule(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> HealthRule {
    for name in ["metric", "op", "value"] {
        if !fields.has(name) {
            fields.missing(name, findings);
        }
    }
    HealthRule {
        metric: fields.choice("metric", &METRICS, findings).unwrap_or_default().to_owned(),
        op: fields.choice("op", &[("GREATER_THAN", "GREATER_THAN")], findings).unwrap_or_default().to_owned(),
        value: fields.integer("value", findings).unwrap_or_default(),
    }
}

/// Events of Databricks that do not happen here.
const OTHER_EVENTS: [&str; 3] = ["on_maintenance_complete", "on_maintenance_start", "on_streaming_backlog_exceeded"];

pub(super) fn emails(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<EmailNotifications> {
    let mut fields = fields.map("email_notifications", findings)?;
    let emails = EmailNotifications {
        on_start: fields.texts("on_start", findings),
        on_success: fields.texts("on_success", findings),
        on_failure: fields.texts("on_failure", findings),
        on_duration_warning_threshold_exceeded: fields.texts("on_duration_warning_threshold_exceeded", findings),
    };
    deprecated(&mut fields, "no_alert_for_skipped_runs", "Set it in `notification_settings`.", findings);
    fields.ignore(&OTHER_EVENTS);
    fields.finish(findings);
    Some(emails)
}

pub(super) fn webhooks(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Option<WebhookNotifications> {
    let mut fields = fields.map("webhook_notifications", findings)?;
    let webhooks = WebhookNotifications {
        on_start: each(&mut fields, "on_start", webhook, findings),
        on_success: each(&mut fields, "on_success", webhook, findings),
        on_failure: each(&mut fields, "on_failure", webhook, findings),
        on_duration_warning_threshold_exceeded: each(
            &mut fields,
            "on_duration_warning_threshold_exceeded",
            webhook,
            findings,
        ),
    };
    fields.ignore(&OTHER_EVENTS);
    fields.finish(findings);
    Some(webhooks)
}

fn webhook(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Webhook {
    Webhook { id: fields.required_text("id", findings) }
}
