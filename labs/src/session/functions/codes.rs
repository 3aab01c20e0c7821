//! Texts and bytes in base 16, in base 64 and in the form that they have in URLs.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};

use super::super::errors::{raise, unexpected};
use super::super::types::type_name;
use super::rows::{Function, Gives, Row, Takes};
use super::texts::text;
use crate::diagnostic::Diagnostic;

use Takes::{Any, Binary, Text};

const BYTES: Gives = Gives::By(|_| Ok(DataType::Binary));

pub static FUNCTIONS: &[Function] = &[
    Function::new(&["hex"], &[Any], Gives::Text, hexadecimal),
    Function::new(&["unhex"], &[Text], BYTES, |row| Ok(from_hexadecimal(row.text(0)))),
    Function::new(&["base64"], &[Binary], Gives::Text, |row| text(base64(row.bytes(0)))),
    Function::new(&["unbase64"], &[Text], BYTES, |row| Ok(ScalarValue::Binary(Some(from_base64(row.text(0)))))),
    Function::new(&["url_encode"], &[Text], Gives::Text, |row| {
        text(url::form_urlencoded::byte_serialize(row.text(0).as_bytes()).collect::<String>())
    }),
    Function::new(&["url_decode"], &[Text], Gives::Text, |row| match from_url(row.text(0)) {
        Some(decoded) => text(decoded),
        None => Err(raise(not_encoded(row.text(0)))),
    }),
    Function::new(&["try_url_decode"], &[Text], Gives::Text, |row| match from_url(row.text(0)) {
        Some(decoded) => text(decoded),
        None => Ok(ScalarValue::Null),
    }),
];

/// A number as a BIGINT in base 16; of texts and bytes two digits a byte.
fn hexadecimal(row: &Row<'_>) -> Result<ScalarValue> {
    match row.value(0)? {
        ScalarValue::Utf8(Some(value)) => text(hex::encode_upper(value)),
        ScalarValue::Binary(Some(value)) => text(hex::encode_upper(value)),
        number if number.data_type().is_numeric() => match number.cast_to(&DataType::Int64)? {
            ScalarValue::Int64(Some(value)) => text(format!("{value:X}")),
            _ => Ok(ScalarValue::Null),
        },
        other => {
            let kind = type_name(&other.data_type());
            Err(raise(unexpected(&format!("hex needs a number, a text or bytes, not \"{kind}\""))))
        }
    }
}

/// NULL for what is not in base 16; a first digit alone is a byte of its own.
fn from_hexadecimal(digits: &str) -> ScalarValue {
    let padded = if digits.len().is_multiple_of(2) { digits.to_owned() } else { format!("0{digits}") };
    ScalarValue::Binary(hex::decode(padded).ok())
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let part = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = part(0) << 16 | part(1) << 8 | part(2);
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at) & 63) as usize];
            out.push(if at <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Letters that base 64 does not have are passed over.
fn from_base64(text: &str) -> Vec<u8> {
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    let values = text.bytes().take_while(|byte| *byte != b'=');
    for value in values.filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte)) {
        bits = bits << 6 | u32::try_from(value).unwrap_or(0);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xFF) as u8);
        }
    }
    out
}

/// `None` when a `%` is not followed by two digits of base 16, or when the bytes are no text.
fn from_url(text: &str) -> Option<String> {
    let (mut out, mut bytes) = (Vec::with_capacity(text.len()), text.bytes());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next()?, bytes.next()?];
                hex::decode(digits).ok()?.first().copied()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

fn not_encoded(text: &str) -> Diagnostic {
    let message = format!(
        "The provided URL cannot be decoded: {text}. Please ensure that the URL is properly formatted and try again."
    );
    Diagnostic::new("CANNOT_DECODE_URL", "22546", message)
        .with_hint("A % stands before two digits of base 16; `try_url_decode` gives NULL for other texts.")
}
