//! Which questions the profile can say, and as what.

use super::Shown;
use super::html::{log, output, sql};
use super::item::{Body, Cardinality, Choice, Item};
use crate::attempt::DrawnBody;
use crate::question::{Kind, MultiplePolicy};
use crate::scoring::{Expected, Outcome};

/// Whether the profile can say a question.
pub(super) enum Said {
    Yes { item: Item, changes: Vec<String> },
    No(String),
}

/// Makes HTML of Markdown.
pub(super) type ToHtml<'a> = &'a dyn Fn(&str) -> String;

/// What a question asks, without what is given with it.
struct Asked<'a> {
    kind: &'a Kind,
    body: &'a DrawnBody,
    /// HTML behind the prompt: SQL or a log.
    given: String,
}

/// Says a question, or why it cannot be said.
pub(super) fn say(shown: &Shown<'_>, shuffle: bool, to_html: ToHtml<'_>) -> Said {
    if shown.score.outcome == Outcome::Pending {
        return Said::No("Its SQL has not been run.".to_owned());
    }
    let question = shown.question;
    let asked = match (&question.kind, &shown.drawn.body) {
        (Kind::ReadLog(read_log), DrawnBody::ReadLog { log: files, ask }) => {
            Asked { kind: &read_log.ask, body: ask, given: log(files) }
        }
        (kind, body @ DrawnBody::Predict { setup, query, .. }) => Asked { kind, body, given: sql(&[setup, query]) },
        (kind, body) => Asked { kind, body, given: String::new() },
    };
    let said = match choice(shown, &asked, to_html) {
        Some((body, changes)) => Ok((body, None, changes.into_iter().map(str::to_owned).collect())),
        None => blank(shown, asked.kind),
    };
    match said {
        Err(why) => Said::No(why),
        Ok((body, wrong, changes)) => {
            let prompt = to_html(&question.prompt) + &asked.given;
            let general = question.explanation.as_deref().map(to_html);
            let item = Item { prompt, body, shuffle, general, wrong: wrong.as_deref().map(to_html) };
            Said::Yes { item, changes }
        }
    }
}

/// A question with options, and what changes.
fn choice(shown: &Shown<'_>, asked: &Asked<'_>, to_html: ToHtml<'_>) -> Option<(Body, Vec<&'static str>)> {
    let (options, htmls): (&[String], Vec<String>) = match asked.body {
        DrawnBody::Choice { options, .. } => (options, options.iter().map(|text| to_html(text)).collect()),
        DrawnBody::Predict { options, .. } if !options.is_empty() => (&[], options.iter().map(output).collect()),
        _ => return None,
    };
    let is_truth = options.len() == 2 && ["True", "False"].iter().all(|word| options.iter().any(|text| text == word));
    let (cardinality, changes) = match asked.kind {
        Kind::Multiple(multiple) if multiple.policy == MultiplePolicy::AllOrNothing => (Cardinality::Multiple, vec![]),
        Kind::Multiple(_) => (Cardinality::Multiple, vec!["Partly right choices get nothing instead of a part."]),
        _ if is_truth => (Cardinality::TrueFalse, vec![]),
        _ => (Cardinality::Single, vec![]),
    };
    let choice = |(place, html): (usize, String)| {
        let result = shown.score.options.iter().find(|result| result.place == place);
        let feedback = result.and_then(|result| result.feedback.as_deref()).map(to_html);
        Choice { html, correct: result.is_some_and(|result| result.correct), feedback }
    };
    let options = htmls.into_iter().enumerate().map(choice).collect();
    Some((Body::Choice { options, cardinality }, changes))
}

type Blank = (Body, Option<String>, Vec<String>);

/// A question whose answer is typed, the feedback for a wrong one, and what changes; or why it cannot be said.
fn blank(shown: &Shown<'_>, kind: &Kind) -> Result<Blank, String> {
    let same = |what: &str| format!("Only this spelling of the {what} counts.");
    let accept = |accept: Vec<String>| Body::Blank { accept };
    match kind {
        Kind::ShortText(text) => {
            let changes = vec![
                "Only capitals may differ: blanks, quotation marks and a full stop around the words count.".to_owned(),
            ];
            Ok((accept(text.accept.clone()), text.feedback.clone(), changes))
        }
        Kind::Predict(predict) => match &shown.score.expected {
            Expected::Text(value) => Ok((accept(vec![value.clone()]), predict.feedback.clone(), vec![same("value")])),
            _ => Err("Its options are not known.".to_owned()),
        },
        Kind::Numeric(numeric) if numeric.tolerance == 0.0 => {
            let no_unit = |unit: &String| format!("The unit, `{unit}`, is not shown, and no answer may have it.");
            let changes = [same("number")].into_iter().chain(numeric.unit.as_ref().map(no_unit)).collect();
            Ok((accept(vec![numeric.answer.to_string()]), numeric.feedback.clone(), changes))
        }
        Kind::Numeric(_) => Err("The profile has no number with a tolerance.".to_owned()),
        Kind::Ordering(_) => Err("The profile has no items to order.".to_owned()),
        Kind::Matching(_) => Err("The profile has no pairs to match.".to_owned()),
        Kind::FixSql(_) => Err("Elsewhere no SQL is run.".to_owned()),
        Kind::Single(_) | Kind::Multiple(_) | Kind::ReadLog(_) => Err("Its options are not known.".to_owned()),
    }
}
