//! The public part of a lab's file, as plain values.

use std::collections::{BTreeMap, BTreeSet};

use sandbar_grader::Points;
use sandbar_labs::diagnostic::Finding;
use serde_json::{Map, Value, json};

/// Fields of the file that are public as they are.
const TEXTS: [&str; 9] =
    ["slug", "title", "summary", "minutes", "introduction", "promises", "submission", "starter", "given"];

/// Kinds of checks whose fields say no more than the task does. A kind that is not here is not packed.
const KINDS: [&str; 24] = [
    "history_operation",
    "dashboard_tiles",
    "job_alerts",
    "job_compute",
    "job_order",
    "job_parameters",
    "job_retries",
    "job_run_result",
    "job_schedule",
    "job_valid",
    "no_violations",
    "row_count",
    "rows_added",
    "run_rows_same",
    "run_schema",
    "same_table_id",
    "schema",
    "schema_evolved",
    "single_commit",
    "statement_rejected",
    "statement_uses",
    "table_exists",
    "view_exists",
    "widgets",
];

#[derive(Debug)]
pub struct Part {
    pub lab: Value,
    /// Files that it names, relative to the lab's folder.
    pub paths: BTreeSet<String>,
    pub checks: usize,
    pub points: Points,
    /// Points of all public checks of the lab.
    pub all_public: Points,
    /// Points of the checks that are packed by the task's number.
    pub by_task: BTreeMap<u64, Points>,
}

/// The public part of a lab's file that was read before; `whole` are the lab's points.
///
/// # Errors
/// A finding when no check may be public.
pub fn part(lab: &Value, whole: Points) -> Result<Part, Finding> {
    let source = Source::of(lab);
    let all = list(lab, "tasks").iter().flat_map(|task| list(task, "checks"));
    let all_public = all.filter(|check| is_visible(check)).filter_map(points_of).sum();
    let (paths, by_task) = (BTreeSet::new(), BTreeMap::new());
    let mut part = Part { lab: Value::Null, paths, checks: 0, points: Points::ZERO, all_public, by_task };
    let tasks: Vec<Value> = list(lab, "tasks").iter().filter_map(|task| source.task(task, &mut part)).collect();
    if tasks.is_empty() {
        let message = "No check of this lab may be public, so there is nothing to pack.";
        return Err(Finding::error("NOTHING_PUBLIC", "tasks", message));
    }
    let used: BTreeSet<String> = tasks.iter().flat_map(|task| list(task, "checks")).flat_map(relations_of).collect();
    let mut public = Map::new();
    for name in TEXTS {
        if let Some(value) = lab.get(name) {
            public.insert(name.to_owned(), value.clone());
        }
    }
    let datasets = only(lab, "datasets", |name, _| source.datasets.contains(name));
    let relations = only(lab, "relations", |name, _| used.contains(name));
    let schemas: BTreeSet<String> = relations.values().filter_map(|relation| text(relation, "schema")).collect();
    part.paths = [lab.get("starter"), lab.get("given"), Some(&Value::Object(datasets.clone()))]
        .into_iter()
        .flatten()
        .flat_map(|named| named.as_object().into_iter().flat_map(Map::values))
        .filter_map(|path| path.as_str().map(str::to_owned))
        .collect();
    public.insert("datasets".into(), datasets.into());
    public.insert("tables".into(), only(lab, "tables", |_, _| true).into());
    public.insert("schemas".into(), only(lab, "schemas", |name, _| schemas.contains(name)).into());
    public.insert("relations".into(), relations.into());
    public.insert("replays".into(), source.replays(&tasks).into());
    public.insert("tasks".into(), tasks.into());
    public.insert("public_part_of".into(), json!(whole));
    public.insert("public_points".into(), json!(all_public));
    part.lab = public.into();
    Ok(part)
}

/// Fields of a check that are words for people; the others may name relations.
const PROSE: [&str; 7] = ["id", "kind", "claim", "next_step", "say", "reason", "needs"];

/// Fields of a check that name replays.
const REPLAYS: [&str; 2] = ["replay", "as_replay"];

/// What of the lab's names students have.
struct Source<'a> {
    lab: &'a Value,
    /// Data sets of the student's workspace.
    datasets: BTreeSet<String>,
    /// Relations over other data.
    hidden_relations: BTreeSet<String>,
    /// Replays on other data.
    hidden_replays: BTreeSet<String>,
}

