//! The name of a column that has no alias, as Spark prints it: `count(1)`, `(a + b)`, `CAST(x AS INT)`.
//!
//! Names inside are as the author wrote them; a qualifier is left away.

use datafusion::sql::sqlparser::ast::{
    AccessExpr, BinaryOperator, CaseWhen, CastKind, CeilFloorKind, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, JsonPathElem, ObjectName, OrderByExpr, Subscript, UnaryOperator, Value, WindowFrame,
    WindowFrameBound, WindowSpec, WindowType,
};

use super::lexer::Lexed;

/// An identifier as it was typed.
pub fn written(ident: &Ident, lexed: &Lexed) -> String {
    lexed.written(ident.span, &ident.value)
}

/// The column name that Spark gives an expression without an alias.
pub fn column_name(expr: &Expr, lexed: &Lexed) -> String {
    match expr {
        Expr::Identifier(ident) => written(ident, lexed),
        Expr::CompoundIdentifier(path) => path.last().map_or_else(String::new, |ident| written(ident, lexed)),
        other => Namer { lexed }.name(other),
    }
}

struct Namer<'a> {
    lexed: &'a Lexed,
}

impl Namer<'_> {
    fn name(&self, expr: &Expr) -> String {
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => column_name(expr, self.lexed),
            Expr::Nested(inner) => self.name(inner),
            Expr::Value(value) => literal(&value.value),
            Expr::TypedString(typed) => format!("{} '{}'", typed.data_type, text_of(&typed.value.value)),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::UnaryOp { op, expr } => self.unary(op, expr),
            Expr::Cast { expr, .. } if self.is_suffixed(expr) => self.name(expr),
            Expr::Cast { kind, expr, data_type, .. } => self.cast(kind, expr, &data_type.to_string()),
            Expr::Function(function) => self.function(function),
            Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            Expr::Subquery(_) => "scalarsubquery()".to_owned(),
            Expr::Exists { negated, .. } => self.negated("exists()".to_owned(), *negated),
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Interval(interval) => interval.to_string(),
            Expr::JsonAccess { path, .. } => json_name(&path.path).unwrap_or_else(|| expr.to_string()),
            Expr::Tuple(items) => format!("struct({})", self.list(items)),
            Expr::Struct { values, fields } if fields.is_empty() => format!("struct({})", self.list(values)),
            Expr::Named { expr, name } => format!("{} AS {}", self.name(expr), written(name, self.lexed)),
            Expr::Lambda(lambda) => format!("lambdafunction({})", self.name(&lambda.body)),
            other => self.predicate(other),
        }
    }

    /// Tests: IS NULL, IN, LIKE, BETWEEN and their like.
    fn predicate(&self, expr: &Expr) -> String {
        match expr {
            Expr::IsNull(inner) => format!("({} IS NULL)", self.name(inner)),
            Expr::IsNotNull(inner) => format!("({} IS NOT NULL)", self.name(inner)),
            Expr::IsTrue(inner) => format!("({} IS TRUE)", self.name(inner)),
            Expr::IsFalse(inner) => format!("({} IS FALSE)", self.name(inner)),
            Expr::IsNotTrue(inner) => format!("({} IS NOT TRUE)", self.name(inner)),
            Expr::IsNotFalse(inner) => format!("({} IS NOT FALSE)", self.name(inner)),
            Expr::IsNotDistinctFrom(a, b) => format!("({} <=> {})", self.name(a), self.name(b)),
            Expr::IsDistinctFrom(a, b) => format!("(NOT ({} <=> {}))", self.name(a), self.name(b)),
            Expr::InList { expr, list, negated } => {
                self.negated(format!("({} IN ({}))", self.name(expr), self.list(list)), *negated)
            }
            Expr::InSubquery { expr, negated, .. } => {
                self.negated(format!("({} IN (listquery()))", self.name(expr)), *negated)
            }
            Expr::Between { expr, negated, low, high } => {
                let (value, low, high) = (self.name(expr), self.name(low), self.name(high));
                self.negated(format!("(({value} >= {low}) AND ({value} <= {high}))"), *negated)
            }
            Expr::Like { negated, expr, pattern, .. } => {
                self.negated(format!("{} LIKE {}", self.name(expr), self.name(pattern)), *negated)
            }
            Expr::ILike { negated, expr, pattern, .. } => {
                self.negated(format!("ilike({}, {})", self.name(expr), self.name(pattern)), *negated)
            }
            Expr::RLike { negated, expr, pattern, .. } => {
                self.negated(format!("RLIKE({}, {})", self.name(expr), self.name(pattern)), *negated)
            }
            other => self.special_call(other),
        }
    }

    /// Functions that have a grammar of their own.
    fn special_call(&self, expr: &Expr) -> String {
        match expr {
            Expr::Ceil { expr, field } => self.rounded("ceil", expr, field),
            Expr::Floor { expr, field } => self.rounded("floor", expr, field),
            Expr::Extract { field, expr, .. } => format!("extract({field} FROM {})", self.name(expr)),
            Expr::Position { expr, r#in } => format!("position({}, {})", self.name(expr), self.name(r#in)),
            Expr::Substring { expr, substring_from, substring_for, .. } => {
                let parts = [Some(expr), substring_from.as_ref(), substring_for.as_ref()];
                let parts: Vec<String> = parts.into_iter().flatten().map(|part| self.name(part)).collect();
                format!("substring({})", parts.join(", "))
            }
            Expr::Trim { expr, trim_where, .. } => {
                let function = match trim_where.map(|place| place.to_string()).as_deref() {
                    Some("LEADING") => "ltrim",
                    Some("TRAILING") => "rtrim",
                    _ => "trim",
                };
                format!("{function}({})", self.name(expr))
            }
            other => other.to_string(),
        }
    }

    fn rounded(&self, function: &str, expr: &Expr, field: &CeilFloorKind) -> String {
        match field {
            CeilFloorKind::Scale(scale) => format!("{function}({}, {})", self.name(expr), literal(&scale.value)),
            CeilFloorKind::DateTimeField(_) => format!("{}({})", function.to_uppercase(), self.name(expr)),
        }
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> String {
        let (left, right) = (self.name(left), self.name(right));
        match op {
            BinaryOperator::NotEq => format!("(NOT ({left} = {right}))"),
            BinaryOperator::StringConcat => format!("concat({left}, {right})"),
            BinaryOperator::Spaceship => format!("({left} <=> {right})"),
            BinaryOperator::MyIntegerDivide => format!("({left} div {right})"),
            op => format!("({left} {op} {right})"),
        }
    }

    fn unary(&self, op: &UnaryOperator, expr: &Expr) -> String {
        match (op, expr) {
            (UnaryOperator::Minus, Expr::Value(value)) => format!("-{}", literal(&value.value)),
            (UnaryOperator::Minus, _) => format!("(- {})", self.name(expr)),
            (UnaryOperator::Plus, _) => format!("(+ {})", self.name(expr)),
            (UnaryOperator::Not | UnaryOperator::BangNot, _) => format!("(NOT {})", self.name(expr)),
            (op, _) => format!("{op}{}", self.name(expr)),
        }
    }

    /// Whether a cast's value is a number with a suffix, which is what it is called by.
    fn is_suffixed(&self, expr: &Expr) -> bool {
        match expr {
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => self.is_suffixed(expr),
            Expr::Value(value) => matches!(value.value, Value::Number(..)) && self.lexed.has_suffix(value.span),
            _ => false,
        }
    }

    fn cast(&self, kind: &CastKind, expr: &Expr, type_name: &str) -> String {
        let function = if matches!(kind, CastKind::TryCast | CastKind::SafeCast) { "TRY_CAST" } else { "CAST" };
        format!("{function}({} AS {})", self.name(expr), type_name.to_uppercase())
    }

    fn case(&self, operand: Option<&Expr>, conditions: &[CaseWhen], otherwise: Option<&Expr>) -> String {
        let operand = operand.map(|operand| self.name(operand));
        let mut text = "CASE".to_owned();
        for when in conditions {
            let condition = self.name(&when.condition);
            let condition = operand.as_ref().map_or(condition.clone(), |operand| format!("({operand} = {condition})"));
            text.push_str(&format!(" WHEN {condition} THEN {}", self.name(&when.result)));
        }
        if let Some(otherwise) = otherwise {
            text.push_str(&format!(" ELSE {}", self.name(otherwise)));
        }
        text + " END"
    }

    fn function(&self, function: &Function) -> String {
        let name = function_name(&function.name);
        let (distinct, mut arguments) = self.arguments(&function.args);
        if name == "count" && arguments == ["*"] {
            arguments = vec!["1".to_owned()];
        }
        if matches!(name.as_str(), "round" | "bround") && arguments.len() == 1 {
            arguments.push("0".to_owned());
        }
        let distinct = if distinct { "DISTINCT " } else { "" };
        let mut text = format!("{name}({distinct}{})", arguments.join(", "));
        if let Some(filter) = &function.filter {
            text.push_str(&format!(" FILTER (WHERE {})", self.name(filter)));
        }
        match &function.over {
            Some(WindowType::WindowSpec(spec)) => text.push_str(&format!(" OVER ({})", self.window(&name, spec))),
            Some(WindowType::NamedWindow(window)) => text.push_str(&format!(" OVER {}", window.value)),
            None => {}
        }
        text
    }

    fn arguments(&self, arguments: &FunctionArguments) -> (bool, Vec<String>) {
        let FunctionArguments::List(list) = arguments else { return (false, Vec::new()) };
        let distinct = list.duplicate_treatment.is_some_and(|treatment| treatment.to_string() == "DISTINCT");
        let argument = |argument: &FunctionArg| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => self.name(expr),
            FunctionArg::Named { arg: FunctionArgExpr::Expr(expr), .. } => self.name(expr),
            other => other.to_string(),
        };
        (distinct, list.args.iter().map(argument).collect())
    }

    fn window(&self, function: &str, spec: &WindowSpec) -> String {
        let mut parts = Vec::new();
        if !spec.partition_by.is_empty() {
            parts.push(format!("PARTITION BY {}", self.list(&spec.partition_by)));
        }
        if !spec.order_by.is_empty() {
            let keys: Vec<String> = spec.order_by.iter().map(|key| self.sort_key(key)).collect();
            parts.push(format!("ORDER BY {}", keys.join(", ")));
        }
        parts.push(frame(function, spec.window_frame.as_ref(), !spec.order_by.is_empty()));
        parts.join(" ")
    }

    fn sort_key(&self, key: &OrderByExpr) -> String {
        let ascending = key.options.asc.unwrap_or(true);
        let nulls_first = key.options.nulls_first.unwrap_or(ascending);
        let direction = if ascending { "ASC" } else { "DESC" };
        let nulls = if nulls_first { "FIRST" } else { "LAST" };
        format!("{} {direction} NULLS {nulls}", self.name(&key.expr))
    }

    fn access(&self, root: &Expr, chain: &[AccessExpr]) -> String {
        let mut text = self.name(root);
        for step in chain {
            match step {
                AccessExpr::Dot(field) => text = format!("{text}.{}", self.name(field)),
                AccessExpr::Subscript(Subscript::Index { index }) => text = format!("{text}[{}]", self.name(index)),
                AccessExpr::Subscript(other) => text = format!("{text}[{other}]"),
            }
        }
        text
    }

    fn negated(&self, text: String, negated: bool) -> String {
        if negated { format!("(NOT {text})") } else { text }
    }

    fn list(&self, items: &[Expr]) -> String {
        items.iter().map(|item| self.name(item)).collect::<Vec<_>>().join(", ")
    }
}

