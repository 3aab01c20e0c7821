//! The character sets of `encode` and `decode`. A letter that a set does not have becomes `?`, bytes that mean nothing `\u{FFFD}`.

use datafusion::common::Result;

use super::super::errors::raise;
use crate::diagnostic::Diagnostic;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    Utf8,
    Ascii,
    Latin1,
    /// Two bytes a unit, the higher first or last.
    Utf16 {
        high_first: bool,
        marked: bool,
    },
}

/// # Errors
/// INVALID_PARAMETER_VALUE.CHARSET
pub fn charset(name: &str) -> Result<Charset> {
    Ok(match name.to_uppercase().as_str() {
        "UTF-8" | "UTF8" => Charset::Utf8,
        "US-ASCII" | "ASCII" => Charset::Ascii,
        "ISO-8859-1" | "LATIN1" => Charset::Latin1,
        "UTF-16BE" => Charset::Utf16 { high_first: true, marked: false },
        "UTF-16LE" => Charset::Utf16 { high_first: false, marked: false },
        "UTF-16" => Charset::Utf16 { high_first: true, marked: true },
        _ => {
            let message = format!("The value of parameter(s) `charset` is invalid: '{name}' is not known.");
            let hint = "Character sets are UTF-8, US-ASCII, ISO-8859-1, UTF-16, UTF-16BE and UTF-16LE.";
            return Err(raise(Diagnostic::new("INVALID_PARAMETER_VALUE.CHARSET", "22023", message).with_hint(hint)));
        }
    })
}

impl Charset {
    pub fn encode(self, text: &str) -> Vec<u8> {
        let below =
            |limit: u32| text.chars().map(move |letter| if u32::from(letter) < limit { letter as u8 } else { b'?' });
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Ascii => below(0x80).collect(),
            Self::Latin1 => below(0x100).collect(),
            Self::Utf16 { high_first, marked } => {
                let mark = marked.then_some(0xFEFF);
                let unit = |unit: u16| if high_first { unit.to_be_bytes() } else { unit.to_le_bytes() };
                mark.into_iter().chain(text.encode_utf16()).flat_map(unit).collect()
            }
        }
    }

    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Ascii => {
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{FFFD}' }).collect()
            }
            Self::Latin1 => bytes.iter().map(|byte| char::from(*byte)).collect(),
            Self::Utf16 { high_first, marked } => {
                let high_first = if marked && bytes.starts_with(&[0xFF, 0xFE]) { false } else { high_first };
                let (pairs, rest) = bytes.as_chunks::<2>();
                let unit =
                    |pair: &[u8; 2]| if high_first { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
                let mut units: Vec<u16> = pairs.iter().map(unit).collect();
                if marked && units.first() == Some(&0xFEFF) {
                    units.remove(0);
                }
                let lost = if rest.is_empty() { "" } else { "\u{FFFD}" };
                String::from_utf16_lossy(&units) + lost
            }
        }
    }
}
