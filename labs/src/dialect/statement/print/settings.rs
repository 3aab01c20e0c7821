//! Options of the session and its variables.

use std::fmt::{Display, Formatter, Result};

use super::super::{DeclareVariable, SetOption, SetVariable};
use super::spelling::expression;
use super::words::{clause, kept, key, name, names, text, when};

impl Display for SetOption {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::List => f.write_str("SET"),
            Self::Show { key: option } => write!(f, "SET {}", key(option)),
            Self::Give { key: option, value, .. } => write!(f, "SET {} = {}", key(option), text(value)),
            Self::Reset { key: None } => f.write_str("RESET"),
            Self::Reset { key: Some(option) } => write!(f, "RESET {}", key(option)),
        }
    }
}

impl Display for DeclareVariable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "DECLARE {}VARIABLE {}", when(self.or_replace, "OR REPLACE "), names(&self.names))?;
        if let Some(type_text) = &self.type_text {
            write!(f, " {}", kept(type_text))?;
        }
        f.write_str(&clause("DEFAULT", self.default.as_ref()))
    }
}

/// `SET VARIABLE name = value, ..`
pub fn variables(set: &[SetVariable], f: &mut Formatter<'_>) -> Result {
    let set: Vec<String> = set.iter().map(SetVariable::to_string).collect();
    write!(f, "SET VARIABLE {}", set.join(", "))
}

/// `DROP TEMPORARY VARIABLE [IF EXISTS] name`
pub fn drop_variable(variable: &str, if_exists: bool, f: &mut Formatter<'_>) -> Result {
    write!(f, "DROP TEMPORARY VARIABLE {}{}", when(if_exists, "IF EXISTS "), name(variable))
}

impl Display for SetVariable {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let value = self.value.as_ref().map_or_else(|| "DEFAULT".to_owned(), expression);
        write!(f, "{} = {value}", name(&self.name))
    }
}