impl<'a> Source<'a> {
    fn of(lab: &'a Value) -> Self {
        let datasets: BTreeSet<String> =
            named(lab, "tables").filter_map(|(_, set)| set.as_str()).map(str::to_owned).collect();
        let unseen = |set: Option<&str>| set.is_some_and(|set| !datasets.contains(set));
        let relations = named(lab, "relations")
            .filter(|(_, relation)| unseen(relation.get("dataset").and_then(Value::as_str)))
            .map(|(name, _)| name.clone());
        let replays = list(lab, "replays")
            .iter()
            .filter(|replay| named(replay, "tables").any(|(_, set)| unseen(set.as_str())))
            .filter_map(|replay| text(replay, "name"));
        let (hidden_relations, hidden_replays) = (relations.collect(), replays.collect());
        Self { lab, datasets, hidden_relations, hidden_replays }
    }

    /// The replays that the checks name, and the first, which titled tasks are judged on.
    fn replays(&self, tasks: &[Value]) -> Vec<Value> {
        let used: BTreeSet<String> = tasks.iter().flat_map(|task| list(task, "checks")).flat_map(replays_of).collect();
        let replays = list(self.lab, "replays").iter().enumerate();
        let kept = replays.filter(|(at, replay)| {
            let is_used = |name: String| !self.hidden_replays.contains(&name) && (*at == 0 || used.contains(&name));
            text(replay, "name").is_some_and(is_used)
        });
        kept.map(|(_, replay)| replay.clone()).collect()
    }

    /// The first replay needs data that students have not seen, so nothing can be judged on it.
    fn first_is_hidden(&self) -> bool {
        let first = list(self.lab, "replays").first().and_then(|replay| text(replay, "name"));
        first.is_some_and(|name| self.hidden_replays.contains(&name))
    }

    fn is_public(&self, check: &Value) -> bool {
        let kind = text(check, "kind").unwrap_or_default();
        let judged_alone = kind.starts_with("job_") || check.get("replay").is_some();
        is_visible(check)
            && KINDS.contains(&kind.as_str())
            && (judged_alone || !self.first_is_hidden())
            && !replays_of(check).iter().any(|name| self.hidden_replays.contains(name))
            && !relations_of(check).iter().any(|name| self.hidden_relations.contains(name))
    }

    /// The task with its public checks and their points; `None` when there are none.
    fn task(&self, task: &Value, part: &mut Part) -> Option<Value> {
        let mut checks: Vec<Value> =
            list(task, "checks").iter().filter(|check| self.is_public(check)).cloned().collect();
        let ids: BTreeSet<String> = list(self.lab, "tasks")
            .iter()
            .flat_map(|task| list(task, "checks"))
            .filter(|check| self.is_public(check))
            .filter_map(|check| text(check, "id"))
            .collect();
        for check in &mut checks {
            if let Some(needs) = check.get_mut("needs").and_then(Value::as_array_mut) {
                needs.retain(|needed| needed.as_str().is_some_and(|needed| ids.contains(needed)));
            }
        }
        let points: Points = checks.iter().filter_map(points_of).sum();
        if checks.is_empty() {
            return None;
        }
        part.checks += checks.len();
        part.points += points;
        part.by_task.insert(task.get("number")?.as_u64()?, points);
        Some(json!({
            "number": task.get("number"),
            "title": task.get("title"),
            "text": task.get("text"),
            "points": points,
            "checks": checks,
        }))
    }
}

/// Whether students may run the check, wherever that is.
fn is_visible(check: &Value) -> bool {
    text(check, "visibility").is_none_or(|visibility| visibility == "public")
}

fn points_of(check: &Value) -> Option<Points> {
    Points::parse(&check.get("points")?.to_string())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn named<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn only(value: &Value, name: &str, keep: impl Fn(&String, &Value) -> bool) -> Map<String, Value> {
    named(value, name)
        .filter(|(name, value)| keep(name, value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn replays_of(check: &Value) -> Vec<String> {
    REPLAYS.iter().filter_map(|field| text(check, field)).collect()
}

/// Every name in a check that could be one of a relation.
fn relations_of(check: &Value) -> BTreeSet<String> {
    let fields = check.as_object().into_iter().flatten();
    fields.filter(|(name, _)| !PROSE.contains(&name.as_str())).flat_map(|(_, value)| words(value)).collect()
}

/// Every name that could stand in a value's texts.
fn words(value: &Value) -> BTreeSet<String> {
    match value {
        Value::String(text) => {
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(words).collect(),
        Value::Object(fields) => fields.values().flat_map(words).collect(),
        _ => BTreeSet::new(),
    }
}
