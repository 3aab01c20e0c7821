//! The widgets of the notebooks' session, asked for and set from outside its notebooks.

use super::Session;
use super::errors::EngineFault;
use crate::diagnostic::Diagnostic;
use crate::sandbox::SessionKind;
use crate::widget::{Choice, Widget};

impl Session {
    /// Gives a widget its value, when there is a choice, and tells all widgets by their names. `Ok(Err(_))`: there is no
    /// such widget, or it does not offer that value; nothing has changed then.
    ///
    /// # Errors
    /// When the session cannot be read or kept.
    pub async fn widgets(&mut self, choice: Option<&Choice>) -> Result<Result<Vec<Widget>, Diagnostic>, EngineFault> {
        self.turn_to(SessionKind::Notebook).await?;
        if let Some(choice) = choice
            && let Err(refused) = self.choose(choice)
        {
            return Ok(Err(refused));
        }
        match self.save_journal().await {
            Ok(()) => Ok(Ok(self.journal.widgets.values().cloned().collect())),
            Err(refused) => {
                self.unsettled = true;
                Ok(Err(refused))
            }
        }
    }

    fn choose(&mut self, choice: &Choice) -> Result<(), Diagnostic> {
        let Some(widget) = self.journal.widgets.get_mut(&choice.name.to_lowercase()) else {
            let message = format!("The widget {} does not exist.", choice.name);
            return Err(Diagnostic::new("WIDGET_NOT_FOUND", "42704", message)
                .with_hint(format!("Run the cell with CREATE WIDGET TEXT {} first.", choice.name)));
        };
        widget.check(&choice.chosen.value)?;
        widget.chosen = Some(choice.chosen.clone());
        Ok(())
    }
}
