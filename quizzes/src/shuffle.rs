//! Shuffling that gives the same order for the same seed for ever: ChaCha20's specified stream and our own
//! Fisher-Yates.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A source of randomness for one purpose. Purposes do not disturb each other: a question that is added to a quiz
/// does not change the order of another question's options.
pub(crate) struct Source(ChaCha20Rng);

impl Source {
    pub fn new(seed: u64, purpose: &str) -> Self {
        let mut key = [0; 32];
        let (low, rest) = key.split_at_mut(8);
        low.copy_from_slice(&seed.to_le_bytes());
        let (high, _) = rest.split_at_mut(8);
        high.copy_from_slice(&fnv1a(purpose).to_le_bytes());
        Self(ChaCha20Rng::from_seed(key))
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }

    /// Evenly from 0 to `bound - 1`, by rejection.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = bound as u64;
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let number = self.0.next_u64();
            if number < limit {
                return usize::try_from(number % bound).unwrap_or(0);
            }
        }
    }
}

/// Fowler, Noll and Vo's hash, 64 bits.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(seed: u64, purpose: &str) -> Vec<usize> {
        let mut items: Vec<usize> = (0..8).collect();
        Source::new(seed, purpose).shuffle(&mut items);
        items
    }

    #[test]
    fn seed_and_purpose_alone_decide() {
        assert_eq!(order(1, "a"), order(1, "a"));
        assert_ne!(order(1, "a"), order(2, "a"));
        assert_ne!(order(1, "a"), order(1, "b"));
    }

    #[test]
    fn every_item_comes_first_about_equally_often() {
        let mut firsts = [0; 8];
        for seed in 0..4_000 {
            firsts[order(seed, "x")[0]] += 1;
        }
        assert!(firsts.iter().all(|count| (400..600).contains(count)), "{firsts:?}");
    }
}
