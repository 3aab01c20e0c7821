use jiff::civil::date;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::*;

/// The next firings after an instant, as local times with offset.
fn firings(quartz: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
    let after: Timestamp = after.parse().unwrap();
    let firings = next_firings(quartz, zone, after, count).expect(quartz);
    firings.iter().map(|firing| firing.strftime("%Y-%m-%d %H:%M:%S%:z").to_string()).collect()
}

fn days(quartz: &str, after: &str, count: usize) -> Vec<String> {
    firings(quartz, "UTC", after, count).iter().map(|firing| firing[..10].to_owned()).collect()
}

fn refused(quartz: &str) -> CronError {
    Quartz::parse(quartz).expect_err(quartz)
}

#[test]
fn daily_at_six_in_berlin_keeps_its_local_time_over_both_clock_changes() {
    assert_eq!(
        firings("0 0 6 * * ?", "Europe/Berlin", "2025-03-29T00:00:00Z", 3),
        ["2025-03-29 06:00:00+01:00", "2025-03-30 06:00:00+02:00", "2025-03-31 06:00:00+02:00"]
    );
    assert_eq!(
        firings("0 0 6 * * ?", "Europe/Berlin", "2025-10-25T03:59:59Z", 3),
        ["2025-10-25 06:00:00+02:00", "2025-10-26 06:00:00+01:00", "2025-10-27 06:00:00+01:00"]
    );
}

#[test]
fn a_local_time_that_does_not_exist_is_skipped() {
    assert_eq!(
        firings("0 30 2 * * ?", "Europe/Berlin", "2025-03-28T12:00:00Z", 3),
        ["2025-03-29 02:30:00+01:00", "2025-03-31 02:30:00+02:00", "2025-04-01 02:30:00+02:00"]
    );
}

#[test]
fn in_the_repeated_hour_the_first_one_fires() {
    assert_eq!(
        firings("0 0/30 2 * * ?", "Europe/Berlin", "2025-10-25T12:00:00Z", 3),
        ["2025-10-26 02:00:00+02:00", "2025-10-26 02:30:00+02:00", "2025-10-27 02:00:00+01:00"]
    );
    // Between the two: the first 02:30 is over, the second one does not count.
    assert_eq!(firings("0 30 2 * * ?", "Europe/Berlin", "2025-10-26T00:45:00Z", 1), ["2025-10-27 02:30:00+01:00"]);
}

#[test]
fn a_firing_is_strictly_after_the_given_instant() {
    assert_eq!(firings("0 0 6 * * ?", "UTC", "2025-01-01T06:00:00Z", 1), ["2025-01-02 06:00:00+00:00"]);
    assert_eq!(firings("0 0 6 * * ?", "UTC", "2025-01-01T05:59:59.999Z", 1), ["2025-01-01 06:00:00+00:00"]);
}

#[test]
fn last_days_and_nearest_weekdays_stay_inside_the_month() {
    assert_eq!(days("0 0 0 L * ?", "2024-01-31T00:00:00Z", 3), ["2024-02-29", "2024-03-31", "2024-04-30"]);
    assert_eq!(days("0 0 0 L-3 * ?", "2025-01-31T00:00:00Z", 2), ["2025-02-25", "2025-03-28"]);
    // 31 May 2025 is a Saturday, 31 August 2025 a Sunday.
    assert_eq!(days("0 0 0 LW 5,8 ?", "2025-01-01T00:00:00Z", 2), ["2025-05-30", "2025-08-29"]);
    // 15 February 2025 is a Saturday, 15 June 2025 a Sunday, 15 July 2025 a Tuesday.
    assert_eq!(days("0 0 0 15W 2,6,7 ?", "2025-01-01T00:00:00Z", 3), ["2025-02-14", "2025-06-16", "2025-07-15"]);
    // 1 February 2025 is a Saturday: Monday the 3rd, not Friday in January.
    assert_eq!(days("0 0 0 1W 2 ?", "2025-01-01T00:00:00Z", 1), ["2025-02-03"]);
    // 31 August 2025 is a Sunday: Friday the 29th, not Monday in September. Months without a 31st do not fire.
    assert_eq!(days("0 0 0 31W * ?", "2025-08-01T00:00:00Z", 2), ["2025-08-29", "2025-10-31"]);
}

