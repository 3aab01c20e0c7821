//! Multiple choice: any number of options is right.

use super::choice::{self, ChoiceOption};
use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded, OptionResult};
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiple {
    pub options: Vec<ChoiceOption>,
    pub policy: MultiplePolicy,
}

/// How partly right choices count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiplePolicy {
    /// The share of the right options chosen less the share of the wrong ones chosen, never below 0: choosing all gives
    /// nothing, as choosing none does.
    #[default]
    RightMinusWrong,
    /// Every option as it should be, or nothing.
    AllOrNothing,
    /// The share of the options that are as they should be, chosen or not; nothing when none is chosen.
    PerOption,
}

/// As a file writes them.
pub(crate) const POLICIES: [(&str, MultiplePolicy); 3] = [
    ("right_minus_wrong", MultiplePolicy::RightMinusWrong),
    ("all_or_nothing", MultiplePolicy::AllOrNothing),
    ("per_option", MultiplePolicy::PerOption),
];

impl Multiple {
    /// `policy` is the quiz's, for questions that have none of their own.
    pub(super) fn read(fields: &mut Fields<'_>, policy: MultiplePolicy, mistakes: &mut Vec<Mistake>) -> Self {
        let policy = fields.choice("policy", &POLICIES, mistakes).unwrap_or(policy);
        let options = choice::read(fields, mistakes);
        if options.len() >= 2 && !options.iter().any(|option| option.correct) {
            let message = "At least one option must have `correct: true`.";
            mistakes.push(fields.mistake("BAD_VALUE", "options", message));
        }
        Self { options, policy }
    }

    pub(super) fn draw(&self, shuffle: bool, source: &mut Source) -> DrawnBody {
        choice::draw(&self.options, true, shuffle, source)
    }

    pub(super) fn grade(&self, drawn: &DrawnBody, answer: Option<&Answer>, points: Points) -> Graded {
        let options = choice::results(&self.options, drawn, answer);
        let answered = options.iter().any(|option| option.chosen);
        Graded {
            points: if answered { self.points(&options, points) } else { Points::ZERO },
            answered,
            feedback: None,
            expected: Expected::Options(choice::expected(&options)),
            options,
        }
    }

    fn points(&self, options: &[OptionResult], points: Points) -> Points {
        let count = |fits: fn(&OptionResult) -> bool| options.iter().filter(|option| fits(option)).count() as u64;
        let right = count(|option| option.correct);
        let wrong = count(|option| !option.correct);
        let right_chosen = count(|option| option.correct && option.chosen);
        let wrong_chosen = count(|option| !option.correct && option.chosen);
        let as_they_should = count(|option| option.correct == option.chosen);
        let all = options.len() as u64;
        match self.policy {
            MultiplePolicy::RightMinusWrong if wrong == 0 => points.share(right_chosen, right),
            MultiplePolicy::RightMinusWrong => {
                points.share((right_chosen * wrong).saturating_sub(wrong_chosen * right), right * wrong)
            }
            MultiplePolicy::AllOrNothing if as_they_should == all => points,
            MultiplePolicy::AllOrNothing => Points::ZERO,
            MultiplePolicy::PerOption => points.share(as_they_should, all),
        }
    }
}
