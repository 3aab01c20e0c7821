//! The widgets that a run declares, and which of them it reads.

use crate::dialect::{self, Statement, WidgetChoices};
use crate::evidence::{StatementKind, WidgetEvidence};
use crate::outcome::StatementOutcome;

#[derive(Default)]
pub struct Widgets(Vec<WidgetEvidence>);

impl Widgets {
    /// Takes note of what a cell's statements declared and read. Declaring a widget again changes nothing.
    pub fn follow(&mut self, statements: &[StatementOutcome]) {
        for outcome in statements.iter().filter(|outcome| outcome.error.is_none()) {
            let Some(facts) = &outcome.facts else { continue };
            if facts.kind == StatementKind::CreateWidget {
                self.declare(&outcome.sql);
            }
            for name in &facts.parameters_read {
                if let Some(widget) = self.0.iter_mut().find(|widget| widget.name.eq_ignore_ascii_case(name)) {
                    widget.read = true;
                }
            }
        }
    }

    pub fn into_evidence(self) -> Vec<WidgetEvidence> {
        self.0
    }

    fn declare(&mut self, sql: &str) {
        let Ok(mut parsed) = dialect::statements(sql) else { return };
        let Some(Ok(Statement::CreateWidget(widget))) = parsed.pop().map(|parsed| parsed.statement) else { return };
        if self.0.iter().any(|known| known.name.eq_ignore_ascii_case(&widget.name)) {
            return;
        }
        let choices = match widget.choices {
            WidgetChoices::List(choices) => choices,
            WidgetChoices::None | WidgetChoices::Query(_) => Vec::new(),
        };
        let (name, default) = (widget.name, widget.default);
        self.0.push(WidgetEvidence { name, kind: widget.kind.as_str().to_owned(), default, choices, read: false });
    }
}
