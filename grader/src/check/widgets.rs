//! `widgets`: the notebook declares a widget with the right kind, default and choices, and reads it.

use sandbar_labs::evidence::WidgetEvidence;

use super::{Known, Rule, Section};
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
                return stopped(stop);
            }
            let names: Vec<&str> = run.widgets.iter().map(|widget| widget.name.as_str()).collect();
            let message = format!("The notebook declares no widget `{}`.", self.name);
            return Fault::new("missing", message).expected(format!("`{}`", self.name)).found(list(&names)).failed();
        };
        if let (false, Some(stop)) = (widget.read, scene.stop(&self.replay, 0)) {
            return stopped(stop);
        }
        self.fault(widget).map_or(Verdict::Passed, Fault::failed)
    }

    fn unknown_names(&self, known: &Known<'_>) -> Vec<String> {
        known.replay(&self.replay).into_iter().collect()
    }

    fn about(&self) -> About<'_> {
        About::Target(&self.name)
    }
}

impl Widgets {
    fn fault(&self, widget: &WidgetEvidence) -> Option<Fault> {
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
        (!widget.read).then(|| Fault::new("not_read", message))
    }
}
