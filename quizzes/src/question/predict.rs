//! Predict the output of a query. The answer is what the engine gave, never typed in by an author.
//!
//! With `distractors` the learner picks among result tables: the query's own and those of varied SQL. Without, the
//! query gives one value and the learner types it.

use serde::Serialize;

use super::Flaw;
use super::choice;
use super::short_text::same_text;
use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::execution::{Executed, Execution, Observe, Results, Stage, Table};
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded, OptionResult};
use crate::shuffle::Source;

/// Larger results cannot be told apart at a glance.
const MAX_ROWS: usize = 12;
const MAX_COLUMNS: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predict {
    /// Statements parted by semicolons, shown to the learner.
    pub setup: String,
    /// Whose result is asked for.
    pub query: String,
    /// Whether the query is meant to fail: its result is then the class of its error.
    pub fails: bool,
    /// Whether the order of the rows is part of the result.
    pub ordered: bool,
    /// None when the learner types the value.
    pub distractors: Vec<Distractor>,
    /// With the right option, or for any wrong value.
    pub feedback: Option<String>,
}

/// A wrong option: what the SQL would give if it were another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distractor {
    /// Instead of the question's own; so is the query. At least one of them is there.
    pub setup: Option<String>,
    pub query: Option<String>,
    pub fails: bool,
    pub feedback: Option<String>,
}

/// What a query gives, as an option shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    Table(Table),
    /// The class of the error.
    Error(String),
}

/// In one line: by it sheets of answers name an option.
impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Output::Table(table) => table.fmt(f),
            Output::Error(class) => f.write_str(class),
        }
    }
}

impl Predict {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        let mut distractors = Vec::new();
        for (path, node) in fields.list("distractors", mistakes) {
            let Some(mut distractor) = Fields::of(node, path, mistakes) else { continue };
            let (setup, query) = (distractor.text("setup", mistakes), distractor.text("query", mistakes));
            if setup.is_none() && query.is_none() {
                let message = "A distractor needs a `query` or a `setup` that differs from the question's.";
                mistakes.push(distractor.mistake("MISSING_FIELD", "query", message));
            }
            let fails = distractor.flag("fails", mistakes).unwrap_or(false);
            let feedback = distractor.text("feedback", mistakes);
            distractor.finish(mistakes);
            distractors.push(Distractor { setup, query, fails, feedback });
        }
        Self {
            setup: fields.text("setup", mistakes).unwrap_or_default(),
            query: fields.required_text("query", mistakes),
            fails: fields.flag("fails", mistakes).unwrap_or(false),
            ordered: fields.flag("ordered", mistakes).unwrap_or(false),
            distractors,
            feedback: fields.text("feedback", mistakes),
        }
    }

    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        visit(&mut self.setup);
        visit(&mut self.query);
        self.feedback.iter_mut().for_each(&mut *visit);
        for distractor in &mut self.distractors {
            let texts = [&mut distractor.setup, &mut distractor.query, &mut distractor.feedback];
            texts.into_iter().flatten().for_each(&mut *visit);
        }
    }

    /// The query's own first, then one for each distractor; with whether it is meant to fail.
    fn runs(&self) -> Vec<(Execution, bool)> {
        let run = |setup: &str, query: &str| Execution {
            setup: setup.to_owned(),
            statement: query.to_owned(),
            observe: Observe::Statement,
        };
        let mut runs = vec![(run(&self.setup, &self.query), self.fails)];
        runs.extend(self.distractors.iter().map(|distractor| {
            let setup = distractor.setup.as_ref().unwrap_or(&self.setup);
            let query = distractor.query.as_ref().unwrap_or(&self.query);
            (run(setup, query), distractor.fails)
        }));
        runs
    }

    pub(super) fn executions(&self) -> Vec<Execution> {
        self.runs().into_iter().map(|(execution, _)| execution).collect()
    }

    /// The outputs as in [`Self::runs`]; `None` where there is no usable one.
    fn outputs(&self, results: &Results) -> Vec<Option<Output>> {
        let output = |(execution, fails): (Execution, bool)| match results.get(&execution)? {
            Executed::Table(table) if !fails => Some(Output::Table(table.clone())),
            Executed::Failed(failure) if fails && failure.stage == Stage::Statement => {
                Some(Output::Error(failure.class.clone()))
            }
            _ => None,
        };
        self.runs().into_iter().map(output).collect()
    }

    fn is_same(&self, one: &Output, other: &Output) -> bool {
        match (one, other) {
            (Output::Table(one), Output::Table(other)) => one.has_rows_of(other, self.ordered),
            (one, other) => one == other,
        }
    }

    pub(super) fn flaws(&self, results: &Results) -> Vec<Flaw> {
        let mut flaws: Vec<Flaw> = Vec::new();
        for (index, (execution, fails)) in self.runs().iter().enumerate() {
            let what = if index == 0 { "The query".to_owned() } else { format!("Distractor {index}") };
            flaws.extend(flaw_of_run(&what, results.get(execution), *fails));
        }
        if !flaws.is_empty() {
            return flaws;
        }
        let outputs: Vec<Output> = self.outputs(results).into_iter().flatten().collect();
        if let ([Output::Table(table)], true) = (outputs.as_slice(), self.distractors.is_empty()) {
            let message = format!("A value is typed for one row and one column; the query gives {}.", size(table));
            flaws.extend(table.value().is_none().then(|| Flaw::new("NOT_ONE_VALUE", message)));
        }
        for (index, output) in outputs.iter().enumerate() {
            if let Some(earlier) = outputs[..index].iter().position(|earlier| self.is_same(earlier, output)) {
                let earlier = if earlier == 0 { "the query".to_owned() } else { format!("distractor {earlier}") };
                flaws.push(Flaw::new("SAME_OUTPUT", format!("Distractor {index} gives the rows of {earlier}.")));
            }
        }
        flaws
    }

    /// Tables are always shuffled, as the right one is the first.
    pub(super) fn draw(&self, source: &mut Source, results: &Results) -> DrawnBody {
        let mut options: Vec<Output> = Vec::new();
        if !self.distractors.is_empty() {
            for output in self.outputs(results).into_iter().flatten() {
                if !options.iter().any(|known| self.is_same(known, &output)) {
                    options.push(output);
                }
            }
            source.shuffle(&mut options);
        }
        DrawnBody::Predict { setup: self.setup.clone(), query: self.query.clone(), options }
    }

    /// Whether what the query gives is not known.
    pub(super) fn is_pending(&self, results: &Results) -> bool {
        self.outputs(results).first().is_none_or(Option::is_none)
    }

    pub(super) fn grade(
        &self,
        drawn: &DrawnBody,
        answer: Option<&Answer>,
        points: Points,
        results: &Results,
    ) -> Graded {
        let outputs = self.outputs(results);
        if self.distractors.is_empty() {
            return self.grade_value(outputs.first().and_then(Option::as_ref), answer, points);
        }
        let options = self.option_results(&outputs, drawn, answer);
        let is_right = !options.is_empty() && options.iter().all(|option| option.chosen == option.correct);
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered: options.iter().any(|option| option.chosen),
            feedback: None,
            expected: Expected::Options(choice::expected(&options)),
            options,
        }
    }

    fn option_results(
        &self,
        outputs: &[Option<Output>],
        drawn: &DrawnBody,
        answer: Option<&Answer>,
    ) -> Vec<OptionResult> {
        let DrawnBody::Predict { options: drawn, .. } = drawn else { return Vec::new() };
        let texts: Vec<String> = drawn.iter().map(Output::to_string).collect();
        let chosen = choice::chosen(&texts, answer);
        let result = |(place, shown): (usize, &Output)| {
            let is_shown = |output: &Option<Output>| output.as_ref().is_some_and(|output| self.is_same(output, shown));
            let option = outputs.iter().position(is_shown)?;
            let feedback = match option.checked_sub(1) {
                None => self.feedback.clone(),
                Some(index) => self.distractors.get(index).and_then(|distractor| distractor.feedback.clone()),
            };
            Some(OptionResult { place, option, chosen: chosen.contains(&place), correct: option == 0, feedback })
        };
        drawn.iter().enumerate().filter_map(result).collect()
    }

    fn grade_value(&self, output: Option<&Output>, answer: Option<&Answer>, points: Points) -> Graded {
        let given = if let Some(Answer::Text(text)) = answer { text.trim() } else { "" };
        let value = match output {
            Some(Output::Table(table)) => table.value().map(|cell| cell.as_deref().unwrap_or("NULL").to_owned()),
            Some(Output::Error(class)) => Some(class.clone()),
            None => None,
        };
        let is_right = value.as_deref().is_some_and(|value| same_text(given, value));
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered: !given.is_empty(),
            options: Vec::new(),
            feedback: self.feedback.clone().filter(|_| !is_right),
            expected: Expected::Text(value.unwrap_or_default()),
        }
    }
}

