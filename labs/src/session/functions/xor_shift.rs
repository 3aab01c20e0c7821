//! Spark's random numbers for `rand(seed)`: the same seed gives the same values as on Databricks.
//!
//! It is the generator of Spark's `XORShiftRandom`, seeded by two rounds of 32-bit MurmurHash3, with `nextDouble` of
//! `java.util.Random`.

/// What Spark starts the hash with.
const HASH_SEED: u32 = 0x3c07_4a61;

#[derive(Debug)]
pub struct XorShift(u64);

impl XorShift {
    pub fn new(seed: i64) -> Self {
        let bytes = seed.to_be_bytes();
        let low = murmur(bytes, HASH_SEED);
        let high = murmur(bytes, low);
        Self(u64::from(high) << 32 | u64::from(low))
    }

    /// At least 0 and below 1.
    pub fn fraction(&mut self) -> f64 {
        let bits = u64::from(self.bits(26)) << 27 | u64::from(self.bits(27));
        bits as f64 / (1u64 << 53) as f64
    }

    fn bits(&mut self, count: u32) -> u32 {
        let mut next = self.0 ^ self.0 << 21;
        next ^= next >> 35;
        next ^= next << 4;
        self.0 = next;
        (next & ((1 << count) - 1)) as u32
    }
}

/// MurmurHash3 of eight bytes.
fn murmur(bytes: [u8; 8], seed: u32) -> u32 {
    let mut hash = seed;
    for block in [[bytes[0], bytes[1], bytes[2], bytes[3]], [bytes[4], bytes[5], bytes[6], bytes[7]]] {
        let word = u32::from_le_bytes(block).wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
        hash = (hash ^ word).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    hash ^= 8;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::XorShift;

    #[test]
    fn the_first_values_are_those_of_spark() {
        for (seed, first) in [(0, 0.760_495_375_828_591_5), (42, 0.619_189_370_225_301)] {
            assert_eq!(XorShift::new(seed).fraction(), first, "rand({seed})");
        }
    }
}
