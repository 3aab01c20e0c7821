//! Runs of students' jobs: the driver that does their work in a workspace, and what the server does with a run from the
//! moment that somebody starts it until it is over.
//!
//! Invariants: a run is saved after each step, so that a page, or a server that was started again, finds it as far as
//! it
//! came; the runs of one workspace are driven one after the other, however many of them are under way on its clock.

mod admit;
mod bounds;
mod carry;
mod clock;
mod done;
mod driver;
mod files;
mod going;
pub mod instants;
mod repair;
#[cfg(test)]
mod tests;
mod why;

pub use admit::{Wanted, cancel, start, take_up};
pub use clock::{NoFiring, last_firing, next_firing, present};
pub use driver::{Driver, Told};
pub use files::{Files, JobSource};
pub use going::{Changed, JobRuns};
pub use repair::{Refused, repair};
pub use why::{listed, why};
