//! Instants as the database keeps them: whole milliseconds since 1970, so that two databases compare alike.

use jiff::{Timestamp, Unit};

/// The present, in the database's precision.
pub fn now() -> Timestamp {
    let present = Timestamp::now();
    present.round(Unit::Millisecond).unwrap_or(present)
}

/// An instant on its way in or out of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Millis(i64);

impl From<Timestamp> for Millis {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_millisecond())
    }
}

/// A number outside the calendar (years -9999 to 9999) can only come from a damaged file; it reads as the nearest end.
impl From<Millis> for Timestamp {
    fn from(millis: Millis) -> Self {
        let nearest = if millis.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        Timestamp::from_millisecond(millis.0).unwrap_or(nearest)
    }
}
