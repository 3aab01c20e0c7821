//! Calls of SQL functions: each is replaced by the function's body, with the arguments in place of the parameters.
//!
//! Built-in functions come first, so no function here changes the meaning of one.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Function as Call, FunctionArg, FunctionArgExpr, FunctionArgOperator, FunctionArguments, VisitMut, VisitorMut,
};

use crate::diagnostic::Diagnostic;
use crate::dialect::{self, Lexed, TableName};

use super::super::Session;
use super::super::errors::internal;
use super::super::filled::{is_volatile, reads};
use super::super::journal::Function;
use super::Result;
use super::literals::cast_to_named;

/// Functions that may stand on functions.
const MAX_DEPTH: usize = 16;

/// Replaces every call below a node.
///
/// # Errors
/// WRONG_NUM_ARGS, and when functions call each other in a circle.
pub fn inline(node: &mut impl VisitMut, session: &Session, lexed: &Lexed) -> Result<()> {
    if session.journal.functions.is_empty() && session.journal.temp_functions.is_empty() {
        return Ok(());
    }
    match node.visit(&mut Inline { session, lexed, depth: 0 }) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

struct Inline<'a> {
    session: &'a Session,
    lexed: &'a Lexed,
    depth: usize,
}

impl VisitorMut for Inline<'_> {
    type Break = Diagnostic;

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Diagnostic> {
        let Expr::Function(call) = expr else { return ControlFlow::Continue(()) };
        let name = TableName::from_object_name(&call.name);
        let Some(function) = self.session.function(&name) else { return ControlFlow::Continue(()) };
        match self.replacement(&function, call) {
            Ok(body) => *expr = body,
            Err(diagnostic) => {
                let place = name.position.or_else(|| self.lexed.position_of(name.name()));
                return ControlFlow::Break(match place {
                    Some(place) if diagnostic.position.is_none() => diagnostic.at(place),
                    _ => diagnostic,
                });
            }
        }
        ControlFlow::Continue(())
    }
}

impl Inline<'_> {
    fn replacement(&self, function: &Function, call: &Call) -> Result<Expr> {
        if self.depth >= MAX_DEPTH {
            let message = format!("The function `{}` stands on too many functions, or on itself.", function.name);
            return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
                .with_hint("A SQL function cannot call itself; write out what it computes."));
        }
        if call.over.is_some() || call.filter.is_some() {
            let message = format!("`{}` is no aggregate and no window function.", function.name);
            return Err(Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
                .with_hint("Leave OVER and FILTER away, or put an aggregate around the call."));
        }
        let arguments = arguments(function, call)?;
        let mut body = dialect::parse_expression(&function.body)?;
        let own_name = function.name.to_lowercase();
        if let ControlFlow::Break(diagnostic) = body.visit(&mut Substitute { function: &own_name, arguments }) {
            return Err(diagnostic);
        }
        let mut deeper = Inline { session: self.session, lexed: self.lexed, depth: self.depth + 1 };
        if let ControlFlow::Break(diagnostic) = body.visit(&mut deeper) {
            return Err(diagnostic);
        }
        let body = Expr::Nested(Box::new(body));
        Ok(match &function.returns {
            Some(type_name) => cast_to_named(body, type_name),
            None => body,
        })
    }
}

/// Each parameter's argument under the parameter's type, and whether it gives something else each time.
fn arguments(function: &Function, call: &Call) -> Result<HashMap<String, Argument>> {
    let given: &[FunctionArg] = match &call.args {
        FunctionArguments::List(list) => &list.args,
        FunctionArguments::None => &[],
        FunctionArguments::Subquery(_) => return Err(internal("a subquery as the arguments of a function")),
    };
    let wrong = |message: String| wrong_call(function, message);
    if given.len() != function.parameters.len() {
        let (wanted, found) = (function.parameters.len(), given.len());
        return Err(wrong(format!(
            "The `{}` requires {wanted} parameters but the actual number is {found}.",
            function.name
        )));
    }
    let mut found = HashMap::new();
    for ((position, _), argument) in function.parameters.iter().zip(given) {
        let (name, expr) = match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => (position.to_lowercase(), expr),
            FunctionArg::Named {
                name,
                arg: FunctionArgExpr::Expr(expr),
                operator: FunctionArgOperator::RightArrow,
            } => (name.value.to_lowercase(), expr),
            _ => return Err(wrong(format!("An argument of `{}` is no expression.", function.name))),
        };
        let parameter = function.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(&name));
        let Some((_, type_name)) = parameter else {
            return Err(wrong(format!("`{}` has no parameter `{name}`.", function.name)));
        };
        let random = reads(expr, is_volatile);
        let value = cast_to_named(Expr::Nested(Box::new(expr.clone())), type_name);
        found.insert(name, Argument { value, random, used: false });
    }
    if found.len() != function.parameters.len() {
        return Err(wrong(format!("A parameter of `{}` is given twice.", function.name)));
    }
    Ok(found)
}

fn wrong_call(function: &Function, message: String) -> Diagnostic {
    let takes: Vec<String> =
        function.parameters.iter().map(|(name, type_name)| format!("{name} {type_name}")).collect();
    let hint = format!("Call it as {}({}).", function.name, takes.join(", "));
    Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", message).with_hint(hint)
}

struct Argument {
    value: Expr,
    /// Whether it may give something else each time it is computed.
    random: bool,
    used: bool,
}

/// Puts arguments in place of parameters. What it has put there is not looked at again.
struct Substitute<'a> {
    function: &'a str,
    arguments: HashMap<String, Argument>,
}

impl VisitorMut for Substitute<'_> {
    type Break = Diagnostic;

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Diagnostic> {
        let name = match expr {
            Expr::Identifier(name) => &name.value,
            Expr::CompoundIdentifier(path) if path.len() == 2 && path[0].value == self.function => &path[1].value,
            _ => return ControlFlow::Continue(()),
        };
        let Some(argument) = self.arguments.get_mut(name) else { return ControlFlow::Continue(()) };
        if argument.random && argument.used {
            let message = format!(
                "An argument of `{}` gives something else each time, and its body reads it more than once.",
                self.function
            );
            return ControlFlow::Break(
                Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", message)
                    .with_hint("Compute the argument in a subquery first, and call the function with its column."),
            );
        }
        argument.used = true;
        *expr = argument.value.clone();
        ControlFlow::Continue(())
    }
}
