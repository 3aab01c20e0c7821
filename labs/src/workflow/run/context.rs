//! What references mean in a run, and what parameters a task's work sees.
//!
//! A job's parameter (an override of the run before its default) goes before the task's own of that name. A default may
//! name other parameters, but not come back to itself, and what references mean for one attempt is bounded in size.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::super::job::Task;
use super::super::reference::replaced;
use super::{Place, Run};

/// What the references of one attempt may come to together. A task's value has at most 48 KiB.
const MAX_MEANING_BYTES: usize = 64 * 1024;
/// Parameters whose defaults name each other, one in the other.
const MAX_DEFAULTS: usize = 16;

/// Where a value is read: the run, at a piece of work.
#[derive(Clone)]
pub struct Context<'a> {
    run: &'a Run,
    place: Place,
    /// Of the attempt that is about to begin, from 1.
    number: u32,
    /// Parameters whose defaults are being read, each named by the one before it.
    open: Vec<&'a str>,
    /// What references may still come to. Each costs at least 1, for one that is empty takes its time, too.
    bytes_left: Rc<Cell<usize>>,
}

impl Run {
    pub(super) fn context(&self, place: Place) -> Context<'_> {
        // While an attempt is being made, it counts already.
        let number = self.number_of(place).saturating_sub(1).max(1);
        let bytes_left = Rc::new(Cell::new(MAX_MEANING_BYTES));
        Context { run: self, place, number, open: Vec::new(), bytes_left }
    }

    /// What the work of an attempt sees; of a run_job task, what it gives the other job.
    ///
    /// # Errors
    /// For a reference to what is not there.
    pub(super) fn parameters_of(
        &self,
        place: Place,
        task: &Task,
        number: u32,
    ) -> Result<BTreeMap<String, String>, String> {
        let context = Context { number, ..self.context(place) };
        let notebook = task.notebook_task.as_ref().map(|work| &work.base_parameters);
        let sql = task.sql_task.as_ref().map(|work| &work.parameters);
        let other_job = task.run_job_task.as_ref().map(|work| &work.job_parameters);
        let mut parameters = BTreeMap::new();
        for (name, value) in notebook.or(sql).or(other_job).into_iter().flatten() {
            parameters.insert(name.clone(), context.text(value)?);
        }
        if notebook.is_some() || sql.is_some() {
            for parameter in &self.job.parameters {
                parameters.insert(parameter.name.clone(), context.parameter(&parameter.name)?);
            }
        }
        Ok(parameters)
    }
}

impl<'a> Context<'a> {
    /// A value with its references resolved. What is no reference stays as it is written.
    ///
    /// # Errors
    /// For a name that is not in its namespace, a default that comes back to itself, and a meaning that is too long.
    pub fn text(&self, value: &str) -> Result<String, String> {
        replaced(value, |path| {
            let meaning = self.meaning(path)?;
            self.spend(1 + meaning.as_ref().map_or(0, String::len))?;
            Ok(meaning)
        })
    }

    fn spend(&self, bytes: usize) -> Result<(), String> {
        let Some(left) = self.bytes_left.get().checked_sub(bytes) else {
            return Err(format!("The references of an attempt come to more than {MAX_MEANING_BYTES} bytes."));
        };
        self.bytes_left.set(left);
        Ok(())
    }

    fn meaning(&self, path: &[&str]) -> Result<Option<String>, String> {
        let unknown = || Err(format!("`{{{{{}}}}}` means nothing here.", path.join(".")));
        let settings = &self.run.settings;
        let found = match path {
            ["job", "id"] => settings.job_id.clone(),
            ["job", "name"] => self.run.job.name.clone().unwrap_or_default(),
            ["job", "run_id"] => settings.run_id.clone(),
            ["job", "repair_count"] => self.run.repairs.len().to_string(),
            ["job", "start_time", part] => {
                return time(settings.start, part).map_or_else(unknown, |text| Ok(Some(text)));
            }
            ["job", "trigger", "type"] => settings.trigger.clone(),
            ["job", "trigger", "time", part] => {
                return time(settings.start, part).map_or_else(unknown, |text| Ok(Some(text)));
            }
            ["job", "parameters", name] => self.parameter(name)?,
            ["task", "name"] => self.run.task_of(self.place).task_key.clone(),
            ["task", "run_id"] => self.run_id_of(self.place.task),
            ["task", "execution_count"] => self.number.to_string(),
            ["task", "notebook_path"] => match &self.run.task_of(self.place).notebook_task {
                Some(work) => work.notebook_path.clone(),
                None => return unknown(),
            },
            ["tasks", key, rest @ ..] => return self.other_task(key, rest),
            ["input", rest @ ..] => return self.input(rest),
            ["job" | "task" | "workspace", ..] => return unknown(),
            _ => return Ok(None),
        };
        Ok(Some(found))
    }

