//! `date_format`, `to_date` and `to_timestamp`, with Java's patterns.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array, StringArray, TimestampMicrosecondArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Date32Type, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use super::super::errors::{internal, raise};
use super::super::types::timestamp;
use super::columnar::over_arrays;
use super::conversion::{convert, is_text};
use super::patterns::{Pattern, Purpose};
use crate::diagnostic::Diagnostic;

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
        over_arrays(&arguments, |values| {
            let pattern = values.get(1).map(|pattern| cast(pattern, &DataType::Utf8)).transpose()?;
            Self::apply(self.kind, &values[0], pattern.as_ref())
        })
    }
}

impl Dates {
    fn apply(kind: Kind, values: &ArrayRef, pattern: Option<&ArrayRef>) -> Result<ArrayRef> {
        let text = if is_text(values.data_type()) { Some(cast(values, &DataType::Utf8)?) } else { None };
        match (kind, text, pattern) {
            (Kind::Format, _, Some(pattern)) => formatted(values, pattern),
            (Kind::Format, _, None) => Err(raise(internal("date_format without a pattern"))),
            (Kind::Date { forgiving }, Some(texts), Some(pattern)) => {
                let days = |time: DateTime<Utc>| Date32Type::from_naive_date(time.date_naive());
                Ok(Arc::new(Date32Array::from(parsed(&texts, pattern, forgiving, days)?)))
            }
            (Kind::Timestamp { forgiving }, Some(texts), Some(pattern)) => {
                let micros = parsed(&texts, pattern, forgiving, |time| time.timestamp_micros())?;
                Ok(Arc::new(TimestampMicrosecondArray::from(micros).with_timezone("UTC")))
            }
            (Kind::Date { forgiving }, ..) => convert(values, &DataType::Date32, forgiving),
            (Kind::Timestamp { forgiving }, ..) => convert(values, &timestamp(), forgiving),
        }
    }
}

/// Texts read by their patterns.
fn parsed<T>(
    texts: &ArrayRef,
    patterns: &ArrayRef,
    forgiving: bool,
    value: impl Fn(DateTime<Utc>) -> T,
) -> Result<Vec<Option<T>>> {
    let mut last = Last::new(Purpose::Reading);
    let pairs = texts.as_string::<i32>().iter().zip(patterns.as_string::<i32>().iter());
    let read = |pair: (Option<&str>, Option<&str>)| {
        let (Some(text), Some(pattern)) = pair else { return Ok(None) };
        match last.pattern(pattern)?.read(text) {
            None if !forgiving => Err(raise(cannot_parse(text, pattern))),
            time => Ok(time.map(&value)),
        }
    };
    pairs.map(read).collect()
}

fn cannot_parse(text: &str, pattern: &str) -> Diagnostic {
    let message = format!("Text '{text}' could not be parsed with the pattern '{pattern}'.");
    Diagnostic::new("CANNOT_PARSE_TIMESTAMP", "22007", message)
        .with_hint("Correct the text or the pattern, or use `try_to_timestamp` to get NULL for texts that do not fit.")
}

fn formatted(values: &ArrayRef, patterns: &ArrayRef) -> Result<ArrayRef> {
    let instants = convert(values, &timestamp(), false)?;
    let instants = instants.as_primitive::<TimestampMicrosecondType>();
    let mut last = Last::new(Purpose::Printing);
    let print = |pair: (Option<i64>, Option<&str>)| {
        let (Some(micros), Some(pattern)) = pair else { return Ok(None) };
        let pattern = last.pattern(pattern)?;
        Ok(DateTime::from_timestamp_micros(micros).map(|time| pattern.print(&time)))
    };
    let texts = instants.iter().zip(patterns.as_string::<i32>().iter()).map(print);
    Ok(Arc::new(texts.collect::<Result<StringArray>>()?))
}

/// The last pattern, so that a constant one is read once.
struct Last {
    purpose: Purpose,
    text: String,
    pattern: Option<Pattern>,
}

impl Last {
    fn new(purpose: Purpose) -> Self {
        Self { purpose, text: String::new(), pattern: None }
    }

    fn pattern(&mut self, text: &str) -> Result<&Pattern> {
        let known = self.pattern.take().filter(|_| self.text == text);
        let pattern = match known {
            Some(pattern) => pattern,
            None => Pattern::new(text, self.purpose).map_err(raise)?,
        };
        text.clone_into(&mut self.text);
        Ok(self.pattern.insert(pattern))
    }
}
