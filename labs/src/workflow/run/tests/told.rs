//! What is told of a run while it goes on.

use super::*;

/// All that is told, a line each.
fn told(job: Job, settings: Settings) -> Vec<String> {
    let mut run = Run::begin(job, settings).unwrap();
    let mut lines = Vec::new();
    loop {
        let order = run.next_order();
        lines.extend(run.news().into_iter().map(line));
        let Some(order) = order else { return lines };
        run.performed(&order, minute(&order));
    }
}

fn line(news: News) -> String {
    match news {
        News::Attempt { task_key, attempt } => {
            let input = attempt.iteration.map(|of| format!(" {}:{}", of.number, of.input)).unwrap_or_default();
            format!("{task_key}{input} #{} {}", attempt.number, attempt.error.unwrap_or_default())
        }
        News::Task { task_key, result, error, .. } => {
            format!("{task_key} {} {}", result.name(), error.unwrap_or_default())
        }
    }
}

#[test]
fn every_attempt_is_told_also_one_with_a_fault_and_every_task_that_was_not_tried() {
    let mut job = chain(&["a", "b", "c"]);
    job.tasks[0].max_retries = Some(1);
    job.tasks[1].disabled = true;
    job.tasks[2].run_if = RunIf::AtLeastOneFailed;
    let faults = vec![fault("a", Some(1), FaultKind::Fail)];
    let lines = told(job, Settings { faults, ..settings() });
    assert_eq!(lines, ["a #1 This attempt was made to fail.", "a #2 ", "b DISABLED ", "c DISABLED "]);
}

#[test]
fn iterations_have_their_number_and_their_input() {
    let mut job = chain(&["each"]);
    let inner = std::mem::take(&mut job.tasks[0].notebook_task);
    let task = Box::new(Task { notebook_task: inner, ..Task::default() });
    let each = |inputs: &str| Some(ForEachTask { inputs: inputs.to_owned(), concurrency: None, task: task.clone() });
    job.tasks[0].for_each_task = each(r#"["Books", {"a": 1}]"#);
    assert_eq!(told(job.clone(), settings()), ["each 1:Books #1 ", r#"each 2:{"a":1} #1 "#]);
    job.tasks[0].for_each_task = each("three");
    assert_eq!(told(job, settings()), ["each FAILED The inputs are no JSON list: three"]);
}

#[test]
fn a_repair_tells_only_what_it_runs_again() {
    let job = chain(&["a", "b"]);
    let faults = vec![fault("b", None, FaultKind::Fail)];
    let run = finished(job.clone(), Settings { faults, ..settings() }, minute);
    let mut repaired = run.repair(job, settings(), Repair::all_failed(at(9))).unwrap();
    drive(&mut repaired, minute);
    assert_eq!(repaired.news().into_iter().map(line).collect::<Vec<_>>(), ["b #2 "]);
}
