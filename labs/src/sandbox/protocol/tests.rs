use std::collections::BTreeMap;
use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::sandbox::{RunRequest, SessionKind};
use crate::store::StoreCall;

fn run_request() -> impl Strategy<Value = RunRequest> {
    (".{0,200}", prop::collection::btree_map("[a-z]{1,8}", ".{0,20}", 0..4), "[a-z]{1,10}", any::<bool>()).prop_map(
        |(sql, parameters, user_name, keep_going)| RunRequest {
            sql,
            parameters,
            user_name,
            keep_going,
            session: SessionKind::Notebook,
        },
    )
}

fn round_trip<T: serde::Serialize + serde::de::DeserializeOwned>(message: &T, blob: &[u8]) -> (T, Vec<u8>) {
    let mut pipe = Vec::new();
    write(&mut pipe, message, blob).expect("the frame is within the bound");
    let mut reader = Cursor::new(pipe);
    let frame: Frame<T> = read(&mut reader).expect("a written frame can be read").expect("a frame");
    assert!(read::<T>(&mut reader).expect("the end is clean").is_none());
    (frame.message, frame.blob.to_vec())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic_the_decoder(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read::<FromWorker>(&mut Cursor::new(&bytes));
        let _ = read::<ToWorker>(&mut Cursor::new(&bytes));
    }

    #[test]
    fn arbitrary_heads_in_a_sound_frame_never_panic_the_decoder(head in prop::collection::vec(any::<u8>(), 0..600)) {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&u32::try_from(head.len()).expect("small").to_le_bytes());
        bytes.extend_from_slice(&u32::try_from(head.len()).expect("small").to_le_bytes());
        bytes.extend_from_slice(&head);
        let _ = read::<FromWorker>(&mut Cursor::new(&bytes));
    }

    #[test]
    fn a_job_comes_out_as_it_went_in(request in run_request(), blob in prop::collection::vec(any::<u8>(), 0..2000)) {
        let message = ToWorker::Do(Job::Run(request));
        prop_assert_eq!(round_trip(&message, &blob), (message, blob));
    }

    #[test]
    fn a_store_call_comes_out_as_it_went_in(key in ".{0,80}", call in any::<u64>(), create in any::<bool>()) {
        let message = FromWorker::Call { call, request: StoreCall::Put { key, create } };
        prop_assert_eq!(round_trip(&message, b"rows"), (message, b"rows".to_vec()));
    }

    #[test]
    fn a_double_is_the_same_to_the_last_bit_after_it_was_kept_as_text(number in any::<f64>()) {
        prop_assume!(number.is_finite());
        let kept = serde_json::json!([number]).to_string();
        let read: serde_json::Value = serde_json::from_str(&kept).expect("JSON");
        prop_assert_eq!(read[0].as_f64().map(f64::to_bits), Some(number.to_bits()));
    }

    #[test]
    fn a_cut_frame_is_an_error_and_not_a_message(request in run_request(), cut in 1_usize..40) {
        let mut pipe = Vec::new();
        write(&mut pipe, &ToWorker::Do(Job::Run(request)), b"").expect("a frame");
        pipe.truncate(pipe.len().saturating_sub(cut).max(1));
        prop_assert!(read::<ToWorker>(&mut Cursor::new(pipe)).is_err());
    }
}

#[test]
fn values_of_every_kind_survive_the_pipe() {
    let row = serde_json::json!([null, true, -1, u64::MAX, 0.5, "x", ["a", null], {"k": {"deep": [1]}}]);
    let relation = crate::relation::Relation {
        columns: (0..8).map(|i| crate::relation::Column::new(format!("c{i}"), "STRING")).collect(),
        rows: vec![row.as_array().expect("an array").clone()],
    };
    let answer = FromWorker::Done { answer: Answer::Probe(vec![Ok(relation)]), spent: false };
    assert_eq!(round_trip(&answer, b"").0, answer);
}

#[test]
fn a_frame_that_claims_more_than_the_bound_is_refused_before_memory_is_taken() {
    let bytes = [u32::MAX.to_le_bytes(), 4_u32.to_le_bytes()].concat();
    let refused = read::<FromWorker>(&mut Cursor::new(bytes));
    assert!(matches!(refused, Err(FrameError::TooLarge(_))));
}

#[test]
fn a_message_above_the_bound_is_refused_before_it_is_sent() {
    let message = ToWorker::Do(Job::Run(RunRequest {
        sql: String::new(),
        parameters: BTreeMap::new(),
        user_name: String::new(),
        keep_going: false,
        session: SessionKind::Notebook,
    }));
    assert!(matches!(encode(&message, MAX_FRAME_BYTES), Err(FrameError::TooLarge(_))));
}
