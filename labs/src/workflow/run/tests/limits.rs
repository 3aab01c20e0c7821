//! A run ends whatever a student's job asks for, and takes no more than its limits.

use super::super::super::job::{Health, HealthRule};
use super::*;

/// What the task sees when these are the job's parameters, or why its attempt fails.
fn seen(parameters: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
    let mut job = chain(&["a"]);
    let parameter = |(name, default): &(&str, &str)| Parameter { name: (*name).into(), default: (*default).into() };
    job.parameters = parameters.iter().map(parameter).collect();
    let record = finished(job, settings(), minute).record();
    let attempt = &record.tasks[0].attempts[0];
    attempt.error.clone().map_or(Ok(attempt.parameters.clone()), Err)
}

#[test]
fn a_default_may_name_other_parameters_but_not_come_back_to_itself() {
    let found = seen(&[("start", "{{job.parameters.start_date}}"), ("start_date", "2024-01-01")]).unwrap();
    assert_eq!(found["start"], "2024-01-01", "a name that begins as another is another");
    let error = seen(&[("a", "{{job.parameters.b}}"), ("b", "{{job.parameters.a}}")]).unwrap_err();
    assert_eq!(error, "The defaults of parameters name each other without end: `a` -> `b` -> `a`.");
    assert!(seen(&[("a", "{{job.parameters.a}}")]).is_err());
}

#[test]
fn defaults_that_double_each_time_are_refused_before_they_fill_the_memory() {
    for innermost in ["x", ""] {
        let names: Vec<String> = (0..=15).map(|at| format!("p{at}")).collect();
        let twice: Vec<String> =
            names[1..].iter().map(|name| format!("{{{{job.parameters.{name}}}}}").repeat(40)).collect();
        let mut parameters: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(twice.iter().map(String::as_str)).collect();
        parameters.push((&names[15], innermost));
        assert!(seen(&parameters).unwrap_err().contains("more than 65536 bytes"));
    }
}

#[test]
fn a_chain_of_defaults_has_an_end() {
    let names: Vec<String> = (0..5_000).map(|at| format!("p{at}")).collect();
    let next: Vec<String> = names[1..].iter().map(|name| format!("{{{{job.parameters.{name}}}}}")).collect();
    let parameters: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(next.iter().map(String::as_str)).collect();
    assert!(seen(&parameters).unwrap_err().contains("without end"));
}

#[test]
fn a_run_of_too_many_attempts_ends_and_says_why() {
    let mut job = chain(&["a", "b"]);
    job.tasks[0].max_retries = Some(-1);
    job.tasks[1].run_if = RunIf::AllDone;
    let limits = RunLimits { attempts: 7, ..RunLimits::default() };
    let faults = vec![fault("a", None, FaultKind::Fail)];
    let run = finished(job, Settings { limits, faults, ..settings() }, minute);
    let record = run.record();
    assert!(run.was_too_much());
    assert_eq!((record.result, record.tasks[0].attempts.len()), (Some(RunResult::TimedOut), 7));
    assert!(record.tasks[0].error.as_ref().unwrap().contains("more than 7 attempts"));
    assert!(record.tasks[1].attempts.is_empty());
}

#[test]
fn a_run_that_takes_longer_than_its_health_rule_says_so() {
    // Two tasks of a minute.
    for (seconds, told) in [(119, Some(119)), (120, None)] {
        let mut job = chain(&["a", "b"]);
        let (metric, op) = ("RUN_DURATION_SECONDS".to_owned(), "GREATER_THAN".to_owned());
        job.health = Some(Health { rules: vec![HealthRule { metric, op, value: seconds }] });
        let record = finished(job, settings(), minute).record();
        assert_eq!(record.slower_than_seconds, told);
        assert_eq!(record.slow().is_some(), told.is_some());
    }
}
