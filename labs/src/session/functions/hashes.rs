//! `hash`: Murmur3 of 32 bits over the values of a row, from the seed 42, as Spark computes it.

use datafusion::common::{Result, ScalarValue};

use super::super::errors::{raise, unexpected};
use super::rows::{Function, Gives, Row, Takes, scalars};

pub static FUNCTIONS: &[Function] =
    &[Function::new(&["hash"], &[Takes::Any], Gives::Int, hash).variadic().sees_nulls()];

fn hash(row: &Row<'_>) -> Result<ScalarValue> {
    if row.len() == 0 {
        return Err(raise(super::rows::wrong_number(row.name, 0)));
    }
    let seed = (0..row.len()).try_fold(42, |seed, at| of_value(&row.value(at)?, seed))?;
    Ok(ScalarValue::Int32(Some(seed)))
}

/// The hash of a value with the hash of what came before it; a NULL changes nothing.
fn of_value(value: &ScalarValue, seed: i32) -> Result<i32> {
    if value.is_null() {
        return Ok(seed);
    }
    Ok(match value {
        ScalarValue::Boolean(Some(truth)) => of_int(i32::from(*truth), seed),
        ScalarValue::Int8(Some(value)) => of_int(i32::from(*value), seed),
        ScalarValue::Int16(Some(value)) => of_int(i32::from(*value), seed),
        ScalarValue::Int32(Some(value)) | ScalarValue::Date32(Some(value)) => of_int(*value, seed),
        ScalarValue::Int64(Some(value)) | ScalarValue::TimestampMicrosecond(Some(value), _) => of_long(*value, seed),
        // -0.0 counts as 0.0.
        ScalarValue::Float32(Some(value)) => of_int((value + 0.0).to_bits().cast_signed(), seed),
        ScalarValue::Float64(Some(value)) => of_long((value + 0.0).to_bits().cast_signed(), seed),
        ScalarValue::Decimal128(Some(value), precision, _) if *precision <= 18 => {
            of_long(i64::try_from(*value).unwrap_or(0), seed)
        }
        ScalarValue::Decimal128(Some(value), ..) => of_bytes(&shortest(*value), seed),
        ScalarValue::Utf8(Some(text)) => of_bytes(text.as_bytes(), seed),
        ScalarValue::Binary(Some(bytes)) => of_bytes(bytes, seed),
        ScalarValue::List(list) => scalars(&list.value(0))?.iter().try_fold(seed, |seed, item| of_value(item, seed))?,
        ScalarValue::Struct(fields) => fields
            .columns()
            .iter()
            .try_fold(seed, |seed, field| of_value(&ScalarValue::try_from_array(field, 0)?, seed))?,
        other => {
            let kind = super::super::types::type_name(&other.data_type());
            let why = format!("hash takes no value of the type \"{kind}\"");
            return Err(raise(unexpected(&why)));
        }
    })
}

/// A number's bytes as Java's BigInteger gives them: as few as there can be, the highest first.
fn shortest(value: i128) -> Vec<u8> {
    let bytes = value.to_be_bytes();
    let sign = if value < 0 { 0xFF } else { 0 };
    let spare = bytes.windows(2).take_while(|pair| pair[0] == sign && (pair[1] ^ sign) & 0x80 == 0).count();
    bytes[spare..].to_vec()
}

fn mixed(block: i32) -> u32 {
    block.cast_unsigned().wrapping_mul(0xCC9E_2D51).rotate_left(15).wrapping_mul(0x1B87_3593)
}

fn step(seed: u32, block: i32) -> u32 {
    (seed ^ mixed(block)).rotate_left(13).wrapping_mul(5).wrapping_add(0xE654_6B64)
}

fn finished(seed: u32, length: u32) -> i32 {
    let mut hash = seed ^ length;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ hash >> 13).wrapping_mul(0xC2B2_AE35);
    (hash ^ hash >> 16).cast_signed()
}

fn of_int(value: i32, seed: i32) -> i32 {
    finished(step(seed.cast_unsigned(), value), 4)
}

fn of_long(value: i64, seed: i32) -> i32 {
    let low = step(seed.cast_unsigned(), value as i32);
    finished(step(low, (value >> 32) as i32), 8)
}

/// Blocks of four bytes, then each byte that is left as a block of its own.
fn of_bytes(bytes: &[u8], seed: i32) -> i32 {
    let (blocks, rest) = bytes.as_chunks::<4>();
    let hash = blocks.iter().fold(seed.cast_unsigned(), |seed, block| step(seed, i32::from_le_bytes(*block)));
    let hash = rest.iter().fold(hash, |seed, byte| step(seed, i32::from(byte.cast_signed())));
    finished(hash, u32::try_from(bytes.len()).unwrap_or(u32::MAX))
}
