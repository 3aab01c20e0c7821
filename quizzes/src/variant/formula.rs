//! Arithmetic in the placeholders of a question: `+ - * / %`, parentheses, numbers and names.

use super::Assignment;

/// Deeper nesting is no formula that a person wrote.
const MAX_DEPTH: usize = 32;

/// The value of a formula; names are case-sensitive.
///
/// # Errors
/// A sentence about what is wrong with it.
pub(super) fn value(formula: &str, numbers: &Assignment) -> Result<f64, String> {
    let mut reader = Reader { formula, at: 0, numbers };
    let value = reader.sum(0)?;
    reader.blanks();
    match reader.rest().chars().next() {
        Some(stray) => Err(format!("`{formula}` has a `{stray}` that does not belong there.")),
        None if value.is_finite() => Ok(value),
        None => Err(format!("`{formula}` divides by zero or grows beyond all bounds.")),
    }
}

struct Reader<'a> {
    formula: &'a str,
    /// In bytes.
    at: usize,
    numbers: &'a Assignment,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.formula.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Takes the next character when it is one of these.
    fn one_of(&mut self, marks: &[char]) -> Option<char> {
        self.blanks();
        let mark = self.rest().chars().next().filter(|next| marks.contains(next))?;
        self.at += mark.len_utf8();
        Some(mark)
    }

    /// Takes what is made of such characters.
    fn run_of(&mut self, fits: fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    fn sum(&mut self, depth: usize) -> Result<f64, String> {
        let mut sum = self.product(depth)?;
        while let Some(mark) = self.one_of(&['+', '-']) {
            let next = self.product(depth)?;
            sum = if mark == '+' { sum + next } else { sum - next };
        }
        Ok(sum)
    }

    fn product(&mut self, depth: usize) -> Result<f64, String> {
        let mut product = self.factor(depth)?;
        while let Some(mark) = self.one_of(&['*', '/', '%']) {
            let next = self.factor(depth)?;
            product = match mark {
                '*' => product * next,
                '/' => product / next,
                _ => product % next,
            };
        }
        Ok(product)
    }

    fn factor(&mut self, depth: usize) -> Result<f64, String> {
        if depth > MAX_DEPTH {
            return Err("A formula is nested at most 32 deep.".to_owned());
        }
        if self.one_of(&['-']).is_some() {
            return Ok(-self.factor(depth + 1)?);
        }
        if self.one_of(&['(']).is_some() {
            let value = self.sum(depth + 1)?;
            return match self.one_of(&[')']) {
                Some(_) => Ok(value),
                None => Err(format!("`{}` has a parenthesis that is not closed.", self.formula)),
            };
        }
        self.blanks();
        let digits = self.run_of(|c| c.is_ascii_digit() || c == '.');
        if !digits.is_empty() {
            return digits.parse().map_err(|_| format!("`{digits}` is not a number."));
        }
        let name = self.run_of(|c| c.is_alphanumeric() || c == '_');
        if name.is_empty() {
            return Err(format!("`{}` lacks a number or a name.", self.formula));
        }
        let found = self.numbers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value).ok_or_else(|| unknown(name, self.numbers))
    }
}

fn unknown(name: &str, numbers: &Assignment) -> String {
    let known: Vec<&str> = numbers.iter().map(|(known, _)| known.as_str()).collect();
    match crate::reading::nearest(name, known.iter().copied()) {
        Some(near) => format!("`numbers` has no `{name}`. Did you mean `{near}`?"),
        None => format!("`numbers` has no `{name}`; it has {}.", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(formula: &str) -> Result<f64, String> {
        value(formula, &vec![("n".to_owned(), 6.0), ("rows".to_owned(), 4.0)])
    }

    #[test]
    fn formulas_are_read_as_arithmetic_is() {
        for (formula, expected) in [
            ("n", 6.0),
            ("n + rows * 2", 14.0),
            ("(n+rows)*2", 20.0),
            ("n - rows - 1", 1.0),
            ("-n % 4", -2.0),
            ("n / rows", 1.5),
            (" 2.5 ", 2.5),
        ] {
            assert_eq!(check(formula), Ok(expected), "{formula}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (formula, said) in [
            ("n +", "lacks a number"),
            ("row", "Did you mean `rows`?"),
            ("(n", "not closed"),
            ("n rows", "does not belong"),
            ("1.2.3", "not a number"),
            ("n / (rows - 4)", "divides by zero"),
            ("", "lacks a number"),
        ] {
            let error = check(formula).unwrap_err();
            assert!(error.contains(said), "{formula}: {error}");
        }
        assert!(check(&"(".repeat(10_000)).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_stumble(formula in "[-+*/%()n0-9. äx]{0,30}") {
            let _ = check(&formula);
        }
    }
}
