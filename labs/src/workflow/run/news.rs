//! What has come to its end in a run since somebody asked last.

use jiff::Timestamp;

use super::super::propagate::TaskResult;
use super::Run;
use super::attempt::Attempt;

/// Something that is over.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// An attempt, with its output and its error.
    Attempt { task_key: String, attempt: Box<Attempt> },
    /// A task of which nothing was tried: what became of it, and why where the run itself says so.
    Task { task_key: String, at: Timestamp, result: TaskResult, error: Option<String> },
}

impl News {
    fn at(&self) -> Timestamp {
        match self {
            News::Attempt { attempt, .. } => attempt.end.unwrap_or(attempt.start),
            News::Task { at, .. } => *at,
        }
    }
}

impl Run {
    /// What is over and was not told before, the earliest first.
    pub fn news(&mut self) -> Vec<News> {
        let (now, mut news) = (self.now, Vec::new());
        for (task, progress) in self.job.tasks.iter().zip(&mut self.tasks) {
            let task_key = &task.task_key;
            for unit in &mut progress.units {
                let over = unit.attempts.iter().skip(unit.told).take_while(|attempt| attempt.end.is_some());
                let before = news.len();
                news.extend(
                    over.map(|attempt| News::Attempt {
                        task_key: task_key.clone(),
                        attempt: Box::new(attempt.clone()),
                    }),
                );
                unit.told += news.len() - before;
            }
            let Some(result) = progress.result.filter(|_| !progress.told) else { continue };
            progress.told = true;
            if progress.units.iter().all(|unit| unit.attempts.is_empty()) {
                let (task_key, error) = (task_key.clone(), progress.error.clone());
                news.push(News::Task { task_key, at: now, result, error });
            }
        }
        news.sort_by_key(News::at);
        news
    }
}
