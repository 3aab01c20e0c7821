//! Fix the SQL: what the learner writes is run and must do what the reference does.
//!
//! Nothing is run here. [`FixSql::answer_executions`] says what has to be run for an answer; with the results the
//! verdict is made by [`FixSql::grade`]. Until they are there the answer is pending, which is not wrong.

use super::Flaw;
use crate::answer::Answer;
use crate::attempt::DrawnBody;
use crate::execution::{Executed, Execution, Observe, Results, SqlFailure, Stage, Table};
use crate::mistake::Mistake;
use crate::points::Points;
use crate::reading::Fields;
use crate::scoring::{Expected, Graded};

/// Longer texts are not run.
pub const MAX_ANSWER_CHARS: usize = 4_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixSql {
    /// Statements parted by semicolons, shown to the learner.
    pub setup: String,
    /// Other data on which the answer must be right too, so that a constant is no answer. Not shown.
    pub hidden_setups: Vec<String>,
    /// What the learner is given.
    pub broken: String,
    /// A statement that is right.
    pub reference: String,
    /// What is compared after the statement: the rows of this query; without, the rows that the statement returns.
    pub check: Option<String>,
    /// Whether the order of the rows counts.
    pub ordered: bool,
    /// For any wrong answer.
    pub feedback: Option<String>,
}

/// What the results say of an answer.
enum Verdict {
    Right,
    /// The statement ran, and the rows are others.
    OtherRows,
    Failed(SqlFailure),
    /// Something was not run, for no fault of the answer.
    Pending,
}

impl FixSql {
    pub(super) fn read(fields: &mut Fields<'_>, mistakes: &mut Vec<Mistake>) -> Self {
        Self {
            setup: fields.text("setup", mistakes).unwrap_or_default(),
            hidden_setups: fields.texts("hidden_setups", mistakes),
            broken: fields.required_text("broken", mistakes),
            reference: fields.required_text("reference", mistakes),
            check: fields.text("check", mistakes).filter(|check| !check.trim().is_empty()),
            ordered: fields.flag("ordered", mistakes).unwrap_or(false),
            feedback: fields.text("feedback", mistakes),
        }
    }

    pub(super) fn each_text(&mut self, visit: &mut dyn FnMut(&mut String)) {
        let texts = [&mut self.setup, &mut self.broken, &mut self.reference];
        texts.into_iter().for_each(&mut *visit);
        self.hidden_setups.iter_mut().chain(&mut self.check).chain(&mut self.feedback).for_each(visit);
    }

    /// A statement on each of the setups, the shown one first.
    fn runs(&self, statement: &str) -> Vec<Execution> {
        let observe = self.check.clone().map_or(Observe::Statement, Observe::Query);
        let setups = std::iter::once(&self.setup).chain(&self.hidden_setups);
        let run = |setup: &String| Execution {
            setup: setup.clone(),
            statement: bare(statement).to_owned(),
            observe: observe.clone(),
        };
        setups.map(run).collect()
    }

    /// Of the reference and of the broken statement.
    pub(super) fn executions(&self) -> Vec<Execution> {
        let mut executions = self.runs(&self.reference);
        executions.extend(self.runs(&self.broken));
        executions
    }

    /// What has to be run for this answer; nothing when there is none or when it is too long.
    pub(super) fn answer_executions(&self, answer: &Answer) -> Vec<Execution> {
        match answer {
            Answer::Text(text) if is_statement(text) => self.runs(text),
            _ => Vec::new(),
        }
    }

