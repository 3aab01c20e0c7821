//! The questions of a running attempt, and the answers that a form brings back.

use std::collections::BTreeMap;

use sandbar_content::highlight;
use sandbar_content::markdown::{inline_to_html, to_html};
use sandbar_quizzes::execution::LogFile;
use sandbar_quizzes::question::{self, MAX_ANSWER_CHARS};
use sandbar_quizzes::{Answer, Answers, DrawnBody, DrawnQuestion, Pick, Quiz};
use serde_json::{Map, Value};

use super::points;
use crate::view::quiz::{
    Choice, ChoiceOption, CommitText, MatchLeft, MatchRight, Matching, Material, OrderItem, Output, OutputOption,
    Position, Question, QuestionBody, SqlAnswer, SqlText, TextAnswer,
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
            material: material(&question.body),
            answered: answer.is_some_and(|answer| !answer.is_empty()),
            body: body(&question.body, answer),
            can_be_checked: false,
            result: None,
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
        DrawnBody::Predict { options, .. } if !options.is_empty() => QuestionBody::Outputs(outputs(options, answer)),
        DrawnBody::Predict { .. } => QuestionBody::Text(text(false, None, answer)),
        DrawnBody::FixSql { broken, .. } => QuestionBody::Sql(statement(broken, answer)),
        DrawnBody::ReadLog { ask, .. } => body(ask, answer),
        DrawnBody::Numeric { unit } => QuestionBody::Text(text(true, unit.clone(), answer)),
        DrawnBody::ShortText => QuestionBody::Text(text(false, None, answer)),
        DrawnBody::Ordering { items } => QuestionBody::Ordering(ordering(items, answer)),
        DrawnBody::Matching { lefts, rights } => QuestionBody::Matching(matching(lefts, rights, answer)),
    }
}

/// What the question is about.
pub fn material(drawn: &DrawnBody) -> Material {
    let sql = |label, text: &str| SqlText { label, html: highlight::sql(text.trim_end()) };
    let setup = |text: &str| (!text.trim().is_empty()).then(|| sql("These statements have run", text));
    match drawn {
        DrawnBody::Predict { setup: before, query, .. } => Material {
            sql: setup(before).into_iter().chain([sql("This one runs next", query)]).collect(),
            log: Vec::new(),
        },
        DrawnBody::FixSql { setup: before, .. } => {
            Material { sql: setup(before).into_iter().collect(), log: Vec::new() }
        }
        DrawnBody::ReadLog { log, .. } => Material { sql: Vec::new(), log: log.iter().map(commit).collect() },
        _ => Material::default(),
    }
}

/// As long as a line is shown whole.
const LOG_LINE_CHARS: usize = 90;

fn commit(file: &LogFile) -> CommitText {
    CommitText { file: file.name.clone(), text: file.text.lines().map(action).collect::<Vec<_>>().join("\n") }
}

/// An action as it is, or with a line for each of its fields where it is long. It stays JSON.
fn action(line: &str) -> String {
    let read: Option<Map<String, Value>> = serde_json::from_str(line).ok();
    let Some((name, fields)) = read.as_ref().and_then(|action| action.iter().next()) else { return line.to_owned() };
    let Value::Object(fields) = fields else { return line.to_owned() };
    if line.chars().count() <= LOG_LINE_CHARS {
        return line.to_owned();
    }
    let fields = fields.iter().map(|(field, value)| format!("  {}: {value}", Value::from(field.as_str())));
    format!("{{{}: {{\n{}\n}}}}", Value::from(name.as_str()), fields.collect::<Vec<_>>().join(",\n"))
}

fn outputs(options: &[question::Output], answer: Option<&Answer>) -> Vec<OutputOption> {
    let option = |(place, shown): (usize, &question::Output)| OutputOption {
        place,
        name: output_name(place),
        chosen: is_chosen(answer, place),
        output: output(shown),
    };
    options.iter().enumerate().map(option).collect()
}

/// `Result A`
pub fn output_name(place: usize) -> String {
    let letter = u8::try_from(place).ok().and_then(|place| b'A'.checked_add(place)).map_or('?', char::from);
    format!("Result {letter}")
}

pub fn output(shown: &question::Output) -> Output {
    match shown {
        question::Output::Table(table) => Output::Table { columns: table.columns.clone(), rows: table.rows.clone() },
        question::Output::Error(class) => Output::Error(class.clone()),
    }
}

/// The answer so far; without one, the statement that is given.
fn statement(broken: &str, answer: Option<&Answer>) -> SqlAnswer {
    let saved = if let Some(Answer::Text(text)) = answer { text.as_str() } else { "" };
    let value = if saved.is_empty() { broken.trim_end() } else { saved };
    SqlAnswer {
        given: broken.trim().to_owned(),
        value: value.to_owned(),
        most_characters: MAX_ANSWER_CHARS,
        rows: value.lines().count().clamp(3, 20) + 1,
    }
}

