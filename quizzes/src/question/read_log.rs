//! Read the log: an excerpt of a real `_delta_log`, and a question of another kind about it.
//!
//! The excerpt is what the item's SQL left in the log when the content was checked. Names of data files are random, so
//! the excerpt numbers them in the order of the log: `part-1.parquet`. Options can so name them.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::kind::KINDS;
use super::{Flaw, Kind, LogFacts, MultiplePolicy};
use crate::attempt::DrawnBody;
use crate::execution::{Executed, Execution, LogFile, Observe, Results};
use crate::mistake::Mistake;
use crate::reading::{Fields, nearest};
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq)]
pub struct ReadLog {
    /// Statements parted by semicolons that make the table. Not shown.
    pub setup: String,
    pub table: String,
    pub first_version: u32,
    /// `None` for the latest.
    pub last_version: Option<u32>,
    /// What of the actions is shown: `add`, `add.path`, `commitInfo.operationParameters`.
    pub show: Vec<String>,
    /// What the log must be for the answer to be right.
    pub facts: LogFacts,
    /// A kind that needs no execution.
    pub ask: Box<Kind>,
}

/// What a reader wants, without times, sizes and other things that differ from run to run.
const SHOW: [&str; 14] = [
    "commitInfo.operation",
    "commitInfo.operationParameters",
    "protocol",
    "metaData.schemaString",
    "metaData.partitionColumns",
    "metaData.configuration",
    "add.path",
    "add.partitionValues",
    "add.dataChange",
    "add.stats",
    "remove.path",
    "remove.dataChange",
    "cdc.path",
    "txn",
];

/// The actions of a Delta log.
const ACTIONS: [&str; 10] = [
    "add",
    "remove",
    "cdc",
    "metaData",
    "protocol",
    "commitInfo",
    "txn",
    "domainMetadata",
    "checkpointMetadata",
    "sidecar",
];

/// So many kinds of the list, from its beginning, need no execution.
const PLAIN_KINDS: usize = 6;

impl ReadLog {
    /// `None` when the kind that is asked is not known.
    pub(super) fn read(fields: &mut Fields<'_>, policy: MultiplePolicy, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let setup = fields.required_text("setup", mistakes);
        let table = fields.required_text("table", mistakes);
        let first_version = fields.count("first_version", 0, 1_000_000, mistakes).unwrap_or(0);
        let last_version = fields.count("last_version", first_version, 1_000_000, mistakes);
        let mut show = fields.texts("show", mistakes);
        if show.is_empty() {
            show = SHOW.map(str::to_owned).to_vec();
        }
        let facts = LogFacts::read(fields, first_version, mistakes);
        let Some(node) = fields.node("ask") else {
            let missing = fields.mistake("MISSING_FIELD", "ask", "`ask` is missing here: a question about the log.");
            mistakes.push(missing.with_hint("Give it a `kind` and the fields of that kind."));
            return None;
        };
        let mut ask = Fields::of(node, fields.path_of("ask"), mistakes)?;
        let kind = Kind::read_name(&mut ask, &KINDS[..PLAIN_KINDS], mistakes)?;
        let kind = Kind::read(kind, &mut ask, policy, mistakes)?;
        ask.finish(mistakes);
        Some(Self { setup, table, first_version, last_version, show, facts, ask: Box::new(kind) })
    }

    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(&mut self.setup);
        visit(&mut self.table);
        self.ask.each_text(visit);
    }

    pub(super) fn execution(&self) -> Execution {
        let observe = Observe::Log { table: self.table.clone(), first: self.first_version, last: self.last_version };
        Execution { setup: self.setup.clone(), statement: String::new(), observe }
    }

    pub(super) fn flaws(&self, results: &Results) -> Vec<Flaw> {
        let flaw = match results.get(&self.execution()) {
            None => Flaw::new("NOT_EXECUTED", "The SQL that writes the log has not been run."),
            Some(Executed::Unavailable(why)) => Flaw::new("NOT_EXECUTED", format!("The SQL could not be run: {why}")),
            Some(Executed::Failed(failure)) => Flaw::failed("SETUP_FAILS", "The SQL that writes the log", failure),
            Some(Executed::Table(_)) => Flaw::new("NOT_EXECUTED", "The SQL gave rows instead of a log."),
            Some(Executed::Log(files)) if files.is_empty() => {
                let message = format!("The SQL makes no table `{}`, or it has none of these versions.", self.table);
                Flaw::new("EMPTY_EXCERPT", message)
            }
            Some(Executed::Log(files)) => match excerpt(files, &self.show) {
                Err(why) => Flaw::new("BAD_LOG", why),
                Ok(excerpt) if excerpt.iter().all(|file| file.text.is_empty()) => {
                    let misnamed = self.misnamed(results);
                    if !misnamed.is_empty() {
                        return misnamed;
                    }
                    Flaw::new("EMPTY_EXCERPT", "Nothing of the log is shown: no version or no action fits.")
                }
                Ok(_) => return self.facts.flaws(files),
            },
        };
        vec![flaw]
    }

    /// Names in `show` that are no action's, or of no field of an action of this log; none where it is not known.
    pub(crate) fn misnamed(&self, results: &Results) -> Vec<Flaw> {
        let Some(Executed::Log(files)) = results.get(&self.execution()).filter(|_| self.show != SHOW) else {
            return Vec::new();
        };
        let lines = files.iter().flat_map(|file| file.text.lines());
        let actions: Vec<Map<String, Value>> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
        let fields_of = |(name, value): (&String, &Value)| {
            let fields = value.as_object().into_iter().flat_map(Map::keys);
            fields.map(|field| format!("{name}.{field}")).collect::<Vec<_>>()
        };
        let fields: BTreeSet<String> = actions.iter().flatten().flat_map(fields_of).collect();
        let is_known = |path: &str| match path.split_once('.') {
            None => ACTIONS.contains(&path),
            // Of an action that this log does not have any field may be named: that there is none is an answer, too.
            Some((name, _)) if !actions.iter().any(|action| action.contains_key(name)) => ACTIONS.contains(&name),
            Some(_) => fields.contains(path),
        };
        let flaw = |path: &String| {
            let flaw = Flaw::new("UNKNOWN_FIELD", format!("`show` names `{path}`, and no action of this log has it."));
            match nearest(path, ACTIONS.into_iter().chain(fields.iter().map(String::as_str))) {
                Some(near) => flaw.with_hint(format!("Did you mean `{near}`?")),
                None => flaw,
            }
        };
        self.show.iter().filter(|path| !is_known(path)).map(flaw).collect()
    }

    pub(super) fn draw(&self, shuffle: bool, source: &mut Source, results: &Results) -> DrawnBody {
        let log = match results.get(&self.execution()) {
            Some(Executed::Log(files)) => excerpt(files, &self.show).unwrap_or_default(),
            _ => Vec::new(),
        };
        DrawnBody::ReadLog { log, ask: Box::new(self.ask.draw(shuffle, source, results)) }
    }

    /// Whether there is no log to read.
    pub(super) fn is_pending(&self, results: &Results) -> bool {
        !matches!(results.get(&self.execution()), Some(Executed::Log(_)))
    }
}

