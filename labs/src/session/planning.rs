//! From a syntax tree to a plan: what the statement may use, what its names mean, what its literals and operators mean.
//!
//! Order: [`guard`] and [`grouping`] refuse, [`generators`] brings explode and its like to one form, [`cte_names`] parts namesakes,
//! [`relations`] finds tables, [`using_joins`] spells out stars by the [`known_columns`], [`output`] names columns, [`having`],
//! [`rewrites`], [`single_values`], [`tuples`], [`calls`], [`literals`] and [`inline_tables`] spell out what the planner does not
//! read, then DataFusion [`plans`] with [`operators`] (which know the [`families`] of types and the [`fields`] of values) and
//! [`table_functions`]; a name that it cannot resolve may be one of [`lateral_aliases`] or [`struct_stars`], namesakes are
//! [`told_apart`], and what is read from mixed types is planned again for those of [`choices`] and [`set_types`]. [`grouping_keys`] go below their grouping sets.
//!
//! Over the plan go the rules [`checked_types`], [`spans`], [`subqueries`], [`common_types`], [`copies`], [`draws`], DataFusion's own,
//! [`casts`] and [`in_lists`]; [`kept_filters`] and [`physical_rules`] watch over its optimizers. Nothing here runs a plan, save the
//! constant of TIMESTAMP AS OF.

mod alias_layers;
mod bare_names;
mod calls;
mod casts;
mod changes;
mod checked_types;
mod choices;
mod common_types;
mod comparisons;
mod context;
mod copies;
mod cte_names;
mod draws;
mod families;
mod features;
mod fields;
mod foreign;
mod forgetful;
mod generators;
mod grouping;
mod grouping_keys;
mod grouping_sets;
mod guard;
mod guarded;
mod having;
mod in_lists;
mod inline;
mod inline_tables;
mod intervals;
mod kept_filters;
mod known_columns;
mod lateral_aliases;
mod lazy;
mod literals;
mod may_fail;
mod namesakes;
mod nodes;
mod null_safe;
mod operators;
mod output;
mod physical_rules;
mod plans;
mod relations;
pub mod relative_times;
mod rewrites;
mod set_types;
mod single_values;
mod spans;
mod struct_stars;
mod subqueries;
mod table_functions;
mod tables;
mod told_apart;
mod tuples;
mod type_names;
mod using_joins;
mod variables;
mod windows;
mod zeros;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::AsArray;
use datafusion::arrow::datatypes::TimestampMicrosecondType;
use datafusion::logical_expr::{LogicalPlan, TableSource};
use datafusion::sql::sqlparser::ast::{self, Query, SelectItem};

use crate::diagnostic::Diagnostic;
use crate::dialect::{self, Lexed, Parameters, Statement};
use crate::evidence::StatementFacts;

use super::Session;
use super::errors::internal;
use super::journal::View;

use known_columns::KnownColumns;

pub use casts::Casts;
pub use checked_types::CheckedTypes;
pub use common_types::{CommonTypes, together};
pub use copies::{Copies, shared_type};
pub use draws::Draws;
pub use families::{apart, different_types};
pub use generators::check_values;
pub use guarded::{GuardedPlanner, Guards};
pub use in_lists::InLists;
pub use kept_filters::logical_rules;
pub use literals::cast_to_named;
pub use namesakes::part_merge;
pub use null_safe::NullSafe;
pub use operators::Operators;
pub use output::MARK;
pub use physical_rules::physical_rules;
pub use relations::{Spellings, column, memory_source, renamed};
pub use spans::Spans;
pub use subqueries::Subqueries;
pub use tables::{select_all, table_factor};
pub use type_names::TypeNames;
pub use zeros::Zeros;

type Result<T> = std::result::Result<T, Diagnostic>;

/// Views that may stand on views.
const MAX_VIEW_DEPTH: usize = 16;

/// A query, planned.
pub struct Planned {
    pub plan: LogicalPlan,
    /// Shown names of its columns.
    pub names: Vec<String>,
}

/// Plans one statement.
pub struct Planner<'a> {
    pub session: &'a mut Session,
    pub lexed: &'a Lexed,
    pub facts: &'a mut StatementFacts,
    pub spellings: Spellings,
    sources: HashMap<String, Arc<dyn TableSource>>,
    /// Relations given by the command itself, by the names they have in its queries.
    fixed: HashSet<String>,
    /// Tables that the command calls by the last part of their names.
    around: Vec<namesakes::Key>,
    next: usize,
    depth: usize,
}

impl<'a> Planner<'a> {
    pub fn new(session: &'a mut Session, lexed: &'a Lexed, facts: &'a mut StatementFacts) -> Self {
        Self {
            session,
            lexed,
            facts,
            spellings: Spellings::default(),
            sources: HashMap::new(),
            fixed: HashSet::new(),
            around: Vec::new(),
            next: 0,
            depth: 0,
        }
    }

    /// Gives a relation that the command made a name.
    pub fn fix(&mut self, name: &str, source: Arc<dyn TableSource>) {
        self.fixed.insert(name.to_owned());
        self.sources.insert(name.to_owned(), source);
    }