/// Why an output cannot be used.
fn flaw_of_run(what: &str, executed: Option<&Executed>, fails: bool) -> Option<Flaw> {
    match executed {
        None => Some(Flaw::new("NOT_EXECUTED", format!("{what} has not been run, so there is no answer."))),
        Some(Executed::Unavailable(why)) => Some(Flaw::new("NOT_EXECUTED", format!("{what} could not be run: {why}"))),
        Some(Executed::Failed(failure)) if failure.stage == Stage::Setup => {
            Some(Flaw::failed("SETUP_FAILS", what, failure))
        }
        Some(Executed::Failed(failure)) if !fails => Some(
            Flaw::failed("QUERY_FAILS", what, failure)
                .with_hint("Write `fails: true` if the error is what is asked for."),
        ),
        Some(Executed::Failed(_)) => None,
        Some(Executed::Table(_)) if fails => {
            Some(Flaw::new("QUERY_SUCCEEDS", format!("{what} has `fails: true` but does not fail.")))
        }
        Some(Executed::Table(table)) if table.rows.len() > MAX_ROWS || table.columns.len() > MAX_COLUMNS => {
            let message =
                format!("{what} gives {}; at most {MAX_ROWS} rows of {MAX_COLUMNS} columns fit.", size(table));
            Some(Flaw::new("TOO_LARGE", message))
        }
        Some(Executed::Table(_)) => None,
        Some(Executed::Log(_)) => Some(Flaw::new("NOT_EXECUTED", format!("{what} gave a log instead of rows."))),
    }
}

fn size(table: &Table) -> String {
    format!("{} rows of {} columns", table.rows.len(), table.columns.len())
}
