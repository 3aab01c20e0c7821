//! Which clause of a MERGE did it.

use sandbar_labs::diagnostic::Diagnostic;
use sandbar_labs::dialect::vary::Clause;
use sandbar_labs::relation::Relation;

use super::case::Case;
use super::search::{Running, exactly};
use crate::compare::compare;
use crate::outcome::Fault;

impl Running<'_, '_> {
    /// Names the clause of a MERGE that acts on the case's rows: without it they would be others.
    pub(super) fn blame(&self, fault: &mut Fault, case: &Case, observed: &Relation) -> Option<()> {
        let clauses = self.subject().clauses();
        let tried: Vec<Option<Result<Relation, Diagnostic>>> = clauses
            .iter()
            .map(|clause| self.tried(&self.subject().ending_in(&clause.without), case, "once", 1))
            .collect();
        let tried: Vec<_> = tried.into_iter().collect::<Option<_>>()?;
        let exact = exactly(self.contract());
        let acts = clauses
            .iter()
            .zip(tried)
            .find(|(_, without)| without.as_ref().map_or(true, |without| compare(observed, without, &exact).is_some()));
        let told = match acts {
            Some((clause, _)) => {
                fault.place = Some(self.subject().place_of(clause));
                if clause.deletes {
                    format!("{} took the row away that is marked.", clause.label)
                } else {
                    format!("{} made the row that is marked.", clause.label)
                }
            }
            None if clauses.is_empty() => return Some(()),
            None => match self.reached(&clauses, case, observed)? {
                Some(clause) => {
                    fault.place = Some(self.subject().place_of(clause));
                    format!("{} reaches the row, and changes nothing.", clause.label)
                }
                None => "No clause of the MERGE does anything here.".to_owned(),
            },
        };
        fault.message = format!("{} {told}", fault.message.trim());
        Some(())
    }

    /// The clause that acts on a row and leaves it as it is: with DELETE in the place of its action the row would be gone.
    fn reached<'c>(&self, clauses: &'c [Clause], case: &Case, observed: &Relation) -> Option<Option<&'c Clause>> {
        let deleting = clauses.iter().filter_map(|clause| Some((clause, clause.deleting.as_ref()?)));
        let tried: Vec<_> = deleting
            .map(|(clause, sql)| (clause, self.tried(&self.subject().ending_in(sql), case, "once", 1)))
            .collect();
        let exact = exactly(self.contract());
        let mut reached = None;
        for (clause, rows) in tried {
            if reached.is_none() && rows?.is_ok_and(|rows| compare(observed, &rows, &exact).is_some()) {
                reached = Some(clause);
            }
        }
        Some(reached)
    }
}
