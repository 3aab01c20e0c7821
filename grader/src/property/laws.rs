//! Laws of a statement, judged without a reference: a second run changes nothing, and the order of the source's rows does
//! not matter. A broken law is shown on the smallest data that break it.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::relation::Relation;

use super::case::Case;
use super::counterexample::Counterexample;
use super::search::{Law, Running, exactly};
use super::subject::AGAIN;
use crate::compare::{Contract, compare};
use crate::feedback::error_text;
use crate::outcome::Fault;

/// What a statement gives, or its error.
type Given = Result<Relation, Diagnostic>;

impl Running<'_, '_> {
    /// The fault of the first law that is broken on a case, shown on the smallest such case; `None` inside when all hold.
    pub(super) fn broken_law(&self, dense: &Case) -> Option<Option<Fault>> {
        let Some((law, case)) = self.first_broken(dense)? else { return Some(None) };
        if self.scores_only() {
            return Some(Some(fault(law)));
        }
        let oracle = |case: &Case| self.unless_enough(|| self.breaks(law, case));
        let smallest = self.shrunk(&case, &oracle)?;
        // Run again, so that what is shown is seen twice.
        let (_, other) = self.both(law, &smallest, "")?;
        let (once, again) = self.both(law, &smallest, &format!("{AGAIN} "))?;
        let shown = if same(&other, &again) { smallest } else { case };
        let Ok(once) = once else { return Some(Some(fault(law))) };
        Some(Some(self.told(law, &shown, &once, &again)))
    }

    fn told(&self, law: Law, case: &Case, once: &Relation, other: &Given) -> Fault {
        let (first, second) = match law {
            Law::OrderFree => ("rows as they are", "rows in reverse order"),
            Law::Idempotent | Law::Untouched => ("after one run", "after two runs"),
        };
        let contract = exactly(self.contract());
        let got = other.as_ref().ok();
        let shown = Counterexample::new(&self.statement(), &case.relations, once, got, &contract);
        let mut fault = fault(law);
        if let Err(error) = other {
            fault = fault.found(error_text(error));
        }
        fault.place = Some(self.place());
        let shown = Counterexample { setup: self.setup(case), ..shown.with_titles(first, second) };
        fault.counterexample = Some(Box::new(shown));
        fault
    }

    /// One trial tries both laws; only where that shows something is each tried alone.
    fn first_broken(&self, dense: &Case) -> Option<Option<(Law, Case)>> {
        let (idempotent, order_free) = (self.asks(Law::Idempotent), self.asks(Law::OrderFree));
        let Some((last, _)) = dense.relations.last().filter(|_| idempotent || order_free) else { return Some(None) };
        let case = if order_free { dense.reversed(last) } else { dense.clone() };
        let (form, times) = if idempotent { ("twice", 2) } else { ("once", 1) };
        let (once, other) = (self.observed(dense, "once", 1)?, self.observed(&case, form, times)?);
        if once.is_err() || same(&once, &other) {
            return Some(None);
        }
        if order_free && self.breaks(Law::OrderFree, dense)? {
            return Some(Some((Law::OrderFree, dense.clone())));
        }
        Some(idempotent.then_some((Law::Idempotent, case)))
    }

    /// Whether a statement that works on a case breaks the law there.
    fn breaks(&self, law: Law, case: &Case) -> Option<bool> {
        let (once, other) = self.both(law, case, "")?;
        Some(once.is_ok() && !same(&once, &other))
    }

    /// What the law says is the same. `again` makes a trial that was made before another one.
    fn both(&self, law: Law, case: &Case, again: &str) -> Option<(Given, Given)> {
        let once = self.observed(case, "once", 1);
        let other = match (law, case.relations.last()) {
            (Law::OrderFree, Some((last, _))) => self.observed(&case.reversed(last), &format!("{again}once"), 1),
            _ => self.observed(case, &format!("{again}twice"), 2),
        };
        Some((once?, other?))
    }
}

fn fault(law: Law) -> Fault {
    match law {
        Law::OrderFree => Fault::new("order_matters", "The result depends on the order of the source's rows."),
        Law::Idempotent | Law::Untouched => {
            Fault::new("not_idempotent", "A second run of the statement on the same source changes rows again.")
        }
    }
}

fn same(first: &Given, second: &Given) -> bool {
    match (first, second) {
        (Ok(first), Ok(second)) => compare(first, second, &Contract::default()).is_none(),
        (first, second) => first.is_err() == second.is_err(),
    }
}
