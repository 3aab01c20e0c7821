//! What stands in the braces of a GIFT question, as a question of ours.

use super::html;
use super::marks::Marks;
use super::numeric;
use crate::mistake::Mistake;
use crate::question::{ChoiceOption, Kind, Matching, Multiple, MultiplePolicy, Pair, ShortText, Single};

pub(super) enum Outcome {
    Read {
        kind: Kind,
        explanation: Option<String>,
    },
    /// With the reason.
    LeftOut(String),
}

/// One `=` or `~` with what belongs to it.
#[derive(Debug)]
pub(super) struct Given {
    pub text: Marks,
    /// In hundredths: 100 for `=`, 0 for `~`, or what is between percent marks.
    pub percent: f64,
    pub feedback: Option<String>,
    pub is_right_mark: bool,
}

pub(super) type Read = Result<Outcome, Vec<Mistake>>;

/// Reads the answers; `format` is that of the question's text.
pub(super) fn read(marks: Marks, format: &str, remarks: &mut Vec<String>) -> Read {
    let (marks, explanation) = match marks.split("####") {
        Some((answers, general)) => (answers, text(&general, format)),
        None => (marks, None),
    };
    let mut body = marks.clone();
    if body.is_empty() {
        return Ok(Outcome::LeftOut("An essay is marked by a person.".to_owned()));
    }
    let outcome = if body.skip("#") {
        numeric::read(&body, format, remarks)
    } else if let Some(is_true) = truth(&body) {
        Ok(true_or_false(is_true, &body, format))
    } else {
        options(&body, format, remarks)
    }?;
    Ok(match outcome {
        Outcome::Read { kind, explanation: own } => {
            let parts: Vec<String> = own.into_iter().chain(explanation).collect();
            Outcome::Read { kind, explanation: (!parts.is_empty()).then(|| parts.join("\n\n")) }
        }
        left_out @ Outcome::LeftOut(_) => left_out,
    })
}

/// A feedback; `None` when it is empty.
pub(super) fn text(marks: &Marks, format: &str) -> Option<String> {
    let mut marks = marks.clone();
    let own = marks.format();
    let format = if own.is_empty() { format } else { &own };
    Some(html::markdown(&marks.text(), format).0).filter(|text| !text.is_empty())
}

fn truth(marks: &Marks) -> Option<bool> {
    let word = marks.split("#").map_or_else(|| marks.text(), |(word, _)| word.text());
    match word.to_ascii_uppercase().as_str() {
        "T" | "TRUE" => Some(true),
        "F" | "FALSE" => Some(false),
        _ => None,
    }
}

/// The first feedback is for the wrong answer, the second for the right one.
fn true_or_false(is_true: bool, marks: &Marks, format: &str) -> Outcome {
    let feedbacks = marks.split("#").map(|(_, feedbacks)| feedbacks);
    let (wrong, right) = match feedbacks.as_ref().and_then(|feedbacks| feedbacks.split("#")) {
        Some((wrong, right)) => (text(&wrong, format), text(&right, format)),
        None => (feedbacks.and_then(|wrong| text(&wrong, format)), None),
    };
    let option = |name: &str, correct: bool| ChoiceOption {
        text: name.to_owned(),
        correct,
        feedback: if correct { right.clone() } else { wrong.clone() },
    };
    let options = vec![option("True", is_true), option("False", !is_true)];
    Outcome::Read { kind: Kind::Single(Single { options }), explanation: None }
}

/// Every `=` and `~` of a question.
///
/// # Errors
/// Text before the first, an empty answer, a percentage that is none.
pub(super) fn given(marks: &Marks, format: &str) -> Result<Vec<Given>, Vec<Mistake>> {
    let (before, options) = marks.options();
    let mut mistakes = Vec::new();
    if !before.is_empty() {
        let mistake = before.mistake("STRAY_TEXT", format!("`{}` is no answer.", before.text()));
        mistakes.push(mistake.with_hint("Begin a right answer with `=` and a wrong one with `~`."));
    }
    let mut all = Vec::new();
    for (mark, mut rest) in options {
        let percent = percentage(&mut rest).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            None
        });
        let (answer, feedback) = match rest.split("#") {
            Some((answer, feedback)) => (answer, text(&feedback, format)),
            None => (rest, None),
        };
        if text(&answer, format).is_none() {
            mistakes.push(answer.mistake("MISSING_FIELD", "An answer is empty here."));
        }
        let is_right_mark = mark == '=';
        let percent = percent.unwrap_or(if is_right_mark { 100.0 } else { 0.0 });
        all.push(Given { text: answer, percent, feedback, is_right_mark });
    }
    if mistakes.is_empty() { Ok(all) } else { Err(mistakes) }
}

/// Takes `%50%` off the beginning.
fn percentage(marks: &mut Marks) -> Result<Option<f64>, Mistake> {
    if !marks.skip("%") {
        return Ok(None);
    }
    let Some((number, rest)) = marks.split("%") else {
        return Err(marks.mistake("BAD_VALUE", "A percentage is not closed by `%`. Write `\\%` for the sign."));
    };
    let percent = number.text().parse::<f64>().ok().filter(|percent| (-100.0..=100.0).contains(percent));
    let Some(percent) = percent else {
        let given = number.text();
        return Err(if given.is_empty() {
            number.mistake("MISSING_FIELD", "A percentage is missing between these marks.")
        } else {
            number.mistake("BAD_VALUE", format!("`{given}` is no percentage from -100 to 100."))
        });
    };
    *marks = rest;
    Ok(Some(percent))
}

