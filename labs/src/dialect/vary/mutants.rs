//! Mutants: a statement with one small mistake. A check that lets one pass looks at too little.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, JoinOperator, Query, Select, SetExpr, Value, VisitMut, VisitorMut,
};

use super::super::{Assignment, CreateTable, Delete, Insert, Merge, MergeAction, Statement, Update};
use super::{MARK, read_marked, unmarked};

/// A statement with one mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// What was changed: `t.sku = s.sku becomes t.sku <=> s.sku`.
    pub what: String,
    pub sql: String,
}

/// Every mutant of a query, of one that makes a table, of an INSERT, UPDATE, DELETE or MERGE: a clause or condition dropped, a
/// comparison or an operation replaced, a constant changed, an order or a limit dropped, a join made outer. None for other
/// statements. Parameters stay parameters.
pub fn mutants(sql: &str) -> Vec<Mutant> {
    let Some(statement) = read_marked(sql) else { return Vec::new() };
    let mut mutants = Vec::new();
    loop {
        let mut changed = statement.clone();
        let mut slip = Slip { skip: mutants.len(), what: None };
        slip.statement(&mut changed);
        let Some(what) = slip.what else { return mutants };
        mutants.push(Mutant { what: unmarked(&what), sql: unmarked(&changed.to_string()) });
    }
}

/// Makes one change: the one that so many others come before.
struct Slip {
    skip: usize,
    what: Option<String>,
}

impl Slip {
    /// Whether it is this change's turn.
    fn turn(&mut self, what: impl FnOnce() -> String) -> bool {
        if self.what.is_some() {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        self.what = Some(what());
        true
    }

    fn statement(&mut self, statement: &mut Statement) {
        match statement {
            Statement::Query(query) => self.inside(query),
            Statement::CreateTable(CreateTable { query: Some(query), .. }) => self.inside(query.as_mut()),
            Statement::Insert(Insert { source, .. }) => self.inside(source),
            Statement::Update(update) => self.update(update),
            Statement::Delete(Delete { predicate, .. }) => self.predicate(predicate),
            Statement::Merge(merge) => self.merge(merge),
            _ => {}
        }
    }

    fn inside(&mut self, part: &mut impl VisitMut) {
        let _ = part.visit(self);
    }

    fn update(&mut self, update: &mut Update) {
        self.assignments(&mut update.assignments);
        self.predicate(&mut update.predicate);
    }

    fn merge(&mut self, merge: &mut Merge) {
        self.inside(&mut merge.source);
        self.inside(&mut merge.on);
        for clause in &mut merge.clauses {
            self.predicate(&mut clause.condition);
            match &mut clause.action {
                MergeAction::Update(assignments) => self.assignments(assignments),
                MergeAction::Insert { values, .. } => values.iter_mut().for_each(|value| self.inside(value)),
                MergeAction::UpdateAll | MergeAction::Delete | MergeAction::InsertAll => {}
            }
        }
        for at in 0..merge.clauses.len() {
            if merge.clauses.len() > 1 && self.turn(|| format!("without {}", merge.clauses[at])) {
                merge.clauses.remove(at);
                return;
            }
        }
    }

    fn assignments(&mut self, assignments: &mut Vec<Assignment>) {
        for assignment in assignments.iter_mut() {
            self.inside(&mut assignment.value);
        }
        for at in 0..assignments.len() {
            if assignments.len() > 1 && self.turn(|| format!("without SET {}", assignments[at].column)) {
                assignments.remove(at);
                return;
            }
        }
    }

    fn predicate(&mut self, predicate: &mut Option<Expr>) {
        let Some(condition) = predicate else { return };
        self.inside(condition);
        if self.turn(|| format!("without the condition {condition}")) {
            *predicate = None;
        }
    }

    fn body(&mut self, body: &mut SetExpr) {
        match body {
            SetExpr::Select(select) => self.select(select),
            SetExpr::SetOperation { left, right, .. } => {
                self.body(left);
                self.body(right);
            }
            _ => {}
        }
    }

    fn select(&mut self, select: &mut Select) {
        if let Some(condition) = &select.selection
            && self.turn(|| format!("without WHERE {condition}"))
        {
            select.selection = None;
        }
        for join in select.from.iter_mut().flat_map(|from| &mut from.joins) {
            let (JoinOperator::Join(on) | JoinOperator::Inner(on)) = &join.join_operator else { continue };
            let on = on.clone();
            if self.turn(|| format!("LEFT JOIN {}", join.relation)) {
                join.join_operator = JoinOperator::LeftOuter(on);
            }
        }
    }
}

impl VisitorMut for Slip {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if query.order_by.is_some() && self.turn(|| "without ORDER BY".to_owned()) {
            query.order_by = None;
        }
        if query.limit_clause.is_some() && self.turn(|| "without LIMIT".to_owned()) {
            query.limit_clause = None;
        }
        self.body(&mut query.body);
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        for other in others(expr) {
            if self.turn(|| format!("{expr} becomes {other}")) {
                *expr = other;
                break;
            }
        }
        ControlFlow::Continue(())
    }
}

/// What an expression becomes by one slip.
fn others(expr: &Expr) -> Vec<Expr> {
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let replaced =
                slips_of(op).into_iter().map(|op| Expr::BinaryOp { left: left.clone(), op, right: right.clone() });
            let parts = match op {
                BinaryOperator::And | BinaryOperator::Or => vec![left.as_ref().clone(), right.as_ref().clone()],
                _ => Vec::new(),
            };
            replaced.chain(parts).collect()
        }
        Expr::Value(value) => {
            let mut changed = value.clone();
            match constant(&value.value) {
                Some(other) => changed.value = other,
                None => return Vec::new(),
            }
            vec![Expr::Value(changed)]
        }
        _ => Vec::new(),
    }
}

fn slips_of(op: &BinaryOperator) -> Vec<BinaryOperator> {
    use BinaryOperator as Op;
    match op {
        Op::Eq => vec![Op::Spaceship, Op::NotEq],
        Op::Spaceship | Op::NotEq => vec![Op::Eq],
        Op::Lt => vec![Op::LtEq],
        Op::LtEq => vec![Op::Lt],
        Op::Gt => vec![Op::GtEq],
        Op::GtEq => vec![Op::Gt],
        Op::Plus => vec![Op::Minus],
        Op::Minus => vec![Op::Plus],
        Op::Multiply => vec![Op::Plus],
        _ => Vec::new(),
    }
}

/// Another number, or the text in the other case.
fn constant(value: &Value) -> Option<Value> {
    match value {
        Value::Number(digits, long) => {
            let other = match digits.split_once('.') {
                Some((whole, decimals)) => format!("{}.{decimals}", whole.parse::<u32>().ok()?.checked_add(1)?),
                None => digits.parse::<u32>().ok()?.checked_add(1)?.to_string(),
            };
            Some(Value::Number(other, *long))
        }
        Value::SingleQuotedString(text) if !text.contains(MARK) => {
            let lower = text.to_lowercase();
            let other = if *text == lower { text.to_uppercase() } else { lower };
            (other != *text).then_some(Value::SingleQuotedString(other))
        }
        _ => None,
    }
}