fn is_chosen(answer: Option<&Answer>, place: usize) -> bool {
    matches!(answer, Some(Answer::Choice(picks)) if picks.contains(&Pick::Place(place)))
}

fn choice(multiple: bool, options: &[String], answer: Option<&Answer>) -> Choice {
    let option = |(place, text): (usize, &String)| ChoiceOption {
        place,
        text_html: inline_to_html(text),
        chosen: is_chosen(answer, place),
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

/// The answers in a form's fields: `a3` for the third question, and `a3.PLACE` for ordering and matching. An author's id
/// is on no page: it may name the answer. Fields of other questions, and places that the question does not have, are
/// left out.
///
/// A form names the questions that it answers in fields `asked`: a question whose boxes are all unticked has no other.
/// What it does not name was answered elsewhere, in another tab, and stays.
pub fn answers(drawn: &[DrawnQuestion], fields: &[(String, String)]) -> BTreeMap<String, Answer> {
    let asked: Vec<&str> = fields.iter().filter(|(name, _)| name == "asked").map(|(_, value)| value.as_str()).collect();
    let answered = |(index, question): (usize, &DrawnQuestion)| {
        let number = (index + 1).to_string();
        // Pages of older versions, which may still be open, name a question by its id, and say not what they ask.
        let names = [format!("a{number}"), format!("q.{}", question.id)];
        let answer = names.iter().find_map(|name| answer(question, name, fields));
        let is_asked = asked.contains(&number.as_str());
        let is_its_field = |field: &str| names.iter().any(|name| field.strip_prefix(name.as_str()).is_some_and(is_end));
        let has_fields = fields.iter().any(|(field, _)| is_its_field(field));
        let given = answer.or_else(|| (is_asked && !has_fields).then(|| Answer::Choice(Vec::new())));
        given.filter(|_| is_asked || asked.is_empty()).map(|answer| (question.id.clone(), answer))
    };
    drawn.iter().enumerate().filter_map(answered).collect()
}

/// What stands behind a question's name in the name of a field of it.
fn is_end(end: &str) -> bool {
    end.is_empty() || end.starts_with('.')
}

fn answer(question: &DrawnQuestion, name: &str, fields: &[(String, String)]) -> Option<Answer> {
    let whole = || fields.iter().filter(|(field, _)| *field == name).map(|(_, value)| value.as_str());
    let parts = || {
        let part = |(field, value): &(String, String)| {
            let place = field.strip_prefix(name)?.strip_prefix('.')?.parse::<usize>().ok()?;
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
        DrawnBody::FixSql { broken, .. } => whole().next().map(|text| changed(broken, text)),
        DrawnBody::Numeric { .. } | DrawnBody::ShortText | DrawnBody::Predict { .. } => {
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

/// A statement as it was changed; as it was given it is no answer. Forms end lines with CR LF.
fn changed(broken: &str, text: &str) -> Answer {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let is_given = text == broken.trim();
    Answer::Text(if is_given { String::new() } else { text.chars().take(MAX_ANSWER_CHARS).collect() })
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
        assert_eq!(given(choice(), &[("a1", "0"), ("a1", "2"), ("a1", "7"), ("a2", "1")]), places(&[0, 2]));
        assert_eq!(given(choice(), &[("a1", "x")]), None);
    }

    #[test]
    fn what_a_form_asks_and_has_no_field_for_was_taken_back_and_what_it_does_not_ask_stays() {
        let choice = || DrawnBody::Choice { multiple: true, options: texts(3) };
        assert_eq!(given(choice(), &[("asked", "1")]), Some(Answer::Choice(Vec::new())));
        assert_eq!(given(choice(), &[("asked", "2"), ("a1", "0")]), None);
        assert_eq!(given(choice(), &[("asked", ""), ("a1", "0")]), None);
        let ordering = || DrawnBody::Ordering { items: texts(2) };
        assert_eq!(given(ordering(), &[("asked", "1"), ("a1.0", "1"), ("a1.1", "1")]), None, "what was saved stays");
        assert_eq!(given(choice(), &[]), None);
    }

    #[test]
    fn a_page_of_an_older_version_is_understood_and_none_names_a_question_by_its_id() {
        let text = |text: &str| Some(Answer::Text(text.to_owned()));
        assert_eq!(given(DrawnBody::ShortText, &[("q.a", "one")]), text("one"));
        assert_eq!(given(DrawnBody::ShortText, &[("a1", "two"), ("q.a", "one")]), text("two"));
        assert_eq!(given(DrawnBody::ShortText, &[("a11", "two"), ("a", "one")]), None);
    }

    #[test]
    fn a_matching_without_a_choice_is_kept_as_unanswered() {
        let matching = || DrawnBody::Matching { lefts: texts(2), rights: texts(3) };
        assert_eq!(
            given(matching(), &[("a1.0", ""), ("a1.1", "2")]),
            Some(Answer::Matches(vec![None, Some(Pick::Place(2))]))
        );
        assert_eq!(given(matching(), &[]), None);
    }

    #[test]
    fn a_position_given_twice_is_no_order() {
        let ordering = || DrawnBody::Ordering { items: texts(2) };
        assert_eq!(given(ordering(), &[("a1.0", "1"), ("a1.1", "1")]), None);
        assert_eq!(given(ordering(), &[("a1.0", "2"), ("a1.1", "")]), None);
        assert_eq!(given(ordering(), &[("a1.0", "0"), ("a1.1", "1")]), None);
    }

    #[test]
    fn a_statement_counts_once_it_was_changed_and_lines_end_as_they_were_typed() {
        let fix = || DrawnBody::FixSql { setup: String::new(), broken: "SELECT 1\nFROM t\n".to_owned() };
        let text = |text: &str| Some(Answer::Text(text.to_owned()));
        assert_eq!(given(fix(), &[("a1", "SELECT 1\r\nFROM t")]), text(""));
        assert_eq!(given(fix(), &[("a1", "SELECT 2\r\nFROM t ")]), text("SELECT 2\nFROM t"));
        let QuestionBody::Sql(shown) = body(&fix(), text("").as_ref()) else { panic!() };
        assert_eq!(shown.value, "SELECT 1\nFROM t");
    }

    #[test]
    fn a_result_is_picked_by_its_place_and_shown_as_a_table() {
        let table = |cell: Option<&str>| {
            let rows = vec![vec![cell.map(str::to_owned)]];
            question::Output::Table(sandbar_quizzes::execution::Table { columns: vec!["n".to_owned()], rows })
        };
        let predict = || DrawnBody::Predict {
            setup: "CREATE TABLE t (n INT)".to_owned(),
            query: "SELECT n FROM t".to_owned(),
            options: vec![table(Some("1")), table(None), question::Output::Error("DIVIDE_BY_ZERO".to_owned())],
        };
        let answer = given(predict(), &[("a1", "1")]);
        assert_eq!(answer, Some(Answer::Choice(vec![Pick::Place(1)])));
        assert_eq!(given(predict(), &[("a1", "3")]), None);
        let QuestionBody::Outputs(options) = body(&predict(), answer.as_ref()) else { panic!() };
        let chosen: Vec<(&str, bool)> = options.iter().map(|it| (it.name.as_str(), it.chosen)).collect();
        assert_eq!(chosen, [("Result A", false), ("Result B", true), ("Result C", false)]);
        assert_eq!(material(&predict()).sql.len(), 2);
    }

    #[test]
    fn long_actions_of_a_log_are_broken_into_lines_and_stay_json() {
        let long = format!("{{\"add\":{{\"path\":\"{}\",\"size\":1}}}}", "a".repeat(LOG_LINE_CHARS));
        let text = format!("{{\"add\":{{\"path\":\"b\"}}}}\nbroken\n{long}");
        let log = vec![LogFile { name: "0.json".to_owned(), text }];
        let read = || DrawnBody::ReadLog { log: log.clone(), ask: Box::new(DrawnBody::ShortText) };
        assert_eq!(given(read(), &[("a1", "one")]), Some(Answer::Text("one".to_owned())));
        let shown = material(&read()).log.remove(0).text;
        let (short, rest) = shown.split_at(shown.find("{\"add\": {").unwrap());
        assert_eq!(short, "{\"add\":{\"path\":\"b\"}}\nbroken\n");
        assert_eq!(rest.lines().count(), 4, "{rest}");
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(rest), value(&long));
    }

    proptest! {
        #[test]
        fn an_order_comes_back_as_the_page_shows_it(order in Just((0..5).collect::<Vec<usize>>()).prop_shuffle()) {
            let answer = Answer::Order(order.iter().copied().map(Pick::Place).collect());
            let shown = ordering(&texts(5), Some(&answer));
            let fields: Vec<(String, String)> = shown
                .iter()
                .flat_map(|item| item.positions.iter().filter(|position| position.selected).map(|position| {
                    (format!("a1.{}", item.place), position.number.to_string())
                }))
                .collect();
            let back = answers(&[question(DrawnBody::Ordering { items: texts(5) })], &fields).remove("a");
            prop_assert_eq!(back, Some(answer));
        }
    }
}
