//! A grader's report and its checks, as pages show them.

use sandbar_grader::feedback;
use sandbar_grader::outcome::Place;
use sandbar_grader::report::{Counts, Receipt};
use sandbar_grader::rubric::HintLevel;
use sandbar_grader::{CheckReport, Points, Report, Status, TaskReport};
use sandbar_labs::diagnostic::{Finding, Severity};

use super::{count, moment, percent};
use crate::marks::{DEDUCTION, Mark};
use crate::pages::marked::Withheld;
use crate::store::comments;
use crate::store::overrides::Override;
use crate::view::checks::{
    Adjusted, Check, CheckList, Comment, ComparedRow, Comparison, Counterexample, FoundValue, Remarks, SmallRow,
    SmallTable,
};
use crate::view::output::ErrorOutput;
use crate::view::report;

/// The checks in the order of the tasks; the first one that failed is unfolded.
pub fn check_list(report: &Report) -> CheckList {
    let passed = report.checks.iter().filter(|check| check.status == Status::Passed).count();
    CheckList {
        summary: format!("{passed} of {} hold", count(report.checks.len() as u64, "public check")),
        percent: percent(u32_of(passed), u32_of(report.checks.len())),
        error: report.stopped.as_ref().map(stopped_with),
        checks: unfold_first(report.checks.iter().map(check).collect()),
    }
}

/// With the line of the file that was graded.
fn stopped_with(stop: &sandbar_grader::report::StopReport) -> ErrorOutput {
    ErrorOutput {
        message: stop.error.message.clone(),
        class: stop.error.class.clone(),
        sqlstate: stop.error.sqlstate.clone(),
        line: Some(stop.place.line),
        column: None,
        hint: stop.error.hint.clone(),
        source_line: String::new(),
        expected: false,
    }
}

/// The report with the points that count and what people did and wrote.
///
/// With `withheld` it is the public part of a report, and counts stand in the place of the rest.
pub fn report(
    report: &Report,
    mark: &Mark,
    people: (&[Override], &[comments::Comment]),
    withheld: Option<&Withheld>,
) -> report::Report {
    let kind = if withheld.is_some() { "public check" } else { "check" };
    let tasks = report.tasks.iter().zip(&mark.tasks);
    report::Report {
        score: mark.score.to_string(),
        max_score: mark.max_score.to_string(),
        unit: if withheld.is_some() { "public points" } else { "points" },
        withheld: withheld.map(counts),
        deductions: deductions(mark, people.0),
        percent: percent(mark.score.hundredths(), mark.max_score.hundredths()),
        adjusted: mark.is_adjusted().then(|| format!("A person changed points; the grader gave {}.", report.score)),
        sentence: sentence(report, &mark.tasks, kind),
        tasks: tasks.map(|(task, score)| report_task(report, (task, *score), (mark, people))).collect(),
        stopped: report.stopped.as_ref().map(stopped),
        findings: report.findings.iter().map(finding).collect(),
        replay: withheld.is_none().then(|| report::ReplayToken {
            line: report.replay.to_string(),
            release: report.replay.release.clone(),
            seed: report.replay.seed.to_string(),
            engine: report.replay.engine.clone(),
            submission_hash: report.replay.submission.clone(),
        }),
    }
}

fn counts(withheld: &Withheld) -> report::Withheld {
    let hold = |counts: Counts, kind: &str| {
        let all = counts.passed + counts.failed;
        let verb = if counts.passed == 1 || all == 1 { "holds" } else { "hold" };
        format!("{} of {} {verb}.", counts.passed, count(all as u64, kind))
    };
    let Receipt { public, hidden } = withheld.receipt;
    report::Withheld {
        public: hold(public, "public check"),
        hidden: Some(hidden).filter(|it| it.passed + it.failed > 0).map(|it| hold(it, "hidden check")),
        until: withheld.until.map(moment),
    }
}

