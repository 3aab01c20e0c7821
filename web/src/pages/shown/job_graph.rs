//! A job's graph and findings, ready to be drawn.

use std::collections::BTreeSet;

use sandbar_labs::authored::{Node as Authored, json, yaml};
use sandbar_labs::diagnostic::{Finding, Severity};
use sandbar_labs::workflow::job::RunIf;
use sandbar_labs::workflow::{self, Checked, Edge, Job, Point, Syntax};

use super::count;
use crate::view::job as view;

/// First and last line of a task in the text.
type Lines = (u32, u32);

/// `2 errors, 1 warning` and the worst of them.
pub fn summary(findings: &[Finding]) -> (String, &'static str) {
    let number = |severity| findings.iter().filter(|finding| finding.severity == severity).count() as u64;
    let (errors, warnings, advice) = (number(Severity::Error), number(Severity::Warning), number(Severity::Advice));
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(count(errors, "error"));
    }
    if warnings > 0 {
        parts.push(count(warnings, "warning"));
    }
    if advice > 0 {
        parts.push(count(advice, "hint"));
    }
    let state = match (errors, warnings) {
        (0, 0) => "ok",
        (0, _) => "warning",
        _ => "error",
    };
    (if parts.is_empty() { "No problems.".to_owned() } else { parts.join(", ") }, state)
}

pub fn graph(job: &Job, faulty: &BTreeSet<usize>, lines: &[Lines]) -> view::Graph {
    let layout = workflow::layout(job);
    let nodes = layout.nodes.iter().enumerate().map(|(index, node)| view::Node {
        task_key: node.task_key.clone(),
        label: node.label.clone(),
        kind_text: node.kind.map_or("No task type", |kind| kind.label()).to_owned(),
        run_if_text: run_if_text(node.run_if).to_owned(),
        x: number(node.x),
        y: number(node.y),
        width: number(node.width),
        height: number(node.height),
        first_line: lines.get(index).map(|lines| lines.0),
        last_line: lines.get(index).map(|lines| lines.1),
        faulty: faulty.contains(&index),
    });
    view::Graph {
        width: number(layout.width),
        height: number(layout.height),
        description: description(job),
        nodes: nodes.collect(),
        edges: layout.edges.iter().map(edge).collect(),
    }
}

/// Where each task stands in the text, in the job's order; empty when the text cannot be walked.
pub fn lines(text: &str, syntax: Syntax, checked: &Checked) -> Vec<Lines> {
    let tree = match syntax {
        Syntax::Yaml => yaml::parse(text),
        Syntax::Json => json::parse(text),
    };
    let Ok(tree) = tree else { return Vec::new() };
    let bundled = || tree.get("resources")?.get("jobs")?.get(checked.key.as_deref()?);
    let settings = bundled().or_else(|| tree.get("settings")).or_else(|| tree.get("new_settings")).unwrap_or(&tree);
    let Some(tasks) = settings.get("tasks").map(Authored::elements) else { return Vec::new() };
    tasks.iter().map(|task| (task.position.line, last_line(task))).collect()
}

/// The last line on which something of the node begins.
fn last_line(node: &Authored) -> u32 {
    let children = node.entries().iter().map(|entry| &entry.value).chain(node.elements());
    children.map(last_line).max().unwrap_or_default().max(node.position.line)
}

pub fn edge(edge: &Edge) -> view::Edge {
    view::Edge {
        path: edge.path.clone(),
        back: edge.back,
        outcome: edge.outcome.clone().unwrap_or_default(),
        head: edge.points.last().map(head).unwrap_or_default(),
    }
}

/// An arrow head of 8 by 8 with its tip at the edge's end. Edges end going to the right, backward ones too.
fn head(tip: &Point) -> String {
    let (x, y) = (tip.x, tip.y);
    format!(
        "{},{} {},{} {},{}",
        number(x),
        number(y),
        number(x - 8.0),
        number(y - 4.0),
        number(x - 8.0),
        number(y + 4.0)
    )
}

/// For somebody who cannot see the picture.
pub fn description(job: &Job) -> String {
    let sentence = |task: &workflow::job::Task| {
        let before: Vec<&str> = task.depends_on.iter().map(|dependency| dependency.task_key.as_str()).collect();
        match before.is_empty() {
            true => format!("{} runs first.", task.task_key),
            false => format!("{} runs after {}.", task.task_key, before.join(" and ")),
        }
    };
    let sentences: Vec<String> = job.tasks.iter().take(50).map(sentence).collect();
    format!("{}. {}", count(job.tasks.len() as u64, "task"), sentences.join(" "))
}

fn run_if_text(run_if: RunIf) -> &'static str {
    match run_if {
        RunIf::AllSuccess => "",
        RunIf::AtLeastOneSuccess => "If one succeeded",
        RunIf::NoneFailed => "If none failed",
        RunIf::AllDone => "Always",
        RunIf::AtLeastOneFailed => "If one failed",
        RunIf::AllFailed => "If all failed",
    }
}

/// At most one decimal, as SVG needs no more.
pub fn number(value: f32) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = "name: nightly\ntasks:\n  - task_key: etl\n    notebook_task:\n      notebook_path: etl.sql\n  - task_key: quality\n    depends_on:\n      - task_key: etl\n    notebook_task: {notebook_path: quality.sql}\n";

    #[test]
    fn a_node_knows_the_lines_of_its_task() {
        let checked = workflow::check(JOB, Syntax::Yaml);
        assert_eq!(lines(JOB, Syntax::Yaml, &checked), [(3, 5), (6, 9)]);
    }

    #[test]
    fn the_lines_of_a_task_in_a_bundle_are_found_too() {
        let indented: String = JOB.lines().map(|line| format!("      {line}\n")).collect();
        let bundle = format!("resources:\n  jobs:\n    nightly:\n{indented}");
        let checked = workflow::check(&bundle, Syntax::Yaml);
        assert_eq!(lines(&bundle, Syntax::Yaml, &checked), [(6, 8), (9, 12)]);
    }

    #[test]
    fn a_graph_says_in_words_what_it_draws() {
        let checked = workflow::check(JOB, Syntax::Yaml);
        let graph = graph(&checked.job.unwrap(), &BTreeSet::from([1]), &[]);
        assert_eq!(graph.description, "2 tasks. etl runs first. quality runs after etl.");
        assert_eq!(graph.nodes.iter().map(|node| node.faulty).collect::<Vec<_>>(), [false, true]);
        assert_eq!(graph.edges.len(), 1);
    }

    #[test]
    fn findings_are_counted_by_severity() {
        let findings = [Finding::error("A", "", "a"), Finding::new("B", Severity::Advice, "", "b")];
        assert_eq!(summary(&findings), ("1 error, 1 hint".to_owned(), "error"));
        assert_eq!(summary(&[]), ("No problems.".to_owned(), "ok"));
    }
}