#[test]
fn weekdays_count_from_sunday() {
    assert_eq!(days("0 0 0 ? * 1", "2025-06-01T12:00:00Z", 2), ["2025-06-08", "2025-06-15"]);
    assert_eq!(days("0 0 0 ? * SAT-MON", "2025-06-01T12:00:00Z", 3), ["2025-06-02", "2025-06-07", "2025-06-08"]);
    assert_eq!(days("0 0 0 ? * L", "2025-06-01T12:00:00Z", 1), ["2025-06-07"]);
    assert_eq!(days("0 0 0 ? * 6L", "2025-06-01T12:00:00Z", 2), ["2025-06-27", "2025-07-25"]);
    assert_eq!(days("0 0 0 ? * FRI#3", "2025-06-01T12:00:00Z", 2), ["2025-06-20", "2025-07-18"]);
    // May and August 2025 have five Fridays, June and July have four.
    assert_eq!(days("0 0 0 ? * 6#5", "2025-05-01T00:00:00Z", 2), ["2025-05-30", "2025-08-29"]);
}

#[test]
fn ranges_wrap_and_steps_begin_at_their_number() {
    let hours = |quartz| {
        let found = firings(quartz, "UTC", "2025-01-01T00:00:00Z", 5);
        found.iter().map(|firing| firing[11..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(hours("0 0 22-2 * * ?"), ["01:00", "02:00", "22:00", "23:00", "00:00"]);
    assert_eq!(hours("0 5/15 12 * * ?"), ["12:05", "12:20", "12:35", "12:50", "12:05"]);
    assert_eq!(hours("0 0 8-18/4 * * ?"), ["08:00", "12:00", "16:00", "08:00", "12:00"]);
    assert_eq!(hours("0 0 */8 * * ?"), ["08:00", "16:00", "00:00", "08:00", "16:00"]);
    assert_eq!(days("0 0 0 1 nov-feb ?", "2025-02-15T00:00:00Z", 3), ["2025-11-01", "2025-12-01", "2026-01-01"]);
}

#[test]
fn a_year_ends_the_schedule() {
    assert_eq!(days("0 0 0 1 1 ? 2026-2027", "2025-06-01T00:00:00Z", 9), ["2026-01-01", "2027-01-01"]);
    assert_eq!(days("0 0 0 30 2 ?", "2025-06-01T00:00:00Z", 1), [""; 0]);
    assert_eq!(days("0 0 0 29 2 ?", "2025-06-01T00:00:00Z", 1), ["2028-02-29"]);
}

#[test]
fn each_mistake_names_its_field() {
    for (quartz, field) in [
        ("60 0 6 * * ?", FieldName::Second),
        ("0 x 6 * * ?", FieldName::Minute),
        ("0 0 24 * * ?", FieldName::Hour),
        ("0 0 6 32 * ?", FieldName::DayOfMonth),
        ("0 0 6 L-31 * ?", FieldName::DayOfMonth),
        ("0 0 6 6#3 * ?", FieldName::DayOfMonth),
        ("0 0 6 1,L * ?", FieldName::DayOfMonth),
        ("0 0 6 * FOO ?", FieldName::Month),
        ("0 0 6 * 0 ?", FieldName::Month),
        ("0 0 6 ? * 0", FieldName::DayOfWeek),
        ("0 0 6 ? * 8", FieldName::DayOfWeek),
        ("0 0 6 ? * 6#6", FieldName::DayOfWeek),
        ("0 0 6 ? * 15W", FieldName::DayOfWeek),
        ("0 0 6 * * *", FieldName::DayOfWeek),
        ("0 0 6 1 * MON", FieldName::DayOfMonth),
        ("0 0 6 ? * ?", FieldName::DayOfWeek),
        ("0 ? 6 * * ?", FieldName::Minute),
        ("0 0/0 6 * * ?", FieldName::Minute),
        ("0 0/60 6 * * ?", FieldName::Minute),
        ("0 0 6 * * ? 1969", FieldName::Year),
        ("0 0 6 * * ? 2030-2020", FieldName::Year),
        ("0 -5 6 * * ?", FieldName::Minute),
        ("0 , 6 * * ?", FieldName::Minute),
    ] {
        let error = refused(quartz);
        assert_eq!(error.field, Some(field), "{quartz}: {error}");
        assert!(!error.hint.is_empty());
    }
    assert_eq!(refused("").field, None);
    assert_eq!(refused("0 0 6 * * ? 2025 1").field, None);
}

#[test]
fn a_cron_expression_is_told_in_quartz() {
    assert_eq!(refused("0 6 * * *").hint, "Write 0 0 6 * * ?");
    assert_eq!(refused("30 6 * * 1-5").hint, "Write 0 30 6 ? * 2-6");
    assert_eq!(refused("0 0 1 * *").hint, "Write 0 0 0 1 * ?");
    assert_eq!(refused("0 0 * * 0,7").hint, "Write 0 0 0 ? * 1,1");
    assert!(refused("0 0 1 * 1").hint.contains("in front"));
    assert!(refused("0 6 * * *").to_string().contains("five fields"));
}

#[test]
fn an_unknown_zone_gets_the_nearest_name() {
    let hint = |name| next_firings("0 0 6 * * ?", name, Timestamp::UNIX_EPOCH, 1).unwrap_err().hint().to_owned();
    assert_eq!(hint("Europe/Berln"), "Did you mean Europe/Berlin?");
    assert_eq!(hint("europe/berlin"), "Write it as Europe/Berlin.");
    assert_eq!(hint("PST"), "Did you mean America/Los_Angeles?");
    assert!(hint("Berlin").contains("Europe/Berlin"));
    assert!(hint("Middle-earth").contains("IANA"));
}

#[test]
fn what_was_meant_is_said_where_that_is_plain() {
    let meant = |quartz: &str, zone: &str| {
        let error = next_firings(quartz, zone, Timestamp::UNIX_EPOCH, 1).unwrap_err();
        error.instead().map(str::to_owned)
    };
    for (written, expected) in [
        ("0 6 * * *", Some("0 0 6 * * ?")),
        ("30 6 * * 1", Some("0 30 6 ? * 2")),
        ("0 0 6 * * *", Some("0 0 6 * * ?")),
        ("0 0 6 * * MON", Some("0 0 6 ? * MON")),
        ("0 0 6 ? * ?", Some("0 0 6 * * ?")),
        ("0 0 6 1 * MON", None),
        ("0 0 25 * * ?", None),
        ("daily", None),
    ] {
        assert_eq!(meant(written, "UTC").as_deref(), expected, "{written}");
    }
    assert_eq!(meant("0 0 6 * * ?", "Berlin").as_deref(), Some("Europe/Berlin"));
    assert_eq!(meant("0 0 6 * * ?", "Middle-earth"), None);
}

fn expressions() -> impl Strategy<Value = String> {
    let minute = prop::sample::select(vec!["0", "*/7", "30", "5/15", "10-50/20"]);
    let hour = prop::sample::select(vec!["*", "0", "2", "22-2", "6,18"]);
    let days = prop::sample::select(vec!["* * ?", "L * ?", "15W * ?", "? * 6#5", "? * 2L", "? 3-10 MON-FRI", "31 * ?"]);
    (minute, hour, days).prop_map(|(minute, hour, days)| format!("0 {minute} {hour} {days}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn firings_ascend_and_asking_from_a_firing_gives_the_rest(
        quartz in expressions(),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"]),
        after in 1_300_000_000_i64..1_900_000_000,
    ) {
        let after = Timestamp::from_second(after).unwrap();
        let firings = next_firings(&quartz, zone, after, 12).unwrap();
        prop_assert!(firings.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(firings.iter().all(|firing| firing.timestamp() > after));
        if let Some(first) = firings.first() {
            let rest = next_firings(&quartz, zone, first.timestamp(), 11).unwrap();
            prop_assert_eq!(&firings[1..], &rest[..]);
        }
        let checked = Quartz::parse(&quartz).unwrap();
        prop_assert!(firings.iter().all(|firing| checked.includes(firing.date())));
    }

    #[test]
    fn the_last_and_the_nth_weekday_occur_at_most_once_a_month(year in 1990_i16..2090, month in 1_i8..=12, weekday in 1..=7, nth in 1..=5) {
        let first = date(year, month, 1);
        let in_month = |quartz: &str| {
            let quartz = Quartz::parse(quartz).unwrap();
            (0..i64::from(first.days_in_month())).filter(|offset| quartz.includes(first + offset.days())).count()
        };
        prop_assert_eq!(in_month(&format!("0 0 0 ? * {weekday}L")), 1);
        prop_assert_eq!(in_month("0 0 0 LW * ?"), 1);
        prop_assert_eq!(in_month("0 0 0 1W * ?"), 1);
        let nth_times = in_month(&format!("0 0 0 ? * {weekday}#{nth}"));
        prop_assert!(nth_times == 1 || (nth == 5 && nth_times == 0));
    }

    #[test]
    fn any_text_is_checked_without_panic(text in "[0-9*?/,LW#A-Z -]{0,24}") {
        let _ = Quartz::parse(&text);
    }
}
