//! A question in a lesson's text: shown with the reader's last answer, scored at once. It counts for nothing, and can
//! be answered again.

use std::collections::BTreeSet;

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::markdown::{inline_to_html, to_html};
use sandbar_content::{Lesson, LessonQuestion};
use sandbar_quizzes::question::MAX_ANSWER_CHARS;
use sandbar_quizzes::scoring::Expected;
use sandbar_quizzes::{Answer as Given, DrawnBody, Outcome, Pick, QuestionScore, draw, score};
use sha2::{Digest, Sha256};

use super::{Answer, Asked, workbench};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store::{self, UserId, lesson_answers, lesson_parts, lesson_progress};
use crate::view::lesson_question::{Field, Question, QuestionOption, Verdict};

/// The field that an answer comes in.
const FIELD: &str = "answer";
/// Of a key: no lesson has so many questions that two share it.
const KEY_CHARS: usize = 16;

type Fields = Form<Vec<(String, String)>>;

/// Whose page it is: the reader, the lesson's slug, and the token of its forms.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    pub user: UserId,
    pub lesson: &'a str,
    pub csrf: &'a str,
}

/// `POST /lessons/{slug}/questions/{number}`
pub async fn answer(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, number)): Path<(String, usize)>,
    asked: Asked,
    Form(fields): Fields,
) -> Answer<Response> {
    let lesson = workbench::lesson(&app, &slug)?;
    let (index, question) = find(lesson, number)?;
    let reader = Reader { user: visitor.id(), lesson: &slug, csrf: visitor.frame.csrf() };
    let given = given(question, &fields, reader);
    if let Some(given) = &given {
        let (whose, at) = ((visitor.id(), app.course_id), store::now());
        lesson_answers::put(&app.store, whose, (&slug, &key(question)), &serde_json::to_string(given)?, at).await?;
        lesson_parts::note(&app.store, whose, (&slug, &key(question)), at).await?;
        lesson_progress::stay(&app.store, whose, &slug, &question.id).await?;
    }
    match asked {
        Asked::Page => Ok(Redirect::to(&format!("/lessons/{slug}#{}", question.id)).into_response()),
        Asked::Fragment | Asked::Json => {
            let mut shown = shown(question, index + 1, given.as_ref(), reader);
            if given.is_none() {
                shown.verdict = Some(nothing_given());
            }
            Ok(shown.into_response())
        }
    }
}

fn find(lesson: &Lesson, number: usize) -> Result<(usize, &LessonQuestion), Problem> {
    let index = number.checked_sub(1).ok_or_else(Problem::not_found)?;
    lesson.questions().nth(index).map(|question| (index, question)).ok_or_else(Problem::not_found)
}

fn nothing_given() -> Verdict {
    Verdict { state: "unanswered", text: "Nothing is answered yet.", feedback_html: Vec::new() }
}

/// What answers are kept under: they stay with their question when others are put before it.
pub fn key(question: &LessonQuestion) -> String {
    let mut hasher = Sha256::new();
    for asked in draw(&question.quiz, 0) {
        let mut elements = asked.body.elements();
        elements.sort_unstable();
        hasher.update(format!("{:?}", (asked.prompt, elements)));
    }
    let mut key = hex::encode(hasher.finalize());
    key.truncate(KEY_CHARS);
    key
}

