//! A finished attempt: points by question and topic, what was right, and why.

use sandbar_content::highlight;
use sandbar_content::markdown::{escape, inline_to_html, to_html};
use sandbar_quizzes::scoring::Expected;
use sandbar_quizzes::{Answer, DrawnBody, DrawnQuestion, Keep, Outcome, Pick, QuestionScore, Quiz, Score, draw};

use super::questions::{material, output, output_name, topic_title};
use super::{count, percent, points};
use crate::quizzes::scoring::Material;
use crate::store::quiz_attempts::QuizAttempt;
use crate::view::layout::Page;
use crate::view::quiz::{OptionResult, QuestionResult, QuizResult, TopicResult};

pub fn result(
    (page, quiz_href): (Page, String),
    attempt: &QuizAttempt,
    material: &Material,
    scored: &Score,
) -> QuizResult {
    let quiz = &material.quiz.quiz;
    let (reached, most) = attempt.score.map_or((0, scored.max_points.0), |score| (score.score, score.max_score));
    QuizResult {
        page,
        quiz: quiz_href,
        title: quiz.title.clone(),
        number: usize::try_from(attempt.number).unwrap_or_default(),
        points: points(reached),
        points_max: points(most),
        percent: percent(reached, most),
        pending: attempt.score.is_none().then(|| pending(scored)),
        sentence: sentence(attempt),
        standing: String::new(),
        again: false,
        questions: questions(attempt.seed, material, scored),
        topics: match attempt.score {
            Some(_) => topics(quiz, scored).into_iter().map(topic_result).collect(),
            None => Vec::new(),
        },
    }
}

/// Each question of the attempt with what became of its answer.
pub fn questions(seed: u64, material: &Material, scored: &Score) -> Vec<QuestionResult> {
    let quiz = &material.quiz.quiz;
    let drawn = draw(quiz, seed);
    let pairs = scored.questions.iter().zip(&drawn).enumerate();
    let result = |(index, (score, drawn)): (usize, (&QuestionScore, &DrawnQuestion))| {
        question(quiz, index + 1, score, (drawn, material.answers.get(&score.id)))
    };
    pairs.map(result).collect()
}

/// What an attempt without points waits for.
fn pending(scored: &Score) -> String {
    let waiting = scored.questions.iter().filter(|question| question.outcome == Outcome::Pending).count();
    match waiting {
        0 => "Your answers are being scored.".to_owned(),
        waiting => format!("{} not been run yet.", has(waiting)),
    }
}

fn has(answers: usize) -> String {
    format!("{} {}", count(answers as u64, "answer"), if answers == 1 { "has" } else { "have" })
}

pub fn standing(keep: Keep, counts: bool) -> &'static str {
    match (keep, counts) {
        (Keep::Best, true) => "It counts: it is your best attempt.",
        (Keep::Best, false) => "Another attempt counts: it is better.",
        (Keep::Last, true) => "It counts: it is your last attempt.",
        (Keep::Last, false) => "A later attempt counts.",
        (Keep::Mean, _) => "The mean of your attempts counts.",
    }
}

fn sentence(attempt: &QuizAttempt) -> String {
    let Some(submitted_at) = attempt.submitted_at else { return String::new() };
    if attempt.deadline_at.is_some_and(|deadline| submitted_at >= deadline) {
        return "The time was over; what was saved counts.".to_owned();
    }
    let minutes = submitted_at.duration_since(attempt.started_at).as_mins();
    if minutes < 1 { "Handed in within a minute.".to_owned() } else { format!("Handed in after {minutes} min.") }
}

/// Title, points reached and points possible of each topic, in the attempt's order; points are hundredths.
pub fn topics(quiz: &Quiz, scored: &Score) -> Vec<(String, u32, u32)> {
    let mut topics: Vec<(&str, u32, u32)> = Vec::new();
    for question in &scored.questions {
        let (reached, most) = (question.points.0, question.max_points.0);
        match topics.iter_mut().find(|(id, ..)| *id == question.topic) {
            Some((_, part, whole)) => (*part, *whole) = (*part + reached, *whole + most),
            None => topics.push((&question.topic, reached, most)),
        }
    }
    topics.into_iter().map(|(id, part, whole)| (topic_title(quiz, id), part, whole)).collect()
}

fn topic_result((title, part, whole): (String, u32, u32)) -> TopicResult {
    TopicResult { title, points: points(part), points_max: points(whole), percent: percent(part, whole) }
}

