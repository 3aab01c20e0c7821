//! What the generators `explode`, `posexplode` and `inline` unnest: for each row the list of the rows it becomes.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Int32Array, ListArray, OffsetSizeTrait, StructArray, UInt32Array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{is_null, nullif, take};
use datafusion::arrow::datatypes::{DataType, Field, Fields};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};

use super::super::errors::{raise, unexpected};
use super::super::types::type_name;

/// A generator by its name in SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Generator {
    kind: Kind,
    /// Whether a row without elements becomes one row of NULLs.
    outer: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Explode,
    PosExplode,
    Inline,
}

impl Generator {
    pub fn named(name: &str) -> Option<Self> {
        let (base, outer) = name.strip_suffix("_outer").map_or((name, false), |base| (base, true));
        let kind = match base {
            "explode" => Kind::Explode,
            "posexplode" => Kind::PosExplode,
            "inline" => Kind::Inline,
            _ => return None,
        };
        Some(Self { kind, outer })
    }

    /// A function of one value: an array, for `explode` and `posexplode` also a map. It gives a list of structs, whose fields
    /// are the columns of the generated rows: `pos` (from 0) where it is asked for, and `col`, or `key` and `value`, or for
    /// `inline` the fields of the array's structs. The list is empty for an empty or NULL value, unless the generator is an outer one.
    pub fn function(self) -> Arc<ScalarUDF> {
        Arc::new(ScalarUDF::from(Generate { generator: self, signature: Signature::any(1, Volatility::Immutable) }))
    }

    /// The columns of the rows that a value of this type becomes.
    ///
    /// # Errors
    /// DATATYPE_MISMATCH when such values have no elements.
    fn columns(self, input: &DataType) -> Result<Fields> {
        let mut columns: Vec<Field> = match (input, self.kind) {
            (DataType::List(element) | DataType::LargeList(element), Kind::Inline) => match element.data_type() {
                DataType::Struct(fields) => fields.iter().map(|field| field.as_ref().clone()).collect(),
                _ => return Err(self.refused(input)),
            },
            (DataType::List(element) | DataType::LargeList(element) | DataType::FixedSizeList(element, _), _) => {
                vec![element.as_ref().clone().with_name("col")]
            }
            (DataType::Map(entries, _), Kind::Explode | Kind::PosExplode) => match entries.data_type() {
                DataType::Struct(fields) if fields.len() == 2 => {
                    vec![fields[0].as_ref().clone().with_name("key"), fields[1].as_ref().clone().with_name("value")]
                }
                _ => return Err(self.refused(input)),
            },
            _ => return Err(self.refused(input)),
        };
        if self.kind == Kind::PosExplode {
            columns.insert(0, Field::new("pos", DataType::Int32, true));
        }
        Ok(columns.into_iter().map(|column| column.with_nullable(true)).collect())
    }

    fn refused(self, input: &DataType) -> datafusion::common::DataFusionError {
        let wanted = if self.kind == Kind::Inline { "an ARRAY of STRUCTs" } else { "an ARRAY or a MAP" };
        let why = format!("\"{}\" needs {wanted}, not \"{}\"", self.name(), type_name(input));
        raise(unexpected(&why))
    }

