//! The exam policy of a quiz: one setting that makes it an exam. Times are arguments, in milliseconds since 1970 by the
//! server's clock; who is told what is the caller's.
//!
//! An exam has one attempt and, unless the file says another number, two questions of each topic.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::deadline::Timing;
use crate::mistake::Mistake;
use crate::reading::Fields;

/// Attempts of an exam.
pub const ATTEMPTS: u32 = 1;
/// Questions of a topic, when the file does not say.
pub const PER_TOPIC: u32 = 2;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exam {
    /// From this moment on attempts begin.
    pub opens_ms: i64,
    /// From this moment on none begins, and running ones end.
    pub closes_ms: i64,
    /// What a student must type to begin; `None` for nothing.
    pub start_code: Option<String>,
    pub closed: Vec<Area>,
    pub closed_during: Closed,
}

/// A part of the course that an exam may close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    Workbench,
    Lessons,
}

/// How long areas are closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// To a student, while their attempt runs.
    #[default]
    Attempt,
    /// To all students, while the window is open.
    Window,
}

/// Why an attempt at an exam may not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    NotOpen { opens_ms: i64 },
    Over { closed_ms: i64 },
    NoAttemptLeft,
    WrongCode,
}

const AREAS: [(&str, Area); 2] = [("workbench", Area::Workbench), ("lessons", Area::Lessons)];
const DURING: [(&str, Closed); 2] = [("attempt", Closed::Attempt), ("window", Closed::Window)];

impl Exam {
    /// Reads `exam`; `None` without, or when its times cannot be read.
    pub(crate) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let node = fields.node("exam")?;
        let mut exam = Fields::of(node, fields.path_of("exam"), mistakes)?;
        let (opens_ms, closes_ms) = (moment(&mut exam, "opens", mistakes), moment(&mut exam, "closes", mistakes));
        if let (Some(opens_ms), Some(closes_ms)) = (opens_ms, closes_ms)
            && closes_ms <= opens_ms
        {
            mistakes.push(exam.mistake("BAD_VALUE", "closes", "An exam must close after it opens."));
        }
        let start_code = exam.text("start_code", mistakes).map(|code| code.trim().to_owned());
        if start_code.as_deref() == Some("") {
            mistakes.push(exam.mistake("MISSING_FIELD", "start_code", "`start_code` is empty here."));
        }
        let closed = areas(&mut exam, mistakes);
        let closed_during = exam.choice("closed_during", &DURING, mistakes).unwrap_or_default();
        exam.finish(mistakes);
        Some(Self { opens_ms: opens_ms?, closes_ms: closes_ms?, start_code, closed, closed_during })
    }

    /// Whether an attempt may begin.
    ///
    /// # Errors
    /// Why not: the window first, then the attempts, then the code, so that nobody tries codes beforehand.
    pub fn admits(&self, now_ms: i64, attempts_made: u32, code: &str) -> Result<(), Refusal> {
        if now_ms < self.opens_ms {
            Err(Refusal::NotOpen { opens_ms: self.opens_ms })
        } else if now_ms >= self.closes_ms {
            Err(Refusal::Over { closed_ms: self.closes_ms })
        } else if attempts_made >= ATTEMPTS {
            Err(Refusal::NoAttemptLeft)
        } else if self.start_code.as_ref().is_some_and(|known| !known.eq_ignore_ascii_case(code.trim())) {
            Err(Refusal::WrongCode)
        } else {
            Ok(())
        }
    }

    /// Whether a student finds this part of the course closed.
    pub fn closes(&self, area: Area, now_ms: i64, attempt_runs: bool) -> bool {
        let is_open = (self.opens_ms..self.closes_ms).contains(&now_ms);
        let is_now = attempt_runs || self.closed_during == Closed::Window && is_open;
        is_now && self.closed.contains(&area)
    }

    /// What bounds an attempt at the exam. Extra minutes move the close of the window too, and so does what a student's own
    /// share adds to the minutes: both are given on purpose.
    pub fn timing(&self, started_ms: i64, minutes: Option<u32>, factor_percent: u32, extra_minutes: u32) -> Timing {
        let share = i64::from(factor_percent.saturating_sub(100));
        let own_ms = i64::from(minutes.unwrap_or(0)) * 60_000 * share / 100;
        let due_ms = self.closes_ms.saturating_add(i64::from(extra_minutes) * 60_000).saturating_add(own_ms);
        Timing { started_ms, minutes, factor_percent, extra_minutes, due_ms: Some(due_ms) }
    }
}

fn areas(exam: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Area> {
    if exam.node("closed").is_none() {
        return AREAS.map(|(_, area)| area).to_vec();
    }
    let mut areas = Vec::new();
    for word in exam.texts("closed", mistakes) {
        match AREAS.iter().find(|(known, _)| *known == word) {
            Some((_, area)) => areas.push(*area),
            None => {
                let mistake =
                    exam.mistake("BAD_VALUE", "closed", format!("`{word}` is not a part that can be closed."));
                mistakes.push(mistake.with_hint("Write workbench, lessons or both."));
            }
        }
    }
    areas
}

fn moment(exam: &mut Fields<'_>, name: &'static str, mistakes: &mut Vec<Mistake>) -> Option<i64> {
    let before = mistakes.len();
    let text = exam.required_text(name, mistakes);
    let moment = text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    if moment.is_none() && mistakes.len() == before {
        let mistake = exam.mistake("BAD_VALUE", name, format!("`{text}` is not a moment."));
        mistakes.push(mistake.with_hint("Write it with its offset: 2026-03-02T09:00:00+01:00."));
    }
    moment
}

/// Minutes that staff give while an exam runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraMinutes {
    /// `None` for all.
    pub student: Option<String>,
    pub minutes: u32,
}

/// All minutes that a student was given.
pub fn extra_minutes(student: &str, grants: &[ExtraMinutes]) -> u32 {
    let of_student = grants.iter().filter(|grant| grant.student.as_deref().is_none_or(|one| one == student));
    of_student.fold(0, |sum, grant| sum.saturating_add(grant.minutes))
}

/// A running attempt, for a dry run of more minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    pub student: String,
    pub started_ms: i64,
    pub factor_percent: u32,
}

/// An attempt that would end at another moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndChange {
    pub student: String,
    pub from_ms: i64,
    pub to_ms: i64,
}

/// Whose attempts would end later by a further grant, and when.
pub fn end_changes(
    exam: &Exam,
    minutes: Option<u32>,
    running: &[Running],
    grants: &[ExtraMinutes],
    further: &ExtraMinutes,
) -> Vec<EndChange> {
    let with_further: Vec<ExtraMinutes> = grants.iter().chain([further]).cloned().collect();
    let change = |attempt: &Running| {
        let end = |grants: &[ExtraMinutes]| {
            let extra = extra_minutes(&attempt.student, grants);
            exam.timing(attempt.started_ms, minutes, attempt.factor_percent, extra).ends_ms()
        };
        let (from_ms, to_ms) = (end(grants)?, end(&with_further)?);
        (from_ms != to_ms).then(|| EndChange { student: attempt.student.clone(), from_ms, to_ms })
    };
    running.iter().filter_map(change).collect()
}

#[cfg(test)]
mod tests;
