//! How much of a run is kept: enough to read and to repair it, whatever its notebooks did.

use sandbar_labs::workflow::run::RunRecord;

/// A record as JSON.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;
/// One error, one value of a parameter, one line of output.
const MAX_CHARACTERS: usize = 2_000;
/// Attempts of a task that are kept where all of them are too many.
const KEPT_ATTEMPTS: usize = 20;

/// The record as it is stored. What is too long is cut; of a run with too much in it the output goes first, then what
/// its
/// attempts saw, then the older ones of them.
pub fn stored(mut record: RunRecord) -> serde_json::Result<String> {
    for attempt in record.tasks.iter_mut().flat_map(|task| &mut task.attempts) {
        attempt.output.iter_mut().chain(attempt.parameters.values_mut()).chain(&mut attempt.error).for_each(cut);
    }
    record.tasks.iter_mut().filter_map(|task| task.error.as_mut()).for_each(cut);
    let mut text = serde_json::to_string(&record)?;
    for reduce in [without_output, without_details, without_older_attempts] {
        if text.len() <= MAX_RECORD_BYTES {
            break;
        }
        reduce(&mut record);
        text = serde_json::to_string(&record)?;
    }
    Ok(text)
}

fn cut(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        text.truncate(end);
        text.push('…');
    }
}

fn without_output(record: &mut RunRecord) {
    record.tasks.iter_mut().flat_map(|task| &mut task.attempts).for_each(|attempt| attempt.output.clear());
}

fn without_details(record: &mut RunRecord) {
    for attempt in record.tasks.iter_mut().flat_map(|task| &mut task.attempts) {
        attempt.parameters.clear();
        attempt.read.clear();
    }
}

fn without_older_attempts(record: &mut RunRecord) {
    for task in &mut record.tasks {
        let surplus = task.attempts.len().saturating_sub(KEPT_ATTEMPTS);
        task.attempts.drain(..surplus);
    }
}
