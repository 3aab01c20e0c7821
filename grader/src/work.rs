//! A submission as read: its notebook, its job, its dashboard. A file that cannot be read costs what is asked of it; the
//! others are judged all the same.

use std::collections::BTreeMap;

use sandbar_labs::authored::{json, nearest, yaml};
use sandbar_labs::dashboard::{self, Dashboard};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::notebook::Notebook;
use sandbar_labs::workflow::{self, Checked, Syntax};

use crate::grading::LabDefinition;
use crate::submission::{Submission, TaskCells};

/// What a lab may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Notebook,
    Job,
    Dashboard,
}

/// What is wrong with each part that cannot be read.
pub type Unreadable = BTreeMap<Part, Vec<Finding>>;

/// A submission of which at least one part could be read.
#[derive(Debug)]
pub struct Work {
    pub submission: Submission,
    pub notebook_path: String,
    pub notebook: Notebook,
    pub cells: TaskCells,
    pub job: Option<JobWork>,
    pub dashboard: Option<DashboardWork>,
    pub unreadable: Unreadable,
}

#[derive(Debug)]
pub struct JobWork {
    pub path: String,
    pub job: workflow::Job,
    /// The keys of a bundle's jobs; the first one is graded.
    pub jobs: Vec<String>,
    pub findings: Vec<Finding>,
}

#[derive(Debug)]
pub struct DashboardWork {
    pub path: String,
    pub dashboard: Dashboard,
    pub findings: Vec<Finding>,
}

/// Reads every file that the lab asks for.
///
/// # Errors
/// All that is wrong, at once, when none of them can be read.
pub fn read_work(lab: &LabDefinition, mut submission: Submission) -> Result<Work, Vec<Finding>> {
    if let Some(finding) = submission.too_large() {
        return Err(vec![finding]);
    }
    for (path, bytes) in &lab.given {
        submission.files.insert(path.clone(), bytes.clone());
    }
    let form = &lab.rubric.submission;
    let mut unreadable = Unreadable::new();
    let read = read_notebook(&submission, form.notebook.as_deref());
    let read = read.map_err(|found| unreadable.insert(Part::Notebook, found)).ok();
    let job = form.job.as_ref().and_then(|stem| read_job(&submission, stem));
    let job = job.and_then(|read| read.map_err(|found| unreadable.insert(Part::Job, vec![found])).ok());
    let dashboard = form.dashboard.as_ref().and_then(|stem| read_dashboard(&submission, stem));
    let dashboard =
        dashboard.and_then(|read| read.map_err(|found| unreadable.insert(Part::Dashboard, vec![found])).ok());
    if read.is_none() && job.is_none() && dashboard.is_none() {
        return Err(unreadable.into_values().flatten().collect());
    }
    let (notebook_path, notebook) = read.unwrap_or_default();
    let cells = TaskCells::of(&notebook);
    Ok(Work { submission, notebook_path, notebook, cells, job, dashboard, unreadable })
}

/// The notebook, with its path; the only one where no name is asked for.
fn read_notebook(submission: &Submission, stem: Option<&str>) -> Result<(String, Notebook), Vec<Finding>> {
    let path = match stem {
        None => submission.single_notebook(),
        Some(stem) => submission.notebook_named(stem).ok_or_else(|| no_file(submission, stem, "sql")),
    };
    let path = path.map_err(|finding| vec![finding])?;
    Ok((path.to_owned(), submission.read_notebook(path)?))
}

fn no_file(submission: &Submission, stem: &str, ending: &str) -> Finding {
    let message = format!("There is no `{stem}.{ending}` in the submission.");
    let names: Vec<&str> = submission.files.keys().map(String::as_str).collect();
    let hint = format!("Hand in a file of that name. What is there: {}.", crate::feedback::list(&names));
    Finding::error("MISSING_FILE", "", message).with_hint(hint).in_file(&submission.name)
}

