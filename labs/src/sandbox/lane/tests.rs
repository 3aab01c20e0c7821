use bytes::Bytes;

use super::*;
use crate::store::{StoreCall, StoreReply};

fn lane() -> Lane {
    Lane::new(PathBuf::from("/nowhere"))
}

#[tokio::test]
async fn the_one_that_runs_and_three_more_may_be_there_and_the_fifth_is_turned_away() {
    let (lane, limits) = (lane(), Limits { queued_statements: 3, ..Limits::default() });
    let running = lane.enter(&limits).await.expect("nobody is there");
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(lane.enter(&limits))).collect();
    for turn in &mut waiting {
        assert!(futures::poll!(turn).is_pending());
    }
    assert!(lane.enter(&limits).await.is_none());
    drop(running);
    assert!(futures::poll!(&mut waiting[0]).is_ready());
    let refusal = super::super::verdict::queue_full(&limits);
    assert_eq!(refusal.class, "LIMIT_EXCEEDED.QUEUE");
    assert!(refusal.message.contains("3 more are waiting"), "{}", refusal.message);
}

#[tokio::test]
async fn one_who_gives_up_waiting_leaves_room() {
    let (lane, limits) = (lane(), Limits { queued_statements: 0, ..Limits::default() });
    let running = lane.enter(&limits).await.expect("nobody is there");
    assert!(lane.enter(&limits).await.is_none());
    drop(running);
    assert!(lane.enter(&limits).await.is_some());
}

#[test]
fn a_lane_that_was_closed_for_good_refuses_calls_and_opens_no_store_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lane, limits) = (Lane::new(folder.path().join("workspace")), Limits::default());
    let store = lane.store(&limits).expect("a new folder");
    let put = || StoreCall::Put { key: "t/a".to_owned(), create: true };
    lane.close_for_good();
    let (reply, _) = store.serve_while_open(put(), Bytes::from_static(b"late"));
    assert!(matches!(reply, StoreReply::Failed(_)), "{reply:?}");
    std::fs::remove_dir_all(lane.folder()).expect("nobody writes to it");
    assert!(matches!(lane.close_store(), Err(StoreError::Closed)));
    assert!(matches!(lane.store(&limits), Err(StoreError::Closed)));
    assert!(!lane.folder().exists());
}

#[tokio::test]
async fn cancel_reaches_the_one_that_runs_and_says_when_nobody_does() {
    let lane = lane();
    assert!(!lane.cancel());
    let turn = lane.enter_always().await;
    assert!(lane.cancel());
    turn.cancel.notified().await;
    drop(turn);
    assert!(!lane.cancel());
}

#[tokio::test]
async fn cancel_is_not_about_one_that_runs_apart() {
    let (lane, limits) = (lane(), Limits::default());
    let turn = lane.enter_apart(&limits).await.expect("nobody is there");
    assert!(!lane.cancel());
    assert!(futures::poll!(Box::pin(turn.cancel.notified())).is_pending());
}
