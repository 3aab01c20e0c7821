//! Session variables in a query: a name that is no column and that a variable has stands for the variable's value.
//!
//! A column wins over a variable, so a bare name is replaced only where planning did not find a column. `session.name` is
//! always the variable.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Cte, Expr, Ident, Query, Select, SelectItem, TableAlias, TableFactor, Value, Visit, VisitMut, Visitor, VisitorMut,
};

use crate::diagnostic::Diagnostic;

use super::super::Session;
use super::super::journal::Variable;
use super::Spellings;
use super::literals::cast_to_named;
use super::output::MARK;

/// Replaces `session.name` and `system.session.name` everywhere below a node.
pub fn put_qualified(node: &mut impl VisitMut, session: &Session) {
    if !session.journal.variables.is_empty() {
        let _ = node.visit(&mut Put { session, bare: None, done: false });
    }
}

/// Replaces the name that planning did not find, if it is a variable's and cannot be anything else in the node. Gives
/// whether it did, so that planning is worth another try.
pub fn put_missing(
    node: &mut (impl Visit + VisitMut),
    diagnostic: &Diagnostic,
    session: &Session,
    spellings: &Spellings,
) -> bool {
    if session.journal.variables.is_empty() || !diagnostic.class.starts_with("UNRESOLVED_COLUMN") {
        return false;
    }
    let name = diagnostic.message.split('`').nth(1).unwrap_or_default().to_lowercase();
    let known = session.journal.variables.contains_key(&name) && spellings.any(&name).is_none();
    if !known || Visit::visit(&*node, &mut Given { name: &name }).is_break() {
        return false;
    }
    let mut put = Put { session, bare: Some(&name), done: false };
    let _ = VisitMut::visit(node, &mut put);
    put.done
}

struct Put<'a> {
    session: &'a Session,
    /// The bare name that is replaced.
    bare: Option<&'a str>,
    done: bool,
}

impl Put<'_> {
    fn variable(&self, expr: &Expr) -> Option<&Variable> {
        let name = match expr {
            Expr::Identifier(name) if self.bare == Some(name.value.as_str()) => &name.value,
            Expr::CompoundIdentifier(path) => match path.as_slice() {
                [schema, name] if schema.value == "session" => &name.value,
                [system, schema, name] if system.value == "system" && schema.value == "session" => &name.value,
                _ => return None,
            },
            _ => return None,
        };
        self.session.journal.variables.get(name)
    }
}

impl VisitorMut for Put<'_> {
    type Break = ();

    /// A column that is a variable keeps its name, unless another column beside it may have that.
    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let alone = select.projection.len() == 1 || self.bare.is_some();
        for (at, item) in select.projection.iter_mut().enumerate() {
            if let SelectItem::UnnamedExpr(expr) = item
                && let Some(variable) = self.variable(expr)
            {
                let name = variable.name.to_lowercase();
                let alias = Ident::with_quote('`', if alone { name } else { format!("{name}{MARK}{at}") });
                *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(variable) = self.variable(expr) {
            *expr = value(variable);
            self.done = true;
        }
        ControlFlow::Continue(())
    }
}

/// A variable's value as an expression of its type.
fn value(variable: &Variable) -> Expr {
    let text = variable.value.clone().map_or(Value::Null, Value::SingleQuotedString);
    cast_to_named(Expr::value(text), &variable.type_name)
}

/// Looks for whatever gives a name to a column or parameter within a node.
struct Given<'a> {
    name: &'a str,
}

impl Given<'_> {
    fn check(&self, given: bool) -> ControlFlow<()> {
        if given { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn lists(&self, alias: &TableAlias) -> bool {
        alias.columns.iter().any(|column| column.name.value == self.name)
    }
}

impl Visitor for Given<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        let listed = |cte: &Cte| self.lists(&cte.alias);
        self.check(ctes.into_iter().any(listed))
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let named = |item: &SelectItem| matches!(item, SelectItem::ExprWithAlias { alias, expr } if alias.value == self.name && !is_bare(expr, self.name));
        self.check(select.projection.iter().any(named))
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let alias = match factor {
            TableFactor::Derived { alias, .. } | TableFactor::Table { alias, .. } => alias.as_ref(),
            _ => None,
        };
        self.check(alias.is_some_and(|alias| self.lists(alias)))
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let Expr::Lambda(lambda) = expr else { return ControlFlow::Continue(()) };
        self.check(lambda.params.iter().any(|parameter| parameter.name.value == self.name))
    }
}

fn is_bare(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Identifier(ident) if ident.value == name)
}