    pub(super) fn flaws(&self, results: &Results) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (index, execution) in self.runs(&self.reference).iter().enumerate() {
            let what =
                if index == 0 { "The reference".to_owned() } else { format!("The reference on hidden setup {index}") };
            flaws.extend(match results.get(execution) {
                None => Some(Flaw::new("NOT_EXECUTED", format!("{what} has not been run."))),
                Some(Executed::Unavailable(why)) => {
                    Some(Flaw::new("NOT_EXECUTED", format!("{what} could not be run: {why}")))
                }
                Some(Executed::Failed(failure)) => Some(match failure.stage {
                    Stage::Setup => Flaw::failed("SETUP_FAILS", &what, failure),
                    Stage::Statement => Flaw::failed("REFERENCE_FAILS", &what, failure),
                    Stage::Observation => Flaw::failed("CHECK_FAILS", &what, failure),
                }),
                Some(Executed::Table(table)) if table.columns.is_empty() => Some(
                    Flaw::new("NOTHING_TO_COMPARE", format!("{what} returns no rows that could be compared."))
                        .with_hint("Write a query that shows its effect as `check`."),
                ),
                Some(Executed::Table(_)) => None,
                Some(Executed::Log(_)) => {
                    Some(Flaw::new("NOT_EXECUTED", format!("{what} gave a log instead of rows.")))
                }
            });
        }
        if flaws.is_empty() {
            flaws.extend(match self.verdict(&self.broken, results) {
                Verdict::Right => Some(Flaw::new("NOT_BROKEN", "The broken statement does what the reference does.")),
                Verdict::Pending => Some(Flaw::new("NOT_EXECUTED", "The broken statement has not been run.")),
                Verdict::OtherRows | Verdict::Failed(_) => None,
            });
        }
        flaws
    }

    /// The first setup on which the statement is not right decides.
    fn verdict(&self, statement: &str, results: &Results) -> Verdict {
        for (expected, found) in self.runs(&self.reference).iter().zip(self.runs(statement)) {
            let Some(Executed::Table(expected)) = results.get(expected) else { return Verdict::Pending };
            match self.judge(expected, results.get(&found)) {
                Verdict::Right => {}
                verdict => return verdict,
            }
        }
        Verdict::Right
    }

    fn judge(&self, expected: &Table, found: Option<&Executed>) -> Verdict {
        match found {
            Some(Executed::Table(found)) if found.has_rows_of(expected, self.ordered) => Verdict::Right,
            Some(Executed::Table(_)) => Verdict::OtherRows,
            Some(Executed::Failed(failure)) if failure.stage != Stage::Setup => Verdict::Failed(failure.clone()),
            _ => Verdict::Pending,
        }
    }

    pub(super) fn draw(&self) -> DrawnBody {
        DrawnBody::FixSql { setup: self.setup.clone(), broken: self.broken.clone() }
    }

    /// Whether an answer waits for its results.
    pub(super) fn is_pending(&self, answer: Option<&Answer>, results: &Results) -> bool {
        match answer {
            Some(Answer::Text(text)) if is_statement(text) => {
                matches!(self.verdict(text, results), Verdict::Pending)
            }
            _ => false,
        }
    }

    /// All or nothing: the rows of the reference on every setup.
    pub(super) fn grade(&self, answer: Option<&Answer>, points: Points, results: &Results) -> Graded {
        let text = if let Some(Answer::Text(text)) = answer { text.as_str() } else { "" };
        let verdict = is_statement(text).then(|| self.verdict(text, results));
        let failure = match &verdict {
            Some(Verdict::Failed(failure)) => Some(format!("{}: {}", failure.class, failure.message)),
            _ => None,
        };
        let is_right = matches!(verdict, Some(Verdict::Right));
        let feedback: Vec<String> = failure.into_iter().chain(self.feedback.clone()).collect();
        Graded {
            points: if is_right { points } else { Points::ZERO },
            answered: !text.trim().is_empty(),
            options: Vec::new(),
            feedback: Some(feedback.join("\n\n")).filter(|feedback| !is_right && !feedback.is_empty()),
            expected: Expected::Text(self.reference.clone()),
        }
    }
}

/// Without the blanks and semicolons around it.
fn bare(statement: &str) -> &str {
    statement.trim().trim_end_matches(|c: char| c == ';' || c.is_whitespace())
}

fn is_statement(text: &str) -> bool {
    !bare(text).is_empty() && text.chars().count() <= MAX_ANSWER_CHARS
}
