//! Functions that calculate with dates and timestamps. A text is read as the date or timestamp that it writes.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use datafusion::arrow::datatypes::{DataType, Date32Type};
use datafusion::common::{Result, ScalarValue};

use super::super::errors::{overflow, raise};
use super::rows::{Function, Gives, Row, Takes};
use super::texts::text;
use super::zones::Zone;
use crate::diagnostic::Diagnostic;

use Takes::{Date, Days as Count, Double, Int, Long, Text, Timestamp};

const SECONDS: DataType = DataType::Decimal128(8, 6);

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["date_add"], &[Date, Count], Gives::Date, |row| day_later(row, i64::from(row.int(1)))),
    Function::new(&["date_sub"], &[Date, Count], Gives::Date, |row| day_later(row, -i64::from(row.int(1)))),
    Function::new(&["datediff", "date_diff"], &[Date, Date], Gives::Int, |row| {
        int((row.date(0) - row.date(1)).num_days())
    }),
    Function::new(&["__timestampadd"], &[Text, Long, Timestamp], Gives::Timestamp, timestampadd),
    Function::new(&["__timestampdiff"], &[Text, Timestamp, Timestamp], Gives::Long, timestampdiff),
    Function::new(&["add_months"], &[Date, Int], Gives::Date, |row| {
        date(months_later(row.date(0), i64::from(row.int(1))).ok_or_else(|| raise(overflow("date")))?)
    }),
    Function::new(&["months_between"], &[Timestamp, Timestamp, Takes::Boolean], Gives::Double, months_between)
        .optional(1),
    Function::new(&["last_day"], &[Date], Gives::Date, |row| date(last_day(row.date(0)))),
    Function::new(&["next_day"], &[Date, Text], Gives::Date, next_day),
    Function::new(&["trunc"], &[Date, Text], Gives::Date, |row| match start_of(row.date(0), row.text(1)) {
        Some(start) => date(start),
        None => Ok(ScalarValue::Null),
    }),
    Function::new(&["date_trunc"], &[Text, Timestamp], Gives::Timestamp, date_trunc),
    Function::new(&["hour"], &[Timestamp], Gives::Int, |row| int(i64::from(row.instant(0).hour()))),
    Function::new(&["minute"], &[Timestamp], Gives::Int, |row| int(i64::from(row.instant(0).minute()))),
    Function::new(&["second"], &[Timestamp], Gives::Int, |row| int(i64::from(row.instant(0).second()))),
    Function::new(&["__second"], &[Timestamp], Gives::By(|_| Ok(SECONDS)), |row| {
        let micros = i128::from(row.micros(0).rem_euclid(60_000_000));
        Ok(ScalarValue::Decimal128(Some(micros), 8, 6))
    }),
    Function::new(&["__no_part"], &[Text, Takes::Any], Gives::ByConstants(no_part), |_| Ok(ScalarValue::Null)),
    Function::new(&["weekday"], &[Date], Gives::Int, |row| {
        int(i64::from(row.date(0).weekday().num_days_from_monday()))
    }),
    Function::new(&["__dayofweek_iso"], &[Date], Gives::Int, |row| {
        int(i64::from(row.date(0).weekday().number_from_monday()))
    }),
    Function::new(&["__yearofweek"], &[Date], Gives::Int, |row| int(i64::from(row.date(0).iso_week().year()))),
    Function::new(&["dayname"], &[Date], Gives::Text, |row| text(row.date(0).format("%a").to_string())),
    Function::new(&["monthname"], &[Date], Gives::Text, |row| text(row.date(0).format("%b").to_string())),
    Function::new(&["make_date"], &[Int, Int, Int], Gives::Date, make_date),
    Function::new(&["make_timestamp"], &[Int, Int, Int, Int, Int, Double, Text], Gives::Timestamp, make_timestamp)
        .optional(1),
    Function::new(&["unix_date"], &[Date], Gives::Int, |row| {
        int(row.date(0).signed_duration_since(NaiveDate::default()).num_days())
    }),
    Function::new(&["date_from_unix_date"], &[Int], Gives::Date, |row| Ok(ScalarValue::Date32(Some(row.int(0))))),
    Function::new(&["unix_seconds"], &[Takes::Instant], Gives::Long, |row| long(row.micros(0).div_euclid(1_000_000))),
    Function::new(&["unix_millis"], &[Takes::Instant], Gives::Long, |row| long(row.micros(0).div_euclid(1000))),
    Function::new(&["unix_micros"], &[Takes::Instant], Gives::Long, |row| long(row.micros(0))),
    Function::new(&["timestamp_seconds"], &[Double], Gives::Timestamp, |row| {
        micros((row.double(0) * 1e6).round() as i64)
    }),
    Function::new(&["timestamp_millis"], &[Long], Gives::Timestamp, |row| scaled(row.long(0), 1000)),
    Function::new(&["timestamp_micros"], &[Long], Gives::Timestamp, |row| micros(row.long(0))),
    Function::new(&["from_utc_timestamp"], &[Timestamp, Text], Gives::Timestamp, |row| {
        instant(zone(row.text(1))?.local(row.instant(0)))
    }),
    Function::new(&["to_utc_timestamp"], &[Timestamp, Text], Gives::Timestamp, |row| {
        match zone(row.text(1))?.instant(row.instant(0).naive_utc()) {
            Some(time) => instant(time),
            None => Ok(ScalarValue::Null),
        }
    }),
];

