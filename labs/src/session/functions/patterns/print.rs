//! An instant as a pattern prints it, in English and in UTC, which is the session's zone.

use chrono::{DateTime, Datelike, Timelike, Utc};

use super::{Field, Item};

pub fn items(items: &[Item], time: &DateTime<Utc>, text: &mut String) {
    for item in items {
        match item {
            Item::Text(literal) => text.push_str(literal),
            Item::Field(part) => text.push_str(&field(*part, time)),
            Item::Optional(inner) => self::items(inner, time, text),
        }
    }
}

fn field(Field { letter, width }: Field, time: &DateTime<Utc>) -> String {
    let padded = |value: u32| format!("{value:0width$}");
    match letter {
        'y' if width == 2 => format!("{:02}", time.year().rem_euclid(100)),
        'y' => format!("{:0width$}", time.year()),
        'M' | 'L' if width <= 2 => padded(time.month()),
        'd' => padded(time.day()),
        'D' => padded(time.ordinal()),
        'F' => padded(time.day0() % 7 + 1),
        'H' => padded(time.hour()),
        'k' => padded(if time.hour() == 0 { 24 } else { time.hour() }),
        'h' => padded(time.hour12().1),
        'K' => padded(time.hour() % 12),
        'm' => padded(time.minute()),
        's' => padded(time.second()),
        'S' => format!("{:09}", time.nanosecond() % 1_000_000_000).chars().take(width).collect(),
        'Q' | 'q' => quarter(width, time.month0() / 3 + 1),
        _ => word(letter, width, time),
    }
}

fn quarter(width: usize, number: u32) -> String {
    match (width, number) {
        (3, _) => format!("Q{number}"),
        (4, 1) => "1st quarter".to_owned(),
        (4, 2) => "2nd quarter".to_owned(),
        (4, 3) => "3rd quarter".to_owned(),
        (4, _) => "4th quarter".to_owned(),
        _ => format!("{number:0width$}"),
    }
}

fn word(letter: char, width: usize, time: &DateTime<Utc>) -> String {
    let chrono = |format: &str| time.format(format).to_string();
    match (letter, width) {
        ('M' | 'L', 3) => chrono("%b"),
        ('M' | 'L', _) => chrono("%B"),
        ('E', 4) => chrono("%A"),
        ('E', _) => chrono("%a"),
        ('a', _) => chrono("%p"),
        ('G', 4) => "Anno Domini".to_owned(),
        ('G', _) => "AD".to_owned(),
        ('V', _) => "Etc/UTC".to_owned(),
        ('z', 4) => "Coordinated Universal Time".to_owned(),
        ('z', _) => "UTC".to_owned(),
        ('X', _) | ('Z', 5) => "Z".to_owned(),
        ('x', 1) => "+00".to_owned(),
        ('x', 3 | 5) => "+00:00".to_owned(),
        ('x', _) | ('Z', 1..=3) => "+0000".to_owned(),
        _ => "GMT".to_owned(),
    }
}
