//! Numbers and values as texts: `format_number` and `format_string`.

use datafusion::common::{Result, ScalarValue};

use super::super::errors::{raise, unexpected};
use super::super::types::type_name;
use super::round::Mode;
use super::rows::{Function, Gives, Row, Takes};
use super::texts::{bounded, text};
use crate::diagnostic::Diagnostic;

use Takes::{Any, Number, Text};

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["format_number"], &[Number, Any], Gives::Text, format_number),
    Function::new(&["format_string", "printf"], &[Text, Any], Gives::Text, format_string).variadic().sees_nulls(),
];

/// Digits after the point that a number may be printed with.
const MAX_PLACES: i32 = 100;

fn format_number(row: &Row<'_>) -> Result<ScalarValue> {
    let places = match row.value(1)? {
        ScalarValue::Int32(Some(places)) => places,
        ScalarValue::Utf8(Some(pattern)) => return by_pattern(row, &pattern),
        _ => return Err(raise(unexpected("format_number needs the number of decimal places, a whole number"))),
    };
    let Ok(count) = usize::try_from(places.min(MAX_PLACES)) else { return Ok(ScalarValue::Null) };
    text(grouped(&fixed(&row.value(0)?, count)))
}

/// `#,##0.00`: grouping where there is a comma, and the least and most digits after the point.
fn by_pattern(row: &Row<'_>, pattern: &str) -> Result<ScalarValue> {
    let plain = pattern.chars().all(|letter| matches!(letter, '#' | '0' | ',' | '.'));
    if !plain {
        let message = format!("The pattern '{pattern}' of format_number is not available.");
        let hint = "Patterns are made of #, 0, one comma group and one point; put signs around them with concat.";
        return Err(raise(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message).with_hint(hint)));
    }
    let (whole, places) = pattern.split_once('.').unwrap_or((pattern, ""));
    let least = places.chars().filter(|digit| *digit == '0').count();
    let printed = fixed(&row.value(0)?, places.len());
    let (sign, digits) = printed.strip_prefix('-').map_or(("", printed.as_str()), |digits| ("-", digits));
    let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
    let surplus = after.len() - after.trim_end_matches('0').len();
    let after = &after[..after.len() - surplus.min(after.len() - least)];
    let before = before.trim_start_matches('0');
    let zeros = whole.chars().filter(|digit| *digit == '0').count();
    let before = format!("{before:0>zeros$}");
    let before = if whole.contains(',') { grouped(&before) } else { before };
    let point = if after.is_empty() { "" } else { "." };
    text(format!("{sign}{before}{point}{after}"))
}

/// A number with so many digits after the point, halves to the even one. What is rounded to zero keeps its sign, as Java's does.
fn fixed(value: &ScalarValue, places: usize) -> String {
    match value {
        ScalarValue::Decimal128(Some(digits), _, scale) => {
            decimal(*digits, usize::try_from(*scale).unwrap_or(0), places)
        }
        ScalarValue::Float64(Some(value)) => format!("{value:.places$}"),
        ScalarValue::Float32(Some(value)) => format!("{:.places$}", f64::from(*value)),
        whole => {
            let zeros = if places > 0 { format!(".{}", "0".repeat(places)) } else { String::new() };
            format!("{whole}{zeros}")
        }
    }
}

fn decimal(digits: i128, scale: usize, places: usize) -> String {
    let sign = if digits < 0 { "-" } else { "" };
    let mut digits = digits;
    let kept = scale.min(places);
    if let Some(factor) = u32::try_from(scale - kept).ok().and_then(|cut| 10_i128.checked_pow(cut)) {
        let (quotient, rest) = (digits / factor, (digits % factor).abs() * 2);
        let up = rest > factor || rest == factor && quotient % 2 != 0;
        digits = quotient + if up { digits.signum() } else { 0 };
    }
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = kept + 1);
    let (whole, fraction) = text.split_at(text.len() - kept);
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{fraction:0<places$}")
}

/// Commas between thousands.
fn grouped(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let whole = digits.split('.').next().unwrap_or_default();
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && digit.is_ascii_digit() {
            out.push(',');
        }
        out.push(digit);
    }
    out + &digits[whole.len()..]
}

/// One `%` of a format: flags, width, places and what is printed.
#[derive(Debug, Default)]
struct Directive {
    flags: String,
    width: usize,
    places: Option<usize>,
    kind: char,
}

/// Java's formats, as far as they print texts, numbers and booleans.
fn format_string(row: &Row<'_>) -> Result<ScalarValue> {
    if row.is_null(0) {
        return Ok(ScalarValue::Null);
    }
    let (mut out, mut next) = (String::new(), 1);
    let mut letters = row.text(0).chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let directive = directive(&mut letters);
        let printed = match directive.kind {
            '%' => "%".to_owned(),
            'n' => "\n".to_owned(),
            _ if next >= row.len() => return Err(raise(bad_format(row, "there are fewer values than formats"))),
            _ => {
                next += 1;
                directive.print(&row.value(next - 1)?).ok_or_else(|| {
                    let kind = type_name(row.data_type(next - 1));
                    raise(bad_format(row, &format!("%{} cannot print a value of the type \"{kind}\"", directive.kind)))
                })?
            }
        };
        bounded(out.len() + directive.width)?;
        out.push_str(&directive.aligned(&printed));
    }
    text(out)
}

