//! A quiz as the file that its author would have written. Reading it gives the quiz again; results are not in it.

use serde_json::{Map, Value, json};

use crate::exam::Exam;
use crate::question::{ChoiceOption, Kind, Multiple, Numeric, POLICIES, Predict, Question, ReadLog};
use crate::quiz::{Quiz, Topic};
use crate::variant::Number;

/// The quiz as YAML; `None` when a text cannot be written.
pub fn quiz_file(quiz: &Quiz) -> Option<String> {
    let mut file = Object::default();
    file.put("title", &quiz.title);
    file.some("summary", quiz.summary.as_ref());
    file.some("minutes", quiz.minutes);
    file.some("attempts", quiz.attempts);
    file.put("keep", quiz.keep);
    file.put("shuffle", quiz.shuffle);
    file.put("show_feedback", quiz.show_feedback);
    file.some("exam", quiz.exam.as_ref().map(exam));
    file.some("draw", quiz.per_topic.map(|count| json!({ "per_topic": count })));
    file.list("topics", quiz.topics.iter().map(|topic: &Topic| json!({ "id": topic.id, "title": topic.title })));
    file.list("questions", quiz.questions.iter().map(question));
    serde_saphyr::to_string(&Value::Object(file.0)).ok()
}

/// A mapping that leaves out what is not there.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn put(&mut self, name: &str, value: impl serde::Serialize) {
        self.0.insert(name.to_owned(), json!(value));
    }

    fn some(&mut self, name: &str, value: Option<impl serde::Serialize>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    fn flag(&mut self, name: &str, flag: bool) {
        self.some(name, flag.then_some(true));
    }

    /// Left out when it is empty.
    fn list(&mut self, name: &str, values: impl Iterator<Item = Value>) {
        let values: Vec<Value> = values.collect();
        self.some(name, (!values.is_empty()).then_some(values));
    }

    fn texts(&mut self, name: &str, texts: &[String]) {
        self.list(name, texts.iter().map(|text| json!(text)));
    }
}

fn exam(exam: &Exam) -> Value {
    let moment = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|moment| moment.to_string()).unwrap_or_default();
    let mut file = Object::default();
    file.put("opens", moment(exam.opens_ms));
    file.put("closes", moment(exam.closes_ms));
    file.some("start_code", exam.start_code.as_ref());
    file.put("closed", &exam.closed);
    file.put("closed_during", exam.closed_during);
    Value::Object(file.0)
}

fn question(question: &Question) -> Value {
    let mut file = Object::default();
    file.put("id", &question.id);
    file.some("topic", Some(&question.topic).filter(|topic| !topic.is_empty()));
    file.some("pool", question.pool.as_ref());
    file.put("kind", question.kind.name());
    file.put("points", f64::from(question.points.0) / 100.0);
    file.put("prompt", &question.prompt);
    let numbers: Map<String, Value> = question.numbers.iter().map(number).collect();
    file.some("numbers", (!numbers.is_empty()).then_some(numbers));
    kind(&mut file, &question.kind);
    file.some("explanation", question.explanation.as_ref());
    Value::Object(file.0)
}

fn number(number: &Number) -> (String, Value) {
    (number.name.clone(), json!({ "of": number.values }))
}

fn kind(file: &mut Object, kind: &Kind) {
    match kind {
        Kind::Single(single) => file.list("options", single.options.iter().map(option)),
        Kind::Multiple(Multiple { options, policy }) => {
            file.some("policy", POLICIES.iter().find(|(_, known)| known == policy).map(|(word, _)| word));
            file.list("options", options.iter().map(option));
        }
        Kind::Numeric(numeric) => self::numeric(file, numeric),
        Kind::ShortText(text) => {
            file.texts("accept", &text.accept);
            file.some("feedback", text.feedback.as_ref());
        }
        Kind::Ordering(ordering) => {
            file.texts("items", &ordering.items);
            file.some("feedback", ordering.feedback.as_ref());
        }
        Kind::Matching(matching) => {
            let pair = |pair: &crate::question::Pair| json!({ "left": pair.left, "right": pair.right });
            file.list("pairs", matching.pairs.iter().map(pair));
            file.texts("distractors", &matching.distractors);
            file.some("feedback", matching.feedback.as_ref());
        }
        Kind::Predict(predict) => self::predict(file, predict),
        Kind::FixSql(fix) => {
            file.some("setup", Some(&fix.setup).filter(|setup| !setup.is_empty()));
            file.texts("hidden_setups", &fix.hidden_setups);
            file.put("broken", &fix.broken);
            file.put("reference", &fix.reference);
            file.some("check", fix.check.as_ref());
            file.flag("ordered", fix.ordered);
            file.some("feedback", fix.feedback.as_ref());
        }
        Kind::ReadLog(read_log) => self::read_log(file, read_log),
    }
}

fn option(option: &ChoiceOption) -> Value {
    let mut file = Object::default();
    file.put("text", &option.text);
    file.flag("correct", option.correct);
    file.some("feedback", option.feedback.as_ref());
    Value::Object(file.0)
}

fn numeric(file: &mut Object, numeric: &Numeric) {
    match &numeric.formula {
        Some(formula) => file.put("answer", formula),
        None => file.put("answer", numeric.answer),
    }
    file.some("tolerance", (numeric.tolerance > 0.0).then_some(numeric.tolerance));
    file.some("unit", numeric.unit.as_ref());
    file.some("feedback", numeric.feedback.as_ref());
}

fn predict(file: &mut Object, predict: &Predict) {
    file.some("setup", Some(&predict.setup).filter(|setup| !setup.is_empty()));
    file.put("query", &predict.query);
    file.flag("fails", predict.fails);
    file.flag("ordered", predict.ordered);
    let distractors = predict.distractors.iter().map(|distractor| {
        let mut file = Object::default();
        file.some("setup", distractor.setup.as_ref());
        file.some("query", distractor.query.as_ref());
        file.flag("fails", distractor.fails);
        file.some("feedback", distractor.feedback.as_ref());
        Value::Object(file.0)
    });
    file.list("distractors", distractors);
    file.some("feedback", predict.feedback.as_ref());
}

fn read_log(file: &mut Object, read_log: &ReadLog) {
    file.put("setup", &read_log.setup);
    file.put("table", &read_log.table);
    file.put("first_version", read_log.first_version);
    file.some("last_version", read_log.last_version);
    file.texts("show", &read_log.show);
    let facts: Map<String, Value> =
        read_log.facts.named().into_iter().filter_map(|(name, count)| Some((name.to_owned(), json!(count?)))).collect();
    file.some("facts", (!facts.is_empty()).then_some(facts));
    let mut ask = Object::default();
    ask.put("kind", read_log.ask.name());
    kind(&mut ask, &read_log.ask);
    file.put("ask", Value::Object(ask.0));
}
