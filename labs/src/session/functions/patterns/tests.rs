use chrono::DateTime;

use super::{Pattern, Purpose};

fn printed(pattern: &str, time: &str) -> String {
    let time = DateTime::parse_from_rfc3339(time).unwrap().to_utc();
    Pattern::new(pattern, Purpose::Printing).unwrap().print(&time)
}

fn read(pattern: &str, text: &str) -> Option<String> {
    let pattern = Pattern::new(pattern, Purpose::Reading).unwrap();
    pattern.read(text).map(|time| time.format("%F %T%.f").to_string())
}

fn class(pattern: &str, purpose: Purpose) -> String {
    Pattern::new(pattern, purpose).unwrap_err().class
}

#[test]
fn every_letter_prints_what_java_prints() {
    let time = "2024-02-03T15:04:05.678901Z";
    for (pattern, text) in [
        ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-03 15:04:05.678"),
        ("y yy yyy yyyyyy", "2024 24 2024 002024"),
        ("M MM MMM MMMM L LLLL", "2 02 Feb February 2 February"),
        ("d dd D DD DDD F", "3 03 34 34 034 3"),
        ("E EEE EEEE", "Sat Sat Saturday"),
        ("Q QQ QQQ QQQQ q", "1 01 Q1 1st quarter 1"),
        ("H HH h hh K KK k kk a", "15 15 3 03 3 03 15 15 PM"),
        ("m mm s ss S SSSSSS SSSSSSSSS", "4 04 5 05 6 678901 678901000"),
        (
            "X XXX x xxx Z ZZZZ ZZZZZ z zzzz O VV",
            "Z Z +00 +00:00 +0000 GMT Z UTC Coordinated Universal Time GMT Etc/UTC",
        ),
        ("G GGGG", "AD Anno Domini"),
        ("yyyy-MM-dd'T'HH:mm", "2024-02-03T15:04"),
        ("'at' h 'o''clock' ''yy[ EEE]", "at 3 o'clock '24 Sat"),
    ] {
        assert_eq!(printed(pattern, time), text, "{pattern}");
    }
}

#[test]
fn midnight_and_noon_have_their_hours() {
    for (time, text) in [("2024-01-01T00:00:00Z", "0 24 12 0 AM"), ("2024-01-01T12:00:00Z", "12 12 12 0 PM")] {
        assert_eq!(printed("H k h K a", time), text);
    }
}

#[test]
fn a_text_is_read_as_its_pattern_says() {
    for (pattern, text, time) in [
        ("dd.MM.yyyy", "31.12.2023", "2023-12-31 00:00:00"),
        ("d/M/yy", "3/2/24", "2024-02-03 00:00:00"),
        ("yyyyMMddHHmmss", "20240203150405", "2024-02-03 15:04:05"),
        ("dMMyyyy", "3022024", "2024-02-03 00:00:00"),
        ("yyyy", "2024", "2024-01-01 00:00:00"),
        ("HH:mm", "10:30", "1970-01-01 10:30:00"),
        ("MMM d, yyyy", "feb 3, 2024", "2024-02-03 00:00:00"),
        ("d MMMM yyyy", "3 February 2024", "2024-02-03 00:00:00"),
        ("yyyy-DDD", "2024-366", "2024-12-31 00:00:00"),
        ("yyyy-MM-dd hh:mm a", "2024-02-03 12:05 AM", "2024-02-03 00:05:00"),
        ("yyyy-MM-dd hh:mm a", "2024-02-03 03:05 pm", "2024-02-03 15:05:00"),
        ("yyyy-MM-dd HH:mm:ss.SSS", "2024-02-03 15:04:05.6", "2024-02-03 15:04:05.600"),
        ("yyyy-MM-dd'T'HH:mm:ssXXX", "2024-02-03T15:04:05+02:00", "2024-02-03 13:04:05"),
        ("yyyy-MM-dd'T'HH:mm:ssX", "2024-02-03T15:04:05Z", "2024-02-03 15:04:05"),
        ("yyyy-MM-dd HH:mm Z", "2024-02-03 15:04 -0130", "2024-02-03 16:34:00"),
        ("yyyy-MM-dd HH:mm VV", "2024-07-03 15:04 Europe/Berlin", "2024-07-03 13:04:00"),
        ("yyyy-MM-dd[ HH:mm]", "2024-02-03", "2024-02-03 00:00:00"),
        ("yyyy-MM-dd[ HH:mm]", "2024-02-03 15:04", "2024-02-03 15:04:00"),
    ] {
        assert_eq!(read(pattern, text).as_deref(), Some(time), "{pattern} {text}");
    }
}

#[test]
fn a_text_that_does_not_fit_is_not_read() {
    for (pattern, text) in [
        ("yyyy-MM-dd", "2024-02-30"),
        ("yyyy-MM-dd", "2024-2-3"),
        ("yyyy-MM-dd", "2024-02-03 10:00"),
        ("yyyy-MM-dd", "24-02-03"),
        ("yyyy-MM-dd HH:mm", "2024-02-03"),
        ("yyyy-MM-dd HH:mm", "2024-02-03 24:00"),
        ("hh:mm a", "13:00 PM"),
        ("yyyy-DDD", "2023-366"),
        ("yyyy-MM-DDD", "2020-10-350"),
        ("d MMM yyyy", "3 Foo 2024"),
        ("yy", "123"),
        ("yyyy-MM-dd", "zweitausend"),
        ("yyyy-MM-dd", "ä024-02-03"),
    ] {
        assert_eq!(read(pattern, text), None, "{pattern} {text}");
    }
}

#[test]
fn a_letter_that_spark_does_not_take_is_refused_by_class() {
    for letter in ["A", "B", "n", "N", "p", "R", "i", "T", "#", "{", "'open"] {
        assert_eq!(class(letter, Purpose::Printing), "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", "{letter}");
    }
    for letter in ["Y", "w", "W", "u", "e", "c"] {
        let week = "INCONSISTENT_BEHAVIOR_CROSS_VERSION.DATETIME_WEEK_BASED_PATTERN";
        assert_eq!(class(letter, Purpose::Printing), week, "{letter}");
    }
    for letter in ["yyyyyyy", "MMMMM", "ddd", "EEEEE", "aa", "SSSSSSSSSS", "HHH"] {
        assert_eq!(class(letter, Purpose::Printing), "INVALID_DATETIME_PATTERN.LENGTH", "{letter}");
    }
    for letter in ["E", "EEEE", "Q", "F"] {
        assert_eq!(class(letter, Purpose::Reading), "INVALID_DATETIME_PATTERN.ILLEGAL_CHARACTER", "{letter}");
    }
}
