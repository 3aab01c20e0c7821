//! Numbers as a chart writes them.

/// From here on an axis counts in millions, billions and trillions.
const UNITS: [(f64, i32, &str); 3] = [(1e12, 12, " T"), (1e9, 9, " B"), (1e6, 6, " M")];
/// Beyond these a number is written with its power of ten.
const LARGE: f64 = 1e15;
const SMALL: f64 = 1e-4;

/// A value by itself: `1,234.5`, `−0.25`, `3.1e18`.
pub fn shown(value: f64) -> String {
    let magnitude = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(SMALL..LARGE).contains(&magnitude) {
        return signed(scientific(value));
    }
    let decimals = if value.fract() == 0.0 {
        0
    } else if magnitude >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    signed(grouped(text))
}

/// The ticks of an axis, all with the decimals that the power of ten of their step needs.
pub(super) fn of_ticks(values: &[f64], exponent: i32) -> Vec<String> {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if largest >= LARGE || exponent < -4 {
        return values.iter().map(|value| signed(with_power(*value, exponent))).collect();
    }
    let unit = UNITS.iter().find(|(from, ..)| largest >= *from);
    let (divisor, power, name) = unit.copied().unwrap_or((1.0, 0, ""));
    let decimals = usize::try_from(power - exponent).unwrap_or(0);
    let label = |value: &f64| signed(format!("{}{name}", grouped(&format!("{:.decimals$}", value / divisor))));
    values.iter().map(label).collect()
}

/// With as many digits as tell multiples of the step apart.
fn with_power(value: f64, exponent: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = usize::try_from(value.abs().log10().floor() as i32 - exponent).unwrap_or(0);
    format!("{value:.digits$e}")
}

fn scientific(value: f64) -> String {
    let text = format!("{value:.3e}");
    match text.split_once('e') {
        Some((digits, power)) => format!("{}e{power}", digits.trim_end_matches('0').trim_end_matches('.')),
        None => text,
    }
}

/// A comma between thousands of the whole part.
fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let mut grouped = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped.extend(fraction.map(|fraction| format!(".{fraction}")));
    grouped
}

/// With a real minus, and none before a zero.
fn signed(text: String) -> String {
    match text.strip_prefix('-') {
        Some(zero) if !zero.contains(|c: char| ('1'..='9').contains(&c)) => zero.to_owned(),
        Some(digits) => format!("−{digits}"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn values_are_as_long_as_a_reader_needs() {
        let values = [0.0, -1.0, 1234.5, 1_234_567.0, 0.12345, -0.5, 3.1e18, 2.5e-7, 19.999, 1e14];
        let expected =
            ["0", "−1", "1,234.5", "1,234,567", "0.1235", "−0.5", "3.1e18", "2.5e-7", "20", "100,000,000,000,000"];
        assert_eq!(values.map(shown), expected);
    }
}
