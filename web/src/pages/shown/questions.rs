//! The questions of a running attempt, and the answers that a form brings back.

use std::collections::BTreeMap;

use sandbar_content::markdown::{inline_to_html, to_html};
use sandbar_quizzes::question::MAX_ANSWER_CHARS;
use sandbar_quizzes::{Answer, Answers, DrawnBody, DrawnQuestion, Pick, Quiz};

use super::points;
use crate::view::quiz::{
    Choice, ChoiceOption, MatchLeft, MatchRight, Matching, OrderItem, Position, Question, QuestionBody, TextAnswer,
};

pub fn all(quiz: &Quiz, drawn: &[DrawnQuestion], answers: &Answers) -> Vec<Question> {
    let question = |(index, question): (usize, &DrawnQuestion)| {
        let answer = answers.get(&question.id);
        Question {
            id: question.id.clone(),
            number: index + 1,
            topic: topic_title(quiz, &question.topic),
            points: match question.points.0 {
                100 => "1 point".to_owned(),
                hundredths => format!("{} points", points(hundredths)),
            },
            prompt_html: to_html(&question.prompt),
            answered: answer.is_some_and(|answer| !answer.is_empty()),
            body: body(&question.body, answer),
        }
    };
    drawn.iter().enumerate().map(question).collect()
}

pub fn topic_title(quiz: &Quiz, id: &str) -> String {
    quiz.topics.iter().find(|topic| topic.id == id).map_or_else(|| id.to_owned(), |topic| topic.title.clone())
}

fn body(drawn: &DrawnBody, answer: Option<&Answer>) -> QuestionBody {
    match drawn {
        DrawnBody::Choice { multiple, options } => QuestionBody::Choice(choice(*multiple, options, answer)),
        DrawnBody::Predict { options, .. } if !options.is_empty() => {
            QuestionBody::Choice(choice(false, &drawn.elements(), answer))
        }
        DrawnBody::Predict { .. } | DrawnBody::FixSql { .. } => QuestionBody::Text(text(false, None, answer)),
        DrawnBody::ReadLog { ask, .. } => body(ask, answer),
        DrawnBody::Numeric { unit } => QuestionBody::Text(text(true, unit.clone(), answer)),
        DrawnBody::ShortText => QuestionBody::Text(text(false, None, answer)),
        DrawnBody::Ordering { items } => QuestionBody::Ordering(ordering(items, answer)),
        DrawnBody::Matching { lefts, rights } => QuestionBody::Matching(matching(lefts, rights, answer)),
    }
}

fn choice(multiple: bool, options: &[String], answer: Option<&Answer>) -> Choice {
    let chosen = |place| matches!(answer, Some(Answer::Choice(picks)) if picks.contains(&Pick::Place(place)));
    let option = |(place, text): (usize, &String)| ChoiceOption {
        place,
        text_html: inline_to_html(text),
        chosen: chosen(place),
    };
    Choice { multiple, options: options.iter().enumerate().map(option).collect() }
}

fn text(numeric: bool, unit: Option<String>, answer: Option<&Answer>) -> TextAnswer {
    let value = if let Some(Answer::Text(text)) = answer { text.clone() } else { String::new() };
    TextAnswer { numeric, unit, value }
}

fn ordering(items: &[String], answer: Option<&Answer>) -> Vec<OrderItem> {
    let position_of = |place: usize| match answer {
        Some(Answer::Order(picks)) => picks.iter().position(|pick| *pick == Pick::Place(place)),
        _ => None,
    };
    let item = |(place, text): (usize, &String)| {
        let selected = position_of(place);
        let position = |index: usize| Position { number: index + 1, selected: selected == Some(index) };
        OrderItem { place, text_html: inline_to_html(text), positions: (0..items.len()).map(position).collect() }
    };
    items.iter().enumerate().map(item).collect()
}

fn matching(lefts: &[String], rights: &[String], answer: Option<&Answer>) -> Matching {
    let chosen = |left: usize, right: usize| matches!(answer, Some(Answer::Matches(picks)) if picks.get(left).is_some_and(|pick| *pick == Some(Pick::Place(right))));
    let left = |(place, text): (usize, &String)| {
        let right = |(right, text): (usize, &String)| MatchRight {
            place: right,
            text: text.replace('`', ""),
            selected: chosen(place, right),
        };
        MatchLeft { place, text_html: inline_to_html(text), rights: rights.iter().enumerate().map(right).collect() }
    };
    Matching { lefts: lefts.iter().enumerate().map(left).collect() }
}

/// The answers in a form's fields: `q.ID`, and `q.ID.PLACE` for ordering and matching. Fields of other questions, and
/// places that the question does not have, are left out.
pub fn answers(drawn: &[DrawnQuestion], fields: &[(String, String)]) -> BTreeMap<String, Answer> {
    let answered = |question: &DrawnQuestion| Some((question.id.clone(), answer(question, fields)?));
    drawn.iter().filter_map(answered).collect()
}