/// EXTRACT of a part that there is not.
fn no_part(_: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
    let part = constants.first().copied().flatten().map(ToString::to_string).unwrap_or_default();
    let message = format!("Cannot extract `{part}` from a date or timestamp.");
    let hint = "Parts are YEAR, QUARTER, MONTH, WEEK, DAY, DAYOFWEEK, DOY, HOUR, MINUTE, SECOND.";
    Err(raise(Diagnostic::new("INVALID_EXTRACT_FIELD", "42601", message).with_hint(hint)))
}

fn int(value: i64) -> Result<ScalarValue> {
    Ok(ScalarValue::Int32(Some(i32::try_from(value).map_err(|_| raise(overflow("integer")))?)))
}

fn long(value: i64) -> Result<ScalarValue> {
    Ok(ScalarValue::Int64(Some(value)))
}

fn date(date: NaiveDate) -> Result<ScalarValue> {
    Ok(ScalarValue::Date32(Some(Date32Type::from_naive_date(date))))
}

fn micros(micros: i64) -> Result<ScalarValue> {
    Ok(ScalarValue::TimestampMicrosecond(Some(micros), Some("UTC".into())))
}

fn instant(time: DateTime<Utc>) -> Result<ScalarValue> {
    micros(time.timestamp_micros())
}

fn scaled(value: i64, by: i64) -> Result<ScalarValue> {
    micros(value.checked_mul(by).ok_or_else(|| raise(overflow("long")))?)
}

fn day_later(row: &Row<'_>, days: i64) -> Result<ScalarValue> {
    let later = TimeDelta::try_days(days).and_then(|days| row.date(0).checked_add_signed(days));
    date(later.ok_or_else(|| raise(overflow("date")))?)
}

/// The day stays, or becomes the month's last.
fn months_later(date: NaiveDate, months: i64) -> Option<NaiveDate> {
    let count = Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    if months < 0 { date.checked_sub_months(count) } else { date.checked_add_months(count) }
}

fn last_day(date: NaiveDate) -> NaiveDate {
    date.with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)))
        .and_then(|next| next.pred_opt())
        .unwrap_or(date)
}

