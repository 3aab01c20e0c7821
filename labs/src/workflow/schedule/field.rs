//! One field of a Quartz expression: lists, ranges and steps over its numbers and names.

use super::quartz::CronError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldName {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
    Year,
}

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl FieldName {
    /// In the order of an expression.
    pub const ALL: [FieldName; 7] = [
        FieldName::Second,
        FieldName::Minute,
        FieldName::Hour,
        FieldName::DayOfMonth,
        FieldName::Month,
        FieldName::DayOfWeek,
        FieldName::Year,
    ];

    /// Lowest and highest number.
    pub fn bounds(self) -> (u16, u16) {
        match self {
            FieldName::Second | FieldName::Minute => (0, 59),
            FieldName::Hour => (0, 23),
            FieldName::DayOfMonth => (1, 31),
            FieldName::Month => (1, 12),
            FieldName::DayOfWeek => (1, 7),
            FieldName::Year => (1970, 2099),
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            FieldName::Second => "second",
            FieldName::Minute => "minute",
            FieldName::Hour => "hour",
            FieldName::DayOfMonth => "day-of-month",
            FieldName::Month => "month",
            FieldName::DayOfWeek => "day-of-week",
            FieldName::Year => "year",
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            FieldName::Month => &MONTHS,
            FieldName::DayOfWeek => &DAYS,
            _ => &[],
        }
    }

    pub(super) fn error(self, message: impl Into<String>, hint: impl Into<String>) -> CronError {
        CronError { field: Some(self), message: message.into(), hint: hint.into(), instead: None }
    }

    fn range_hint(self) -> String {
        let (low, high) = self.bounds();
        match self {
            FieldName::Month => "Write 1 to 12, or JAN to DEC.".to_owned(),
            FieldName::DayOfWeek => "Write 1 (Sunday) to 7 (Saturday), or SUN to SAT.".to_owned(),
            _ => format!("Write {low} to {high}."),
        }
    }

    /// A number or a name of this field.
    pub(super) fn value(self, text: &str) -> Result<u16, CronError> {
        let (low, high) = self.bounds();
        if let Some(place) = self.names().iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(low + u16::try_from(place).unwrap_or(0));
        }
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.error(format!("{text:?} is not a {}", self.label()), self.range_hint()));
        }
        match text.parse::<u16>() {
            Ok(value) if (low..=high).contains(&value) => Ok(value),
            _ => Err(self.error(format!("{text} is outside {low} to {high}"), self.range_hint())),
        }
    }

    /// The numbers that a field without `?`, `L`, `W` and `#` names, ascending, each once.
    pub(super) fn values(self, text: &str) -> Result<Vec<u16>, CronError> {
        let (low, high) = self.bounds();
        let mut chosen = vec![false; usize::from(high - low) + 1];
        for part in text.split(',') {
            for value in self.part(part)? {
                if let Some(slot) = chosen.get_mut(usize::from(value - low)) {
                    *slot = true;
                }
            }
        }
        Ok((low..=high).zip(chosen).filter_map(|(value, is_chosen)| is_chosen.then_some(value)).collect())
    }

    /// `*`, `a`, `a-b`, each also with `/step`; `a/step` goes to the field's end.
    fn part(self, part: &str) -> Result<Vec<u16>, CronError> {
        let (low, high) = self.bounds();
        let (base, step) = match part.split_once('/') {
            None => (part, None),
            Some((base, step)) => (base, Some(self.step(step)?)),
        };
        let (first, last) = match base.split_once('-') {
            _ if base == "*" || (base.is_empty() && step.is_some()) => (low, high),
            Some((first, last)) => (self.value(first)?, self.value(last)?),
            None if step.is_some() => (self.value(base)?, high),
            None => {
                let value = self.value(base)?;
                (value, value)
            }
        };
        if self == FieldName::Year && first > last {
            return Err(self.error(format!("{base} ends before it begins"), "Write the earlier year first."));
        }
        // A range that wraps (22-2) goes over the end and on from the start.
        let size = high - low + 1;
        let length = if first <= last { last - first } else { size - (first - last) };
        let step = usize::from(step.unwrap_or(1));
        Ok((0..=length).step_by(step).map(|offset| low + (first - low + offset) % size).collect())
    }

    fn step(self, text: &str) -> Result<u16, CronError> {
        let (low, high) = self.bounds();
        let largest = if low == 0 { high } else { high - low + 1 };
        match text.parse::<u16>() {
            Ok(step) if (1..=largest).contains(&step) && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(step),
            _ => Err(self.error(format!("{text:?} is not a step"), format!("Write 1 to {largest} after the /."))),
        }
    }
}