    fn name(self) -> &'static str {
        match (self.kind, self.outer) {
            (Kind::Explode, false) => "explode",
            (Kind::Explode, true) => "explode_outer",
            (Kind::PosExplode, false) => "posexplode",
            (Kind::PosExplode, true) => "posexplode_outer",
            (Kind::Inline, false) => "inline",
            (Kind::Inline, true) => "inline_outer",
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Generate {
    generator: Generator,
    signature: Signature,
}

impl ScalarUDFImpl for Generate {
    fn name(&self) -> &str {
        self.generator.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        Ok(list_of(self.generator.columns(&arguments[0])?))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let values = arguments.args[0].to_array(arguments.number_rows)?;
        let columns = self.generator.columns(values.data_type())?;
        let rows = Rows::of(&values, self.generator.outer)?;
        Ok(ColumnarValue::Array(rows.lists(self.generator, columns, &elements(&values)?)?))
    }
}

fn list_of(columns: Fields) -> DataType {
    DataType::List(element_of(columns))
}

fn element_of(columns: Fields) -> Arc<Field> {
    Arc::new(Field::new_list_field(DataType::Struct(columns), true))
}

/// The columns below a list or map: its elements, its structs' fields, its keys and values.
fn elements(values: &ArrayRef) -> Result<Vec<ArrayRef>> {
    let elements = match values.data_type() {
        DataType::List(_) => values.as_list::<i32>().values().clone(),
        DataType::LargeList(_) => values.as_list::<i64>().values().clone(),
        DataType::FixedSizeList(..) => values.as_fixed_size_list().values().clone(),
        DataType::Map(..) => return Ok(values.as_map().entries().columns().to_vec()),
        other => return exec_err!("{other} has no elements"),
    };
    Ok(vec![elements])
}

/// Which element each generated row shows, and where the rows of each value begin.
struct Rows {
    elements: Vec<Option<u32>>,
    positions: Vec<Option<i32>>,
    ends: Vec<i32>,
}

impl Rows {
    fn of(values: &ArrayRef, outer: bool) -> Result<Self> {
        let mut rows = Self { elements: Vec::new(), positions: Vec::new(), ends: vec![0] };
        match values.data_type() {
            DataType::List(_) => rows.add_all(values.as_list::<i32>().value_offsets(), values, outer),
            DataType::LargeList(_) => rows.add_all(values.as_list::<i64>().value_offsets(), values, outer),
            DataType::Map(..) => rows.add_all(values.as_map().value_offsets(), values, outer),
            DataType::FixedSizeList(_, width) => {
                let offsets: Vec<i64> = (0..=values.len() as i64).map(|at| at * i64::from(*width)).collect();
                rows.add_all(&offsets, values, outer);
            }
            other => return exec_err!("{other} has no elements"),
        }
        Ok(rows)
    }

    fn add_all<O: OffsetSizeTrait>(&mut self, offsets: &[O], values: &ArrayRef, outer: bool) {
        for (at, bounds) in offsets.windows(2).enumerate() {
            let range = bounds[0].as_usize()..bounds[1].as_usize();
            if values.is_valid(at) && !range.is_empty() {
                for (position, element) in range.enumerate() {
                    self.elements.push(u32::try_from(element).ok());
                    self.positions.push(i32::try_from(position).ok());
                }
            } else if outer {
                self.elements.push(None);
                self.positions.push(None);
            }
            self.ends.push(i32::try_from(self.elements.len()).unwrap_or(i32::MAX));
        }
    }

    /// The rows as lists of structs of the given columns.
    fn lists(self, generator: Generator, columns: Fields, elements: &[ArrayRef]) -> Result<ArrayRef> {
        let chosen = UInt32Array::from(self.elements);
        let mut shown: Vec<ArrayRef> = Vec::with_capacity(columns.len());
        if generator.kind == Kind::PosExplode {
            shown.push(Arc::new(Int32Array::from(self.positions)));
        }
        for element in elements {
            let taken = take(element, &chosen, None)?;
            match taken.as_struct_opt() {
                Some(structs) if generator.kind == Kind::Inline => shown.extend(fields_of(structs)?),
                _ => shown.push(taken),
            }
        }
        let structs = StructArray::try_new_with_length(columns.clone(), shown, None, chosen.len())?;
        let offsets = OffsetBuffer::new(self.ends.into());
        Ok(Arc::new(ListArray::try_new(element_of(columns), offsets, Arc::new(structs), None)?))
    }
}

/// A struct's fields; those of a NULL struct are NULL.
fn fields_of(structs: &StructArray) -> Result<Vec<ArrayRef>> {
    let absent = is_null(structs)?;
    let field = |field: &ArrayRef| Ok(nullif(field, &absent)?);
    structs.columns().iter().map(field).collect()
}
