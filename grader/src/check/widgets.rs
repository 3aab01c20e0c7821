//! `widgets`: the notebook declares a widget with the right kind, default and choices, and reads it.

use sandbar_labs::dialect::parameters_named;
use sandbar_labs::evidence::{RunEvidence, WidgetEvidence};

use super::{Declaration, Known, Rule, Section};
use crate::feedback::{error_text, list};
use crate::outcome::{Fault, Verdict};
use crate::scene::{About, Scene, Stop};

#[derive(Debug)]
pub struct Widgets {
    replay: String,
    name: String,
    /// `text` or `dropdown`.
    kind: String,
    default: String,
    choices: Vec<String>,
}

pub fn read(section: &mut Section<'_, '_>) -> Widgets {
    Widgets {
        replay: section.required("replay"),
        name: section.required("name"),
        kind: section.required("widget"),
        default: section.required("default"),
        choices: section.texts("choices"),
    }
}

impl Rule for Widgets {
    fn judge(&self, scene: &Scene<'_>) -> Verdict {
        let run = match scene.run(&self.replay, 0) {
            Some(Ok((_, run))) => run,
            Some(Err(limit)) => return Fault::new("limit", error_text(limit)).error(),
            None => return Verdict::Unavailable(format!("The replay `{}` was not made.", self.replay)),
        };
        let stopped = |stop: Stop| {
            let message = format!("The notebook stopped before it had declared and read `{}`.", self.name);
            let fault = Fault::new("stopped", message).found(error_text(&stop.diagnostic));
            Fault { place: Some(stop.place), ..fault }.error()
        };
        let Some(widget) = run.widgets.iter().find(|widget| widget.name == self.name) else {
            if let Some(stop) = scene.stop(&self.replay, 0) {
                let later = self.declared_later(scene).map(|widget| self.judged(scene, widget, widget.read));
                return later.unwrap_or_else(|| stopped(stop));
            }
            let names: Vec<&str> = run.widgets.iter().map(|widget| widget.name.as_str()).collect();
            let message = format!("The notebook declares no widget `{}`.", self.name);
            return Fault::new("missing", message).expected(format!("`{}`", self.name)).found(list(&names)).failed();
        };
        if scene.declared.in_quotes(&self.name).is_some() {
            return self.judged(scene, widget, true);
        }
        let read = widget.read || self.is_read_elsewhere(scene) || self.is_read_where_it_stopped(run);
        if let (false, Some(stop)) = (read, scene.stop(&self.replay, 0)) {
            return stopped(stop);
        }
        self.judged(scene, widget, read)
    }

    fn declaration(&self) -> Option<Declaration<'_>> {
        let quoted = |text: &str| format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"));
        let (kind, default) = (self.kind.to_uppercase(), quoted(&self.default));
        let mut sql = format!("CREATE WIDGET {kind} {} DEFAULT {default}", self.name);
        if !self.choices.is_empty() {
            let choices: Vec<String> = self.choices.iter().map(|choice| format!("({})", quoted(choice))).collect();
            sql.push_str(&format!(" CHOICES SELECT * FROM VALUES {} AS offered(choice)", choices.join(", ")));
        }
        Some(Declaration { name: &self.name, sql })
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.replay(&self.replay).into_iter().collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.name)
    }
}

impl Widgets {
    fn judged(&self, scene: &Scene<'_>, widget: &WidgetEvidence, read: bool) -> Verdict {
        let Some(place) = scene.declared.in_quotes(&self.name) else {
            return self.fault(widget, read).map_or(Verdict::Passed, Fault::failed);
        };
        let fault = self.fault(widget, true).unwrap_or_else(|| self.in_quotes());
        Fault { place: fault.place.clone().or_else(|| Some(place.clone())), ..fault }.failed()
    }

    /// Whether a statement of another replay reads it: there the notebook may come further, with widgets that it did
    /// not declare itself.
    fn is_read_elsewhere(&self, scene: &Scene<'_>) -> bool {
        let runs = scene.replays.values().flatten().flat_map(|evidence| &evidence.runs);
        runs.flat_map(|run| &run.widgets).any(|widget| widget.name == self.name && widget.read)
    }

    /// The student's own declaration behind the one that stopped the notebook, of which another check tells.
    fn declared_later<'a>(&self, scene: &Scene<'a>) -> Option<&'a WidgetEvidence> {
        let mended = scene.replays.get(&self.replay)?.as_ref().ok()?;
        let widgets = &mended.runs.first().filter(|_| scene.declared.comes_later(&self.name))?.widgets;
        widgets.iter().find(|widget| widget.name == self.name)
    }

    fn in_quotes(&self) -> Fault {
        let name = &self.name;
        let message = format!("The notebook has `':{name}'` in quotes: that is a text, and no value reaches it.");
        Fault::new("in_quotes", message).next(format!("Write `:{name}` without quotes: then it is the parameter."))
    }

    /// Whether the statement that stopped the notebook would have read it.
    fn is_read_where_it_stopped(&self, run: &RunEvidence) -> bool {
        let last = run.cells.iter().find(|cell| cell.stopped()).and_then(|cell| cell.statements.last());
        let named = last.map(|statement| parameters_named(&statement.sql)).unwrap_or_default();
        named.iter().any(|named| named.name.eq_ignore_ascii_case(&self.name))
    }

    /// What is wrong with it as it was declared, or that no statement reads it.
    fn fault(&self, widget: &WidgetEvidence, read: bool) -> Option<Fault> {
        let name = &self.name;
        if !widget.kind.eq_ignore_ascii_case(&self.kind) {
            let fault = Fault::new("kind", format!("The widget `{name}` is of another kind."));
            return Some(fault.expected(&self.kind).found(&widget.kind));
        }
        if !self.choices.is_empty() && !widget.choices.contains(&widget.default) {
            let message = format!("The default of `{name}` is not one of its choices.");
            return Some(Fault::new("default_outside", message).expected(list(&widget.choices)).found(&widget.default));
        }
        if widget.default != self.default {
            let fault = Fault::new("default", format!("The widget `{name}` has another default."));
            return Some(fault.expected(&self.default).found(&widget.default));
        }
        let mut offered = widget.choices.clone();
        let mut wanted = self.choices.clone();
        offered.sort();
        wanted.sort();
        if offered != wanted {
            let fault = Fault::new("choices", format!("The widget `{name}` offers other choices."));
            return Some(fault.expected(list(&self.choices)).found(list(&widget.choices)));
        }
        let message = format!("The widget `{name}` is declared, but no statement reads `:{name}`.");
        (!read).then(|| Fault::new("not_read", message))
    }
}
