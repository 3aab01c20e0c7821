//! Means, variances and correlations. Variances divide by the count, as the formulas of test theory do.

/// `None` of nothing.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

pub(super) fn covariance(pairs: &[(f64, f64)]) -> Option<f64> {
    let (firsts, seconds): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let (first, second) = (mean(&firsts)?, mean(&seconds)?);
    mean(&pairs.iter().map(|(one, other)| (one - first) * (other - second)).collect::<Vec<_>>())
}

pub(super) fn variance(values: &[f64]) -> Option<f64> {
    covariance(&values.iter().map(|value| (*value, *value)).collect::<Vec<_>>())
}

/// Pearson's r; `None` for fewer than three pairs, or when either side does not vary.
pub(super) fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    if pairs.len() < 3 {
        return None;
    }
    let (firsts, seconds): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    let spread = (variance(&firsts)? * variance(&seconds)?).sqrt();
    // Shares of points differ by more than this, or not at all.
    (spread > 1e-12).then_some(())?;
    Some((covariance(pairs)? / spread).clamp(-1.0, 1.0))
}
