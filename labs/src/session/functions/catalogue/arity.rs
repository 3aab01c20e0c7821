//! How many arguments a function takes, as its entry writes them: `str, from[, length]` are two or three, `expr, ...` one or
//! more.

use super::Entry;

/// Fewest and most arguments; the most is `None` where the last ones repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arity {
    fewest: usize,
    most: Option<usize>,
}

impl Arity {
    pub fn of(entry: &Entry) -> Self {
        let (mut fewest, mut most, mut repeats) = (0, 0, false);
        let (mut brackets, mut parentheses) = (0_usize, 0_usize);
        let mut item = String::new();
        // A comma behind the text ends its last item.
        for letter in entry.arguments.chars().chain([',']) {
            match letter {
                '(' => parentheses += 1,
                ')' => parentheses = parentheses.saturating_sub(1),
                ',' | '[' | ']' if parentheses == 0 => {
                    match item.trim() {
                        "" => {}
                        "..." => repeats = true,
                        _ => {
                            most += 1;
                            fewest += usize::from(brackets == 0);
                        }
                    }
                    item.clear();
                    match letter {
                        '[' => brackets += 1,
                        ']' => brackets = brackets.saturating_sub(1),
                        _ => {}
                    }
                }
                letter => item.push(letter),
            }
        }
        Self { fewest, most: (!repeats).then_some(most) }
    }

    pub fn accepts(self, count: usize) -> bool {
        count >= self.fewest && self.most.is_none_or(|most| count <= most)
    }
}

impl std::fmt::Display for Arity {
    /// As Spark's messages write it: `1`, `[1, 2]`, `> 0`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.fewest, self.most) {
            (fewest, Some(most)) if fewest == most => write!(formatter, "{most}"),
            (fewest, Some(most)) => {
                let counts: Vec<String> = (fewest..=most).map(|count| count.to_string()).collect();
                write!(formatter, "[{}]", counts.join(", "))
            }
            (fewest, None) => write!(formatter, "> {}", fewest.saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Entry, all};
    use super::Arity;

    fn arity(arguments: &'static str) -> Arity {
        Arity::of(&Entry { name: "f", arguments, sentence: "", example: "", family: "" })
    }

    #[test]
    fn what_stands_in_square_brackets_may_be_left_away() {
        let shown = |arguments| arity(arguments).to_string();
        assert_eq!(
            ["", "expr", "str, from[, length]", "[unit, ]end, start"].map(shown),
            ["0", "1", "[2, 3]", "[2, 3]"]
        );
        assert_eq!(["array, (a, b) -> expr", "[a[, b]]", "expr, ..."].map(shown), ["2", "[0, 1, 2]", "> 0"]);
        assert!(arity("[expr, ...]").accepts(0) && !arity("expr, other, ...").accepts(1));
    }

    #[test]
    fn every_entry_can_be_read() {
        assert!(all().all(|entry| (0..8).any(|count| Arity::of(entry).accepts(count))));
    }
}
