//! Functions of texts. A position counts characters from 1; a NULL argument gives NULL.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::super::errors::raise;
use super::charsets::charset;
use super::rows::{Function, Gives, Row, Takes};
use crate::diagnostic::Diagnostic;

use Takes::{Int, Text};

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["upper", "ucase"], &[Text], Gives::Text, |row| text(row.text(0).to_uppercase())),
    Function::new(&["lower", "lcase"], &[Text], Gives::Text, |row| text(row.text(0).to_lowercase())),
    Function::new(&["initcap"], &[Text], Gives::Text, |row| text(initcap(row.text(0)))),
    Function::new(&["length", "len", "char_length", "character_length"], &[Takes::TextOrBinary], Gives::Int, length),
    Function::new(&["octet_length"], &[Takes::TextOrBinary], Gives::Int, |row| int(row.bytes(0).len())),
    Function::new(&["bit_length"], &[Takes::TextOrBinary], Gives::Int, |row| int(row.bytes(0).len() * 8)),
    Function::new(&["concat_ws"], &[Text, Takes::TextOrTexts], Gives::Text, concat_ws).variadic().sees_nulls(),
    Function::new(&["substring", "substr"], &[Text, Int, Int], Gives::Text, substring).optional(1),
    Function::new(&["substring_index"], &[Text, Text, Int], Gives::Text, substring_index),
    Function::new(&["left"], &[Text, Int], Gives::Text, |row| text(taken(row.text(0), row.int(1)))),
    Function::new(&["right"], &[Text, Int], Gives::Text, right),
    Function::new(&["instr"], &[Text, Text], Gives::Int, |row| int(found(row.text(0), row.text(1), 1))),
    Function::new(&["locate", "position", "charindex"], &[Text, Text, Int], Gives::Int, locate).optional(1),
    Function::new(&["contains"], &[Text, Text], Gives::Boolean, |row| truth(row.text(0).contains(row.text(1)))),
    Function::new(&["startswith"], &[Text, Text], Gives::Boolean, |row| truth(row.text(0).starts_with(row.text(1)))),
    Function::new(&["endswith"], &[Text, Text], Gives::Boolean, |row| truth(row.text(0).ends_with(row.text(1)))),
    Function::new(&["find_in_set"], &[Text, Text], Gives::Int, find_in_set),
    Function::new(&["lpad"], &[Text, Int, Text], Gives::Text, |row| padded(row, true)).optional(1),
    Function::new(&["rpad"], &[Text, Int, Text], Gives::Text, |row| padded(row, false)).optional(1),
    Function::new(&["repeat"], &[Text, Int], Gives::Text, |row| repeated(row.text(0), row.int(1))),
    Function::new(&["space"], &[Int], Gives::Text, |row| repeated(" ", row.int(0))),
    Function::new(&["replace"], &[Text, Text, Text], Gives::Text, replace).optional(1),
    Function::new(&["translate"], &[Text, Text, Text], Gives::Text, translate),
    Function::new(&["overlay"], &[Text, Text, Int, Int], Gives::Text, overlay).optional(1),
    Function::new(&["trim", "btrim"], &[Text, Text], Gives::Text, |row| trimmed(row, true, true)).optional(1),
    Function::new(&["__ltrim"], &[Text, Text], Gives::Text, |row| trimmed(row, true, false)).optional(1),
    Function::new(&["__rtrim"], &[Text, Text], Gives::Text, |row| trimmed(row, false, true)).optional(1),
    Function::new(&["ltrim"], &[Text, Text], Gives::Text, |row| trimmed_by_first(row, true, false)).optional(1),
    Function::new(&["rtrim"], &[Text, Text], Gives::Text, |row| trimmed_by_first(row, false, true)).optional(1),
    Function::new(&["split_part"], &[Text, Text, Int], Gives::Text, split_part),
    Function::new(&["ascii"], &[Text], Gives::Int, |row| {
        int(row.text(0).chars().next().map_or(0, |first| first as usize))
    }),
    Function::new(&["chr", "char"], &[Takes::Long], Gives::Text, character),
    Function::new(&["elt"], &[Int, Text], Gives::Text, elt).variadic().sees_nulls(),
    Function::new(&["levenshtein"], &[Text, Text, Int], Gives::Int, levenshtein).optional(1),
    Function::new(&["soundex"], &[Takes::OnlyText], Gives::Text, |row| text(soundex(row.text(0)))),
    Function::new(&["encode"], &[Text, Text], Gives::By(|_| Ok(DataType::Binary)), |row| {
        Ok(ScalarValue::Binary(Some(charset(row.text(1))?.encode(row.text(0)))))
    }),
    Function::new(&["decode"], &[Takes::TextOrBinary, Text], Gives::Text, |row| {
        text(charset(row.text(1))?.decode(row.bytes(0)))
    }),
    Function::new(&["mask"], &[Takes::OnlyText; 5], Gives::Text, mask).optional(4).sees_nulls(),
    Function::new(&["luhn_check"], &[Text], Gives::Boolean, |row| truth(luhn_check(row.text(0)))),
];

