//! Names of a query's columns: what is shown (as Spark names them, in the author's case) apart from what DataFusion
//! computes with (lower case, unique).

use std::ops::ControlFlow;

use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast::{
    Expr, Ident, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Query, Select, SelectItem, SetExpr, TableFactor,
    Value, VisitMut, VisitorMut, visit_expressions_mut,
};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Lexed, build, column_name, written};

use super::super::filled::reads;
use super::relations::Spellings;

/// Parts a name from the mark that makes it unique.
pub const MARK: char = '\u{1}';

/// A column of the outermost SELECT list.
#[derive(Clone, Debug)]
pub enum Item {
    Named { shown: String, internal: String },
    Star,
}

/// Gives every column without an alias its name, at every level, and returns the outermost list.
pub fn name_columns(query: &mut Query, lexed: &Lexed) -> Vec<Item> {
    let items = outermost(&query.body, lexed);
    let _ = query.visit(&mut Aliases { lexed, depth: 0 });
    // Aliasing made the internal names; read them back for the outermost list.
    let internal = outermost_internal(&query.body);
    items
        .into_iter()
        .zip(internal.into_iter().chain(std::iter::repeat(None)))
        .map(|(item, internal)| match (item, internal) {
            (Item::Named { shown, .. }, Some(internal)) => Item::Named { shown, internal },
            (item, _) => item,
        })
        .collect()
}

fn outermost(body: &SetExpr, lexed: &Lexed) -> Vec<Item> {
    match body {
        SetExpr::Select(select) => select.projection.iter().map(|item| shown(item, lexed)).collect(),
        SetExpr::Query(query) => outermost(&query.body, lexed),
        SetExpr::SetOperation { left, .. } => outermost(left, lexed),
        SetExpr::Values(values) => {
            let width = values.rows.first().map_or(0, |row| row.content.len());
            let column = |at: usize| Item::Named { shown: format!("col{at}"), internal: format!("column{at}") };
            (1..=width).map(column).collect()
        }
        _ => vec![Item::Star],
    }
}

fn shown(item: &SelectItem, lexed: &Lexed) -> Item {
    let named = |shown: String| Item::Named { internal: shown.to_lowercase(), shown };
    match item {
        SelectItem::UnnamedExpr(expr) => named(column_name(expr, lexed)),
        SelectItem::ExprWithAlias { alias, .. } => named(written(alias, lexed)),
        _ => Item::Star,
    }
}

fn outermost_internal(body: &SetExpr) -> Vec<Option<String>> {
    match body {
        SetExpr::Select(select) => select.projection.iter().map(internal).collect(),
        SetExpr::Query(query) => outermost_internal(&query.body),
        SetExpr::SetOperation { left, .. } => outermost_internal(left),
        _ => Vec::new(),
    }
}

/// The name that a column of a SELECT list is computed under.
pub fn internal(item: &SelectItem) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(Expr::Identifier(ident)) => Some(ident.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(path)) => path.last().map(|ident| ident.value.clone()),
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        _ => None,
    }
}

/// The SELECT whose list gives a query its columns.
pub fn outermost_select(body: &SetExpr) -> Option<&Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => outermost_select(&query.body),
        SetExpr::SetOperation { left, .. } => outermost_select(left),
        _ => None,
    }
}

/// Names the columns of the queries in a relation.
pub fn name_relation(relation: &mut TableFactor, lexed: &Lexed) {
    let _ = relation.visit(&mut Aliases { lexed, depth: 0 });
}

struct Aliases<'a> {
    lexed: &'a Lexed,
    /// Queries around.
    depth: usize,
}

impl VisitorMut for Aliases<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        for cte in query.with.iter_mut().flat_map(|with| &mut with.cte_tables) {
            if let Some(columns) = columns_of_values(&cte.query).filter(|_| cte.alias.columns.is_empty()) {
                cte.alias.columns = build::alias(cte.alias.name.clone(), columns).columns;
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        alias_items(select, self.lexed);
        if self.depth > 1 {
            part_first_of_repeated(select);
        }
        ControlFlow::Continue(())
    }

    /// ORDER BY ALL names every column, from left to right.
    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        if let (SetExpr::Select(select), Some(order)) = (query.body.as_ref(), &mut query.order_by)
            && let OrderByKind::All(options) = &order.kind
            && !has_star(select)
        {
            let key = |expr| OrderByExpr { expr, options: *options, with_fill: None };
            let columns = select.projection.iter().filter_map(own_name);
            order.kind = OrderByKind::Expressions(columns.map(key).collect());
        }
        ControlFlow::Continue(())
    }

    /// The columns of VALUES without names are col1, col2.
    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Derived { subquery, alias, .. } = factor
            && alias.as_ref().is_none_or(|alias| alias.columns.is_empty())
            && let Some(columns) = columns_of_values(subquery)
        {
            let name = alias.take().map_or_else(|| Ident::new("__values"), |alias| alias.name);
            *alias = Some(build::alias(name, columns));
        }
        ControlFlow::Continue(())
    }
}

