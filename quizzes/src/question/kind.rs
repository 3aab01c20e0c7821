//! The kinds of questions: which there are, and what each of them answers to.

use serde::Serialize;

use super::{FixSql, Flaw, Matching, Multiple, MultiplePolicy, Numeric, Ordering, Predict, ReadLog, ShortText, Single};
use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::execution::{Execution, Results};
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::Graded;
use crate::shuffle::Source;

#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Single(Single),
    Multiple(Multiple),
    Numeric(Numeric),
    ShortText(ShortText),
    Ordering(Ordering),
    Matching(Matching),
    Predict(Predict),
    FixSql(FixSql),
    ReadLog(ReadLog),
}

/// A kind's name in a quiz file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KindName {
    Single,
    Multiple,
    Numeric,
    ShortText,
    Ordering,
    Matching,
    Predict,
    FixSql,
    ReadLog,
}

pub(crate) const KINDS: [(&str, KindName); 9] = [
    ("single", KindName::Single),
    ("multiple", KindName::Multiple),
    ("numeric", KindName::Numeric),
    ("short_text", KindName::ShortText),
    ("ordering", KindName::Ordering),
    ("matching", KindName::Matching),
    ("predict", KindName::Predict),
    ("fix_sql", KindName::FixSql),
    ("read_log", KindName::ReadLog),
];

impl KindName {
    /// As a file writes it.
    pub fn word(self) -> &'static str {
        KINDS.iter().find(|(_, name)| *name == self).map_or("", |(word, _)| word)
    }
}