    /// A parameter of the job: what the run was given, else the default.
    fn parameter(&self, name: &str) -> Result<String, String> {
        let run: &'a Run = self.run;
        let declared = run.job.parameters.iter().find(|parameter| parameter.name == name);
        let Some(declared) = declared else { return Err(format!("The job has no parameter `{name}`.")) };
        if let Some(given) = self.run.settings.parameters.get(name) {
            return Ok(given.clone());
        }
        if self.open.contains(&name) || self.open.len() >= MAX_DEFAULTS {
            let way = self.open.iter().copied().chain([name]).collect::<Vec<_>>().join("` -> `");
            return Err(format!("The defaults of parameters name each other without end: `{way}`."));
        }
        let mut inside = self.clone();
        inside.open.push(&declared.name);
        inside.text(&declared.default)
    }

    fn run_id_of(&self, task: usize) -> String {
        format!("{}-{}", self.run.settings.run_id, task + 1)
    }

    fn other_task(&self, key: &str, rest: &[&str]) -> Result<Option<String>, String> {
        let Some(index) = self.run.graph.index(key) else { return Err(format!("There is no task `{key}`.")) };
        let progress = &self.run.tasks[index];
        let Some(result) = progress.result else { return Err(format!("The task `{key}` is not finished.")) };
        let last = progress.attempts().last();
        Ok(Some(match rest {
            ["values", name] => match progress.values.get(*name) {
                Some(value) => shown(value),
                None => return Err(format!("The task `{key}` has set no value `{name}`.")),
            },
            ["result_state"] => result.name().to_lowercase(),
            ["execution_count"] => progress.attempts().count().to_string(),
            ["run_id"] => self.run_id_of(index),
            ["error_code"] => {
                if last.is_some_and(|last| last.error.is_some()) { "RunExecutionError" } else { "" }.to_owned()
            }
            ["notebook_path"] if self.run.job.tasks[index].notebook_task.is_some() => {
                let notebook = self.run.job.tasks[index].notebook_task.as_ref();
                notebook.map(|work| work.notebook_path.clone()).unwrap_or_default()
            }
            ["output"] if progress.outcome.is_some() => progress.outcome.unwrap_or_default().to_string(),
            ["output", field @ ..] => {
                let rows = last.and_then(|last| last.rows.as_ref());
                let rows = rows.ok_or_else(|| {
                    format!("The task `{key}` gave no rows: its last statement has no result, or it is no SQL task.")
                })?;
                match rows.meaning(field) {
                    Some(meaning) => {
                        meaning.map_err(|why| format!("`{{{{tasks.{key}.output.{}}}}}`: {why}", field.join(".")))?
                    }
                    None => {
                        return Err(format!("`{{{{tasks.{key}.output.{}}}}}` means nothing here.", field.join(".")));
                    }
                }
            }
            _ => return Err(format!("`{{{{tasks.{key}.{}}}}}` means nothing here.", rest.join("."))),
        }))
    }

    /// The input of the iteration, or a field of it.
    fn input(&self, rest: &[&str]) -> Result<Option<String>, String> {
        let Some(mut input) = self.run.tasks[self.place.task].inputs.get(self.place.unit) else {
            return Err("There is an input only inside of a for_each_task.".to_owned());
        };
        for field in rest {
            input = input.get(*field).ok_or_else(|| format!("The input has no field `{field}`: {input}"))?;
        }
        Ok(Some(shown(input)))
    }
}

/// A text as it is, anything else as JSON.
pub(super) fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A part of an instant, in UTC.
fn time(at: Timestamp, part: &str) -> Option<String> {
    let zoned = at.to_zoned_datetime(TimeZone::UTC);
    let weekday = zoned.weekday().to_monday_one_offset();
    Some(match part {
        "iso_date" => zoned.date().to_string(),
        "iso_datetime" => zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        "iso_weekday" => weekday.to_string(),
        "is_weekday" => (weekday <= 5).to_string(),
        "timestamp_ms" => at.as_millisecond().to_string(),
        "year" => zoned.year().to_string(),
        "month" => zoned.month().to_string(),
        "day" => zoned.day().to_string(),
        "hour" => zoned.hour().to_string(),
        "minute" => zoned.minute().to_string(),
        "second" => zoned.second().to_string(),
        _ => return None,
    })
}
