//! A notebook's widgets as its session keeps them.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Diagnostic;

/// A declared widget and the value that it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    /// As declared.
    pub name: String,
    /// `text`, `dropdown`, `combobox` or `multiselect`.
    pub kind: String,
    pub default: String,
    pub choices: Vec<String>,
    /// What was chosen; declaring the widget again does not take it away.
    #[serde(default)]
    pub chosen: Option<Chosen>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chosen {
    /// Of a multiselect, the choices joined by commas.
    pub value: String,
    /// When it was chosen, in milliseconds since 1970 by the chooser's clock; 0 for the default of an earlier
    /// declaration, which nobody has chosen.
    pub at_ms: i64,
}

/// A value for a widget of a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The widget, without regard to case.
    pub name: String,
    pub chosen: Chosen,
}

impl Widget {
    /// What `:name` stands for.
    pub fn value(&self) -> &str {
        self.chosen.as_ref().map_or(&self.default, |chosen| &chosen.value)
    }

    /// Takes over the value of the widget that was declared by that name before, where this one offers it: only
    /// REMOVE WIDGET resets a value, as in Databricks.
    pub fn keep_value_of(&mut self, before: Widget) {
        let kept = before.chosen.unwrap_or(Chosen { value: before.default, at_ms: 0 });
        let is_own = kept.at_ms == 0 && kept.value == self.default;
        self.chosen = (!is_own && self.check(&kept.value).is_ok()).then_some(kept);
    }

    /// What is said when the default of an earlier declaration goes on being the value.
    pub fn kept_note(&self) -> Option<String> {
        let kept = self.chosen.as_ref().filter(|chosen| chosen.at_ms == 0)?;
        Some(format!(
            "The widget {name} was there before and keeps its value '{}'. To begin with '{}', run REMOVE WIDGET {name} \
             first.",
            kept.value,
            self.default,
            name = self.name,
        ))
    }

    /// Whether the value is one that the widget offers; a text and a combobox take any.
    ///
    /// # Errors
    /// INVALID_WIDGET_VALUE with the choices.
    pub fn check(&self, value: &str) -> Result<(), Diagnostic> {
        let offered = |part: &str| self.choices.iter().any(|choice| choice == part);
        let fits = match self.kind.as_str() {
            "dropdown" => offered(value),
            "multiselect" => value.is_empty() || offered(value) || value.split(',').all(offered),
            _ => true,
        };
        if fits {
            return Ok(());
        }
        let message = format!("'{value}' is not one of the choices of the widget {}.", self.name);
        Err(Diagnostic::new("INVALID_WIDGET_VALUE", "22023", message)
            .with_hint(format!("Choices are: {}.", self.choices.join(", "))))
    }
}
