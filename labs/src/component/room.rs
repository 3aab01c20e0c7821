//! What one call may hold: memory and tables, counted over everything that it makes.

use wasmtime::ResourceLimiter;

/// Elements of all tables together.
const MOST_ELEMENTS: usize = 20_000;
/// Core instances, memories and tables; a component's adapters make a few.
const MOST_PARTS: usize = 64;

#[derive(Debug)]
pub struct Room {
    most_bytes: usize,
    bytes: usize,
    elements: usize,
}

/// The words are told to the author.
#[derive(Debug, thiserror::Error)]
pub enum Full {
    #[error("It asked for more than {0} MiB of memory.")]
    Memory(usize),
    #[error("Its tables are larger than {MOST_ELEMENTS} elements.")]
    Tables,
}

impl Room {
    pub fn new(most_bytes: u64) -> Self {
        Self { most_bytes: usize::try_from(most_bytes).unwrap_or(usize::MAX), bytes: 0, elements: 0 }
    }
}

impl ResourceLimiter for Room {
    /// Memory never shrinks, so the sum of what was granted is what is held.
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if self.bytes.saturating_add(more) > self.most_bytes {
            return Err(Full::Memory(self.most_bytes / (1024 * 1024)).into());
        }
        self.bytes += more;
        Ok(true)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if self.elements.saturating_add(more) > MOST_ELEMENTS {
            return Err(Full::Tables.into());
        }
        self.elements += more;
        Ok(true)
    }

    fn instances(&self) -> usize {
        MOST_PARTS
    }

    fn tables(&self) -> usize {
        MOST_PARTS
    }

    fn memories(&self) -> usize {
        MOST_PARTS
    }
}
