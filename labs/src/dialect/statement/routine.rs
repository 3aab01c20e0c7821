//! SQL functions and session variables.

use datafusion::sql::sqlparser::ast::Expr;

use super::TableName;
use crate::diagnostic::Position;

/// `CREATE [OR REPLACE] [TEMPORARY] FUNCTION name (parameters) [RETURNS type] RETURN expression`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateFunction {
    pub name: TableName,
    pub or_replace: bool,
    pub temporary: bool,
    pub if_not_exists: bool,
    pub parameters: Vec<Parameter>,
    /// The type's text.
    pub returns: Option<String>,
    /// The expression's text.
    pub body: String,
    pub body_position: Position,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// As written.
    pub name: String,
    /// The type's text.
    pub type_text: String,
    pub position: Position,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DropFunction {
    pub name: TableName,
    pub temporary: bool,
    pub if_exists: bool,
}

/// `DECLARE [OR REPLACE] [VARIABLE] name [type] [DEFAULT value]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclareVariable {
    /// As written; all get the same type and value.
    pub names: Vec<String>,
    pub position: Position,
    pub or_replace: bool,
    /// The type's text; the value's type without one.
    pub type_text: Option<String>,
    /// The default's text.
    pub default: Option<String>,
}

/// One assignment of `SET VARIABLE name = value, ..`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetVariable {
    pub name: String,
    pub position: Position,
    /// `None` for DEFAULT.
    pub value: Option<Expr>,
}

/// `SHOW [ALL | SYSTEM | USER] FUNCTIONS [IN schema] [LIKE name | 'pattern']`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShowFunctions {
    /// Those that every session has.
    pub system: bool,
    /// Those that CREATE FUNCTION made.
    pub user: bool,
    pub schema: Option<String>,
    pub pattern: Option<String>,
}
