//! Single choice: exactly one option is right.

use super::choice::{self, ChoiceOption};
use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Single {
    pub options: Vec<ChoiceOption>,
}

impl Single {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let options = choice::read(fields, mistakes);
        let right = options.iter().filter(|option| option.correct).count();
        if options.len() >= 2 && right != 1 {
            let message = format!("Exactly one option must have `correct: true`; here it is {right}.");
            mistakes.push(
                fields
                    .mistake("BAD_VALUE", "options", message)
                    .with_hint("For several right options write `kind: multiple`."),
            );
        }
        Self { options }
    }

    pub(super) fn draw(&self, shuffle: bool, source: &mut Source) -> DrawnBody {
        choice::draw(&self.options, false, shuffle, source)
    }

    /// All or nothing; several chosen options are wrong.
    pub(super) fn grade(&self, drawn: &DrawnBody, answer: Option<&Answer>, points: Points) -> Graded {
        let options = choice::results(&self.options, drawn, answer);
        let is_right = options.iter().all(|option| option.chosen == option.correct);
        let answered = options.iter().any(|option| option.chosen);
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered,
            feedback: None,
            expected: Expected::Options(choice::expected(&options)),
            options,
        }
    }
}