impl Kind {
    /// Reads `kind`, one of these.
    pub(super) fn read_name(
        fields: &mut Fields<'_>,
        kinds: &[(&'static str, KindName)],
        mistakes: &mut Vec<Mistake>,
    ) -> Option<KindName> {
        if fields.node("kind").is_none() {
            let names: Vec<&str> = kinds.iter().map(|(name, _)| *name).collect();
            let missing = fields.mistake("MISSING_FIELD", "kind", "`kind` is missing here.");
            mistakes.push(missing.with_hint(format!("Write one of {}.", names.join(", "))));
        }
        fields.choice("kind", kinds, mistakes)
    }

    /// `policy` is the quiz's, for multiple choices that have none of their own.
    pub(super) fn read(
        name: KindName,
        fields: &mut Fields<'_>,
        policy: MultiplePolicy,
        mistakes: &mut Vec<Mistake>,
    ) -> Option<Self> {
        Some(match name {
            KindName::Single => Kind::Single(Single::read(fields, mistakes)),
            KindName::Multiple => Kind::Multiple(Multiple::read(fields, policy, mistakes)),
            KindName::Numeric => Kind::Numeric(Numeric::read(fields, mistakes)),
            KindName::ShortText => Kind::ShortText(ShortText::read(fields, mistakes)),
            KindName::Ordering => Kind::Ordering(Ordering::read(fields, mistakes)),
            KindName::Matching => Kind::Matching(Matching::read(fields, mistakes)),
            KindName::Predict => Kind::Predict(Predict::read(fields, mistakes)),
            KindName::FixSql => Kind::FixSql(FixSql::read(fields, mistakes)),
            KindName::ReadLog => Kind::ReadLog(ReadLog::read(fields, policy, mistakes)?),
        })
    }

    pub fn name(&self) -> KindName {
        match self {
            Kind::Single(_) => KindName::Single,
            Kind::Multiple(_) => KindName::Multiple,
            Kind::Numeric(_) => KindName::Numeric,
            Kind::ShortText(_) => KindName::ShortText,
            Kind::Ordering(_) => KindName::Ordering,
            Kind::Matching(_) => KindName::Matching,
            Kind::Predict(_) => KindName::Predict,
            Kind::FixSql(_) => KindName::FixSql,
            Kind::ReadLog(_) => KindName::ReadLog,
        }
    }

    /// Visits every text that may have placeholders.
    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        match self {
            Kind::Single(single) => super::choice::each_text(&mut single.options, visit),
            Kind::Multiple(multiple) => super::choice::each_text(&mut multiple.options, visit),
            Kind::Numeric(numeric) => numeric.each_text(visit),
            Kind::ShortText(text) => text.accept.iter_mut().chain(&mut text.feedback).for_each(visit),
            Kind::Ordering(ordering) => ordering.items.iter_mut().chain(&mut ordering.feedback).for_each(visit),
            Kind::Matching(matching) => matching.each_text(visit),
            Kind::Predict(predict) => predict.each_text(visit),
            Kind::FixSql(fix) => fix.each_text(visit),
            Kind::ReadLog(read_log) => read_log.each_text(visit),
        }
    }

    /// Lists of texts no two of which may be the same.
    pub(crate) fn distinct_texts(&self) -> Vec<Vec<&str>> {
        match self {
            Kind::Single(Single { options }) | Kind::Multiple(Multiple { options, .. }) => {
                vec![options.iter().map(|option| option.text.as_str()).collect()]
            }
            Kind::ShortText(text) => vec![borrowed(&text.accept)],
            Kind::Ordering(ordering) => vec![borrowed(&ordering.items)],
            Kind::Matching(matching) => vec![matching.lefts(), matching.rights()],
            Kind::ReadLog(read_log) => read_log.ask.distinct_texts(),
            Kind::Numeric(_) | Kind::Predict(_) | Kind::FixSql(_) => Vec::new(),
        }
    }

    /// What has to be run before the question can be asked.
    pub(crate) fn executions(&self) -> Vec<Execution> {
        match self {
            Kind::Predict(predict) => predict.executions(),
            Kind::FixSql(fix) => fix.executions(),
            Kind::ReadLog(read_log) => vec![read_log.execution()],
            _ => Vec::new(),
        }
    }

    /// What has to be run before the answer can be scored.
    pub(crate) fn answer_executions(&self, answer: &Answer) -> Vec<Execution> {
        if let Kind::FixSql(fix) = self { fix.answer_executions(answer) } else { Vec::new() }
    }

    /// What the results show to be wrong with the question.
    pub(crate) fn flaws(&self, results: &Results) -> Vec<Flaw> {
        match self {
            Kind::Predict(predict) => predict.flaws(results),
            Kind::FixSql(fix) => fix.flaws(results),
            Kind::ReadLog(read_log) => read_log.flaws(results),
            _ => Vec::new(),
        }
    }

    /// What a student sees of it. Options keep their order when `shuffle` is off; items, right sides and tables never
    /// do.
    pub(crate) fn draw(&self, shuffle: bool, source: &mut Source, results: &Results) -> DrawnBody {
        match self {
            Kind::Single(single) => single.draw(shuffle, source),
            Kind::Multiple(multiple) => multiple.draw(shuffle, source),
            Kind::Numeric(numeric) => numeric.draw(),
            Kind::ShortText(_) => DrawnBody::ShortText,
            Kind::Ordering(ordering) => ordering.draw(source),
            Kind::Matching(matching) => matching.draw(source),
            Kind::Predict(predict) => predict.draw(source, results),
            Kind::FixSql(fix) => fix.draw(),
            Kind::ReadLog(read_log) => read_log.draw(shuffle, source, results),
        }
    }

    /// Whether an answer cannot be scored yet, because results are missing.
    pub(crate) fn is_pending(&self, answer: Option<&Answer>, results: &Results) -> bool {
        match self {
            Kind::Predict(predict) => answer.is_some() && predict.is_pending(results),
            Kind::FixSql(fix) => fix.is_pending(answer, results),
            Kind::ReadLog(read_log) => answer.is_some() && read_log.is_pending(results),
            _ => false,
        }
    }

    /// Scores an answer to the question as it was drawn. An answer of another kind is no answer.
    pub(crate) fn grade(
        &self,
        drawn: &DrawnBody,
        answer: Option<&Answer>,
        points: Points,
        results: &Results,
    ) -> Graded {
        match (self, drawn) {
            (Kind::Single(single), _) => single.grade(drawn, answer, points),
            (Kind::Multiple(multiple), _) => multiple.grade(drawn, answer, points),
            (Kind::Numeric(numeric), _) => numeric.grade(answer, points),
            (Kind::ShortText(short_text), _) => short_text.grade(answer, points),
            (Kind::Ordering(ordering), _) => ordering.grade(drawn, answer, points),
            (Kind::Matching(matching), _) => matching.grade(drawn, answer, points),
            (Kind::Predict(predict), _) => predict.grade(drawn, answer, points, results),
            (Kind::FixSql(fix), _) => fix.grade(answer, points, results),
            (Kind::ReadLog(read_log), DrawnBody::ReadLog { ask, .. }) => {
                read_log.ask.grade(ask, answer, points, results)
            }
            (Kind::ReadLog(read_log), _) => read_log.ask.grade(drawn, answer, points, results),
        }
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
