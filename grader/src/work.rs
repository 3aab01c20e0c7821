//! A submission as read: its notebook, its job, its dashboard. Reads everything or says everything that cannot be read.

use sandbar_labs::authored::{json, yaml};
use sandbar_labs::dashboard::{self, Dashboard};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::notebook::Notebook;
use sandbar_labs::workflow::{self, Syntax};

use crate::grading::LabDefinition;
use crate::submission::{Submission, TaskCells};

/// A submission whose files could be read.
#[derive(Debug)]
pub struct Work {
    pub submission: Submission,
    pub notebook_path: String,
    pub notebook: Notebook,
    pub cells: TaskCells,
    pub job: Option<JobWork>,
    pub dashboard: Option<DashboardWork>,
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

/// Reads every file that the lab asks for. Files that cannot be read are all reported at once.
pub fn read_work(lab: &LabDefinition, mut submission: Submission) -> Result<Work, Vec<Finding>> {
    if let Some(finding) = submission.too_large() {
        return Err(vec![finding]);
    }
    for (path, bytes) in &lab.given {
        submission.files.insert(path.clone(), bytes.clone());
    }
    let form = &lab.rubric.submission;
    let mut findings = Vec::new();
    let notebook_path = match &form.notebook {
        None => submission.single_notebook().map(str::to_owned),
        Some(stem) => {
            submission.notebook_named(stem).map(str::to_owned).ok_or_else(|| no_file(&submission, stem, "sql"))
        }
    };
    let notebook_path = notebook_path.map_err(|finding| findings.push(finding)).unwrap_or_default();
    let notebook = if notebook_path.is_empty() {
        Notebook::default()
    } else {
        submission.read_notebook(&notebook_path).map_err(|found| findings.extend(found)).unwrap_or_default()
    };
    let job = form.job.as_ref().and_then(|stem| read_job(&submission, stem, &mut findings));
    let dashboard = form.dashboard.as_ref().and_then(|stem| read_dashboard(&submission, stem, &mut findings));
    if !findings.is_empty() {
        return Err(findings);
    }
    let cells = TaskCells::of(&notebook);
    Ok(Work { submission, notebook_path, notebook, cells, job, dashboard })
}

fn no_file(submission: &Submission, stem: &str, ending: &str) -> Finding {
    let message = format!("There is no `{stem}.{ending}` in the submission.");
    let names: Vec<&str> = submission.files.keys().map(String::as_str).collect();
    let hint = format!("Hand in a file of that name. What is there: {}.", crate::feedback::list(&names));
    Finding::error("MISSING_FILE", "", message).with_hint(hint).in_file(&submission.name)
}

/// A file that parses is graded, however wrong; one that does not is refused with its line.
fn read_job(submission: &Submission, stem: &str, findings: &mut Vec<Finding>) -> Option<JobWork> {
    let (path, syntax) = [("yml", Syntax::Yaml), ("yaml", Syntax::Yaml), ("json", Syntax::Json)]
        .into_iter()
        .map(|(ending, syntax)| (format!("{stem}.{ending}"), syntax))
        .find(|(path, _)| submission.files.contains_key(path))?;
    let text = match submission.text(&path) {
        Ok(text) => text,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    let parsed = match syntax {
        Syntax::Yaml => yaml::parse(text),
        Syntax::Json => json::parse(text),
    };
    if let Err(finding) = parsed {
        findings.push(finding.in_file(&path));
        return None;
    }
    let checked = workflow::check(text, syntax);
    let job = checked.job.unwrap_or_default();
    Some(JobWork { path, job, jobs: checked.jobs, findings: checked.findings })
}

fn read_dashboard(submission: &Submission, stem: &str, findings: &mut Vec<Finding>) -> Option<DashboardWork> {
    let path = ["yml", "yaml"].iter().map(|ending| format!("{stem}.{ending}"));
    let path = path.into_iter().find(|path| submission.files.contains_key(path))?;
    let checked =
        submission.text(&path).and_then(|text| dashboard::check(text).map_err(|finding| finding.in_file(&path)));
    match checked {
        Ok(checked) => Some(DashboardWork { path, dashboard: checked.dashboard, findings: checked.findings }),
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}
