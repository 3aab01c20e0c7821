//! A text read by a pattern, as strictly as Java's formatter does: every letter takes its digits, nothing may be left over.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::super::zones::{self, Zone};
use super::{Field, Item};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// What a text says.
#[derive(Clone, Debug, Default)]
struct Found {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    day_of_year: Option<u32>,
    hour: Option<u32>,
    /// Hour of a half day, 0 to 11.
    half_hour: Option<u32>,
    afternoon: bool,
    minute: u32,
    second: u32,
    nanosecond: u32,
    zone: Option<Zone>,
}

pub fn instant(pattern: &[Item], text: &str) -> Option<DateTime<Utc>> {
    let mut found = Found::default();
    let rest = items(pattern, text, &mut found)?;
    if rest.is_empty() { found.instant() } else { None }
}

/// What is left of the text behind these items.
fn items<'t>(items: &[Item], text: &'t str, found: &mut Found) -> Option<&'t str> {
    let mut rest = text;
    for (at, item) in items.iter().enumerate() {
        rest = match item {
            Item::Text(literal) => without(rest, literal)?,
            Item::Field(part) => field(*part, reserved(&items[at + 1..]), rest, found)?,
            Item::Optional(inner) => {
                let mut tried = found.clone();
                match self::items(inner, rest, &mut tried) {
                    Some(next) => {
                        *found = tried;
                        next
                    }
                    None => rest,
                }
            }
        };
    }
    Some(rest)
}

/// The text behind a word, in any case.
fn without<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let head = text.get(..word.len())?;
    head.eq_ignore_ascii_case(word).then(|| &text[word.len()..])
}

/// Digits that belong to the letters of fixed width which follow without anything between: `MMdd` in `yyyyMMdd`.
fn reserved(after: &[Item]) -> usize {
    let fixed = |item: &Item| match item {
        Item::Field(part) => digits(*part).filter(|(min, max)| min == max).map(|(min, _)| min),
        _ => None,
    };
    after.iter().map_while(fixed).sum()
}

/// The least and most digits of a letter that stands for a number.
fn digits(Field { letter, width }: Field) -> Option<(usize, usize)> {
    match (letter, width) {
        ('y', 2 | 4..) | ('M' | 'L' | 'd' | 'H' | 'h' | 'K' | 'k' | 'm' | 's', 2) | ('D', 3) => Some((width, width)),
        ('D', 2) => Some((2, 3)),
        ('y' | 'D', _) | ('M' | 'L' | 'd' | 'H' | 'h' | 'K' | 'k' | 'm' | 's', 1) => Some((width, 9)),
        ('S', _) => Some((1, width)),
        _ => None,
    }
}

fn field<'t>(part: Field, reserved: usize, text: &'t str, found: &mut Found) -> Option<&'t str> {
    let Some((min, max)) = digits(part) else { return word(part, text, found) };
    let there = text.bytes().take_while(u8::is_ascii_digit).count();
    let taken = if min == max { max } else { there.saturating_sub(reserved).clamp(min, max) };
    if there < taken {
        return None;
    }
    let (number, rest) = text.split_at(taken);
    found.number(part, number)?;
    Some(rest)
}

/// Letters that stand for words: months, halves of a day, zones.
fn word<'t>(part: Field, text: &'t str, found: &mut Found) -> Option<&'t str> {
    match part.letter {
        'M' | 'L' => {
            let name = |month: &&'static str| if part.width == 3 { &month[..3] } else { *month };
            let at = MONTHS.iter().position(|month| without(text, name(month)).is_some())?;
            found.month = u32::try_from(at + 1).ok();
            without(text, name(&MONTHS[at]))
        }
        'a' => {
            found.afternoon = without(text, "PM").is_some();
            without(text, if found.afternoon { "PM" } else { "AM" })
        }
        'G' => without(text, if part.width == 4 { "Anno Domini" } else { "AD" }),
        'V' | 'z' => named_zone(text, found),
        _ => offset(part, text, found),
    }
}

