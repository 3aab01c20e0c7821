//! The report for people, in plain text.

use std::fmt::Write;

use super::plain::{harmless, one_line, place};
use super::{CheckReport, Named};
use crate::feedback::Comparison;
use crate::outcome::Status;
use crate::property::counterexample::Counterexample;

/// The whole report. Every line ends with a newline.
pub fn report(Named { name, report }: Named<'_>) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{}: {} of {} points ({name})", report.title, report.score, report.max_score);
    for finding in &report.findings {
        let _ = writeln!(text, "\n{}{}", place(finding), finding.message);
        push(&mut text, "  next", finding.hint.as_deref());
    }
    if let Some(stop) = &report.stopped {
        let at = format!("{}:{}:{}", stop.place.file, stop.place.line, stop.place.column);
        let title = stop.title.as_deref().map(|title| format!(" ({title})")).unwrap_or_default();
        let _ = writeln!(text, "\nThe notebook stopped at {at}{title}:\n  {}", stop.error);
        push(&mut text, "  next", stop.error.hint.as_deref());
    }
    if !report.checks.iter().any(|check| check.status.executed()) && !report.is_unavailable() {
        text.push_str("\nNo check could look at the work.\n");
    } else {
        for task in &report.tasks {
            let heading = format!("Task {}  {}", task.number, task.title);
            let _ = writeln!(text, "\n{heading:<60} {:>5} of {}", task.score, task.max_score);
            if let Some(note) = task.note() {
                let _ = writeln!(text, "  {note}");
            }
            report.checks_of(task.number).for_each(|check| push_check(&mut text, check));
        }
    }
    let _ = writeln!(text, "\nreplay {}", report.replay);
    harmless(&text)
}

fn push_check(text: &mut String, check: &CheckReport) {
    let word = match check.status {
        Status::Passed => "ok",
        other => other.word(),
    };
    let _ = writeln!(text, "  {word:<8} {:>4}/{:<4} {}", check.points, check.max_points, check.claim);
    for line in details(check).lines() {
        let _ = writeln!(text, "{INDENT}{line}");
    }
}

const INDENT: &str = "                     ";

/// What a check that did not pass says, a line each; nothing for one that passed. Every line ends with a newline.
pub(super) fn details(check: &CheckReport) -> String {
    let mut text = String::new();
    if check.status == Status::Passed {
        return text;
    }
    if let Some(place) = &check.place {
        let cell = place.cell.as_ref().map(|cell| format!(" (cell {cell})")).unwrap_or_default();
        let _ = writeln!(text, "at       {}:{}:{}{cell}", place.file, place.line, place.column);
    }
    let _ = writeln!(text, "{}", check.message);
    push(&mut text, "expected", check.expected.as_deref());
    push(&mut text, "found   ", check.found.as_deref());
    text.push_str(&rows(check));
    push(&mut text, "compared", check.contract.as_deref());
    push(&mut text, "next    ", check.next_step.as_deref());
    harmless(&text)
}

/// The rows that show what is wrong, a line each: those that differ, and the smallest data. Every line ends with a newline.
pub(super) fn rows(check: &CheckReport) -> String {
    let mut text = String::new();
    if let Some(comparison) = check.comparison.as_ref().filter(|comparison| comparison.rows.len() > 1) {
        push_rows(&mut text, comparison);
    }
    if let Some(counterexample) = &check.counterexample {
        push_counterexample(&mut text, counterexample);
    }
    harmless(&text)
}

fn push(text: &mut String, label: &str, value: Option<&str>) {
    if let Some(value) = value {
        let _ = writeln!(text, "{label} {}", value.trim().replace('\n', " "));
    }
}

/// The tables one below the other; `>` marks the rows that the difference is about.
fn push_counterexample(text: &mut String, counterexample: &Counterexample) {
    let _ = writeln!(text, "The smallest rows that show it:");
    for table in &counterexample.tables {
        let _ = writeln!(text, "  {}: {}", table.title, table.columns.join(" | "));
        if table.rows.is_empty() {
            let _ = writeln!(text, "      (no rows)");
        }
        for (at, row) in table.rows.iter().enumerate() {
            let mark = if table.marked.contains(&at) { ">" } else { " " };
            let _ = writeln!(text, "    {mark} {}", one_line(&row.join(" | ")));
        }
    }
}

/// A `-` line for each expected row and a `+` line for each found one, under the columns' names.
fn push_rows(text: &mut String, comparison: &Comparison) {
    let _ = writeln!(text, "    {}", comparison.columns.join(" | "));
    for row in &comparison.rows {
        let lines = [("-", &row.expected), ("+", &row.found)];
        for (sign, values) in lines.into_iter().filter_map(|(sign, row)| row.as_ref().map(|row| (sign, row))) {
            let _ = writeln!(text, "  {sign} {}", one_line(&values.join(" | ")));
        }
    }
}