/// Whole months between the same days or two last days; else days count as thirty-firsts of a month.
fn months_between(row: &Row<'_>) -> Result<ScalarValue> {
    let (one, other) = (row.instant(0), row.instant(1));
    let months = f64::from((one.year() - other.year()) * 12 + one.month().cast_signed() - other.month().cast_signed());
    let is_last = |time: &DateTime<Utc>| last_day(time.date_naive()) == time.date_naive();
    if one.day() == other.day() || is_last(&one) && is_last(&other) {
        return super::numbers::double(months);
    }
    let seconds = |time: &DateTime<Utc>| f64::from(time.day()) * 86400.0 + f64::from(time.num_seconds_from_midnight());
    let exact = months + (seconds(&one) - seconds(&other)) / (31.0 * 86400.0);
    let rounds = row.len() < 3 || row.boolean(2);
    super::numbers::double(if rounds { (exact * 1e8).round() / 1e8 } else { exact })
}

fn next_day(row: &Row<'_>) -> Result<ScalarValue> {
    let name = row.text(1).trim().to_uppercase();
    let names = [
        ["MO", "MON", "MONDAY"],
        ["TU", "TUE", "TUESDAY"],
        ["WE", "WED", "WEDNESDAY"],
        ["TH", "THU", "THURSDAY"],
        ["FR", "FRI", "FRIDAY"],
        ["SA", "SAT", "SATURDAY"],
        ["SU", "SUN", "SUNDAY"],
    ];
    let Some(wanted) = (0_u64..).zip(names).find(|(_, names)| names.contains(&name.as_str())) else {
        let message = format!("Illegal input for day of week: {}.", row.text(1));
        let diagnostic = Diagnostic::new("ILLEGAL_DAY_OF_WEEK", "22009", message);
        return Err(raise(diagnostic.with_hint("Write it as 'Mon' or 'Monday'.")));
    };
    let today = u64::from(row.date(0).weekday().num_days_from_monday());
    let ahead = (wanted.0 + 7 - today - 1) % 7 + 1;
    date(row.date(0).checked_add_days(Days::new(ahead)).ok_or_else(|| raise(overflow("date")))?)
}

/// The first day of the year, quarter, month or week that a date is in; `None` for other units.
fn start_of(date: NaiveDate, unit: &str) -> Option<NaiveDate> {
    let month = |month: u32| NaiveDate::from_ymd_opt(date.year(), month, 1);
    match unit.to_uppercase().as_str() {
        "YEAR" | "YYYY" | "YY" => month(1),
        "QUARTER" => month(date.month0() / 3 * 3 + 1),
        "MONTH" | "MON" | "MM" => month(date.month()),
        "WEEK" => date.checked_sub_days(Days::new(u64::from(date.weekday().num_days_from_monday()))),
        _ => None,
    }
}

fn date_trunc(row: &Row<'_>) -> Result<ScalarValue> {
    let unit = row.text(0).to_uppercase();
    let to = |unit: i64| micros(row.micros(1).div_euclid(unit) * unit);
    match unit.as_str() {
        "MICROSECOND" => to(1),
        "MILLISECOND" => to(1000),
        "SECOND" => to(1_000_000),
        "MINUTE" => to(60_000_000),
        "HOUR" => to(3_600_000_000),
        "DAY" | "DD" => to(86_400_000_000),
        unit => match start_of(row.instant(1).date_naive(), unit) {
            Some(start) => instant(start.and_time(NaiveTime::MIN).and_utc()),
            None => Ok(ScalarValue::Null),
        },
    }
}

/// Months in a unit, or microseconds.
enum Unit {
    Months(i64),
    Micros(i64),
}

fn unit(row: &Row<'_>) -> Result<Unit> {
    Ok(match row.text(0).to_uppercase().as_str() {
        "YEAR" => Unit::Months(12),
        "QUARTER" => Unit::Months(3),
        "MONTH" => Unit::Months(1),
        "WEEK" => Unit::Micros(7 * 86_400_000_000),
        "DAY" | "DAYOFYEAR" => Unit::Micros(86_400_000_000),
        "HOUR" => Unit::Micros(3_600_000_000),
        "MINUTE" => Unit::Micros(60_000_000),
        "SECOND" => Unit::Micros(1_000_000),
        "MILLISECOND" => Unit::Micros(1000),
        "MICROSECOND" => Unit::Micros(1),
        other => {
            let message = format!("The unit `{other}` of a duration is not known.");
            let diagnostic = Diagnostic::new("INVALID_PARAMETER_VALUE.DATETIME_UNIT", "22023", message);
            return Err(raise(
                diagnostic.with_hint("Units are YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE, SECOND."),
            ));
        }
    })
}

