//! `rand()`, `random()` and `uuid()` from the session's own source, so that a seeded session repeats itself.
//!
//! Invariant: each call in a statement has a source of its own, drawn when the call is planned. Planning goes from left
//! to right, so values do not depend on the order in which the parts of a plan run.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use parking_lot::Mutex;
use rand::{Rng, RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::super::clock::Watch;
use super::super::errors::raise;
use super::xor_shift::XorShift;
use crate::diagnostic::Diagnostic;

/// Names of these functions.
pub const NAMES: [&str; 4] = ["rand", "random", "uuid", DRAW];

/// The name of a `rand(seed)` that is meant to be the same draw wherever a SELECT list has it.
pub const DRAW: &str = "__draw";

/// A call of one of these functions, with its own source.
pub fn call(name: &str, watch: &Watch) -> Option<Arc<ScalarUDF>> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    let seed = watch.seed();
    let forms =
        if name == "uuid" { vec![TypeSignature::Nullary] } else { vec![TypeSignature::Nullary, TypeSignature::Any(1)] };
    Some(Arc::new(ScalarUDF::from(Random {
        name,
        seed,
        source: Mutex::new(Source::Session(Box::new(ChaCha8Rng::seed_from_u64(seed)))),
        signature: Signature::new(TypeSignature::OneOf(forms), Volatility::Volatile),
    })))
}

#[derive(Debug)]
struct Random {
    name: &'static str,
    seed: u64,
    source: Mutex<Source>,
    signature: Signature,
}

#[derive(Debug)]
enum Source {
    Session(Box<ChaCha8Rng>),
    /// `rand(seed)` once its seed is known.
    Given(XorShift),
}

impl PartialEq for Random {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.seed) == (other.name, other.seed)
    }
}

impl Eq for Random {}

impl Hash for Random {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.name, self.seed).hash(state);
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
        let mut source = self.source.lock();
        if let (Some(seed), Source::Session(_)) = (arguments.args.first(), &*source) {
            *source = Source::Given(XorShift::new(given_seed(seed)?));
        }
        let rows = 0..arguments.number_rows;
        let array: ArrayRef = if self.name == "uuid" {
            Arc::new(StringArray::from_iter_values(rows.map(|_| source.id())))
        } else {
            Arc::new(Float64Array::from_iter_values(rows.map(|_| source.fraction())))
        };
        Ok(ColumnarValue::Array(array))
    }
}

impl Source {
    fn fraction(&mut self) -> f64 {
        match self {
            Self::Session(random) => random.random(),
            Self::Given(random) => random.fraction(),
        }
    }

    fn id(&mut self) -> String {
        let mut bytes = [0; 16];
        if let Self::Session(random) = self {
            random.fill_bytes(&mut bytes);
        }
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// The seed of `rand(seed)`; NULL counts as 0.
fn given_seed(argument: &ColumnarValue) -> Result<i64> {
    let not_a_seed = || {
        let message = "The seed of rand(seed) is the same for all rows: a whole number, not a column.";
        raise(Diagnostic::new("SEED_EXPRESSION_IS_UNFOLDABLE", "42K08", message).with_hint("Write it as rand(42)."))
    };
    let ColumnarValue::Scalar(value) = argument else { return Err(not_a_seed()) };
    match value.cast_to(&DataType::Int64) {
        Ok(ScalarValue::Int64(seed)) => Ok(seed.unwrap_or_default()),
        _ => Err(not_a_seed()),
    }
}