/// The shown parts of the actions, one action a line, with numbered data files.
///
/// # Errors
/// A line that is no action.
pub fn excerpt(files: &[LogFile], show: &[String]) -> Result<Vec<LogFile>, String> {
    let mut names = HashMap::new();
    let mut excerpt = Vec::new();
    for file in files {
        let mut lines: Vec<String> = Vec::new();
        for (number, line) in file.text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let action: Map<String, Value> =
                serde_json::from_str(line).map_err(|error| format!("Line {} of {}: {error}", number + 1, file.name))?;
            let action = numbered(action, &mut names);
            let shown = shown(&action, show);
            if !shown.is_empty() {
                lines.push(Value::Object(shown).to_string());
            }
        }
        excerpt.push(LogFile { name: file.name.clone(), text: lines.join("\n") });
    }
    Ok(excerpt)
}

/// The action with its data file renamed; folders of partitions stay.
fn numbered(mut action: Map<String, Value>, names: &mut HashMap<String, usize>) -> Map<String, Value> {
    for name in ["add", "remove", "cdc"] {
        if let Some(Value::String(path)) = action.get_mut(name).and_then(|action| action.get_mut("path")) {
            let next = names.len() + 1;
            let number = *names.entry(path.clone()).or_insert(next);
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            *path = format!("{folder}part-{number}.parquet");
        }
    }
    action
}

fn shown(action: &Map<String, Value>, show: &[String]) -> Map<String, Value> {
    let mut shown = Map::new();
    for (name, fields) in action {
        if show.contains(name) {
            shown.insert(name.clone(), fields.clone());
            continue;
        }
        let Value::Object(fields) = fields else { continue };
        let is_shown = |field: &String| show.iter().any(|path| path.split_once('.') == Some((name, field)));
        let fields: Map<String, Value> = fields.iter().filter(|(field, _)| is_shown(field)).map(owned).collect();
        if !fields.is_empty() {
            shown.insert(name.clone(), Value::Object(fields));
        }
    }
    shown
}

fn owned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}