fn timestampadd(row: &Row<'_>) -> Result<ScalarValue> {
    let too_far = || raise(overflow("timestamp"));
    match unit(row)? {
        Unit::Micros(unit) => {
            let span = row.long(1).checked_mul(unit).ok_or_else(too_far)?;
            micros(row.micros(2).checked_add(span).ok_or_else(too_far)?)
        }
        Unit::Months(unit) => {
            let months = row.long(1).checked_mul(unit).ok_or_else(too_far)?;
            let time = row.instant(2);
            let date = months_later(time.date_naive(), months).ok_or_else(too_far)?;
            instant(date.and_time(time.time()).and_utc())
        }
    }
}

/// Whole units from the first timestamp to the second.
fn timestampdiff(row: &Row<'_>) -> Result<ScalarValue> {
    let unit = match unit(row)? {
        Unit::Micros(unit) => return long((row.micros(2) - row.micros(1)) / unit),
        Unit::Months(unit) => unit,
    };
    let (start, end) = (row.instant(1), row.instant(2));
    let mut months =
        i64::from((end.year() - start.year()) * 12 + end.month().cast_signed() - start.month().cast_signed());
    let within = |time: &DateTime<Utc>| (time.day(), time.time());
    if months > 0 && within(&end) < within(&start) {
        months -= 1;
    } else if months < 0 && within(&end) > within(&start) {
        months += 1;
    }
    long(months / unit)
}

fn out_of_bounds(what: &str) -> Diagnostic {
    Diagnostic::new("DATETIME_FIELD_OUT_OF_BOUNDS", "22023", format!("There is no such {what}."))
        .with_hint("Months go from 1 to 12, days to the end of the month, hours to 23, minutes and seconds to 59.")
}

fn make_date(row: &Row<'_>) -> Result<ScalarValue> {
    let part = |at: usize| u32::try_from(row.int(at)).unwrap_or(0);
    date(NaiveDate::from_ymd_opt(row.int(0), part(1), part(2)).ok_or_else(|| raise(out_of_bounds("date")))?)
}

fn make_timestamp(row: &Row<'_>) -> Result<ScalarValue> {
    let part = |at: usize| u32::try_from(row.int(at)).unwrap_or(u32::MAX);
    let wrong = || raise(out_of_bounds("timestamp"));
    let day = NaiveDate::from_ymd_opt(row.int(0), part(1), part(2)).ok_or_else(wrong)?;
    let micros_of_minute = (row.double(5) * 1e6).round();
    if !(0.0..=60e6).contains(&micros_of_minute) {
        let message =
            format!("Valid range for seconds is [0, 60] (inclusive), but the provided value is {}.", row.double(5));
        return Err(raise(Diagnostic::new("INVALID_FRACTION_OF_SECOND", "22023", message)));
    }
    // 60 seconds are the start of the next minute.
    let minute = NaiveTime::from_hms_opt(part(3), part(4), 0);
    let start = day.and_time(minute.ok_or_else(wrong)?);
    let time = start + TimeDelta::microseconds(micros_of_minute as i64);
    match if row.len() > 6 { zone(row.text(6))?.instant(time) } else { Some(time.and_utc()) } {
        Some(time) => instant(time),
        None => Ok(ScalarValue::Null),
    }
}

fn zone(name: &str) -> Result<Zone> {
    Zone::of(name).ok_or_else(|| {
        let message = format!(
            "The timezone: {name} is invalid. The timezone must be either a region-based zone ID or a zone offset."
        );
        raise(
            Diagnostic::new("INVALID_TIMEZONE", "22009", message).with_hint("Write it as 'Europe/Berlin' or '+02:00'."),
        )
    })
}
