//! Reports for GitHub Actions: [`annotations`] for the log, which GitHub shows at the lines that they name, and a
//! [`summary`] in Markdown for the job.
//!
//! Specification: GitHub's "Workflow commands". Invariant: every line that begins with `::` is ours. What a submission
//! says is escaped, so that it can neither begin a command nor end a property.

use std::fmt::Write;

use sandbar_labs::diagnostic::{Finding, Severity};

use super::plain::{harmless, place};
use super::text::rows;
use super::{CheckReport, Report, TaskReport, Visibility};
use crate::outcome::{Place, Status};

/// GitHub shows no more than this of a kind for a step.
const MAX_OF_A_KIND: usize = 10;

/// A report with its submission's name, and the path as the repository knows it.
pub struct Located<'a> {
    pub name: &'a str,
    pub report: &'a Report,
    pub path: &'a str,
    /// Whether the path is a folder or an archive, so that the files named in the report are in it.
    pub is_folder: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Wrong or broken work, or a submission that cannot be read.
    Error,
    /// A fault of ours, or something that concerns the submission as a whole.
    Warning,
    /// Not looked at, because something before it is missing; or advice.
    Notice,
}

struct Annotation {
    kind: Kind,
    properties: Vec<(&'static str, String)>,
    message: String,
}

/// The commands, one a line. When some are left out, a last line says how many.
pub fn annotations(reports: &[Located<'_>]) -> String {
    let all: Vec<Annotation> = reports.iter().flat_map(of_report).collect();
    let mut text = String::new();
    let mut more = Vec::new();
    for kind in [Kind::Error, Kind::Warning, Kind::Notice] {
        let of_kind: Vec<&Annotation> = all.iter().filter(|annotation| annotation.kind == kind).collect();
        of_kind.iter().take(MAX_OF_A_KIND).for_each(|annotation| annotation.push_to(&mut text));
        match of_kind.len().saturating_sub(MAX_OF_A_KIND) {
            0 => {}
            1 => more.push(format!("1 more {}", kind.word())),
            left => more.push(format!("{left} more {}s", kind.word())),
        }
    }
    if !more.is_empty() {
        let _ = writeln!(text, "And {}; the job summary has them all.", more.join(", "));
    }
    harmless(&text)
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

impl Annotation {
    fn push_to(&self, text: &mut String) {
        let properties: Vec<String> =
            self.properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
        let _ = writeln!(text, "::{} {}::{}", self.kind.word(), properties.join(","), data(&self.message));
    }
}

/// The text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

fn of_report(located: &Located<'_>) -> Vec<Annotation> {
    let report = located.report;
    let stopped = report.stopped.iter().map(|stop| {
        let message = lines([Some(stop.error.to_string()), stop.error.hint.clone()]);
        located.annotation(Kind::Error, Some(&stop.place), "The notebook stopped here", message)
    });
    let findings = report.findings.iter().map(|finding| of_finding(located, finding));
    // Where nothing was looked at, the findings say why, once.
    let looked_at = report.checks.iter().any(|check| check.status.executed()) || report.is_unavailable();
    let checks = report.checks.iter().filter(|_| looked_at).filter_map(|check| of_check(located, check));
    stopped.chain(findings).chain(checks).collect()
}

fn of_finding(located: &Located<'_>, finding: &Finding) -> Annotation {
    // A finding about a folder as a whole names the folder.
    let within = |file: &String| !located.is_folder || (file != located.name && file != located.path);
    let file = finding.file.clone().filter(within);
    let place = file.map(|file| Place::new(file, finding.line.unwrap_or(1), finding.column.unwrap_or(1)));
    let message = lines([Some(finding.message.clone()), finding.hint.clone()]);
    let kind = match finding.severity {
        Severity::Error => Kind::Error,
        Severity::Warning => Kind::Warning,
        Severity::Advice => Kind::Notice,
    };
    located.annotation(kind, place.as_ref(), &finding.code, message)
}

fn of_check(located: &Located<'_>, check: &CheckReport) -> Option<Annotation> {
    let kind = match check.status {
        Status::Passed => return None,
        Status::Failed | Status::Error => Kind::Error,
        Status::Unavailable => Kind::Warning,
        Status::Blocked => Kind::Notice,
    };
    let labelled = |label: &str, value: &Option<String>| value.as_ref().map(|value| format!("{label}: {value}"));
    let message = lines([
        Some(check.message.clone()),
        labelled("expected", &check.expected),
        labelled("found", &check.found),
        Some(rows(check).trim_end().to_owned()).filter(|rows| !rows.is_empty()),
        labelled("next", &check.next_step),
        labelled("cell", &check.place.as_ref().and_then(|place| place.cell.clone())),
    ]);
    let points = format!("{} of {} points", check.points, check.max_points);
    let title = format!("Task {}: {} ({}, {points})", check.task, check.id, check.status.word());
    Some(located.annotation(kind, check.place.as_ref(), &title, message))
}

fn lines<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

impl Located<'_> {
    /// The file that the report names first, for what has no place of its own: GitHub shows nothing at a folder.
    fn notebook(&self) -> Option<&str> {
        let report = self.report;
        let checks = report.checks.iter().filter_map(|check| check.place.as_ref());
        let places = report.stopped.iter().map(|stop| &stop.place).chain(checks).map(|place| place.file.as_str());
        let findings = report.findings.iter().filter_map(|finding| finding.file.as_deref());
        places.chain(findings.filter(|file| *file != self.name && *file != self.path)).next()
    }

    fn annotation(&self, kind: Kind, place: Option<&Place>, title: &str, message: String) -> Annotation {
        let within = place.map(|place| place.file.as_str()).or_else(|| self.notebook());
        let file = match within.filter(|_| self.is_folder) {
            Some(within) => format!("{}/{within}", self.path.trim_end_matches('/')),
            None => self.path.to_owned(),
        };
        let (line, column) = place.map_or((1, 1), |place| (place.line, place.column));
        let properties =
            vec![("file", file), ("line", line.to_string()), ("col", column.to_string()), ("title", title.to_owned())];
        Annotation { kind, properties, message }
    }
}

/// The job's summary in Markdown: a heading and a table of tasks for each report, and what to do next.
pub fn summary(reports: &[Located<'_>]) -> String {
    let mut text = String::new();
    for Located { name, report, .. } in reports {
        let of = format!("{} of {} points", report.score, report.max_score);
        let _ = writeln!(text, "## {}: {of} ({})\n", markdown(&report.title), markdown(name));
        let _ = writeln!(text, "| task | points | of |\n|---|--:|--:|");
        for task in &report.tasks {
            let title = markdown(&task.title).replace('|', "\\|");
            let _ = writeln!(text, "| {} {title} | {} | {} |", task.number, task.score, task.max_score);
        }
        text.push('\n');
        if let Some(note) = report.tasks.iter().find_map(TaskReport::note) {
            let repaired = report.tasks.iter().filter(|task| task.repaired);
            let numbers: Vec<String> = repaired.map(|task| task.number.to_string()).collect();
            let _ = writeln!(text, "Task {}: {note}\n", numbers.join(", "));
        }
        if let Some(stop) = &report.stopped {
            let at = format!("{}:{}:{}", stop.place.file, stop.place.line, stop.place.column);
            let _ =
                writeln!(text, "The notebook stopped at {}: {}\n", markdown(&at), markdown(&stop.error.to_string()));
        }
        for finding in &report.findings {
            let message = format!("{}{}", place(finding), finding.message);
            let _ = writeln!(text, "{}\n", markdown(&lines([Some(message), finding.hint.clone()])));
        }
        report.checks.iter().for_each(|check| push_check(&mut text, check));
        let _ = writeln!(text, "\nReplay `{}`\n", report.replay);
    }
    harmless(&text)
}

fn push_check(text: &mut String, check: &CheckReport) {
    if check.status == Status::Passed {
        return;
    }
    let hidden = if check.visibility == Visibility::Hidden { ", hidden" } else { "" };
    let points = format!("{} of {} points{hidden}", check.points, check.max_points);
    let _ = writeln!(text, "- **{}** {} ({points})", check.status.word(), markdown(&check.claim));
    let _ = writeln!(text, "  - {}", markdown(&check.message));
    for (label, value) in [("expected", &check.expected), ("found", &check.found), ("next", &check.next_step)] {
        if let Some(value) = value {
            let _ = writeln!(text, "  - {label}: {}", markdown(value));
        }
    }
    let rows = rows(check);
    if !rows.is_empty() {
        // The item above begins its text in column 4: eight spaces make a code block in it, which no row can end.
        let lines: Vec<String> = rows.lines().map(|line| format!("        {line}\n")).collect();
        let _ = writeln!(text, "\n{}", lines.concat());
    }
}

/// One line of Markdown in which nothing but code between backticks is markup.
fn markdown(text: &str) -> String {
    let line = text.trim().replace(['\n', '\r'], " ");
    let paired = line.matches('`').count().is_multiple_of(2) && !line.contains("``");
    if !paired {
        return escaped(&line);
    }
    let parts = line.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { format!("`{part}`") } else { escaped(part) }).collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if matches!(character, '\\' | '`' | '<' | '&' | '*' | '_' | '[' | ']' | '!' | '#' | '~') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}
