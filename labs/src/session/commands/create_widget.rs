//! CREATE WIDGET and REMOVE WIDGET.

use crate::diagnostic::Diagnostic;
use crate::dialect::{CreateWidget, Lexed, WidgetChoices, WidgetKind};
use crate::evidence::StatementFacts;
use crate::widget::Widget;

use super::super::Session;
use super::super::planning::Planner;
use super::super::rows;
use super::{Output, Result};

pub async fn run(
    session: &mut Session,
    create: &CreateWidget,
    lexed: &Lexed,
    facts: &mut StatementFacts,
) -> Result<Output> {
    let choices = match &create.choices {
        WidgetChoices::None => Vec::new(),
        WidgetChoices::List(list) => list.clone(),
        WidgetChoices::Query(query) => {
            let planned = Planner::new(session, lexed, facts).query((**query).clone()).await?;
            let collected = session.collect(planned.plan, session.options.limits.max_rows, lexed).await?;
            collected.batches.iter().flat_map(rows::rows).filter_map(|row| row.first().map(rows::text)).collect()
        }
    };
    let closed = matches!(create.kind, WidgetKind::Dropdown | WidgetKind::Multiselect);
    if closed && !choices.contains(&create.default) {
        let message =
            format!("The default '{}' of the widget {} is not one of its choices.", create.default, create.name);
        return Err(Diagnostic::new("INVALID_WIDGET_DEFAULT", "22023", message)
            .with_hint(format!("Choices are: {}.", choices.join(", "))));
    }
    let key = create.name.to_lowercase();
    let mut widget = Widget {
        name: create.name.clone(),
        kind: create.kind.as_str().to_owned(),
        default: create.default.clone(),
        choices,
        chosen: None,
    };
    let mut output = Output::default();
    if let Some(before) = session.journal.widgets.remove(&key) {
        widget.keep_value_of(before);
        output.notes.extend(widget.kept_note());
    }
    session.journal.widgets.insert(key, widget);
    Ok(output)
}

pub fn remove(session: &mut Session, name: &str) -> Result<Output> {
    match session.journal.widgets.remove(&name.to_lowercase()) {
        Some(_) => Ok(Output::default()),
        None => Err(Diagnostic::new("WIDGET_NOT_FOUND", "42704", format!("The widget {name} does not exist."))),
    }
}