/// A function's name in lower case, without a schema.
pub fn function_name(name: &ObjectName) -> String {
    let last = name.0.last().and_then(|part| part.as_ident());
    last.map_or_else(|| name.to_string(), |ident| ident.value.to_lowercase())
}

/// The last field that a JSON path names.
fn json_name(path: &[JsonPathElem]) -> Option<String> {
    path.iter().rev().find_map(|part| match part {
        JsonPathElem::Dot { key, .. } => Some(key.clone()),
        _ => None,
    })
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(value) => value.to_string(),
        other => text_of(other),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::SingleQuotedString(text) | Value::DoubleQuotedString(text) => text.clone(),
        Value::Number(digits, _) => digits.clone(),
        other => other.to_string(),
    }
}

fn frame(function: &str, frame: Option<&WindowFrame>, ordered: bool) -> String {
    let ranking = matches!(function, "row_number" | "rank" | "dense_rank" | "ntile" | "percent_rank" | "cume_dist");
    match frame {
        Some(frame) => {
            let end = frame.end_bound.as_ref().map_or_else(|| "CURRENT ROW".to_owned(), bound);
            format!("{} BETWEEN {} AND {end}", frame.units, bound(&frame.start_bound))
        }
        None if ranking => "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".to_owned(),
        None if ordered => "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW".to_owned(),
        None => "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING".to_owned(),
    }
}

fn bound(bound: &WindowFrameBound) -> String {
    bound.to_string()
}
