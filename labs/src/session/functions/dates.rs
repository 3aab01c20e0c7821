//! `date_format`, `to_date` and `to_timestamp`, with Java's patterns.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, StringArray, TimestampMicrosecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::super::errors::{internal, invalid_cast, raise};
use super::super::types::timestamp;
use super::patterns::to_chrono;

/// The functions of this file.
pub fn functions() -> Vec<Arc<ScalarUDF>> {
    let function = |name: &'static str, kind: Kind, arguments: &[usize]| {
        let forms = arguments.iter().map(|count| TypeSignature::Any(*count)).collect();
        let signature = Signature::new(TypeSignature::OneOf(forms), Volatility::Immutable);
        Arc::new(ScalarUDF::from(Dates { name, kind, signature }))
    };
    vec![
        function("date_format", Kind::Format, &[2]),
        function("to_date", Kind::Date { forgiving: false }, &[1, 2]),
        function("try_to_date", Kind::Date { forgiving: true }, &[1, 2]),
        function("to_timestamp", Kind::Timestamp { forgiving: false }, &[1, 2]),
        function("try_to_timestamp", Kind::Timestamp { forgiving: true }, &[1, 2]),
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Format,
    Date { forgiving: bool },
    Timestamp { forgiving: bool },
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Dates {
    name: &'static str,
    kind: Kind,
    signature: Signature,
}

impl ScalarUDFImpl for Dates {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.kind {
            Kind::Format => DataType::Utf8,
            Kind::Date { .. } => DataType::Date32,
            Kind::Timestamp { .. } => timestamp(),
        })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let scalar = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let size = if scalar { 1 } else { arguments.number_rows };
        let values = arguments.args[0].to_array(size)?;
        let pattern = match arguments.args.get(1) {
            Some(pattern) => Some(pattern.to_array(size)?),
            None => None,
        };
        let result = self.apply(&values, pattern.as_ref())?;
        if scalar {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&result, 0)?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

impl Dates {
    fn apply(&self, values: &ArrayRef, pattern: Option<&ArrayRef>) -> Result<ArrayRef> {
        match self.kind {
            Kind::Format => formatted(values, pattern),
            Kind::Date { forgiving } => {
                let days = |text: &str, format: &str| NaiveDate::parse_from_str(text, format).ok().map(Date32Type::from_naive_date);
                match parsed(values, pattern, forgiving, "DATE", days)? {
                    Some(days) => Ok(Arc::new(Date32Array::from(days))),
                    None => to_type(values, &DataType::Date32, forgiving),
                }
            }
            Kind::Timestamp { forgiving } => match parsed(values, pattern, forgiving, "TIMESTAMP", micros)? {
                Some(micros) => Ok(Arc::new(TimestampMicrosecondArray::from(micros).with_timezone("UTC"))),
                None => to_type(values, &timestamp(), forgiving),
            },
        }
    }
}

fn to_type(values: &ArrayRef, data_type: &DataType, forgiving: bool) -> Result<ArrayRef> {
    let options = datafusion::arrow::compute::CastOptions { safe: forgiving, ..Default::default() };
    // A date may be read from a text that goes on with a time.
    if data_type == &DataType::Date32 && values.data_type() == &DataType::Utf8 {
        let first: StringArray = values.as_string::<i32>().iter().map(|text| text.map(|text| text.trim().get(..10).unwrap_or(text.trim()))).collect();
        return Ok(datafusion::arrow::compute::cast_with_options(&first, data_type, &options)?);
    }
    Ok(datafusion::arrow::compute::cast_with_options(values, data_type, &options)?)
}

fn micros(text: &str, format: &str) -> Option<i64> {
    if let Ok(time) = DateTime::parse_from_str(text, format) {
        return Some(time.timestamp_micros());
    }
    if let Ok(time) = NaiveDateTime::parse_from_str(text, format) {
        return Some(time.and_utc().timestamp_micros());
    }
    let day = NaiveDate::parse_from_str(text, format).ok()?;
    Some(day.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros())
}

/// Texts read by their patterns; `None` when there are no patterns or no texts.
fn parsed<T>(
    values: &ArrayRef,
    pattern: Option<&ArrayRef>,
    forgiving: bool,
    target: &str,
    parse: impl Fn(&str, &str) -> Option<T>,
) -> Result<Option<Vec<Option<T>>>> {
    let (Some(pattern), DataType::Utf8) = (pattern, values.data_type()) else { return Ok(None) };
    let patterns = cast(pattern, &DataType::Utf8)?;
    let pairs = values.as_string::<i32>().iter().zip(patterns.as_string::<i32>().iter());
    let mut formats = Formats::default();
    let mut results = Vec::with_capacity(values.len());
    for pair in pairs {
        let (Some(text), Some(pattern)) = pair else {
            results.push(None);
            continue;
        };
        let value = parse(text, formats.of(pattern)?);
        if value.is_none() && !forgiving {
            return Err(raise(cannot_parse(text, target, pattern)));
        }
        results.push(value);
    }
    Ok(Some(results))
}

fn cannot_parse(text: &str, target: &str, pattern: &str) -> crate::diagnostic::Diagnostic {
    let mut diagnostic = invalid_cast(text, "STRING", target);
    "CANNOT_PARSE_TIMESTAMP".clone_into(&mut diagnostic.class);
    "22007".clone_into(&mut diagnostic.sqlstate);
    diagnostic.message = format!("Text '{text}' could not be parsed with the pattern '{pattern}'.");
    diagnostic
}

fn formatted(values: &ArrayRef, pattern: Option<&ArrayRef>) -> Result<ArrayRef> {
    let pattern = pattern.ok_or_else(|| raise(internal("date_format without a pattern")))?;
    let patterns = cast(pattern, &DataType::Utf8)?;
    let instants = cast(values, &timestamp())?;
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    let mut formats = Formats::default();
    let mut texts: Vec<Option<String>> = Vec::with_capacity(instants.len());
    for (instant, pattern) in instants.iter().zip(patterns.as_string::<i32>().iter()) {
        let (Some(instant), Some(pattern)) = (instant, pattern) else {
            texts.push(None);
            continue;
        };
        let time: Option<DateTime<Utc>> = DateTime::from_timestamp_micros(instant);
        let format = formats.of(pattern)?;
        texts.push(time.map(|time| time.format(format).to_string()));
    }
    Ok(Arc::new(StringArray::from(texts)))
}

/// The last pattern, translated once.
#[derive(Default)]
struct Formats {
    java: String,
    chrono: String,
}

impl Formats {
    fn of(&mut self, java: &str) -> Result<&str> {
        if self.java != java || self.chrono.is_empty() {
            self.chrono = to_chrono(java).map_err(raise)?;
            java.clone_into(&mut self.java);
        }
        Ok(&self.chrono)
    }
}