    /// Says which table a relation of the command's stands for, where the statement gives it no alias.
    pub fn stands_for(&mut self, table: &dialect::TableName) {
        self.around.push(namesakes::key(&table.parts, self.session.schema()));
    }

    /// Plans a query of the student's.
    pub async fn query(&mut self, mut query: Query) -> Result<Planned> {
        guard::check(&query)?;
        grouping::check(&query, self.lexed)?;
        let asked = query.clone();
        features::note(&query, &mut self.facts.features);
        let known = self.find_relations(&mut query).await?;
        let mut items = output::name_columns(&mut query, self.lexed);
        self.spell_out(&mut query, &known)?;
        let order = output::take_order_by_all(&mut query);
        let mut plan = self.with_names_found(&mut query, &mut items, &asked)?;
        if let Some(options) = order {
            output::order_by_position(&mut query, options, plan.schema().fields().len());
            plan = self.plan(query)?;
        }
        grouping::check_plan(&plan, &asked, self.lexed)?;
        let names = output::names(&items, &plan, &self.spellings, self.lexed);
        Ok(Planned { plan, names })
    }

    /// Plans a query, whose names may be aliases, fields or columns that have to be told apart first.
    fn with_names_found(
        &mut self,
        query: &mut Query,
        items: &mut Vec<output::Item>,
        asked: &Query,
    ) -> Result<LogicalPlan> {
        loop {
            match self.plan(query.clone()) {
                Err(_) if set_types::bring_together(query, self) => {}
                Err(diagnostic) if output::part_repeated(query, items, &diagnostic) => {}
                Err(diagnostic) if told_apart::tell_apart_failed(query, &diagnostic) => {}
                Err(diagnostic) if self.spread_struct(query, items, &diagnostic) => {}
                Err(diagnostic) => match self.with_lateral_alias(query, &diagnostic)? {
                    Some(expanded) => *query = expanded,
                    None if tuples::was_here(query) => return Err(tuples::explain(diagnostic)),
                    None => return Err(grouping::explain(diagnostic, asked, self.lexed)),
                },
                Ok(plan) if told_apart::tell_apart_groups(query, &plan) => {}
                Ok(plan) if set_types::mixed(&plan) && set_types::bring_together(query, self) => {}
                Ok(plan) => return Ok(plan),
            }
        }
    }

    /// The query with the alias put in that a name means that could not be resolved: the first SELECT where that helps.
    fn with_lateral_alias(&self, query: &Query, diagnostic: &Diagnostic) -> Result<Option<Query>> {
        let Some(name) = lateral_aliases::unresolved(diagnostic) else { return Ok(None) };
        let mut expanded = query.clone();
        let columns = |select: &ast::Select| self.columns_of_from(select, query.with.as_ref());
        if lateral_aliases::expand_all(&mut expanded, &name, &columns, &self.session.watch)? {
            return Ok(Some(expanded));
        }
        for nth in 0.. {
            let mut expanded = query.clone();
            if !lateral_aliases::expand(&mut expanded, &name, nth, &self.session.watch)? {
                break;
            }
            let still = self.plan(expanded.clone()).err().and_then(|next| lateral_aliases::unresolved(&next));
            if still.as_deref() != Some(&name) {
                return Ok(Some(expanded));
            }
        }
        Ok(None)
    }

    /// The names of the columns of a SELECT's FROM, where it can be planned by itself.
    fn columns_of_from(&self, select: &ast::Select, with: Option<&ast::With>) -> Option<HashSet<String>> {
        let columns =
            if select.from.is_empty() { Some(Vec::new()) } else { self.columns_of_tables(&select.from, with) };
        columns.map(HashSet::from_iter)
    }

    fn columns_of_tables(&self, tables: &[ast::TableWithJoins], with: Option<&ast::With>) -> Option<Vec<String>> {
        let planned = |with: Option<&ast::With>| {
            let mut query = tables::select_all(&[]);
            query.with = with.cloned();
            if let ast::SetExpr::Select(select) = query.body.as_mut() {
                select.from = tables.to_vec();
            }
            self.plan(query).ok()
        };
        let plan = planned(with).or_else(|| planned(None))?;
        Some(plan.schema().fields().iter().map(|field| field.name().clone()).collect())
    }

    /// Makes an expression of the student's ready for [`Self::expression`].
    pub async fn prepare(&mut self, mut expr: ast::Expr) -> Result<ast::Expr> {
        guard::check(&expr)?;
        features::note(&expr, &mut self.facts.features);
        let known = self.find_relations(&mut expr).await?;
        self.spell_out(&mut expr, &known)?;
        set_types::bring_together(&mut expr, self);
        Ok(expr)
    }

    /// Makes a relation of a FROM clause ready for [`Self::plan`].
    pub async fn prepare_relation(&mut self, mut relation: ast::TableFactor) -> Result<ast::TableFactor> {
        guard::check(&relation)?;
        features::note(&relation, &mut self.facts.features);
        let known = self.find_relations(&mut relation).await?;
        output::name_relation(&mut relation, self.lexed);
        self.spell_out(&mut relation, &known)?;
        set_types::bring_together(&mut relation, self);
        Ok(relation)
    }