/// Names for the columns of VALUES; `None` for another query.
fn columns_of_values(query: &Query) -> Option<Vec<Ident>> {
    let SetExpr::Values(values) = query.body.as_ref() else { return None };
    let width = values.rows.first().map_or(0, |row| row.content.len());
    Some((1..=width).map(|at| Ident::new(format!("col{at}"))).collect())
}

/// A column of a SELECT list by its name.
fn own_name(item: &SelectItem) -> Option<Expr> {
    match item {
        SelectItem::UnnamedExpr(expr) => Some(expr.clone()),
        SelectItem::ExprWithAlias { alias, .. } => Some(Expr::Identifier(alias.clone())),
        _ => None,
    }
}

fn alias_items(select: &mut Select, lexed: &Lexed) {
    let star = has_star(select);
    let (mut seen, mut paths): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (at, item) in select.projection.iter_mut().enumerate() {
        let SelectItem::UnnamedExpr(expr) = item else {
            if let SelectItem::ExprWithAlias { alias, .. } = item {
                if seen.contains(&alias.value) {
                    alias.value = format!("{}{MARK}{at}", alias.value);
                }
                seen.push(alias.value.clone());
            }
            continue;
        };
        let plain = matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        let key = if plain { expr.to_string() } else { column_name(expr, lexed).to_lowercase() };
        let name = column_name(expr, lexed).to_lowercase();
        let repeated = seen.contains(&key) || (plain && (star || paths.iter().any(|path| may_be_one(path, &key))));
        if plain {
            paths.push(key.clone());
        }
        seen.push(key);
        if plain && !repeated {
            continue;
        }
        let unique = if repeated { format!("{name}{MARK}{at}") } else { name };
        *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: Ident::with_quote('`', unique) };
    }
}

/// In a query inside another one the first of several columns of one name has no claim to it either: who reads the name
/// from outside is told that it is ambiguous.
fn part_first_of_repeated(select: &mut Select) {
    let names: Vec<Option<String>> = select.projection.iter().map(internal).collect();
    let bare = |name: &str| name.split(MARK).next().unwrap_or(name).to_owned();
    let repeated = |name: &str| names.iter().flatten().any(|other| other != name && bare(other) == name);
    for (at, item) in select.projection.iter_mut().enumerate() {
        let Some(name) = names[at].as_deref().filter(|name| !name.contains(MARK) && repeated(name)) else { continue };
        let alias = Ident::with_quote('`', format!("{name}{MARK}{at}"));
        match item {
            SelectItem::UnnamedExpr(expr) => *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias },
            SelectItem::ExprWithAlias { alias: own, .. } => *own = alias,
            _ => {}
        }
    }
}

/// Whether two paths may lead to one column: `a` and `t.a`.
fn may_be_one(path: &str, other: &str) -> bool {
    let ends = |long: &str, short: &str| long.strip_suffix(short).is_some_and(|rest| rest.ends_with('.'));
    ends(path, other) || ends(other, path)
}

/// Parts aliases from other columns of the same name: those of a star beside them (`SELECT *, price * 2 AS price`), and those
/// that the query is sorted by. Gives whether there was one to part, so that planning is worth another try.
pub fn part_repeated(query: &mut Query, items: &mut [Item], diagnostic: &Diagnostic) -> bool {
    if !matches!(diagnostic.class.as_str(), "AMBIGUOUS_REFERENCE" | "COLUMN_ALREADY_EXISTS") {
        return false;
    }
    let name = diagnostic.message.split('`').nth(1).unwrap_or_default().to_lowercase();
    if name.ends_with(MARK) {
        return false;
    }
    let parted = query.visit(&mut Part { name: &name }).is_break() || part_sorted(query, &name);
    for (item, parted) in items.iter_mut().zip(outermost_internal(&query.body)) {
        if let (Item::Named { internal, .. }, Some(parted)) = (item, parted) {
            *internal = parted;
        }
    }
    parted
}

fn parted_alias(name: &str) -> Ident {
    Ident::with_quote('`', format!("{name}{MARK}{MARK}"))
}

