//! Beside a job's graph: one task's settings as forms, each of which changes the text.

use super::filters;

#[derive(Debug, askama::Template)]
#[template(path = "fragments/inspector.html")]
pub struct Inspector {
    /// Where a change is sent.
    pub action: String,
    /// Where a task is chosen without a script.
    pub page: String,
    pub csrf: String,
    /// The document's revision that the forms belong to; a script sends its own.
    pub revision: u64,
    /// The text can be read, so that it can be changed.
    pub readable: bool,
    /// Keys, and which one is shown.
    pub tasks: Vec<Choice>,
    pub selected: Option<SelectedTask>,
    /// Notebooks of the lab that a new task can run.
    pub notebooks: Vec<String>,
}

#[derive(Debug)]
pub struct SelectedTask {
    pub task_key: String,
    /// `Notebook`, `No task type`.
    pub kind_text: String,
    /// Facts of the task that the form does not change.
    pub facts: Vec<(&'static str, String)>,
    /// The other tasks, and whether this one waits for them.
    pub others: Vec<Choice>,
    /// Other tasks that are not listed.
    pub more: usize,
    pub run_if: Vec<RunIfChoice>,
    /// Empty when it is not set.
    pub retries: String,
    pub timeout: String,
}

#[derive(Debug)]
pub struct Choice {
    pub text: String,
    pub chosen: bool,
}

#[derive(Debug)]
pub struct RunIfChoice {
    /// `ALL_SUCCESS`
    pub name: &'static str,
    pub text: &'static str,
    pub chosen: bool,
}