/// What hints and lateness took, each a line.
fn deductions(mark: &Mark, overrides: &[Override]) -> Vec<report::Deduction> {
    let line = |name: &str, text: String, points: Points| {
        let row = overrides.iter().find(|row| row.in_force && row.check == format!("{DEDUCTION}{name}"));
        let waived = row.map(|row| format!("{} took this back: {}", row.by, row.reason));
        report::Deduction { text, points: points.to_string(), waived, name: name.to_owned(), waive: None }
    };
    let hints = mark.hints.iter().map(|cost| {
        let (task, level) = (cost.price.task, cost.price.level);
        let text =
            format!("Hints of task {task}, down to {}: {} % of the task", level_text(level), level.price_percent());
        let points = if cost.waived { cost.price.points } else { cost.points };
        line(&format!("hints-{task}"), text, points)
    });
    let late =
        mark.late.map(|cost| line("late", format!("Handed in late: {} % of its points", cost.percent), cost.share));
    hints.chain(late).collect()
}

/// A level of a hint in a sentence.
pub fn level_text(level: HintLevel) -> &'static str {
    match level {
        HintLevel::Concept => "the concept",
        HintLevel::Clause => "the clause",
        HintLevel::Skeleton => "the skeleton",
        HintLevel::Difference => "the deciding line",
    }
}

pub fn comment(comment: &comments::Comment) -> Comment {
    Comment { by: comment.by.clone(), at: moment(comment.at), text: comment.text.clone() }
}

pub fn finding(finding: &Finding) -> report::Finding {
    let (severity, severity_text) = match finding.severity {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warning", "Warning"),
        Severity::Advice => ("advice", "Advice"),
    };
    report::Finding {
        severity,
        severity_text,
        code: finding.code.clone(),
        message: finding.message.clone(),
        hint: finding.hint.clone(),
        line: finding.line,
        column: finding.column,
        path: finding.path.clone(),
    }
}

/// `21 of 25 checks hold. Tasks 5 and 7 lost points.`
fn sentence(report: &Report, scores: &[Points], kind: &str) -> String {
    let passed = report.checks.iter().filter(|check| check.status == Status::Passed).count();
    let lost = report.tasks.iter().zip(scores).filter(|(task, score)| **score < task.max_score);
    let lost: Vec<String> = lost.map(|(task, _)| task.number.to_string()).collect();
    let lost = match lost.as_slice() {
        [] => "Every task has all of its points.".to_owned(),
        [one] => format!("Task {one} lost points."),
        [first @ .., last] => format!("Tasks {} and {last} lost points.", first.join(", ")),
    };
    format!("{passed} of {} hold. {lost}", count(report.checks.len() as u64, kind))
}

fn report_task(
    report: &Report,
    (task, score): (&TaskReport, Points),
    (mark, people): (&Mark, (&[Override], &[comments::Comment])),
) -> report::ReportTask {
    let state = match score {
        score if score == task.max_score => "passed",
        score if score > Points::ZERO => "partly",
        _ => "failed",
    };
    let remarked = |graded: &CheckReport| {
        let counting = mark.check(&graded.id).map_or(graded.points, |check| check.points);
        Check {
            points: format!("{counting} of {}", graded.max_points),
            remarks: remarks(graded, counting, people),
            ..check(graded)
        }
    };
    report::ReportTask {
        number: task.number,
        title: task.title.clone(),
        score: score.to_string(),
        max_score: task.max_score.to_string(),
        state,
        note: task.note(),
        checks: unfold_first(report.checks_of(task.number).map(remarked).collect()),
    }
}

fn remarks(
    check: &CheckReport,
    counting: Points,
    (overrides, written): (&[Override], &[comments::Comment]),
) -> Remarks {
    let set = overrides.iter().find(|row| row.in_force && row.check == check.id);
    let adjusted = set.map(|row| Adjusted {
        sentence: set_by(&row.by, row.points.map(Points::from_hundredths), counting, (check.points, check.max_points)),
        reason: row.reason.clone(),
    });
    let own = written.iter().filter(|comment| comment.check.as_deref() == Some(check.id.as_str()));
    Remarks { adjusted, comments: own.map(comment).collect(), form: None }
}

