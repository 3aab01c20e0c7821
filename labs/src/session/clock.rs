//! Where a session's times, ids and random values come from.
//!
//! Invariant: with a seed nothing depends on the machine: the same statements give the same times and ids.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Where a session's times and random values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    System,
    Seeded(u64),
}

/// 2024-01-15 09:00 UTC: a seeded session starts within the year that follows.
const EPOCH_SECONDS: i64 = 1_705_309_200;
const SECONDS_OF_A_YEAR: i64 = 365 * 86_400;

/// A running clock. Seeded, it moves by one second with each statement.
#[derive(Clone, Debug)]
pub struct Watch {
    clock: Clock,
    now: DateTime<Utc>,
    random: Arc<Mutex<ChaCha8Rng>>,
}

impl Watch {
    pub fn new(clock: Clock) -> Self {
        let (now, random) = match clock {
            Clock::System => (Utc::now(), ChaCha8Rng::from_os_rng()),
            Clock::Seeded(seed) => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                let seconds = EPOCH_SECONDS + random.random_range(0..SECONDS_OF_A_YEAR);
                (DateTime::from_timestamp(seconds, 0).unwrap_or(DateTime::UNIX_EPOCH), random)
            }
        };
        Self { clock, now, random: Arc::new(Mutex::new(random)) }
    }

    /// Begins a statement: `now` stays the same until the next one.
    pub fn tick(&mut self) {
        self.now = match self.clock {
            Clock::System => Utc::now(),
            Clock::Seeded(_) => self.now + TimeDelta::seconds(1),
        };
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// A seed for a source of random values apart from all others.
    pub fn seed(&self) -> u64 {
        self.random.lock().random()
    }

    /// A fresh id.
    pub fn id(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.random.lock().random()).into_uuid()
    }
}
