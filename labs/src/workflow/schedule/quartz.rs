//! A Quartz expression, checked, and the days that it means.

use jiff::civil::{Date, Weekday};

use super::field::FieldName;

/// A checked expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quartz {
    pub(super) seconds: Vec<u16>,
    pub(super) minutes: Vec<u16>,
    pub(super) hours: Vec<u16>,
    days: Days,
    months: Vec<u16>,
    /// Empty for every year.
    years: Vec<u16>,
}

/// The one of the two day fields that is not `?`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(Vec<u16>),
    /// `L`, `L-3`: so many days before the month's last.
    BeforeEnd(u16),
    /// `LW`, `L-3W`: the weekday nearest to that day.
    WeekdayBeforeEnd(u16),
    /// `15W`: the weekday nearest to the day, within the month.
    NearestWeekday(u16),
    /// 1 is Sunday.
    OfWeek(Vec<u16>),
    /// `6L`: the month's last Friday.
    LastOfWeek(u16),
    /// `6#3`: the month's third Friday.
    NthOfWeek(u16, u16),
}

/// Why an expression is refused. Reads on after "The schedule ...".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CronError {
    /// `None` when the whole is wrong.
    pub field: Option<FieldName>,
    pub message: String,
    pub hint: String,
    /// The expression that was probably meant, where that can be said.
    pub instead: Option<String>,
}

impl std::fmt::Display for CronError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field {
            Some(field) => write!(f, "In the {} field, {}.", field.label(), self.message),
            None => write!(f, "{}.", self.message),
        }
    }
}

impl std::error::Error for CronError {}

impl Quartz {
    /// Checks an expression.
    ///
    /// # Errors
    /// The first field that does not fit, and what to write instead.
    pub fn parse(expression: &str) -> Result<Self, CronError> {
        let fields: Vec<&str> = expression.split_whitespace().collect();
        let (six, year) = match fields.as_slice() {
            [second, minute, hour, day, month, weekday] => ([*second, minute, hour, day, month, weekday], None),
            [second, minute, hour, day, month, weekday, year] => {
                ([*second, minute, hour, day, month, weekday], Some(*year))
            }
            [minute, hour, day, month, weekday] => return Err(five_fields([minute, hour, day, month, weekday])),
            other => return Err(wrong_count(other.len())),
        };
        let [second, minute, hour, day, month, weekday] = six;
        for (name, text) in
            FieldName::ALL.into_iter().zip([second, minute, hour, "", month, "", year.unwrap_or_default()])
        {
            if text == "?" {
                return Err(
                    name.error("? is not possible", "Only one of the two day fields is ?; write * for every one.")
                );
            }
        }
        Ok(Self {
            seconds: FieldName::Second.values(second)?,
            minutes: FieldName::Minute.values(minute)?,
            hours: FieldName::Hour.values(hour)?,
            days: days(day, weekday).map_err(|error| CronError { instead: with_one_day(&fields, 3), ..error })?,
            months: FieldName::Month.values(month)?,
            years: year.filter(|year| *year != "*").map_or(Ok(Vec::new()), |year| FieldName::Year.values(year))?,
        })
    }

    /// Whether the schedule fires on that day at all.
    pub fn includes(&self, date: Date) -> bool {
        let year_fits =
            self.years.is_empty() || self.years.iter().any(|year| i32::from(*year) == i32::from(date.year()));
        year_fits && self.months.contains(&unsigned(date.month())) && self.days.include(date)
    }
}

/// The expression with `?` in one of the two day fields, where the other one says which days: after so many fields stands
/// the day of the month.
fn with_one_day(fields: &[&str], before: usize) -> Option<String> {
    let mut fields = fields.to_vec();
    let (day, weekday) = (*fields.get(before)?, *fields.get(before + 2)?);
    match (day, weekday) {
        ("?", "?") => fields[before] = "*",
        (_, "*") => fields[before + 2] = "?",
        ("*", _) => fields[before] = "?",
        _ => return None,
    }
    Some(fields.join(" ")).filter(|expression| Quartz::parse(expression).is_ok())
}

fn wrong_count(count: usize) -> CronError {
    let message = format!("A Quartz expression has six or seven fields, this one has {count}");
    let hint =
        "Write second, minute, hour, day-of-month, month, day-of-week, for example 0 0 6 * * ? for daily at 06:00.";
    CronError { field: None, message, hint: hint.to_owned(), instead: None }
}

/// Five fields are cron's; the hint says the same in Quartz where that is possible.
fn five_fields([minute, hour, day, month, weekday]: [&str; 5]) -> CronError {
    let message = "This has five fields, as in Unix cron; Quartz begins with the seconds and has six".to_owned();
    let translated = match (day, weekday) {
        (_, "*" | "?") => Some(format!("0 {minute} {hour} {day} {month} ?")),
        ("*" | "?", _) => quartz_weekday(weekday).map(|weekday| format!("0 {minute} {hour} ? {month} {weekday}")),
        _ => None,
    };
    let instead = translated.filter(|expression| Quartz::parse(expression).is_ok());
    let hint = match &instead {
        Some(expression) => format!("Write {expression}"),
        None => "Put 0 for the seconds in front, write ? in one of the two day fields, and count days from SUN=1."
            .to_owned(),
    };
    CronError { field: None, message, hint, instead }
}

