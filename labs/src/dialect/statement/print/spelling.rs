//! Expressions and queries: sqlparser prints them from a copy in which whatever it writes otherwise than we read it has
//! been replaced by the text itself.

use std::fmt::Display;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    AccessExpr, Expr, Ident, JsonPath, JsonPathElem, ObjectName, Query, Select, TableFactor, Value, ValueWithSpan,
    VisitMut, VisitorMut,
};

use super::brackets::Brackets;
use super::words::{is_word, name, quoted, text};
use super::{idents, types};
use crate::dialect::{DETAIL_RELATION, HISTORY_RELATION};

pub fn expression(expr: &Expr) -> String {
    spelled(expr)
}

pub fn query(query: &Query) -> String {
    spelled(query)
}

/// A relation of a FROM clause.
pub fn relation(relation: &TableFactor) -> String {
    spelled(relation)
}

fn spelled<T: VisitMut + Clone + Display>(node: &T) -> String {
    let mut node = node.clone();
    let _ = node.visit(&mut Brackets);
    let _ = node.visit(&mut Spelling);
    node.to_string()
}

/// From the inside out, so that a text is made of parts that have theirs.
struct Spelling;

impl VisitorMut for Spelling {
    type Break = ();

    fn post_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Some(text) = literal(&value.value) {
            value.value = Value::Placeholder(text);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        match respelled(expr) {
            Some(text) => *expr = Expr::Value(Value::Placeholder(text).into()),
            None => names_in(expr),
        }
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<()> {
        idents::select(select);
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, relation: &mut TableFactor) -> ControlFlow<()> {
        idents::relation(relation);
        if let TableFactor::Table { name, version, alias, .. } = relation {
            // sqlparser writes the version behind the alias.
            let version = version.take().map_or_else(String::new, |version| format!(" {version}"));
            *name = ObjectName::from(Ident::new(described(name).unwrap_or_else(|| name.to_string()) + &version));
            // A text behind a text would be more of it.
            if let Some(alias) = alias
                && version.ends_with(['\'', '"'])
            {
                alias.explicit |= alias.name.value.starts_with(['\'', '"']);
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        idents::query(query);
        ControlFlow::Continue(())
    }
}

/// Literals that are written otherwise here: backslashes escape, and `:name` is a parameter.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::SingleQuotedString(content) => Some(text(content)),
        Value::DoubleQuotedString(content) => Some(quoted(content, '"')),
        Value::NationalStringLiteral(content) => Some(format!("N{}", text(content))),
        Value::Placeholder(name) => name.strip_prefix(':').map(|name| format!(": {name}")),
        _ => None,
    }
}

/// The text of an expression that sqlparser would print so that it reads as another one, or not at all.
fn respelled(expr: &Expr) -> Option<String> {
    match expr {
        Expr::UnaryOp { op, expr } => {
            let operand = expr.to_string();
            // `--` begins a comment, `!!` and `~~` are other operators.
            operand.starts_with(['-', '+', '!', '~']).then(|| format!("{op} {operand}"))
        }
        Expr::ILike { negated, any: true, expr, pattern, escape_char: Some(escape) } => {
            let not = if *negated { "NOT " } else { "" };
            Some(format!("{expr} {not}ILIKE ANY {pattern} ESCAPE {escape}"))
        }
        Expr::JsonAccess { value, path } => Some(json(value, path)),
        Expr::Rollup(sets) => Some(format!("ROLLUP ({})", grouping_sets(sets))),
        Expr::Cube(sets) => Some(format!("CUBE ({})", grouping_sets(sets))),
        Expr::GroupingSets(sets) => Some(format!("GROUPING SETS ({})", grouping_sets(sets))),
        _ => None,
    }
}

/// `(a, b), c`: a set of one that begins with a bracket needs its own.
fn grouping_sets(sets: &[Vec<Expr>]) -> String {
    let set = |set: &Vec<Expr>| {
        let parts: Vec<String> = set.iter().map(Expr::to_string).collect();
        match parts.as_slice() {
            [one] if !one.starts_with('(') => one.clone(),
            parts => format!("({})", parts.join(", ")),
        }
    };
    sets.iter().map(set).collect::<Vec<_>>().join(", ")
}

/// `value:field.other[0]`
fn json(value: &Expr, path: &JsonPath) -> String {
    let mut json = value.to_string();
    // Behind a text, a number or a type in angle brackets `:name` would be a parameter.
    let mut parameter = matches!(value, Expr::Value(_)) || json.ends_with(['\'', '"', '>']);
    if parameter && matches!(path.path.first(), Some(JsonPathElem::Dot { key, quoted: false }) if !is_folded(key)) {
        json = format!("({json})");
        parameter = false;
    }
    for (at, part) in path.path.iter().enumerate() {
        json.push_str(&match part {
            JsonPathElem::Dot { key, quoted } if at > 0 => {
                let key = json_key(key, *quoted);
                format!(".{}{key}", if json.ends_with([']', '"']) { gap(&key) } else { "" })
            }
            JsonPathElem::Dot { key, quoted } if parameter => format!(": {}", json_key(key, *quoted)),
            JsonPathElem::Dot { key, quoted } => format!(":{}", json_key(key, *quoted)),
            JsonPathElem::Bracket { key } => format!("[{key}]"),
            JsonPathElem::ColonBracket { key } => format!(":[{key}]"),
        });
    }
    json
}

/// A quoted field in backticks, or in double quotes where backticks might fold it to lower case.
fn json_key(key: &str, is_quoted: bool) -> String {
    match (is_quoted || !is_word(key), is_folded(key)) {
        (false, _) => key.to_owned(),
        (true, true) => name(key),
        (true, false) => quoted(key, '"'),
    }
}

fn is_folded(key: &str) -> bool {
    key.to_lowercase() == key
}

/// `(DESCRIBE HISTORY t)` is read as a name.
fn described(name: &ObjectName) -> Option<String> {
    let parts: Vec<String> = name.0.iter().map(ToString::to_string).collect();
    let (first, rest) = parts.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let what = [(HISTORY_RELATION, "HISTORY"), (DETAIL_RELATION, "DETAIL")]
        .into_iter()
        .find(|(relation, _)| *first == super::words::name(relation))?;
    Some(format!("(DESCRIBE {} {})", what.1, rest.join(".")))
}

/// Names and types in an expression; those of its parts have their text already.
fn names_in(expr: &mut Expr) {
    match expr {
        Expr::Identifier(ident) | Expr::Named { name: ident, .. } | Expr::Prefixed { prefix: ident, .. } => {
            idents::spell(ident);
        }
        Expr::CompoundIdentifier(path) => idents::spell_all(path),
        Expr::QualifiedWildcard(name, _) | Expr::Collate { collation: name, .. } => idents::object(name),
        Expr::Function(function) => idents::function(function),
        Expr::Lambda(lambda) => idents::lambda(lambda),
        Expr::Extract { field, .. } => idents::unit(field),
        Expr::Interval(interval) => {
            interval.leading_field.iter_mut().chain(&mut interval.last_field).for_each(idents::unit)
        }
        Expr::Cast { data_type, .. } => types::spell(data_type),
        Expr::TypedString(typed) if !typed.uses_odbc_syntax => types::spell(&mut typed.data_type),
        Expr::CompoundFieldAccess { root, access_chain } => fields_in(root, access_chain),
        Expr::Struct { fields, .. } => {
            for field in fields {
                idents::spell_all(&mut field.field_name);
                types::spell(&mut field.field_type);
            }
        }
        _ => {}
    }
}

/// Fields behind something else than a name.
fn fields_in(root: &Expr, chain: &mut [AccessExpr]) {
    let mut behind_name = matches!(root, Expr::Identifier(_));
    for step in chain {
        match step {
            AccessExpr::Dot(field) => {
                let text = field.to_string();
                if !behind_name && !gap(&text).is_empty() {
                    *field = Expr::Value(Value::Placeholder(format!("{}{text}", gap(&text))).into());
                }
                behind_name = true;
            }
            AccessExpr::Subscript(_) => behind_name = false,
        }
    }
}

/// What stands between a bracket with a dot behind it and a field: sqlparser refuses `]._field`.
fn gap(field: &str) -> &'static str {
    if field.starts_with('_') { " " } else { "" }
}