/// Bytes that one text of a row may have.
const MAX_BYTES: usize = 16 << 20;

pub fn text(value: impl Into<String>) -> Result<ScalarValue> {
    Ok(ScalarValue::Utf8(Some(value.into())))
}

pub fn int(value: usize) -> Result<ScalarValue> {
    Ok(ScalarValue::Int32(Some(i32::try_from(value).unwrap_or(i32::MAX))))
}

pub fn truth(value: bool) -> Result<ScalarValue> {
    Ok(ScalarValue::Boolean(Some(value)))
}

/// # Errors
/// LIMIT_EXCEEDED.MEMORY for a text or array that would be too large.
pub fn bounded(bytes: usize) -> Result<()> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let message = "A value of one row would be larger than 16 MiB.";
    Err(raise(Diagnostic::new("LIMIT_EXCEEDED.MEMORY", "53200", message).with_hint("Repeat, pad or count less often.")))
}

fn length(row: &Row<'_>) -> Result<ScalarValue> {
    int(if row.data_type(0).is_binary() { row.bytes(0).len() } else { row.text(0).chars().count() })
}

fn initcap(text: &str) -> String {
    let mut start = true;
    let lower = text.to_lowercase();
    let letters = lower.chars().flat_map(|letter| {
        let upper = std::mem::replace(&mut start, letter == ' ');
        if upper { letter.to_uppercase().collect::<Vec<char>>() } else { vec![letter] }
    });
    letters.collect()
}

/// Joins what is not NULL, also inside arrays.
fn concat_ws(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    let mut parts: Vec<String> = Vec::new();
    for argument in (1..row.len()).filter(|argument| row.has(*argument)) {
        if row.data_type(argument).is_nested() {
            let elements = row.elements(argument)?.into_iter();
            parts.extend(elements.filter(|element| !element.is_null()).map(|element| element.to_string()));
        } else {
            parts.push(row.text(argument).to_owned());
        }
    }
    text(parts.join(row.text(0)))
}

/// The first characters of a text.
pub fn taken(text: &str, count: i32) -> String {
    text.chars().take(usize::try_from(count).unwrap_or(0)).collect()
}

fn right(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, count) = (row.text(0), usize::try_from(row.int(1)).unwrap_or(0));
    let skipped = value.chars().count().saturating_sub(count);
    text(value.chars().skip(skipped).collect::<String>())
}

/// A position before the text takes away from the length.
fn substring(row: &Row<'_>) -> Result<ScalarValue> {
    let value = row.text(0);
    let position = i64::from(row.int(1));
    let start = match position {
        1.. => position - 1,
        0 => 0,
        negative => i64::try_from(value.chars().count()).unwrap_or(i64::MAX) + negative,
    };
    let end = if row.len() > 2 { start.saturating_add(i64::from(row.int(2))) } else { i64::MAX };
    let from = usize::try_from(start).unwrap_or(0);
    let count = usize::try_from(end).unwrap_or(0).saturating_sub(from);
    text(value.chars().skip(from).take(count).collect::<String>())
}

fn substring_index(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, mark, count) = (row.text(0), row.text(1), row.int(2));
    let nth = count.unsigned_abs() as usize;
    if mark.is_empty() || nth == 0 {
        return text("");
    }
    let place =
        if count > 0 { value.match_indices(mark).nth(nth - 1) } else { value.rmatch_indices(mark).nth(nth - 1) };
    text(match place {
        Some((at, _)) if count > 0 => &value[..at],
        Some((at, _)) => &value[at + mark.len()..],
        None => value,
    })
}

