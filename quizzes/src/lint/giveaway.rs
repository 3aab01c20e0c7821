//! Right options that can be told by their length or their place.
//!
//! Length: by chance the right option is the longest in one of k cases, for k options; options that tie share the case.
//! The bank is found when chance alone would give so many, or so few, in less than one of a hundred banks each (the
//! normal bound z = 2.326). So few is found too: who knows that the longest is never right has one option less to
//! choose from. Place: Pearson's chi-square of the places of the right options, at one per cent.

use serde::Serialize;

use super::{Finding, single_options};
use crate::question::Question;
use crate::quiz::Quiz;

/// One per cent at either side.
const Z_BOUND: f64 = 2.326;
/// Critical values of chi-square at one per cent for 1 to 9 degrees of freedom.
const CHI_SQUARE_BOUNDS: [f64; 9] = [6.635, 9.210, 11.345, 13.277, 15.086, 16.812, 18.475, 20.090, 21.666];
/// Below it chi-square says nothing: right options expected at each place.
const LEAST_EXPECTED: f64 = 5.0;
/// So much longer than every other, an option is seen to be the careful one.
const STANDS_OUT: f64 = 1.8;

/// What lengths and places of the right options of a bank give away. Only questions with one right option count.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Giveaway {
    pub questions: usize,
    pub longest: Lengths,
    pub shortest: Lengths,
    /// One for each number of options that questions have.
    pub positions: Vec<Positions>,
}

/// How often the right option is the longest, or the shortest.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Lengths {
    /// A tie of n options counts 1/n.
    pub found: f64,
    /// By chance.
    pub expected: f64,
    /// Standard deviations from chance; 0 without questions.
    pub z: f64,
}

/// Where the right option stands in the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Positions {
    /// How many options the questions have.
    pub options: usize,
    /// How often the right one is first, second, and so on.
    pub counts: Vec<usize>,
    pub chi_square: f64,
}

/// Measures the questions with one right option.
pub fn measure(quiz: &Quiz) -> Giveaway {
    let choices: Vec<Choice> = quiz.questions.iter().filter_map(Choice::of).collect();
    let mut sizes: Vec<usize> = choices.iter().map(|choice| choice.lengths.len()).collect();
    sizes.sort_unstable();
    sizes.dedup();
    Giveaway {
        questions: choices.len(),
        longest: lengths(&choices, |one, other| one > other),
        shortest: lengths(&choices, |one, other| one < other),
        positions: sizes.into_iter().map(|options| positions(&choices, options)).collect(),
    }
}

struct Choice {
    right: usize,
    /// In characters.
    lengths: Vec<usize>,
}

impl Choice {
    fn of(question: &Question) -> Option<Self> {
        let options = single_options(question)?;
        let right = options.iter().position(|option| option.correct)?;
        Some(Self { right, lengths: options.iter().map(|option| option.text.chars().count()).collect() })
    }

    /// 1 when the right option's length is beyond all others', 1/n when n options share it, 0 when another is beyond.
    fn credit(&self, is_beyond: fn(usize, usize) -> bool) -> f64 {
        let right = self.lengths.get(self.right).copied().unwrap_or_default();
        if self.lengths.iter().any(|other| is_beyond(*other, right)) {
            return 0.0;
        }
        1.0 / self.lengths.iter().filter(|other| **other == right).count().max(1) as f64
    }
}

fn lengths(choices: &[Choice], is_beyond: fn(usize, usize) -> bool) -> Lengths {
    let found: f64 = choices.iter().map(|choice| choice.credit(is_beyond)).sum();
    let chances = choices.iter().map(|choice| 1.0 / choice.lengths.len() as f64);
    let expected: f64 = chances.clone().sum();
    let deviation = chances.map(|chance| chance * (1.0 - chance)).sum::<f64>().sqrt();
    Lengths { found, expected, z: if deviation > 0.0 { (found - expected) / deviation } else { 0.0 } }
}

fn positions(choices: &[Choice], options: usize) -> Positions {
    let mut counts = vec![0; options];
    for choice in choices.iter().filter(|choice| choice.lengths.len() == options) {
        if let Some(count) = counts.get_mut(choice.right) {
            *count += 1;
        }
    }
    let expected = counts.iter().sum::<usize>() as f64 / options.max(1) as f64;
    let distance = |count: &usize| (*count as f64 - expected).powi(2) / expected.max(f64::MIN_POSITIVE);
    Positions { options, chi_square: counts.iter().map(distance).sum(), counts }
}

impl Positions {
    /// Whether chance alone would hardly ever place the right options so.
    fn stands_out(&self) -> bool {
        let expected = self.counts.iter().sum::<usize>() as f64 / self.options.max(1) as f64;
        let bound = self.options.checked_sub(2).and_then(|index| CHI_SQUARE_BOUNDS.get(index));
        expected >= LEAST_EXPECTED && bound.is_some_and(|bound| self.chi_square > *bound)
    }
}

/// What the bank as a whole gives away.
pub(super) fn findings(quiz: &Quiz) -> Vec<Finding> {
    let measured = measure(quiz);
    let mut findings = Vec::new();
    findings.extend(of_lengths(
        ("RIGHT_IS_LONGEST", "RIGHT_IS_RARELY_LONGEST"),
        "longest",
        &measured.longest,
        &measured,
    ));
    findings.extend(of_lengths(
        ("RIGHT_IS_SHORTEST", "RIGHT_IS_RARELY_SHORTEST"),
        "shortest",
        &measured.shortest,
        &measured,
    ));
    for positions in measured.positions.iter().filter(|positions| positions.stands_out()) {
        let counts: Vec<String> = positions.counts.iter().map(usize::to_string).collect();
        let message = format!(
            "Of questions with {} options the right one stands {} times at the places in turn (chi-square {:.1}).",
            positions.options,
            counts.join(", "),
            positions.chi_square
        );
        findings.push(Finding::of_bank("RIGHT_HAS_A_PLACE", message, "Move right options to other places."));
    }
    findings
}

fn of_lengths(
    (often, rarely): (&'static str, &'static str),
    word: &str,
    lengths: &Lengths,
    measured: &Giveaway,
) -> Option<Finding> {
    let (code, hint) = if lengths.z > Z_BOUND {
        (often, "Make wrong options as careful as the right ones.")
    } else if lengths.z < -Z_BOUND {
        (rarely, "Let the right option be the outermost as often as any other, or it helps to rule one out.")
    } else {
        return None;
    };
    let message = format!(
        "The right option is the {word} in {:.1} of {} questions (ties shared); by chance it would be in about {:.1}.",
        lengths.found, measured.questions, lengths.expected
    );
    Some(Finding::of_bank(code, message, hint))
}

/// A question whose right option is far longer than any other.
pub(super) fn finding(question: &Question) -> Option<Finding> {
    let choice = Choice::of(question)?;
    let right = *choice.lengths.get(choice.right)?;
    let others = choice.lengths.iter().enumerate().filter(|(index, _)| *index != choice.right);
    let longest = others.map(|(_, length)| *length).max()?;
    // Among words and numbers one is soon twice as long, and gives nothing away.
    let stands_out = right >= 40 && right as f64 > STANDS_OUT * longest as f64;
    let message = format!("The right option has {right} characters, the longest wrong one {longest}.");
    stands_out
        .then(|| Finding::of(question, "RIGHT_STANDS_OUT", message, "Shorten it, or make the wrong ones as careful."))
}