fn options(marks: &Marks, format: &str, remarks: &mut Vec<String>) -> Read {
    let given = given(marks, format)?;
    if given.iter().any(|one| one.text.split("->").is_some()) {
        return matching(&given, format, remarks);
    }
    if given.iter().all(|one| one.is_right_mark) {
        return short_text(&given, format, remarks);
    }
    choice(marks, &given, format, remarks)
}

fn choice(marks: &Marks, given: &[Given], format: &str, remarks: &mut Vec<String>) -> Read {
    let whole = given.iter().filter(|one| one.percent >= 100.0).count();
    let is_single = whole == 1;
    let is_right = |one: &Given| if is_single { one.percent >= 100.0 } else { one.percent > 0.0 };
    let option = |one: &Given| ChoiceOption {
        text: text(&one.text, format).unwrap_or_default(),
        correct: is_right(one),
        feedback: one.feedback.clone(),
    };
    let options: Vec<ChoiceOption> = given.iter().map(option).collect();
    let twice =
        options.iter().enumerate().find(|(index, one)| options[..*index].iter().any(|two| two.text == one.text));
    let mistake = if let Some((index, twice)) = twice {
        let at = given.get(index).map_or(marks, |one| &one.text);
        Some(at.mistake("DUPLICATE_TEXT", format!("There is already an option `{}`.", twice.text)))
    } else if !given.iter().any(is_right) {
        Some(marks.mistake("BAD_VALUE", "No option is right. Begin a right one with `=`."))
    } else if given.len() < 2 {
        Some(marks.mistake("TOO_FEW", "A choice needs at least two options."))
    } else {
        None
    };
    if let Some(mistake) = mistake {
        return Err(vec![mistake]);
    }
    if whole > 1 {
        let why = "Each of several options gets all points, and one may be chosen: no kind here says that.";
        return Ok(Outcome::LeftOut(why.to_owned()));
    }
    let kind = if is_single {
        if given.iter().any(|one| one.percent != 0.0 && one.percent < 100.0) {
            remarks.push("Partly right and punished options count as wrong ones.".to_owned());
        }
        Kind::Single(Single { options })
    } else {
        remarks.extend(uneven(given));
        Kind::Multiple(Multiple { options, policy: MultiplePolicy::RightMinusWrong })
    };
    Ok(Outcome::Read { kind, explanation: None })
}

/// Right minus wrong is what equal percentages say that add up to 100 and to -100.
fn uneven(given: &[Given]) -> Option<String> {
    let (right, wrong): (Vec<&Given>, Vec<&Given>) = given.iter().partition(|one| one.percent > 0.0);
    let is_share =
        |all: &[&Given], whole: f64| all.iter().all(|one| (one.percent - whole / all.len() as f64).abs() < 0.01);
    let is_even = is_share(&right, 100.0) && is_share(&wrong, -100.0);
    let message =
        "The percentages are not kept: right options count the same, and wrong ones take as much away together.";
    (!is_even).then(|| message.to_owned())
}

fn short_text(given: &[Given], format: &str, remarks: &mut Vec<String>) -> Read {
    let mut accept: Vec<String> = Vec::new();
    let (mut praise, mut feedback) = (Vec::new(), None);
    for one in given {
        let words = text(&one.text, format).unwrap_or_default();
        if words == "*" && one.percent == 0.0 {
            feedback.clone_from(&one.feedback);
        } else if one.percent < 100.0 {
            remarks.push(format!("`{words}` is wrong instead of worth {} %.", one.percent));
        } else {
            if one.text.has_wildcard() {
                remarks.push(format!("The asterisk in `{words}` is a letter, not any text."));
            }
            praise.extend(one.feedback.clone().filter(|text| !praise.contains(text)));
            accept.extend(Some(words).filter(|words| !accept.contains(words)));
        }
    }
    if accept.is_empty() {
        return Ok(Outcome::LeftOut("No answer gets all points.".to_owned()));
    }
    let explanation = (!praise.is_empty()).then(|| praise.join("\n\n"));
    Ok(Outcome::Read { kind: Kind::ShortText(ShortText { accept, feedback }), explanation })
}

fn matching(given: &[Given], format: &str, remarks: &mut Vec<String>) -> Read {
    let (mut pairs, mut distractors, mut mistakes): (Vec<Pair>, Vec<String>, _) = (Vec::new(), Vec::new(), Vec::new());
    for one in given {
        let Some((left, right)) = one.text.split("->").filter(|(_, right)| text(right, format).is_some()) else {
            mistakes.push(one.text.mistake("MISSING_FIELD", "A pair is written `=left -> right`."));
            continue;
        };
        let (left_text, right) = (text(&left, format), text(&right, format).unwrap_or_default());
        match left_text {
            None => distractors.push(right),
            Some(left_text) if pairs.iter().any(|pair| pair.left == left_text) => {
                mistakes.push(left.mistake("DUPLICATE_TEXT", format!("There is already a left side `{left_text}`.")));
            }
            Some(left) => pairs.push(Pair { left, right }),
        }
    }
    if mistakes.is_empty() && pairs.len() < 2 {
        mistakes.extend(given.first().map(|one| one.text.mistake("TOO_FEW", "A matching needs at least two pairs.")));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    if given.iter().any(|one| one.feedback.is_some()) {
        remarks.push("Feedback on single pairs is not kept.".to_owned());
    }
    let mut strangers: Vec<String> = Vec::new();
    for distractor in distractors {
        if !strangers.contains(&distractor) && pairs.iter().all(|pair| pair.right != distractor) {
            strangers.push(distractor);
        }
    }
    let kind = Kind::Matching(Matching { pairs, distractors: strangers, feedback: None });
    Ok(Outcome::Read { kind, explanation: None })
}