/// Where a text stands in another from a position on, from 1; 0 when nowhere.
fn found(value: &str, part: &str, from: i32) -> usize {
    let Ok(skipped) = usize::try_from(from.saturating_sub(1)) else { return 0 };
    if from < 1 {
        return 0;
    }
    if part.is_empty() {
        return 1;
    }
    let Some((start, _)) = value.char_indices().nth(skipped) else { return 0 };
    value[start..].find(part).map_or(0, |at| value[..start + at].chars().count() + 1)
}

fn locate(row: &Row<'_>) -> Result<ScalarValue> {
    int(found(row.text(1), row.text(0), if row.len() > 2 { row.int(2) } else { 1 }))
}

fn find_in_set(row: &Row<'_>) -> Result<ScalarValue> {
    if row.text(0).contains(',') {
        return int(0);
    }
    int(row.text(1).split(',').position(|item| item == row.text(0)).map_or(0, |at| at + 1))
}

fn padded(row: &Row<'_>, before: bool) -> Result<ScalarValue> {
    let value = row.text(0);
    let wanted = usize::try_from(row.int(1)).unwrap_or(0);
    bounded(wanted)?;
    let pad = if row.len() > 2 { row.text(2) } else { " " };
    let missing = wanted.saturating_sub(value.chars().count());
    let filling: String = if pad.is_empty() { String::new() } else { pad.chars().cycle().take(missing).collect() };
    let kept: String = value.chars().take(wanted).collect();
    text(if before { filling + &kept } else { kept + &filling })
}

fn repeated(value: &str, times: i32) -> Result<ScalarValue> {
    let times = usize::try_from(times).unwrap_or(0);
    bounded(value.len().saturating_mul(times))?;
    text(value.repeat(times))
}

fn replace(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, part) = (row.text(0), row.text(1));
    let by = if row.len() > 2 { row.text(2) } else { "" };
    if part.is_empty() {
        return text(value);
    }
    bounded(value.len() + value.matches(part).count() * by.len())?;
    text(value.replace(part, by))
}

/// Letters without a counterpart are taken away.
fn translate(row: &Row<'_>) -> Result<ScalarValue> {
    let (from, to): (Vec<char>, Vec<char>) = (row.text(1).chars().collect(), row.text(2).chars().collect());
    let letter = |letter: char| match from.iter().position(|known| *known == letter) {
        Some(at) => to.get(at).copied(),
        None => Some(letter),
    };
    text(row.text(0).chars().filter_map(letter).collect::<String>())
}

fn overlay(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, by): (Vec<char>, &str) = (row.text(0).chars().collect(), row.text(1));
    let length =
        if row.len() > 3 && row.int(3) >= 0 { row.int(3) } else { i32::try_from(by.chars().count()).unwrap_or(0) };
    let start = usize::try_from(row.int(2).saturating_sub(1)).unwrap_or(0).min(value.len());
    let end = start.saturating_add(usize::try_from(length).unwrap_or(0)).min(value.len());
    text(value[..start].iter().collect::<String>() + by + &value[end..].iter().collect::<String>())
}

/// Without letters to take away, spaces are.
fn trimmed(row: &Row<'_>, start: bool, end: bool) -> Result<ScalarValue> {
    text(trim(row.text(0), if row.len() > 1 { row.text(1) } else { " " }, start, end))
}

/// As [`trimmed`], with the letters in front: `ltrim('x', 'xxa')`.
fn trimmed_by_first(row: &Row<'_>, start: bool, end: bool) -> Result<ScalarValue> {
    if row.len() == 1 {
        return trimmed(row, start, end);
    }
    text(trim(row.text(1), row.text(0), start, end))
}

fn trim<'a>(value: &'a str, letters: &str, start: bool, end: bool) -> &'a str {
    let value = if start { value.trim_start_matches(|letter| letters.contains(letter)) } else { value };
    if end { value.trim_end_matches(|letter| letters.contains(letter)) } else { value }
}

