//! What became of a run, in a sentence.

use sandbar_labs::workflow::job::{RunIf, Task};
use sandbar_labs::workflow::run::{RunRecord, TaskRecord};
use sandbar_labs::workflow::{Job, TaskResult};

use super::super::count;
use super::{Shown, listed, state};
use crate::store::job_runs::State;

/// More tasks are counted, not named.
const NAMED: usize = 4;

pub fn verdict(shown: &Shown) -> String {
    let word = state::of_shown(shown).word;
    let note = shown.run.note.as_deref();
    let said = match (shown.run.state, &shown.record) {
        (State::Queued, _) => "it begins when another run of its job is over.".to_owned(),
        (State::Running, None) => "nothing has begun yet.".to_owned(),
        (State::Running, Some(record)) => under_way(record),
        (State::Broken, record) => broken(record.as_ref(), note),
        (State::Over, None) => note.unwrap_or("nothing of it has run.").to_owned(),
        (State::Over, Some(record)) => {
            let said = over(shown.job.as_ref(), record);
            note.map_or(said.clone(), |note| format!("{said} {note}"))
        }
    };
    let slow = shown.record.as_ref().and_then(RunRecord::slow).map(|slow| format!(" {slow}"));
    format!("{word}: {said}{}", slow.unwrap_or_default())
}

fn under_way(record: &RunRecord) -> String {
    let finished = record.tasks.iter().filter(|task| task.result.is_some()).count() as u64;
    let done = format!("{finished} of {} over.", tasks(record.tasks.len()));
    let active = record.tasks.iter().find(|task| task.result.is_none() && !task.attempts.is_empty());
    match active {
        Some(task) => format!("`{}` is at its {} attempt; {done}", task.task_key, ordinal(task.attempts.len())),
        None => done,
    }
}

fn tasks(number: usize) -> String {
    let is = if number == 1 { "is" } else { "are" };
    format!("{} {is}", count(number as u64, "task"))
}

fn broken(record: Option<&RunRecord>, note: Option<&str>) -> String {
    let done =
        record.map_or(0, |record| record.tasks.iter().filter(|task| task.result == Some(TaskResult::Success)).count());
    let kept = if done == 0 { String::new() } else { format!(" {} had succeeded before.", count(done as u64, "task")) };
    format!("{}{kept}", note.unwrap_or("the run broke off."))
}

fn over(job: Option<&Job>, record: &RunRecord) -> String {
    let of = |wanted: &dyn Fn(&TaskRecord) -> bool| -> Vec<&TaskRecord> {
        record.tasks.iter().filter(|task| wanted(task)).collect()
    };
    let failed = of(&|task| matches!(task.result, Some(TaskResult::Failed | TaskResult::TimedOut)));
    let canceled = of(&|task| task.result == Some(TaskResult::Canceled));
    let behind = of(&|task| matches!(task.result, Some(TaskResult::UpstreamFailed | TaskResult::UpstreamCanceled)));
    let excluded = of(&|task| task.result == Some(TaskResult::Excluded));
    let disabled = of(&|task| task.result == Some(TaskResult::Disabled));
    let anyway = of(&|task| task.result == Some(TaskResult::Success) && ran_anyway(job, record, task));
    let mut parts: Vec<String> = failed.iter().take(NAMED).map(|task| failure(task)).collect();
    if failed.len() > NAMED {
        parts.push(format!("{} more failed", failed.len() - NAMED));
    }
    for (found, said) in
        [(&canceled, "cancelled"), (&behind, "not run"), (&excluded, "excluded"), (&disabled, "disabled")]
    {
        if !found.is_empty() {
            parts.push(format!("{} {} {said}", named(found), if found.len() == 1 { "was" } else { "were" }));
        }
    }
    if !anyway.is_empty() {
        parts.push(format!("{} ran anyway", named(&anyway)));
    }
    if failed.is_empty() && canceled.is_empty() && behind.is_empty() {
        let succeeded = record.tasks.len() - excluded.len() - disabled.len();
        parts.insert(0, format!("{} ran", count(succeeded as u64, "task")));
    }
    format!("{}.", parts.join("; "))
}

fn failure(task: &TaskRecord) -> String {
    let how = if task.result == Some(TaskResult::TimedOut) { "timed out" } else { "failed" };
    match task.attempts.len() {
        0 | 1 => format!("`{}` {how}", task.task_key),
        attempts => format!("`{}` {how} on its {} attempt", task.task_key, ordinal(attempts)),
    }
}

fn named(tasks: &[&TaskRecord]) -> String {
    if tasks.len() > NAMED {
        return count(tasks.len() as u64, "task");
    }
    listed(&tasks.iter().map(|task| task.task_key.as_str()).collect::<Vec<_>>())
}

/// Whether it ran though something right before it did not succeed.
fn ran_anyway(job: Option<&Job>, record: &RunRecord, task: &TaskRecord) -> bool {
    let settings: Option<&Task> = job.and_then(|job| job.tasks.iter().find(|known| known.task_key == task.task_key));
    settings.is_some_and(|settings| {
        let failed = |key: &str| {
            record.tasks.iter().any(|other| other.task_key == key && other.result.is_some_and(TaskResult::is_failure))
        };
        settings.run_if != RunIf::AllSuccess && settings.depends_on.iter().any(|before| failed(&before.task_key))
    })
}

pub fn ordinal(number: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    if let Some(word) = number.checked_sub(1).and_then(|place| WORDS.get(place)) {
        return (*word).to_owned();
    }
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_in_words_as_far_as_there_are_some() {
        let told = [1, 2, 10, 11, 21, 22, 23, 112].map(ordinal);
        assert_eq!(told, ["first", "second", "tenth", "11th", "21st", "22nd", "23rd", "112th"]);
    }
}