/// `set`: what the person named. A later release may give the check fewer points, of which no more can count.
fn set_by(by: &str, set: Option<Points>, counting: Points, (given, most): (Points, Points)) -> String {
    match set.filter(|set| *set > most) {
        Some(set) => {
            format!("{by} set {set} points, of which {counting} count: the check has {most}. The grader gave {given}.")
        }
        None => format!("{by} set {counting} of {most} points; the grader gave {given}."),
    }
}

fn unfold_first(mut checks: Vec<Check>) -> Vec<Check> {
    if let Some(first) = checks.iter_mut().find(|check| check.status != "passed") {
        first.open = true;
    }
    checks
}

fn stopped(stop: &sandbar_grader::report::StopReport) -> report::Stopped {
    report::Stopped {
        place: stop.title.clone().unwrap_or_else(|| stop.place.file.clone()),
        line: Some(stop.place.line),
        class: stop.error.class.clone(),
        sqlstate: stop.error.sqlstate.clone(),
        message: stop.error.message.clone(),
        hint: stop.error.hint.clone(),
    }
}

fn check(check: &CheckReport) -> Check {
    let (status, status_text) = match check.status {
        Status::Passed => ("passed", "Passed"),
        Status::Failed => ("failed", "Not yet"),
        Status::Error => ("error", "Could not run"),
        Status::Unavailable => ("unavailable", "Unavailable (ours)"),
        Status::Blocked => ("blocked", "Blocked"),
    };
    let passed = check.status == Status::Passed;
    Check {
        id: check.id.clone(),
        task: format!("Task {}", check.task),
        title: check.claim.clone(),
        status,
        status_text,
        points: format!("{} of {}", check.points, check.max_points),
        message: if passed { String::new() } else { check.message.clone() },
        expected: check.expected.clone(),
        found: check.found.clone(),
        comparison: check.comparison.as_ref().map(comparison),
        counterexample: check.counterexample.as_ref().map(counterexample),
        place: check.place.as_ref().map(shown_place).unwrap_or_default(),
        contract: check.contract.clone(),
        hint: check.next_step.clone().filter(|_| !passed),
        open: false,
        remarks: Remarks::default(),
    }
}

/// The cell of a notebook whose lines nobody sees, else the line of the file.
fn shown_place(place: &Place) -> String {
    match &place.cell {
        Some(cell) => format!("{}, cell {cell}", place.file),
        None => format!("{}, line {}", place.file, place.line),
    }
}

fn comparison(comparison: &feedback::Comparison) -> Comparison {
    Comparison { columns: comparison.columns.clone(), rows: comparison.rows.iter().map(compared).collect() }
}

/// The tables side by side, without a way to try them.
pub fn counterexample(found: &sandbar_grader::property::counterexample::Counterexample) -> Counterexample {
    let tables = found.tables.iter().map(|table| SmallTable {
        title: table.title.clone(),
        columns: table.columns.clone(),
        rows: (0..)
            .zip(&table.rows)
            .map(|(at, values)| SmallRow { marked: table.marked.contains(&at), values: values.clone() })
            .collect(),
    });
    Counterexample { tables: tables.collect(), attempt: None }
}

fn compared(row: &feedback::ComparedRow) -> ComparedRow {
    let differs = |index: usize, text: &str| {
        row.expected.as_ref().and_then(|expected| expected.get(index)).is_none_or(|expected| expected != text)
    };
    let value = |(index, text): (usize, &String)| FoundValue { text: text.clone(), differs: differs(index, text) };
    ComparedRow {
        expected: row.expected.clone(),
        found: row.found.as_ref().map(|found| found.iter().enumerate().map(value).collect()),
    }
}

fn u32_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_a_person_set_are_told_also_where_a_check_has_fewer_now() {
        let told = |set: u32, most: u32| {
            let (set, most) = (Points::whole(set), Points::whole(most));
            set_by("Ines", Some(set), set.min(most), (Points::ZERO, most))
        };
        assert_eq!(told(5, 5), "Ines set 5 of 5 points; the grader gave 0.");
        assert_eq!(told(5, 3), "Ines set 5 points, of which 3 count: the check has 3. The grader gave 0.");
    }
}
