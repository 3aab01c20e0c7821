//! A name in HAVING that is both an alias of the SELECT list and a column of FROM: `SELECT dept, sum(pay) AS pay .. HAVING pay > 9`.
//!
//! DataFusion takes the column. It means the alias, save where it is grouped by, and inside of an aggregate function.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, Query, Select, SelectItem, Value, VisitMut, VisitorMut};

use super::grouping_sets::grouping_keys;
use super::{grouping, output};

/// Puts aliased expressions in place of their names in every HAVING below a node; columns got their names before.
pub fn put_aliases(node: &mut impl VisitMut) {
    let _ = node.visit(&mut Selects);
}

struct Selects;

impl VisitorMut for Selects {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        let Some(mut having) = select.having.take() else { return ControlFlow::Continue(()) };
        // The planner looks for columns of HAVING in keys that are written.
        if let GroupByExpr::All(_) = &select.group_by
            && select.projection.iter().all(|item| output::internal(item).is_some())
        {
            select.group_by = GroupByExpr::Expressions(written_keys(select), Vec::new());
        }
        let _ = having.visit(&mut Names::of(select));
        select.having = Some(having);
        ControlFlow::Continue(())
    }
}

struct Names<'a> {
    select: &'a Select,
    keys: Vec<Expr>,
    /// What is grouped by or selected, as it is written: a whole that is found again, whatever its parts are called.
    whole: HashSet<String>,
    /// Parameters of the lambdas around.
    parameters: Vec<String>,
    /// Expressions around from the outermost aggregate or whole on, and subqueries.
    hidden: usize,
}

impl<'a> Names<'a> {
    fn of(select: &'a Select) -> Self {
        // A key may be the column or the alias of its name: both are grouped by.
        let written = written_keys(select);
        let meant = written.iter().map(|key| meant(key, &select.projection));
        let keys: Vec<Expr> = meant.chain(&written).cloned().collect();
        let items = select.projection.iter().filter_map(|item| match item {
            SelectItem::ExprWithAlias { expr, .. } => Some(expr),
            _ => None,
        });
        let whole = keys.iter().chain(items).filter(|expr| !is_name(expr)).map(Expr::to_string).collect();
        Self { select, keys, whole, parameters: Vec::new(), hidden: 0 }
    }

    fn hides(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Function(function) if grouping::aggregates(function) => true,
            expr => !self.whole.is_empty() && !is_name(expr) && self.whole.contains(&expr.to_string()),
        }
    }

    /// What a bare name means, where it is not the column of that name.
    fn aliased(&self, name: &str) -> Option<&Expr> {
        for key in &self.keys {
            match key {
                Expr::Identifier(ident) if ident.value == name => return None,
                // It may be the key of a join too, which is another column.
                Expr::CompoundIdentifier(path) if path.last().is_some_and(|ident| ident.value == name) => {
                    return Some(key);
                }
                _ => {}
            }
        }
        self.select.projection.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if alias.value == name && !grouping::is_window(expr) => {
                Some(expr)
            }
            _ => None,
        })
    }
}

/// What is grouped by, as it is written; `GROUP BY ALL` are the items without an aggregate.
fn written_keys(select: &Select) -> Vec<Expr> {
    let GroupByExpr::All(_) = &select.group_by else { return grouping_keys(&select.group_by) };
    let items = select.projection.iter().filter_map(|item| match item {
        SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => Some(expr),
        _ => None,
    });
    items.filter(|expr| !grouping::is_aggregate_or_window(expr)).cloned().collect()
}

/// A grouping key, where it is written as an alias or a position.
fn meant<'a>(key: &'a Expr, items: &'a [SelectItem]) -> &'a Expr {
    let found = match key {
        Expr::Identifier(name) => items.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if alias.value == name.value => Some(expr),
            _ => None,
        }),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => {
                let place = digits.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                place.and_then(|place| items.get(place)).and_then(|item| match item {
                    SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => Some(expr),
                    _ => None,
                })
            }
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or(key)
}

fn is_name(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

impl VisitorMut for Names<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.hidden += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.hidden -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Lambda(lambda) = &*expr {
            self.parameters.extend(lambda.params.iter().map(|parameter| parameter.name.value.clone()));
        }
        // What is hidden stays as it is, so that it is known again on the way back.
        self.hidden += usize::from(self.hidden > 0 || self.hides(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Lambda(lambda) = &*expr {
            self.parameters.truncate(self.parameters.len() - lambda.params.len());
        }
        if self.hidden > 0 {
            self.hidden -= 1;
        } else if let Expr::Identifier(ident) = &*expr
            && !self.parameters.contains(&ident.value)
            && let Some(aliased) = self.aliased(&ident.value)
        {
            *expr = Expr::Nested(Box::new(aliased.clone()));
        }
        ControlFlow::Continue(())
    }
}