fn answer(question: &DrawnQuestion, fields: &[(String, String)]) -> Option<Answer> {
    let name = format!("q.{}", question.id);
    let whole = || fields.iter().filter(|(field, _)| *field == name).map(|(_, value)| value.as_str());
    let parts = || {
        let part = |(field, value): &(String, String)| {
            let place = field.strip_prefix(&name)?.strip_prefix('.')?.parse::<usize>().ok()?;
            Some((place, value.trim().parse::<usize>().ok()))
        };
        fields.iter().filter_map(part).collect::<BTreeMap<usize, Option<usize>>>()
    };
    let picked = |count: usize| {
        let places = whole().filter_map(|value| value.parse().ok()).filter(|place| *place < count);
        let picks: Vec<Pick> = places.map(Pick::Place).collect();
        (!picks.is_empty()).then_some(Answer::Choice(picks))
    };
    match question.body.asked() {
        DrawnBody::Choice { options, .. } => picked(options.len()),
        DrawnBody::Predict { options, .. } if !options.is_empty() => picked(options.len()),
        // A log asks one of the others.
        DrawnBody::ReadLog { .. } => None,
        DrawnBody::Numeric { .. } | DrawnBody::ShortText | DrawnBody::Predict { .. } | DrawnBody::FixSql { .. } => {
            whole().next().map(|text| Answer::Text(text.trim().chars().take(MAX_ANSWER_CHARS).collect()))
        }
        DrawnBody::Ordering { items } => order(items.len(), &parts()),
        DrawnBody::Matching { lefts, rights } => {
            let parts = parts();
            let right =
                |left| parts.get(&left).copied().flatten().filter(|right| *right < rights.len()).map(Pick::Place);
            let picks: Vec<Option<Pick>> = (0..lefts.len()).map(right).collect();
            (!parts.is_empty()).then_some(Answer::Matches(picks))
        }
    }
}

/// Items by the positions that they were given; only an order that has each position once is an answer.
fn order(count: usize, parts: &BTreeMap<usize, Option<usize>>) -> Option<Answer> {
    let mut places: Vec<Option<usize>> = vec![None; count];
    for (item, position) in parts {
        let slot = places.get_mut(position.as_ref()?.checked_sub(1)?)?;
        if *item >= count || slot.replace(*item).is_some() {
            return None;
        }
    }
    places.into_iter().map(|place| place.map(Pick::Place)).collect::<Option<Vec<Pick>>>().map(Answer::Order)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn question(body: DrawnBody) -> DrawnQuestion {
        let quiz = "title: t\nquestions:\n  - {id: a, topic: t, kind: numeric, points: 1, prompt: p, answer: 1}\n";
        let quiz = sandbar_quizzes::parse(quiz).unwrap();
        DrawnQuestion { body, ..draw_first(&quiz) }
    }

    fn draw_first(quiz: &Quiz) -> DrawnQuestion {
        sandbar_quizzes::draw(quiz, 1).remove(0)
    }

    fn given(body: DrawnBody, fields: &[(&str, &str)]) -> Option<Answer> {
        let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        answers(&[question(body)], &fields).remove("a")
    }

    fn texts(count: usize) -> Vec<String> {
        (0..count).map(|n| format!("text {n}")).collect()
    }

    #[test]
    fn a_place_that_was_not_drawn_is_no_answer() {
        let choice = || DrawnBody::Choice { multiple: true, options: texts(3) };
        let places = |places: &[usize]| Some(Answer::Choice(places.iter().copied().map(Pick::Place).collect()));
        assert_eq!(given(choice(), &[("q.a", "0"), ("q.a", "2"), ("q.a", "7"), ("q.b", "1")]), places(&[0, 2]));
        assert_eq!(given(choice(), &[("q.a", "x")]), None);
    }

    #[test]
    fn a_matching_without_a_choice_is_kept_as_unanswered() {
        let matching = || DrawnBody::Matching { lefts: texts(2), rights: texts(3) };
        assert_eq!(
            given(matching(), &[("q.a.0", ""), ("q.a.1", "2")]),
            Some(Answer::Matches(vec![None, Some(Pick::Place(2))]))
        );
        assert_eq!(given(matching(), &[]), None);
    }

    #[test]
    fn a_position_given_twice_is_no_order() {
        let ordering = || DrawnBody::Ordering { items: texts(2) };
        assert_eq!(given(ordering(), &[("q.a.0", "1"), ("q.a.1", "1")]), None);
        assert_eq!(given(ordering(), &[("q.a.0", "2"), ("q.a.1", "")]), None);
        assert_eq!(given(ordering(), &[("q.a.0", "0"), ("q.a.1", "1")]), None);
    }

    proptest! {
        #[test]
        fn an_order_comes_back_as_the_page_shows_it(order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle()) {
            let answer = Answer::Order(order.iter().copied().map(Pick::Place).collect());
            let shown = ordering(&texts(5), Some(&answer));
            let fields: Vec<(String, String)> = shown
                .iter()
                .flat_map(|item| item.positions.iter().filter(|position| position.selected).map(|position| {
                    (format!("q.a.{}", item.place), position.number.to_string())
                }))
                .collect();
            let back = answers(&[question(DrawnBody::Ordering { items: texts(5) })], &fields).remove("a");
            prop_assert_eq!(back, Some(answer));
        }
    }
}
