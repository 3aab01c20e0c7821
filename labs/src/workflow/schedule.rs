//! Quartz schedules: checking an expression, and the instants at which it fires.
//!
//! `second minute hour day-of-month month day-of-week [year]`, exactly one of the two day fields is `?`. Our own, since
//! Quartz differs from cron in every interesting place (Sunday is 1, `?`, `L`, `W`, `#`, ranges that wrap).

mod field;
mod firings;
mod quartz;
#[cfg(test)]
mod tests;

pub use field::FieldName;
pub use firings::{MAX_COUNT, ScheduleError, ZoneError, next_firings, zone};
pub use quartz::{CronError, Quartz};