fn question(
    quiz: &Quiz,
    number: usize,
    score: &QuestionScore,
    (drawn, answer): (&DrawnQuestion, Option<&Answer>),
) -> QuestionResult {
    let (outcome, outcome_text) = match score.outcome {
        Outcome::Right => ("right", "Right"),
        Outcome::Partly => ("partly", "Partly right"),
        Outcome::Wrong => ("wrong", "Wrong"),
        Outcome::Unanswered => ("unanswered", "No answer"),
        Outcome::Pending => ("pending", "Not scored yet"),
        Outcome::Voided => ("voided", "Taken out, for everybody"),
    };
    QuestionResult {
        number,
        topic: topic_title(quiz, &score.topic),
        prompt_html: to_html(&drawn.prompt),
        material: material(&drawn.body),
        outcome,
        outcome_text,
        points: match score.outcome {
            Outcome::Pending => format!("of {}", points(score.max_points.0)),
            _ => format!("{} of {}", points(score.points.0), points(score.max_points.0)),
        },
        options: options(score, drawn),
        given_html: answer.map(|answer| given(&drawn.body, answer)).unwrap_or_default(),
        expected_html: expected(&drawn.body, &score.expected),
        given_sql: sql_of(&drawn.body, if let Some(Answer::Text(text)) = answer { text } else { "" }),
        expected_sql: sql_of(&drawn.body, if let Expected::Text(text) = &score.expected { text } else { "" }),
        feedback_html: score.feedback.as_deref().map(to_html),
        explanation_html: score.explanation.as_deref().map(to_html),
    }
}

fn options(score: &QuestionScore, drawn: &DrawnQuestion) -> Vec<OptionResult> {
    let (texts, outputs) = match drawn.body.asked() {
        DrawnBody::Choice { options, .. } => (options.as_slice(), [].as_slice()),
        DrawnBody::Predict { options, .. } => ([].as_slice(), options.as_slice()),
        _ => return Vec::new(),
    };
    let option = |result: &sandbar_quizzes::scoring::OptionResult| OptionResult {
        text_html: match texts.get(result.place) {
            Some(text) => inline_to_html(text),
            None => output_name(result.place),
        },
        output: outputs.get(result.place).map(output),
        chosen: result.chosen,
        correct: result.correct,
        feedback_html: result.feedback.as_deref().map(inline_to_html),
    };
    score.options.iter().map(option).collect()
}

/// A statement, where one is asked.
fn sql_of(body: &DrawnBody, text: &str) -> Option<String> {
    (matches!(body, DrawnBody::FixSql { .. }) && !text.is_empty()).then(|| highlight::sql(text.trim_end()))
}

/// What was answered, each a line; nothing for choices, whose options show it.
fn given(body: &DrawnBody, answer: &Answer) -> Vec<String> {
    match (body.asked(), answer) {
        (DrawnBody::FixSql { .. }, _) => Vec::new(),
        (DrawnBody::Ordering { items }, Answer::Order(picks)) => {
            picks.iter().map(|pick| pick_html(items, pick)).collect()
        }
        (DrawnBody::Matching { lefts, rights }, Answer::Matches(picks)) => {
            let line = |(left, pick): (&String, &Option<Pick>)| {
                let right = pick.as_ref().map_or_else(|| "no answer".to_owned(), |pick| pick_html(rights, pick));
                format!("{} → {right}", inline_to_html(left))
            };
            lefts.iter().zip(picks).map(line).collect()
        }
        (_, Answer::Text(text)) if !text.is_empty() => vec![escape(text)],
        _ => Vec::new(),
    }
}

fn expected(body: &DrawnBody, expected: &Expected) -> Vec<String> {
    match (body.asked(), expected) {
        (DrawnBody::FixSql { .. }, _) => Vec::new(),
        (DrawnBody::Ordering { items }, Expected::Order(places)) => {
            places.iter().map(|place| pick_html(items, &Pick::Place(*place))).collect()
        }
        (DrawnBody::Matching { lefts, rights }, Expected::Matches(places)) => {
            let line = |(left, place): (&String, &usize)| {
                format!("{} → {}", inline_to_html(left), pick_html(rights, &Pick::Place(*place)))
            };
            lefts.iter().zip(places).map(line).collect()
        }
        (_, Expected::Text(text)) => vec![escape(text)],
        _ => Vec::new(),
    }
}

fn pick_html(drawn: &[String], pick: &Pick) -> String {
    match pick {
        Pick::Place(place) => drawn.get(*place).map(|text| inline_to_html(text)).unwrap_or_default(),
        Pick::Text(text) => escape(text),
    }
}
