//! Functions of our own that compute a value from the values of one row: what they take, what they give, and how.
//!
//! A family of functions is a table of [`Function`]s. Arguments are read as the types that the table names, as Spark's
//! ANSI mode reads them; a wrong number of arguments and a type that cannot be read are refused before anything runs.

mod coercion;
mod row;

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, new_empty_array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use super::super::errors::raise;
use super::super::types::timestamp;
use crate::diagnostic::Diagnostic;

pub use coercion::{coerced, common_type, digits, is_count_of_days, list_of, map_of, parameter};
pub use row::Row;
pub use row::scalars;

/// What an argument is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any value, as it is.
    Any,
    /// A text; every other single value is printed.
    Text,
    /// A text, and nothing else.
    OnlyText,
    Int,
    Long,
    Double,
    /// A number, as it is; a text is read as a DOUBLE.
    Number,
    Boolean,
    Date,
    Timestamp,
    /// A TIMESTAMP, and nothing else.
    Instant,
    Binary,
    /// A whole number, and no other.
    Days,
    /// A text or bytes, as they are; every other value is printed.
    TextOrBinary,
    Array,
    Map,
    /// An array or a map.
    Collection,
    /// A text; where one argument is an array, an array like it; where all are bytes, bytes.
    TextOrArray,
    /// A text, or an array of texts.
    TextOrTexts,
    /// The one type that all such arguments have in common.
    Common,
    /// The type of the elements of the array before it.
    Element,
    /// An array of the type that it has in common with the first argument.
    SameArray,
    /// A map of the type that all such maps have in common.
    SameMap,
    /// The type of the keys of the map before it.
    Key,
}

/// The type that a function gives.
#[derive(Clone, Copy)]
pub enum Gives {
    Text,
    Int,
    Long,
    Double,
    Boolean,
    Date,
    Timestamp,
    /// The type of an argument.
    Like(usize),
    /// The type of the elements of an argument.
    ElementOf(usize),
    By(fn(&[DataType]) -> Result<DataType>),
    /// By the types and the arguments that are constants.
    ByConstants(fn(&[DataType], &[Option<&ScalarValue>]) -> Result<DataType>),
}

/// The value of a row. [`ScalarValue::Null`] is a NULL of the function's type.
pub type Body = fn(&Row<'_>) -> Result<ScalarValue>;

/// A function, as its family's table lists it.
pub struct Function {
    names: &'static [&'static str],
    takes: &'static [Takes],
    required: usize,
    variadic: bool,
    gives: Gives,
    strict: bool,
    body: Body,
}

impl Function {
    /// A function that needs all its arguments and gives NULL when one of them is NULL.
    pub const fn new(names: &'static [&'static str], takes: &'static [Takes], gives: Gives, body: Body) -> Self {
        Self { names, takes, required: takes.len(), variadic: false, gives, strict: true, body }
    }

    /// The last `count` arguments may be left away.
    pub const fn optional(self, count: usize) -> Self {
        Self { required: self.takes.len() - count, ..self }
    }

    /// The last argument may be repeated, or left away.
    pub const fn variadic(self) -> Self {
        Self { required: self.takes.len() - 1, variadic: true, ..self }
    }

    /// It looks at NULLs itself.
    pub const fn sees_nulls(self) -> Self {
        Self { strict: false, ..self }
    }

    fn takes(&self, at: usize) -> Takes {
        self.takes.get(at).or(self.takes.last()).copied().unwrap_or(Takes::Any)
    }

    fn accepts(&self, count: usize) -> bool {
        count >= self.required && (self.variadic || count <= self.takes.len())
    }
}

/// The functions of a table, one for each name.
pub fn functions(table: &'static [Function]) -> impl Iterator<Item = Arc<ScalarUDF>> {
    table.iter().flat_map(|function| function.names.iter().map(move |name| Arc::new(udf(function, name))))
}

fn udf(function: &'static Function, name: &'static str) -> ScalarUDF {
    ScalarUDF::from(Rows { function, name, signature: Signature::user_defined(Volatility::Immutable) })
}

/// A wrong number of arguments.
pub fn wrong_number(name: &str, given: usize) -> Diagnostic {
    let message = format!("The function `{name}` does not take {given} arguments.");
    Diagnostic::new("WRONG_NUM_ARGS.WITHOUT_SUGGESTION", "42605", message)
        .with_hint(format!("DESCRIBE FUNCTION {name} says how it is called."))
}

struct Rows {
    function: &'static Function,
    name: &'static str,
    signature: Signature,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Rows {}

impl Hash for Rows {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Rows {
    fn gives(&self, arguments: &[DataType], constants: &[Option<&ScalarValue>]) -> Result<DataType> {
        let argument = |at: usize| arguments.get(at).cloned().unwrap_or(DataType::Null);
        Ok(match self.function.gives {
            Gives::Text => DataType::Utf8,
            Gives::Int => DataType::Int32,
            Gives::Long => DataType::Int64,
            Gives::Double => DataType::Float64,
            Gives::Boolean => DataType::Boolean,
            Gives::Date => DataType::Date32,
            Gives::Timestamp => timestamp(),
            Gives::Like(at) => argument(at),
            Gives::ElementOf(at) => coercion::element(&argument(at)),
            Gives::By(by) => by(arguments)?,
            Gives::ByConstants(by) => by(arguments, constants)?,
        })
    }
}

impl ScalarUDFImpl for Rows {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        if !self.function.accepts(arguments.len()) {
            return Err(raise(wrong_number(self.name, arguments.len())));
        }
        let takes: Vec<Takes> = (0..arguments.len()).map(|at| self.function.takes(at)).collect();
        coercion::coerced(self.name, &takes, arguments).map_err(raise)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.gives(arguments, &[])
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let types: Vec<DataType> = arguments.arg_fields.iter().map(|field| field.data_type().clone()).collect();
        Ok(Arc::new(Field::new(self.name, self.gives(&types, arguments.scalar_arguments)?, true)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = arguments.args.iter().all(|argument| matches!(argument, ColumnarValue::Scalar(_)));
        let rows = if constant { 1 } else { arguments.number_rows };
        let columns = arguments.args.iter().map(row::Column::new).collect::<Result<Vec<_>>>()?;
        let gives = arguments.return_field.data_type();
        let value = |at: usize| {
            let row = Row { name: self.name, columns: &columns, at, gives };
            if self.function.strict && row.has_null() { Ok(ScalarValue::Null) } else { (self.function.body)(&row) }
        };
        let values = assembled((0..rows).map(value).collect::<Result<Vec<_>>>()?, gives)?;
        if constant {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&values, 0)?));
        }
        Ok(ColumnarValue::Array(values))
    }
}

/// Values as an array of a type; untyped NULLs take it.
pub fn assembled(values: Vec<ScalarValue>, data_type: &DataType) -> Result<ArrayRef> {
    if values.is_empty() {
        return Ok(new_empty_array(data_type));
    }
    let null = ScalarValue::try_from(data_type)?;
    let typed = values.into_iter().map(|value| match value {
        ScalarValue::Null => Ok(null.clone()),
        value if &value.data_type() == data_type => Ok(value),
        value => value.cast_to(data_type),
    });
    let array = ScalarValue::iter_to_array(typed.collect::<Result<Vec<_>>>()?)?;
    if array.data_type() == data_type { Ok(array) } else { Ok(cast(&array, data_type)?) }
}
