//! Options: what single and multiple choice share.

use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::mistake::Mistake;
use crate::reading::Fields;
use crate::scoring::OptionResult;
use crate::shuffle::Source;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChoiceOption {
    /// Inline Markdown, unique within the question.
    pub text: String,
    pub correct: bool,
    /// Why it is right or wrong, shown with the feedback.
    pub feedback: Option<String>,
}

/// Reads `options`: at least two, no text twice.
pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Vec<ChoiceOption> {
    let mut options: Vec<ChoiceOption> = Vec::new();
    let before = mistakes.len();
    for (path, node) in fields.list("options", mistakes) {
        let Some(mut option) = Fields::of(node, path, mistakes) else { continue };
        let text = option.required_text("text", mistakes);
        if !text.is_empty() && options.iter().any(|other| other.text == text) {
            mistakes.push(option.mistake("DUPLICATE_TEXT", "text", format!("There is already an option `{text}`.")));
        }
        let correct = option.flag("correct", mistakes).unwrap_or(false);
        let feedback = option.text("feedback", mistakes);
        option.finish(mistakes);
        options.push(ChoiceOption { text, correct, feedback });
    }
    if options.len() < 2 && mistakes.len() == before {
        mistakes.push(fields.mistake("TOO_FEW", "options", "A choice needs at least two `options`."));
    }
    options
}

pub(super) fn draw(options: &[ChoiceOption], multiple: bool, shuffle: bool, source: &mut Source) -> DrawnBody {
    let mut texts: Vec<String> = options.iter().map(|option| option.text.clone()).collect();
    if shuffle {
        source.shuffle(&mut texts);
    }
    DrawnBody::Choice { multiple, options: texts }
}

/// Each option in the drawn order, with whether it was chosen.
pub(super) fn results(options: &[ChoiceOption], drawn: &DrawnBody, answer: Option<&Answer>) -> Vec<OptionResult> {
    let DrawnBody::Choice { options: texts, .. } = drawn else { return Vec::new() };
    let chosen = chosen(texts, answer);
    let result = |(place, text): (usize, &String)| {
        let index = options.iter().position(|option| option.text == *text)?;
        let option = options.get(index)?;
        Some(OptionResult {
            place,
            option: index,
            chosen: chosen.contains(&place),
            correct: option.correct,
            feedback: option.feedback.clone(),
        })
    };
    texts.iter().enumerate().filter_map(result).collect()
}

/// The places of the drawn texts that an answer chose.
pub(super) fn chosen(texts: &[String], answer: Option<&Answer>) -> Vec<usize> {
    match answer {
        Some(Answer::Choice(picks)) => picks.iter().filter_map(|pick| pick.place(texts)).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn each_text(options: &mut [ChoiceOption], visit: &mut dyn FnMut(&mut String)) {
    for option in options {
        visit(&mut option.text);
        option.feedback.iter_mut().for_each(&mut *visit);
    }
}

/// The places of the right options.
pub(super) fn expected(results: &[OptionResult]) -> Vec<usize> {
    results.iter().filter(|result| result.correct).map(|result| result.place).collect()
}
