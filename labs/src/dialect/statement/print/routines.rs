//! SQL functions and widgets.

use std::fmt::{Display, Formatter, Result};

use super::super::{CreateFunction, CreateWidget, DropFunction, Parameter, WidgetChoices};
use super::spelling::query;
use super::words::{clause, kept, name, text, texts, when};

impl Display for CreateFunction {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let replace = when(self.or_replace, "OR REPLACE ");
        let temporary = when(self.temporary, "TEMPORARY ");
        let if_not_exists = when(self.if_not_exists, "IF NOT EXISTS ");
        let parameters: Vec<String> = self.parameters.iter().map(Parameter::to_string).collect();
        write!(f, "CREATE {replace}{temporary}FUNCTION {if_not_exists}{} ({})", self.name, parameters.join(", "))?;
        f.write_str(&clause("RETURNS", self.returns.as_deref().map(kept)))?;
        f.write_str(&clause("COMMENT", self.comment.as_deref().map(text)))?;
        write!(f, " RETURN {}", self.body)
    }
}

impl Display for Parameter {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} {}", name(&self.name), kept(&self.type_text))
    }
}

impl Display for DropFunction {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Self { name, temporary, if_exists } = self;
        write!(f, "DROP {}FUNCTION {}{name}", when(*temporary, "TEMPORARY "), when(*if_exists, "IF EXISTS "))
    }
}

impl Display for CreateWidget {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let kind = self.kind.as_str().to_uppercase();
        write!(f, "CREATE WIDGET {kind} {} DEFAULT {}", name(&self.name), text(&self.default))?;
        match &self.choices {
            WidgetChoices::None => Ok(()),
            WidgetChoices::List(list) => write!(f, " CHOICES ({})", texts(list)),
            WidgetChoices::Query(choices) => write!(f, " CHOICES {}", query(choices)),
        }
    }
}
