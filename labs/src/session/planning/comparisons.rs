//! The type that two sides of a comparison have together, where DataFusion would choose another.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::cast;
use datafusion::logical_expr::planner::RawBinaryExpr;

use super::super::functions::rows::digits;
use super::copies::shared_type;

/// Casts both sides of a comparison: a DECIMAL beside a DOUBLE is a DOUBLE, a DATE beside a TIMESTAMP one, and DECIMALs that have no
/// exact type together have the one that keeps the digits before the point. DataFusion compares the first as DECIMAL(30, 15), the
/// second in nanoseconds, and fails for the third.
pub fn with_one_type(mut raw: RawBinaryExpr, left: DataType, right: DataType) -> (RawBinaryExpr, DataType, DataType) {
    let Some(shared) = compared_as(&left, &right) else { return (raw, left, right) };
    if left != shared {
        raw.left = cast(raw.left, shared.clone());
    }
    if right != shared {
        raw.right = cast(raw.right, shared.clone());
    }
    (raw, shared.clone(), shared)
}

/// The type of a comparison; `None` where the engine's own is right.
pub fn compared_as(left: &DataType, right: &DataType) -> Option<DataType> {
    match (left, right) {
        (one, other) if one.is_decimal() && other.is_floating() || one.is_floating() && other.is_decimal() => {
            Some(DataType::Float64)
        }
        (DataType::Date32, time @ DataType::Timestamp(..)) | (time @ DataType::Timestamp(..), DataType::Date32) => {
            Some(time.clone())
        }
        (one, other) if (one.is_decimal() || other.is_decimal()) && one != other => {
            let ((precision, scale), (other_precision, other_scale)) = (digits(one)?, digits(other)?);
            let whole = (precision - scale).max(other_precision - other_scale);
            (whole + scale.max(other_scale) > 38).then(|| shared_type(&[one.clone(), other.clone()]))
        }
        _ => None,
    }
}