    /// Brings generators to one form, finds every relation below a node, and spells out the stars over merged keys.
    async fn find_relations<N: ast::Visit + ast::VisitMut + Send>(&mut self, node: &mut N) -> Result<KnownColumns> {
        generators::rewrite(node)?;
        cte_names::tell_apart(node);
        using_joins::name_relations(node);
        self.resolve(node).await?;
        let known = KnownColumns::of(node);
        using_joins::name_natural_keys(node, &|relation| known.columns(self, relation));
        using_joins::spell_out_stars(node, &|relation| known.columns(self, relation))?;
        Ok(known)
    }

    /// Puts merged keys and aliases in place of their names, and spells out what the planner does not read.
    fn spell_out(&self, node: &mut impl ast::VisitMut, known: &KnownColumns) -> Result<()> {
        having::put_aliases(node);
        using_joins::merge_keys(node, &|relation| known.columns(self, relation));
        self.spell_out_expressions(node)
    }

    /// Puts the bodies of functions in place of their calls, the values of variables named with their schema in place of
    /// these, and what the planner reads in place of what it does not.
    fn spell_out_expressions(&self, node: &mut impl ast::VisitMut) -> Result<()> {
        inline::inline(node, self.session, self.lexed)?;
        variables::put_qualified(node, self.session);
        rewrites::rewrite(node);
        literals::rewrite(node, &self.session.options.user_name, self.session.schema());
        inline_tables::bring_together(node, self);
        Ok(())
    }

    /// The plan of a temp view, with columns named as the view names them.
    async fn view_plan(&mut self, view: &View) -> Result<LogicalPlan> {
        if self.depth >= MAX_VIEW_DEPTH {
            return Err(Diagnostic::new(
                "VIEW_EXCEED_MAX_NESTED_DEPTH",
                "54K00",
                format!("The view `{}` stands on too many views.", view.name),
            ));
        }
        let lexed = view_lexed(view, self.session.options.limits.max_nesting)?;
        let Statement::Query(query) = dialect::parse(&lexed)? else { return Err(internal("a view is no query")) };
        let mut facts = StatementFacts::default();
        // Names in a view are those of the schema that was current when it was made.
        let current = std::mem::replace(&mut self.session.journal.current_schema, view.schema.clone());
        let mut planner = Planner::new(self.session, &lexed, &mut facts);
        planner.depth = self.depth + 1;
        let planned = Box::pin(planner.query(*query)).await;
        self.session.journal.current_schema = current;
        renamed(planned?.plan, &view.columns)
    }

    /// The instant that a constant expression means.
    pub async fn instant(&mut self, expr: ast::Expr) -> Result<DateTime<Utc>> {
        let timestamp = cast_to_named(expr, "TIMESTAMP");
        let mut query = select_nothing();
        if let ast::SetExpr::Select(select) = query.body.as_mut() {
            select.projection = vec![SelectItem::UnnamedExpr(timestamp)];
        }
        let mut planner = Planner::new(self.session, self.lexed, self.facts);
        let planned = Box::pin(planner.query(query)).await?;
        let batches = self.session.collect(planned.plan, 1, self.lexed).await?;
        let column = batches.batches.first().map(|batch| batch.column(0).clone());
        let micros = column.and_then(|column| {
            let instants = column.as_primitive_opt::<TimestampMicrosecondType>()?;
            instants.iter().next().flatten()
        });
        micros.and_then(DateTime::from_timestamp_micros).ok_or_else(|| {
            Diagnostic::new(
                "INVALID_TIME_TRAVEL_TIMESTAMP_EXPR.INPUT",
                "42K0E",
                "The time of TIMESTAMP AS OF is not a timestamp.",
            )
            .with_hint("Write it as '2024-01-31 12:00:00'.")
        })
    }
}

fn view_lexed(view: &View, max_nesting: u32) -> Result<Lexed> {
    let parameters = Parameters::new(view.parameters.clone());
    Lexed::new(&view.text, crate::diagnostic::Position { line: 1, column: 1 }, &parameters, max_nesting)
}

/// `SELECT` with an empty list, to be filled.
pub fn select_nothing() -> Query {
    // The text is a constant; the fallback keeps this free of a panic.
    static EMPTY: std::sync::LazyLock<Option<Query>> = std::sync::LazyLock::new(|| {
        let lexed =
            Lexed::new("SELECT 1", crate::diagnostic::Position { line: 1, column: 1 }, &Parameters::unbound(), 8)
                .ok()?;
        match dialect::parse(&lexed).ok()? {
            Statement::Query(query) => Some(*query),
            _ => None,
        }
    });
    EMPTY.clone().unwrap_or_else(|| {
        let values = ast::Values { explicit_row: false, value_keyword: false, rows: Vec::new() };
        dialect::build::query(ast::SetExpr::Values(values))
    })
}