/// Cron counts weekdays from Sunday = 0 (or 7), Quartz from Sunday = 1.
fn quartz_weekday(field: &str) -> Option<String> {
    if field.contains(['/', '#', 'L']) {
        return None;
    }
    let mut out = String::new();
    let mut digits = String::new();
    for character in field.chars().chain([' ']) {
        if character.is_ascii_digit() {
            digits.push(character);
            continue;
        }
        if !digits.is_empty() {
            let day: u16 = digits.parse().ok().filter(|day| *day <= 7)?;
            out.push_str(&(day % 7 + 1).to_string());
            digits.clear();
        }
        out.push(character);
    }
    Some(out.trim_end().to_owned())
}

fn days(day: &str, weekday: &str) -> Result<Days, CronError> {
    match (day, weekday) {
        ("?", "?") => {
            Err(FieldName::DayOfWeek.error("? stands in both day fields", "Put * in one of them: ? * or * ?."))
        }
        (_, "?") => day_of_month(day),
        ("?", _) => day_of_week(weekday),
        (_, "*") => Err(FieldName::DayOfWeek.error(
            "* is not possible together with a day of the month",
            "Exactly one of the two day fields is ?; here write ? for the day of the week.",
        )),
        _ => Err(FieldName::DayOfMonth.error(
            format!("{day} is not possible together with a day of the week"),
            "Exactly one of the two day fields is ?; write ? in the one that you do not need.",
        )),
    }
}

fn day_of_month(text: &str) -> Result<Days, CronError> {
    let name = FieldName::DayOfMonth;
    let upper = text.to_ascii_uppercase();
    if upper.contains(',') && upper.contains(['L', 'W']) {
        return Err(name.error("L and W cannot be part of a list", "Use a schedule of its own for them."));
    }
    if upper.contains('#') {
        return Err(name.error("# is not possible", "6#3, the third Friday, belongs into the day-of-week field."));
    }
    if let Some(rest) = upper.strip_prefix('L') {
        let (rest, weekday) = rest.strip_suffix('W').map_or((rest, false), |rest| (rest, true));
        let offset = match rest.strip_prefix('-') {
            None if rest.is_empty() => 0,
            Some(digits) => digits.parse::<u16>().ok().filter(|offset| *offset <= 30).ok_or_else(|| bad_last(text))?,
            None => return Err(bad_last(text)),
        };
        return Ok(if weekday { Days::WeekdayBeforeEnd(offset) } else { Days::BeforeEnd(offset) });
    }
    match upper.strip_suffix('W') {
        Some(day) => Ok(Days::NearestWeekday(name.value(day)?)),
        None => Ok(Days::OfMonth(name.values(text)?)),
    }
}

fn bad_last(text: &str) -> CronError {
    let hint = "Write L for the last day, L-3 for three days before it, LW for the last weekday.";
    FieldName::DayOfMonth.error(format!("{text} is not understood"), hint)
}

fn day_of_week(text: &str) -> Result<Days, CronError> {
    let name = FieldName::DayOfWeek;
    let upper = text.to_ascii_uppercase();
    if upper.contains(',') && (upper.contains('#') || upper.split(',').any(|part| part.ends_with('L'))) {
        return Err(name.error("L and # cannot be part of a list", "Use a schedule of its own for them."));
    }
    if let Some((day, nth)) = upper.split_once('#') {
        let nth = nth.parse::<u16>().ok().filter(|nth| (1..=5).contains(nth));
        let nth = nth.ok_or_else(|| {
            name.error(format!("{text} is not understood"), "After # stands 1 to 5: 6#3 is the third Friday.")
        })?;
        return Ok(Days::NthOfWeek(name.value(day)?, nth));
    }
    if upper == "L" {
        return Ok(Days::OfWeek(vec![7]));
    }
    match upper.strip_suffix('L') {
        Some(day) => Ok(Days::LastOfWeek(name.value(day)?)),
        None if upper.ends_with('W') => Err(name
            .error("W is not possible", "15W, the weekday nearest to the 15th, belongs into the day-of-month field.")),
        None => Ok(Days::OfWeek(name.values(text)?)),
    }
}

impl Days {
    fn include(&self, date: Date) -> bool {
        let day = unsigned(date.day());
        let last = unsigned(date.days_in_month());
        let weekday = sunday_one(date);
        match self {
            Days::OfMonth(days) => days.contains(&day),
            Days::BeforeEnd(offset) => day + offset == last,
            Days::WeekdayBeforeEnd(offset) => last > *offset && Some(day) == nearest_weekday(date, last - offset),
            Days::NearestWeekday(wanted) => Some(day) == nearest_weekday(date, *wanted),
            Days::OfWeek(days) => days.contains(&weekday),
            Days::LastOfWeek(wanted) => weekday == *wanted && day + 7 > last,
            Days::NthOfWeek(wanted, nth) => weekday == *wanted && day.div_ceil(7) == *nth,
        }
    }
}

/// The weekday (Monday to Friday) nearest to a day of the month of `date`, without leaving the month.
/// `None` when the month has no such day.
fn nearest_weekday(date: Date, day: u16) -> Option<u16> {
    let last = unsigned(date.days_in_month());
    if day > last {
        return None;
    }
    let wanted = date.with().day(i8::try_from(day).ok()?).build().ok()?;
    Some(match wanted.weekday() {
        Weekday::Saturday if day == 1 => 3,
        Weekday::Saturday => day - 1,
        Weekday::Sunday if day == last => day - 2,
        Weekday::Sunday => day + 1,
        _ => day,
    })
}

fn sunday_one(date: Date) -> u16 {
    unsigned(date.weekday().to_sunday_one_offset())
}

fn unsigned(number: i8) -> u16 {
    u16::from(number.unsigned_abs())
}