/// A file that parses is graded, however wrong; one that does not is told with its line. `None` where there is no file.
fn read_job(submission: &Submission, stem: &str) -> Option<Result<JobWork, Finding>> {
    let (path, syntax) = [("yml", Syntax::Yaml), ("yaml", Syntax::Yaml), ("json", Syntax::Json)]
        .into_iter()
        .map(|(ending, syntax)| (format!("{stem}.{ending}"), syntax))
        .find(|(path, _)| submission.files.contains_key(path))?;
    let read = submission.text(&path).and_then(|text| {
        let parsed = match syntax {
            Syntax::Yaml => yaml::parse(text),
            Syntax::Json => json::parse(text),
        };
        parsed.map_err(|finding| finding.in_file(&path))?;
        let checked = workflow::check(text, syntax);
        let mended = with_required_fields(text, &checked.findings).map(|text| workflow::check(&text, syntax));
        // What is judged is the job as meant; what is told is what the file says, and what shows when that is mended.
        Ok(match mended {
            Some(mended) if mended.job.is_some() => {
                let mut findings = checked.findings;
                let more: Vec<Finding> = mended.findings.into_iter().filter(|more| !findings.contains(more)).collect();
                findings.extend(more);
                Checked { job: mended.job, findings, ..checked }
            }
            _ => checked,
        })
    });
    Some(read.map(|checked| {
        let job = checked.job.unwrap_or_default();
        JobWork { path, job, jobs: checked.jobs, findings: checked.findings }
    }))
}

/// The text with each required field that is missing called by its name, where a field beside it that there is not is
/// one typing slip away: `task:` is `tasks:`. `None` where nothing is missing so.
fn with_required_fields(text: &str, findings: &[Finding]) -> Option<String> {
    let of = |code: &'static str| findings.iter().filter(move |finding| finding.code == code);
    let mut mended: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let mut found = false;
    for missing in of("MISSING_FIELD") {
        let (parent, name) = in_parent(&missing.path);
        let beside = of("UNKNOWN_FIELD").find(|unknown| {
            let (its_parent, its_name) = in_parent(&unknown.path);
            its_parent == parent && nearest(its_name, [name]).is_some()
        });
        let Some((unknown, line)) = beside.and_then(|unknown| Some((unknown, mended.get_mut(row(unknown)?)?))) else {
            continue;
        };
        let (_, own) = in_parent(&unknown.path);
        let before =
            line.chars().take(unknown.column.unwrap_or(1).saturating_sub(1) as usize).map(char::len_utf8).sum();
        if let Some(at) = line.get(before..).and_then(|rest| rest.find(own)).filter(|at| *at <= 1) {
            line.replace_range(before + at..before + at + own.len(), name);
            found = true;
        }
    }
    found.then(|| mended.concat())
}

/// The index of a finding's line.
fn row(finding: &Finding) -> Option<usize> {
    finding.line?.checked_sub(1)?.try_into().ok()
}

/// `tasks[0].task_key` in the path of its map, and its name.
fn in_parent(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn read_dashboard(submission: &Submission, stem: &str) -> Option<Result<DashboardWork, Finding>> {
    let path = ["yml", "yaml"].iter().map(|ending| format!("{stem}.{ending}"));
    let path = path.into_iter().find(|path| submission.files.contains_key(path))?;
    let checked =
        submission.text(&path).and_then(|text| dashboard::check(text).map_err(|finding| finding.in_file(&path)));
    Some(checked.map(|checked| DashboardWork { path, dashboard: checked.dashboard, findings: checked.findings }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Option<Vec<String>> {
        let mended = with_required_fields(text, &workflow::check(text, Syntax::Yaml).findings)?;
        let job = workflow::check(&mended, Syntax::Yaml).job?;
        Some(job.tasks.into_iter().map(|task| task.task_key).collect())
    }

    #[test]
    fn what_a_typing_slip_hid_is_told_with_it() {
        let job = "name: a\ntask:\n- {task_key: a, run_if: ALWAYS, notebook_task: {notebook_path: n.sql}}\n";
        let submission = Submission { name: "s".into(), files: [("job.yml".to_owned(), job.into())].into() };
        let work = read_job(&submission, "job").and_then(Result::ok).unwrap();
        let told = |path: &str| work.findings.iter().any(|finding| finding.path == path);
        assert!(told("tasks") && told("tasks[0].run_if"), "{:?}", work.findings);
    }

    #[test]
    fn a_required_field_with_a_typing_slip_is_called_by_its_name() {
        let tasks = "- {task_key: a, notebook_task: {notebook_path: n.sql}}\n";
        assert_eq!(keys(&format!("task: # tsk\n{tasks}")), Some(vec!["a".to_owned()]));
        assert_eq!(keys(&format!("tasks:\n{}", tasks.replace("task_key", "\"task_kye\""))), Some(vec!["a".to_owned()]));
        assert_eq!(keys(&format!("tasks:\n{tasks}")), None, "nothing is missing");
        assert_eq!(keys(&format!("jobs:\n{tasks}")), None, "no slip");
    }
}
