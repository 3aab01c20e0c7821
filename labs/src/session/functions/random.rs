//! `rand()`, `random()` and `uuid()` from the session's own source, so that a seeded session repeats itself.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::clock::Watch;

/// The functions by name.
pub fn functions(watch: &Watch) -> HashMap<String, Arc<ScalarUDF>> {
    let function = |name: &'static str| {
        let signature = Signature::variadic_any(Volatility::Volatile);
        let signature = if name == "uuid" { Signature::nullary(Volatility::Volatile) } else { one_or_none(signature) };
        (name.to_owned(), Arc::new(ScalarUDF::from(Random { name, watch: watch.clone(), signature })))
    };
    ["rand", "random", "uuid"].into_iter().map(function).collect()
}

fn one_or_none(any: Signature) -> Signature {
    use datafusion::logical_expr::TypeSignature;
    let forms = TypeSignature::OneOf(vec![TypeSignature::Nullary, TypeSignature::Any(1)]);
    Signature::new(forms, any.volatility)
}

#[derive(Debug)]
struct Random {
    name: &'static str,
    watch: Watch,
    signature: Signature,
}

impl PartialEq for Random {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Random {}

impl Hash for Random {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Random {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(if self.name == "uuid" { DataType::Utf8 } else { DataType::Float64 })
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let array: ArrayRef = match arguments.args.first() {
            _ if self.name == "uuid" => Arc::new(StringArray::from_iter_values((0..rows).map(|_| self.watch.id().to_string()))),
            Some(ColumnarValue::Scalar(seed)) => {
                let mut random = ChaCha8Rng::seed_from_u64(seed_of(seed));
                Arc::new(Float64Array::from_iter_values((0..rows).map(|_| random.random::<f64>())))
            }
            _ => Arc::new(Float64Array::from_iter_values((0..rows).map(|_| self.watch.fraction()))),
        };
        Ok(ColumnarValue::Array(array))
    }
}

fn seed_of(value: &ScalarValue) -> u64 {
    match value.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(Some(seed))) => seed.cast_unsigned(),
        _ => 0,
    }
}