fn named_zone<'t>(text: &'t str, found: &mut Found) -> Option<&'t str> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric() && !"/_+-:".contains(letter));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    found.zone = Some(Zone::of(name)?);
    Some(rest)
}

/// `Z`, `+02`, `+0200`, `+02:00` or `GMT+2`, as the letter and its width want it.
fn offset<'t>(part: Field, text: &'t str, found: &mut Found) -> Option<&'t str> {
    let Field { letter, width } = part;
    let localised = letter == 'O' || (letter, width) == ('Z', 4);
    let rest = if localised { without(text, "GMT")? } else { text };
    let zero = if localised { Some(rest).filter(|rest| !rest.starts_with(['+', '-'])) } else { without(rest, "Z") };
    if let Some(rest) = zero.filter(|_| localised || letter == 'X' || (letter, width) == ('Z', 5)) {
        found.zone = Some(Zone::Offset(0));
        return Some(rest);
    }
    let (seconds, behind) = zones::offset(rest)?;
    let taken = &rest[..rest.len() - behind.len()];
    found.zone = Some(Zone::Offset(seconds));
    fits(part, taken).then_some(behind)
}

/// Whether an offset has the form that a letter asks for.
fn fits(Field { letter, width }: Field, offset: &str) -> bool {
    match (letter, width) {
        ('O', _) => true,
        ('X' | 'x', 1) => matches!(offset.len(), 3 | 5) && !offset.contains(':'),
        ('X' | 'x', 3 | 5) | ('Z', 4 | 5) => offset.len() == 6,
        _ => offset.len() == 5 && !offset.contains(':'),
    }
}

impl Found {
    fn number(&mut self, Field { letter, width }: Field, digits: &str) -> Option<()> {
        let number: u32 = digits.parse().ok()?;
        match letter {
            'y' if width == 2 => self.year = i32::try_from(2_000 + number).ok(),
            'y' => self.year = i32::try_from(number).ok(),
            'M' | 'L' => self.month = Some(number),
            'd' => self.day = Some(number),
            'D' => self.day_of_year = Some(number),
            'H' => self.hour = Some(number),
            'k' => self.hour = Some((1..=24).contains(&number).then_some(number % 24)?),
            'h' => self.half_hour = Some((1..=12).contains(&number).then_some(number % 12)?),
            'K' => self.half_hour = Some(number),
            'm' => self.minute = number,
            's' => self.second = number,
            _ => self.nanosecond = number * 10_u32.pow(9 - u32::try_from(digits.len()).ok()?),
        }
        Some(())
    }

    fn instant(&self) -> Option<DateTime<Utc>> {
        let local = self.date()?.and_time(self.time()?);
        match &self.zone {
            None => Some(local.and_utc()),
            Some(zone) => zone.instant(local),
        }
    }

    fn date(&self) -> Option<NaiveDate> {
        let year = self.year.unwrap_or(1970);
        let Some(number) = self.day_of_year else {
            return NaiveDate::from_ymd_opt(year, self.month.unwrap_or(1), self.day.unwrap_or(1));
        };
        let date = NaiveDate::from_yo_opt(year, number)?;
        let agrees =
            self.month.is_none_or(|month| month == date.month()) && self.day.is_none_or(|day| day == date.day());
        agrees.then_some(date)
    }

    fn time(&self) -> Option<NaiveTime> {
        let from_half = |hour: u32| if hour < 12 { Some(hour + if self.afternoon { 12 } else { 0 }) } else { None };
        let hour = match (self.hour, self.half_hour) {
            (Some(hour), _) => hour,
            (None, Some(hour)) => from_half(hour)?,
            (None, None) => 0,
        };
        NaiveTime::from_hms_nano_opt(hour, self.minute, self.second, self.nanosecond)
    }
}
