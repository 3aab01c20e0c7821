//! `job_compute`: the task runs on a job cluster, which starts for the run and ends with it.

use super::mended::mended;
use super::{Rule, Section, job};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene};

#[derive(Debug)]
pub struct JobCompute {
    task: String,
}

pub fn read(section: &mut Section<'_, '_>) -> JobCompute {
    JobCompute { task: section.required("task") }
}

impl Rule for JobCompute {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let job = match job::job(scene) {
            Ok(work) => &mended(work, &[&self.task]),
            Err(verdict) => return verdict,
        };
        let task = match job::task(job, &self.task) {
            Ok(task) => task,
            Err(verdict) => return verdict,
        };
        let key = &self.task;
        if let Some(cluster) = &task.existing_cluster_id {
            let message = format!("`{key}` runs on an all-purpose cluster, which keeps running and costs more.");
            let fault = Fault::new("all_purpose", message).expected("a job cluster");
            return fault.found(format!("existing_cluster_id {cluster}")).failed();
        }
        let known = |name: &String| job.job_clusters.iter().any(|cluster| &cluster.job_cluster_key == name);
        match (&task.job_cluster_key, &task.new_cluster) {
            (Some(name), None) if known(name) => Verdict::Passed,
            (None, Some(_)) => Verdict::Passed,
            (Some(name), _) => Fault::new("unknown_cluster", format!("There is no job cluster `{name}`.")).failed(),
            (None, None) => Fault::new("no_cluster", format!("`{key}` names no job cluster."))
                .expected("job_cluster_key or new_cluster")
                .failed(),
        }
    }

    fn about(&self) -> About<'_> {
        About::Job(Some(&self.task))
    }
}