/// Each reader sees the options in an order of their own, and the same one each time.
fn seed(reader: Reader<'_>) -> u64 {
    let digest = Sha256::digest(format!("{} {}", reader.lesson, reader.user));
    digest.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// What a form brings, by the options' texts, which stay when their order or the course changes.
fn given(question: &LessonQuestion, fields: &[(String, String)], reader: Reader<'_>) -> Option<Given> {
    let drawn = draw(&question.quiz, seed(reader)).into_iter().next()?;
    let values = fields.iter().filter(|(name, _)| name == FIELD).map(|(_, value)| value.trim());
    let given = match drawn.body {
        DrawnBody::Choice { options, .. } => {
            let places: BTreeSet<usize> = values.filter_map(|place| place.parse().ok()).collect();
            let texts = places.into_iter().filter_map(|place| options.get(place).cloned());
            Given::Choice(texts.map(Pick::Text).collect())
        }
        _ => Given::Text(values.flat_map(str::chars).take(MAX_ANSWER_CHARS).collect()),
    };
    (!given.is_empty()).then_some(given)
}

/// A question as that reader sees it, with the last answer and what is said of it. `kept` is an answer as it was kept.
pub fn shown_kept(question: &LessonQuestion, number: usize, kept: Option<&String>, reader: Reader<'_>) -> Question {
    // What cannot be read any more, after the question became another one, is no answer.
    let given = kept.and_then(|kept| serde_json::from_str::<Given>(kept).ok());
    shown(question, number, given.as_ref(), reader)
}

fn shown(question: &LessonQuestion, number: usize, given: Option<&Given>, reader: Reader<'_>) -> Question {
    let seed = seed(reader);
    let drawn = draw(&question.quiz, seed).into_iter().next();
    let answers = given.map(|given| (question.id.clone(), given.clone())).into_iter().collect();
    let scored = score(&question.quiz, &answers, seed).questions.into_iter().next();
    let scored = scored.as_ref();
    let is_over = scored.is_some_and(|scored| scored.outcome == Outcome::Right);
    let elements = drawn.as_ref().map(|drawn| drawn.body.elements()).unwrap_or_default();
    Question {
        id: question.id.clone(),
        action: format!("/lessons/{}/questions/{number}", reader.lesson),
        number,
        csrf: reader.csrf.to_owned(),
        prompt_html: drawn.as_ref().map(|drawn| to_html(&drawn.prompt)).unwrap_or_default(),
        field: match drawn.as_ref().map(|drawn| &drawn.body) {
            Some(DrawnBody::Choice { multiple, options }) => {
                Field::Options { multiple: *multiple, options: options_of(options, scored) }
            }
            Some(DrawnBody::Numeric { unit }) => text_field(true, unit.as_deref(), given),
            _ => text_field(false, None, given),
        },
        verdict: scored.and_then(verdict),
        right_html: scored.map(|scored| right(scored, &elements)).unwrap_or_default(),
        explanation_html: scored.and_then(|it| it.explanation.as_deref()).map(to_html).unwrap_or_default(),
        is_over,
    }
}

fn text_field(numeric: bool, unit: Option<&str>, given: Option<&Given>) -> Field {
    let value = if let Some(Given::Text(text)) = given { text.clone() } else { String::new() };
    Field::Text { numeric, unit: unit.unwrap_or_default().to_owned(), value }
}

/// Feedback stands at what was chosen; which of the others is right is not said.
fn options_of(texts: &[String], scored: Option<&QuestionScore>) -> Vec<QuestionOption> {
    let option = |(place, text): (usize, &String)| {
        let result = scored.and_then(|scored| scored.options.iter().find(|result| result.place == place));
        let chosen = result.filter(|result| result.chosen);
        QuestionOption {
            place,
            text_html: inline_to_html(text),
            chosen: chosen.is_some(),
            is_right: chosen.is_some_and(|result| result.correct),
            feedback_html: chosen.and_then(|it| it.feedback.as_deref()).map(inline_to_html).unwrap_or_default(),
        }
    };
    texts.iter().enumerate().map(option).collect()
}

/// `None` while there is no answer.
fn verdict(scored: &QuestionScore) -> Option<Verdict> {
    let (state, text) = match scored.outcome {
        Outcome::Right => ("right", "Right."),
        Outcome::Partly => ("partly", "Partly right. Change your answer and check again."),
        Outcome::Wrong => ("wrong", "Not right. Change your answer and check again."),
        Outcome::Unanswered | Outcome::Pending | Outcome::Voided => return None,
    };
    let feedback_html = scored.feedback.iter().map(|text| inline_to_html(text)).collect();
    Some(Verdict { state, text, feedback_html })
}

/// The right answer, a line each, as inline HTML.
fn right(scored: &QuestionScore, elements: &[String]) -> Vec<String> {
    match &scored.expected {
        Expected::Options(places) | Expected::Order(places) | Expected::Matches(places) => {
            places.iter().filter_map(|place| elements.get(*place)).map(|text| inline_to_html(text)).collect()
        }
        Expected::Text(text) => vec![inline_to_html(text)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: &str, body: &str) -> LessonQuestion {
        let text = format!("title: x\nquestions:\n- {{id: {id}, {body}}}\n");
        LessonQuestion { id: id.to_owned(), quiz: sandbar_quizzes::parse(&text).unwrap(), line: 1 }
    }

    #[test]
    fn an_answer_stays_with_its_question_wherever_that_stands() {
        let of = |options: &str| format!("kind: single, prompt: Which statement is right?, options: [{options}]");
        let (one, other) = (of("{text: a, correct: true}, {text: b}"), of("{text: a, correct: true}, {text: c}"));
        let first = key(&asked("question-1", &one));
        assert_eq!(first, key(&asked("question-2", &one)));
        assert_ne!(first, key(&asked("question-1", &other)), "another question in the same words");
        let reordered = of("{text: b}, {text: a, correct: true}");
        assert_eq!(first, key(&asked("question-1", &reordered)));
    }
}