fn split_part(row: &Row<'_>) -> Result<ScalarValue> {
    let (value, mark, nth) = (row.text(0), row.text(1), row.int(2));
    if nth == 0 {
        return Err(raise(index_of_zero()));
    }
    let parts: Vec<&str> = if mark.is_empty() { vec![value] } else { value.split(mark).collect() };
    let back = nth.unsigned_abs() as usize;
    let at = if nth > 0 { Some(back - 1) } else { parts.len().checked_sub(back) };
    text(at.and_then(|at| parts.get(at)).copied().unwrap_or_default())
}

pub fn index_of_zero() -> Diagnostic {
    Diagnostic::new("INVALID_INDEX_OF_ZERO", "22003", "The index 0 is invalid. An index shall be either < 0 or > 0.")
        .with_hint("The first is 1, the last -1.")
}

/// The code's last byte counts; less than 0 is the empty text.
fn character(row: &Row<'_>) -> Result<ScalarValue> {
    match u8::try_from(row.long(0).rem_euclid(256)) {
        Ok(code) if row.long(0) >= 0 => text(char::from(code)),
        _ => text(""),
    }
}

fn elt(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    let at = usize::try_from(row.int(0)).unwrap_or(0);
    if at == 0 || at >= row.len() {
        return Err(raise(invalid_index(i64::from(row.int(0)), row.len() - 1)));
    }
    row.value(at)
}

fn invalid_index(index: i64, size: usize) -> Diagnostic {
    let message = format!("The index {index} is out of bounds. The array has {size} elements.");
    Diagnostic::new("INVALID_ARRAY_INDEX", "22003", message)
        .with_hint("Use `get` or `try_element_at` to get NULL for an index that is not there.")
}

fn levenshtein(row: &Row<'_>) -> Result<ScalarValue> {
    let distance = strsim::levenshtein(row.text(0), row.text(1));
    let far = row.len() > 2 && usize::try_from(row.int(2)).map_or(true, |threshold| distance > threshold);
    if far { Ok(ScalarValue::Int32(Some(-1))) } else { int(distance) }
}

/// A letter and three digits; a text that starts with something else stays as it is.
fn soundex(text: &str) -> String {
    const CODES: &[u8; 26] = b"01230127022455012623017202";
    let code = |letter: char| {
        let at = u32::from(letter.to_ascii_uppercase()).checked_sub(u32::from('A'))?;
        CODES.get(at as usize).map(|code| char::from(*code))
    };
    let mut letters = text.chars();
    let Some((first, mut last)) = letters.next().and_then(|first| Some((first, code(first)?))) else {
        return text.to_owned();
    };
    let mut sound = first.to_ascii_uppercase().to_string();
    for letter in letters {
        match code(letter) {
            // H and W do not part letters that sound alike.
            Some('7') => continue,
            Some(code) => {
                if code != '0' && code != last {
                    sound.push(code);
                }
                last = code;
            }
            None => last = '0',
        }
        if sound.len() == 4 {
            break;
        }
    }
    format!("{sound:0<4}")
}

/// Capital letters, small letters and digits become the letters given for them; NULL keeps a kind.
fn mask(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    let kinds = [Some('X'), Some('x'), Some('n'), None];
    let by = |kind: usize| if kind + 1 < row.len() { row.text(kind + 1).chars().next() } else { kinds[kind] };
    let letter = |letter: char| {
        let kind = match letter {
            letter if letter.is_uppercase() => 0,
            letter if letter.is_lowercase() => 1,
            letter if letter.is_ascii_digit() => 2,
            _ => 3,
        };
        by(kind).unwrap_or(letter)
    };
    text(row.text(0).chars().map(letter).collect::<String>())
}

fn luhn_check(text: &str) -> bool {
    let digits: Option<Vec<u32>> = text.chars().rev().map(|digit| digit.to_digit(10)).collect();
    let Some(digits) = digits.filter(|digits| !digits.is_empty()) else { return false };
    let weighed = digits.iter().enumerate().map(|(at, digit)| match digit << (at % 2) {
        doubled if doubled > 9 => doubled - 9,
        digit => digit,
    });
    weighed.sum::<u32>() % 10 == 0
}