fn directive(letters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Directive {
    let mut directive = Directive::default();
    while let Some(flag) = letters.next_if(|letter| "-+ 0,(#".contains(*letter)) {
        directive.flags.push(flag);
    }
    let number = |letters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
        let mut digits = String::new();
        while let Some(digit) = letters.next_if(char::is_ascii_digit) {
            digits.push(digit);
        }
        digits.parse().unwrap_or(0)
    };
    directive.width = number(letters);
    if letters.next_if_eq(&'.').is_some() {
        directive.places = Some(number(letters).min(1000));
    }
    directive.kind = letters.next().unwrap_or('%');
    directive
}

impl Directive {
    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn print(&self, value: &ScalarValue) -> Option<String> {
        if value.is_null() && !matches!(self.kind, 'b' | 'B') {
            return Some("null".to_owned());
        }
        Some(match self.kind {
            's' | 'S' => {
                let shown = shown(value);
                let shown: String = shown.chars().take(self.places.unwrap_or(usize::MAX)).collect();
                if self.kind == 'S' { shown.to_uppercase() } else { shown }
            }
            'd' => self.signed(whole(value)?.to_string()),
            'x' => format!("{:x}", whole(value)?),
            'X' => format!("{:X}", whole(value)?),
            'o' => format!("{:o}", whole(value)?),
            'f' => self.signed(half_up(value, self.places.unwrap_or(6))?),
            'e' | 'E' => scientific(value, self.places.unwrap_or(6), self.kind)?,
            'c' => char::from_u32(u32::try_from(whole(value)?).ok()?)?.to_string(),
            'b' | 'B' => match value {
                ScalarValue::Boolean(Some(truth)) => truth.to_string(),
                other => (!other.is_null()).to_string(),
            },
            _ => return None,
        })
    }

    fn signed(&self, number: String) -> String {
        let number = if self.has(',') { grouped(&number) } else { number };
        match number.strip_prefix('-') {
            Some(digits) if self.has('(') => format!("({digits})"),
            None if self.has('+') => format!("+{number}"),
            None if self.has(' ') => format!(" {number}"),
            _ => number,
        }
    }

    fn aligned(&self, printed: &str) -> String {
        let missing = self.width.saturating_sub(printed.chars().count());
        if self.has('-') {
            return printed.to_owned() + &" ".repeat(missing);
        }
        if self.has('0') && matches!(self.kind, 'd' | 'f' | 'x' | 'X' | 'o' | 'e' | 'E') {
            let signs = usize::from(printed.starts_with(['-', '+', ' ']));
            return format!("{}{}{}", &printed[..signs], "0".repeat(missing), &printed[signs..]);
        }
        " ".repeat(missing) + printed
    }
}

/// A value as CAST prints it.
fn shown(value: &ScalarValue) -> String {
    let printed = value
        .to_array()
        .and_then(|value| super::conversion::convert(&value, &datafusion::arrow::datatypes::DataType::Utf8, true));
    match printed.and_then(|printed| ScalarValue::try_from_array(&printed, 0)) {
        Ok(ScalarValue::Utf8(Some(text))) => text,
        _ => value.to_string(),
    }
}

fn whole(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int8(value) => value.map(i64::from),
        ScalarValue::Int16(value) => value.map(i64::from),
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        _ => None,
    }
}

/// Java's formats round halves away from zero, by the digits that a number is printed with, and keep the sign of what becomes zero.
fn half_up(value: &ScalarValue, places: usize) -> Option<String> {
    let value = match value {
        ScalarValue::Float64(Some(value)) => *value,
        ScalarValue::Float32(Some(value)) => f64::from(*value),
        _ => return None,
    };
    let rounded = super::round::double(value, i64::try_from(places).ok()?, Mode::HalfUp);
    let sign = if value.is_sign_negative() && !value.is_nan() { "-" } else { "" };
    Some(format!("{sign}{:.places$}", rounded.abs()))
}

/// `1.500000e+03`
fn scientific(value: &ScalarValue, places: usize, kind: char) -> Option<String> {
    let ScalarValue::Float64(Some(value)) = value else { return None };
    let printed = format!("{value:.places$e}");
    let (digits, exponent) = printed.split_once('e')?;
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    Some(format!("{digits}{kind}{sign}{exponent:0>2}"))
}

fn bad_format(row: &Row<'_>, why: &str) -> Diagnostic {
    let message = format!("The value of parameter(s) `strfmt` in `{}` is invalid: {why}.", row.name);
    Diagnostic::new("INVALID_PARAMETER_VALUE.FORMAT", "22023", message)
        .with_hint("%s prints any value, %d whole numbers, %.2f a DOUBLE: cast a DECIMAL; each % takes the next value.")
}
