//! Tables of one name from several schemas: `FROM sales.orders JOIN stock.orders`, or one of them around a subquery of the other.
//!
//! A table without an alias is called by the last part of its name. Where two would be called the same, each is called by its
//! schema and name, and so are its columns; in one FROM it is not clear by the name alone which is meant.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr, TableAlias,
    TableFactor, TableWithJoins, VisitMut, VisitorMut,
};

use crate::diagnostic::Diagnostic;
use crate::dialect::{Merge, MergeAction, TableName, position};

/// Schema and name of a table, in lower case.
pub type Key = (String, String);

/// Gives such tables, everywhere below a node, names of their own. `schema` is the current one, `around` are the tables that
/// the statement calls by the last part of their names outside of the node.
///
/// # Errors
/// AMBIGUOUS_REFERENCE for a column of one of them without its schema.
pub fn part(node: &mut impl VisitMut, schema: &str, around: &[Key]) -> Result<(), Diagnostic> {
    let outermost = Scope { tables: around.iter().cloned().collect(), ..Scope::default() };
    match node.visit(&mut Namesakes { schema, scopes: vec![outermost] }) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Schema and name of a table, given the current schema.
pub fn key(parts: &[String], schema: &str) -> Key {
    match parts {
        [.., schema, table] => (schema.to_lowercase(), table.to_lowercase()),
        [table] => (schema.to_lowercase(), table.to_lowercase()),
        [] => Key::default(),
    }
}

/// Parts the two tables of a MERGE that way.
///
/// # Errors
/// AMBIGUOUS_REFERENCE.
pub fn part_merge(merge: &mut Merge, schema: &str) -> Result<(), Diagnostic> {
    let mut parted = Namesakes { schema, scopes: Vec::new() };
    let (TableFactor::Table { name, alias: alias @ None, args: None, .. }, None) =
        (&mut merge.source, &merge.target_alias)
    else {
        return Ok(());
    };
    let target = key(&merge.target.parts, schema);
    let source = parted.key(name);
    if target.1 != source.1 || target.0 == source.0 {
        return Ok(());
    }
    merge.target_alias = Some(full(&target.0, &target.1).value);
    *alias = Some(TableAlias { explicit: true, name: full(&source.0, &source.1), columns: Vec::new(), at: None });
    let shared = HashSet::from([source.1.clone()]);
    parted.scopes.push(Scope { tables: HashSet::from([target, source]), shared, ..Scope::default() });
    let mut exprs = vec![&mut merge.on];
    for clause in &mut merge.clauses {
        exprs.extend(clause.condition.as_mut());
        match &mut clause.action {
            MergeAction::Update(assignments) => exprs.extend(assignments.iter_mut().map(|one| &mut one.value)),
            MergeAction::Insert { values, .. } => exprs.extend(values),
            _ => {}
        }
    }
    for expr in exprs {
        if let ControlFlow::Break(diagnostic) = expr.visit(&mut parted) {
            return Err(diagnostic);
        }
    }
    Ok(())
}

struct Namesakes<'a> {
    schema: &'a str,
    /// The queries around, the innermost last.
    scopes: Vec<Scope>,
}

/// What a query calls the tables of its FROM.
#[derive(Default)]
struct Scope {
    /// Tables that have no alias.
    tables: HashSet<Key>,
    /// Names that several of them share.
    shared: HashSet<String>,
    /// Names that one of them shares with a table of a query around, with its schema.
    covering: HashMap<String, String>,
    aliases: HashSet<String>,
}

impl Scope {
    /// What a table is called here.
    fn called(&self, schema: &str, table: &str) -> Option<Ident> {
        let known = self.tables.contains(&(schema.to_owned(), table.to_owned()));
        known.then(|| if self.parts(table) { full(schema, table) } else { Ident::with_quote('`', table) })
    }

    fn parts(&self, table: &str) -> bool {
        self.shared.contains(table) || self.covering.contains_key(table)
    }
}

