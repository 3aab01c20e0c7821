//! "Did you mean": the known name that a mistyped one is closest to.

/// Longer names are not compared, so that hostile input costs nothing.
const MAX_LENGTH: usize = 64;

/// The candidate with the fewest edits from `name`, when it is near enough to be what was meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.is_empty() || name.len() > MAX_LENGTH {
        return None;
    }
    let lowered = name.to_lowercase();
    let allowed = (name.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= MAX_LENGTH && *candidate != name)
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= 4 * allowed)
        .map(|candidate| (strsim::osa_distance(&lowered, &candidate.to_lowercase()), candidate))
        .filter(|(edits, _)| *edits <= allowed)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_typing_slip_finds_its_name() {
        assert_eq!(nearest("qualty", ["etl", "quality", "refresh"]), Some("quality"));
        assert_eq!(nearest("Task_Key", ["task_key", "run_if"]), Some("task_key"));
    }

    #[test]
    fn a_different_word_finds_nothing() {
        assert_eq!(nearest("banana", ["etl", "quality", "refresh"]), None);
        assert_eq!(nearest("ab", ["xy"]), None);
    }
}
