//! How much of a run is kept: enough to read and to repair it, whatever its notebooks did.

use sandbar_labs::workflow::run::{Attempt, RunRecord};

/// A record as JSON.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;
/// One error, one value of a parameter, one line of output.
const MAX_CHARACTERS: usize = 2_000;
/// The record as it is stored: never larger than [`MAX_RECORD_BYTES`]. What is too long is cut; of a run with too much
/// in it the output goes first, then what its attempts saw, then the older ones of them and of its repairs. What is left
/// last is each task with its result, of which a job has so many at most that they fit.
pub fn stored(mut record: RunRecord) -> serde_json::Result<String> {
    for attempt in attempts(&mut record) {
        attempt.output.iter_mut().chain(attempt.parameters.values_mut()).for_each(|text| cut(text, MAX_CHARACTERS));
    }
    errors(&mut record, MAX_CHARACTERS);
    let mut text = serde_json::to_string(&record)?;
    for reduce in REDUCTIONS {
        if text.len() <= MAX_RECORD_BYTES {
            break;
        }
        reduce(&mut record);
        text = serde_json::to_string(&record)?;
    }
    Ok(text)
}

/// Each takes more than the one before.
const REDUCTIONS: [fn(&mut RunRecord); 9] = [
    |record| attempts(record).for_each(|attempt| attempt.output.clear()),
    |record| {
        attempts(record).for_each(|attempt| {
            attempt.parameters.clear();
            attempt.read.clear();
            attempt.rows = None;
        });
    },
    |record| keep_last(record, 20),
    |record| errors(record, 200),
    |record| keep_last(record, 3),
    |record| attempts(record).for_each(|attempt| attempt.written.clear()),
    |record| {
        keep_last(record, 1);
        errors(record, 40);
    },
    |record| {
        record.repairs.clear();
        record.clusters.clear();
        attempts(record).for_each(|attempt| attempt.values.clear());
    },
    |record| record.tasks.iter_mut().for_each(|task| task.attempts.clear()),
];

fn attempts(record: &mut RunRecord) -> impl Iterator<Item = &mut Attempt> {
    record.tasks.iter_mut().flat_map(|task| &mut task.attempts)
}

fn errors(record: &mut RunRecord, characters: usize) {
    attempts(record).filter_map(|attempt| attempt.error.as_mut()).for_each(|error| cut(error, characters));
    record.tasks.iter_mut().filter_map(|task| task.error.as_mut()).for_each(|error| cut(error, characters));
}

/// So many attempts of each task, repairs, and uses of clusters, the last ones.
fn keep_last(record: &mut RunRecord, most: usize) {
    record.tasks.iter_mut().for_each(|task| last(&mut task.attempts, most));
    last(&mut record.repairs, most);
    last(&mut record.clusters, most.saturating_mul(20));
}

fn last<T>(all: &mut Vec<T>, most: usize) {
    all.drain(..all.len().saturating_sub(most));
}

fn cut(text: &mut String, characters: usize) {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
        text.push('…');
    }
}