impl VisitorMut for Namesakes<'_> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Diagnostic> {
        let mut scope = Scope::default();
        each_factor(&mut query.body, &mut |factor| self.note(factor, &mut scope));
        let around =
            |key: &&Key| self.scopes.iter().flat_map(|scope| &scope.tables).any(|other| is_namesake(key, other));
        scope.covering =
            scope.tables.iter().filter(around).map(|(schema, table)| (table.clone(), schema.clone())).collect();
        scope.covering.retain(|table, _| !scope.shared.contains(table));
        each_factor(&mut query.body, &mut |factor| self.rename(factor, &scope));
        self.scopes.push(scope);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    /// `sales.orders.*` names a table as `orders.*` does.
    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        let Some(scope) = self.scopes.last() else { return ControlFlow::Continue(()) };
        for item in &mut select.projection {
            let SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) = item else {
                continue;
            };
            let called = match TableName::from_object_name(name).parts.as_slice() {
                [table] => scope.covering.get(table).map(|schema| full(schema, table)),
                [.., schema, table] => scope.called(schema, table),
                [] => None,
            };
            if let Some(called) = called {
                *name = ObjectName::from(vec![called]);
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Diagnostic> {
        let Expr::CompoundIdentifier(path) = expr else { return ControlFlow::Continue(()) };
        for scope in self.scopes.iter().rev() {
            let mut starts = (0..path.len().saturating_sub(2)).take(2);
            let found = starts.find_map(|at| Some((at, scope.called(&path[at].value, &path[at + 1].value)?)));
            if let Some((at, mut called)) = found {
                called.span = path[at].span;
                path.splice(..at + 2, [called]);
                return ControlFlow::Continue(());
            }
            let first = &path[0].value;
            if scope.shared.contains(first) {
                return ControlFlow::Break(unclear(path));
            }
            if let Some(schema) = scope.covering.get(first) {
                path[0] = Ident { span: path[0].span, ..full(schema, first) };
                return ControlFlow::Continue(());
            }
            if scope.aliases.contains(first) {
                return ControlFlow::Continue(());
            }
        }
        ControlFlow::Continue(())
    }
}

fn is_namesake((schema, table): &Key, (other_schema, other): &Key) -> bool {
    table == other && schema != other_schema
}

impl Namesakes<'_> {
    fn key(&self, name: &ObjectName) -> Key {
        key(&TableName::from_object_name(name).parts, self.schema)
    }

    fn note(&self, factor: &mut TableFactor, scope: &mut Scope) {
        let (name, alias) = match factor {
            TableFactor::Table { name, alias, args: None, .. } => (Some(name), alias),
            TableFactor::Table { alias, .. }
            | TableFactor::Derived { alias, .. }
            | TableFactor::Function { alias, .. } => (None, alias),
            _ => return,
        };
        if let Some(alias) = alias {
            scope.aliases.insert(alias.name.value.clone());
        } else if let Some(name) = name {
            let key = self.key(name);
            if scope.tables.iter().any(|other| is_namesake(&key, other)) {
                scope.shared.insert(key.1.clone());
            }
            scope.aliases.insert(key.1.clone());
            scope.tables.insert(key);
        }
    }

    fn rename(&self, factor: &mut TableFactor, scope: &Scope) {
        if let TableFactor::Table { name, alias: alias @ None, args: None, .. } = factor {
            let (schema, table) = self.key(name);
            if scope.parts(&table) {
                *alias =
                    Some(TableAlias { explicit: true, name: full(&schema, &table), columns: Vec::new(), at: None });
            }
        }
    }
}

fn full(schema: &str, table: &str) -> Ident {
    Ident::with_quote('`', format!("{schema}.{table}"))
}

fn unclear(path: &[Ident]) -> Diagnostic {
    let written: Vec<&str> = path.iter().map(|part| part.value.as_str()).collect();
    let message =
        format!("Reference `{}` is ambiguous: tables of several schemas are called that.", written.join("`.`"));
    let diagnostic = Diagnostic::new("AMBIGUOUS_REFERENCE", "42704", message)
        .with_hint("Say which one is meant: schema.table.column, or give each table an alias.");
    match path.first().map(|first| first.span.start).filter(|start| start.line > 0) {
        Some(start) => diagnostic.at(position(start)),
        None => diagnostic,
    }
}

/// Visits the relations of every FROM that belongs to a query itself.
fn each_factor(body: &mut SetExpr, visit: &mut impl FnMut(&mut TableFactor)) {
    match body {
        SetExpr::Select(select) => select.from.iter_mut().for_each(|table| each_of(table, visit)),
        SetExpr::SetOperation { left, right, .. } => {
            each_factor(left, visit);
            each_factor(right, visit);
        }
        _ => {}
    }
}

fn each_of(table: &mut TableWithJoins, visit: &mut impl FnMut(&mut TableFactor)) {
    let joined = table.joins.iter_mut().map(|join| &mut join.relation);
    for factor in std::iter::once(&mut table.relation).chain(joined) {
        if let TableFactor::NestedJoin { table_with_joins, .. } = factor {
            each_of(table_with_joins, visit);
        } else {
            visit(factor);
        }
    }
}
