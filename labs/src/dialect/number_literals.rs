//! Number literals as they are written: their ranges, the size of a DECIMAL, its exponent, and names that only look like one.

use datafusion::sql::sqlparser::tokenizer::{Span, Token};

use super::lexer::{position, syntax};
use crate::diagnostic::Diagnostic;

/// Whether a whole number fits its suffix; `min` is the smallest number of that type.
pub fn check_range(digits: &str, negated: bool, type_name: &str, min: i64, span: Span) -> Result<(), Diagnostic> {
    let number = digits.parse::<i128>().ok().map(|number| if negated { -number } else { number });
    let (min, max) = (i128::from(min), -(i128::from(min) + 1));
    if number.is_some_and(|number| (min..=max).contains(&number)) {
        return Ok(());
    }
    let sign = if negated { "-" } else { "" };
    let message = format!(
        "Numeric literal {sign}{digits} is outside the valid range for {type_name} with minimum value of {min} and maximum \
         value of {max}."
    );
    Err(Diagnostic::new("INVALID_NUMERIC_LITERAL_RANGE", "22003", message)
        .with_hint("Leave the suffix away: a number takes the type that it needs.")
        .at(position(span.start)))
}

/// The size of the DECIMAL that digits are: `(3, 1)` for 12.5.
pub fn decimal_size(digits: &str) -> Vec<Token> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len();
    let precision = (whole + fraction.len()).max(1);
    let number = |number: usize| Token::Number(number.to_string(), false);
    vec![Token::LParen, number(precision), Token::Comma, number(fraction.len()), Token::RParen]
}

/// `12E-1` as `1.2`; digits without an exponent, and with one that is no size of a DECIMAL, as they are.
pub fn without_exponent(digits: &str) -> String {
    let Some((mantissa, exponent)) = digits.split_once(['e', 'E']) else { return digits.to_owned() };
    let Some(exponent) = exponent.parse::<i32>().ok().filter(|exponent| exponent.abs() <= 38) else {
        return digits.to_owned();
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let figures = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    match usize::try_from(point) {
        Ok(point) if point >= figures.len() => format!("{figures:0<point$}"),
        Ok(point) if point > 0 => format!("{}.{}", &figures[..point], &figures[point..]),
        _ => format!("0.{}{figures}", "0".repeat(point.unsigned_abs() as usize)),
    }
}

/// A number with letters behind it would read as a number with an alias.
pub fn no_name(digits: &str, rest: &str) -> Diagnostic {
    syntax(&format!("Syntax error at or near '{digits}{rest}'")).with_hint(format!(
        "A number ends where its digits do; a name with a point in it needs backticks: `{digits}{rest}`."
    ))
}