/// Parts an alias of the outermost SELECT from the column of its name that the query is sorted by: `SELECT -v AS v FROM t ORDER
/// BY t.v`. A key that is the bare name means the alias.
fn part_sorted(query: &mut Query, name: &str) -> bool {
    let SetExpr::Select(select) = query.body.as_mut() else { return false };
    let Some(OrderByKind::Expressions(keys)) = query.order_by.as_mut().map(|order| &mut order.kind) else {
        return false;
    };
    let named = |ident: &Ident| ident.value.to_lowercase() == name;
    let qualified = |expr: &Expr| matches!(expr, Expr::CompoundIdentifier(parts) if parts.last().is_some_and(named));
    let alias = select.projection.iter_mut().find_map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } if named(alias) => Some(alias),
        _ => None,
    });
    let Some(alias) = alias.filter(|_| keys.iter().any(|key| reads(&key.expr, qualified))) else { return false };
    *alias = parted_alias(name);
    let _ = visit_expressions_mut(keys, |expr| {
        if matches!(expr, Expr::Identifier(ident) if named(ident)) {
            *expr = Expr::Identifier(parted_alias(name));
        }
        ControlFlow::<()>::Continue(())
    });
    true
}

/// Parts one alias: the first, from the outermost SELECT inwards.
struct Part<'a> {
    name: &'a str,
}

impl VisitorMut for Part<'_> {
    type Break = ();

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        if !has_star(select) {
            return ControlFlow::Continue(());
        }
        for item in &mut select.projection {
            if let SelectItem::ExprWithAlias { alias, .. } = item
                && alias.value == self.name
            {
                *alias = parted_alias(self.name);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }
}

fn has_star(select: &Select) -> bool {
    let star = |item: &SelectItem| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..));
    select.projection.iter().any(star)
}

/// Takes ORDER BY ALL away from a query with a star, whose columns are known when it is planned.
pub fn take_order_by_all(query: &mut Query) -> Option<OrderByOptions> {
    let star = matches!(query.body.as_ref(), SetExpr::Select(select) if has_star(select));
    match query.order_by.as_ref().map(|order| &order.kind) {
        Some(OrderByKind::All(options)) if star => {
            let options = *options;
            query.order_by = None;
            Some(options)
        }
        _ => None,
    }
}

/// `ORDER BY 1, 2, 3`
pub fn order_by_position(query: &mut Query, options: OrderByOptions, columns: usize) {
    let key = |at: usize| {
        let expr = Expr::value(Value::Number(at.to_string(), false));
        OrderByExpr { expr, options, with_fill: None }
    };
    let kind = OrderByKind::Expressions((1..=columns).map(key).collect());
    query.order_by = Some(OrderBy { kind, interpolate: None });
}

/// The shown names of a plan's columns.
pub fn names(items: &[Item], plan: &LogicalPlan, spellings: &Spellings, lexed: &Lexed) -> Vec<String> {
    let fields: Vec<(Option<String>, String)> = plan
        .schema()
        .iter()
        .map(|(qualifier, field)| (qualifier.map(|qualifier| qualifier.table().to_owned()), field.name().clone()))
        .collect();
    let mut names = Vec::with_capacity(fields.len());
    let mut remaining = fields.as_slice();
    for (at, item) in items.iter().enumerate() {
        match item {
            Item::Named { shown, .. } => {
                names.push(shown.clone());
                remaining = remaining.get(1..).unwrap_or_default();
            }
            Item::Star => {
                let width = star_width(&items[at + 1..], remaining);
                let (star, rest) = remaining.split_at(width);
                names
                    .extend(star.iter().map(|(qualifier, name)| spelled(qualifier.as_deref(), name, spellings, lexed)));
                remaining = rest;
            }
        }
    }
    names.extend(remaining.iter().map(|(qualifier, name)| spelled(qualifier.as_deref(), name, spellings, lexed)));
    names
}

/// How many fields a star takes, given the items behind it.
fn star_width(after: &[Item], fields: &[(Option<String>, String)]) -> usize {
    let another_star = after.iter().any(|item| matches!(item, Item::Star));
    if !another_star {
        return fields.len().saturating_sub(after.len());
    }
    match after.first() {
        Some(Item::Named { internal, .. }) => {
            fields.iter().position(|(_, name)| name == internal).unwrap_or(fields.len())
        }
        // Two stars side by side: the second takes what is left.
        _ => fields.len().saturating_sub(after.len() - 1),
    }
}

fn spelled(qualifier: Option<&str>, name: &str, spellings: &Spellings, lexed: &Lexed) -> String {
    let name = name.split(MARK).next().unwrap_or(name);
    if let Some(spelled) = qualifier.and_then(|qualifier| spellings.of(qualifier, name)) {
        return spelled.to_owned();
    }
    lexed.spelling(name).or_else(|| spellings.any(name)).unwrap_or(name).to_owned()
}
