//! Starting and stopping the server: what prevents it is said, with what to do.

use std::net::TcpListener;
use std::path::Path;

use crate::processes::{is_alive, wait_for, workers_of};
use crate::program::{Ran, folder_of, sandbar, shown};
use crate::server::Server;

/// A start that must fail.
fn start(data: &Path, more: &[&str]) -> Ran {
    let data = shown(data);
    sandbar(&[&["serve", "--data", data.as_str()], more].concat())
}

#[test]
fn asked_to_stop_it_ends_with_status_0_and_takes_its_workers_with_it() {
    let data = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data.path(), &[]);
    let workers = workers_of(server.pid());
    let ran = server.stop();
    assert_eq!(ran.status, 0, "{ran:?}");
    wait_for("the workers' end", || workers.iter().all(|worker| !is_alive(*worker)).then_some(()));
}

#[test]
fn a_data_folder_serves_one_server_at_a_time() {
    let data = tempfile::tempdir().expect("a folder");
    let first = Server::demo(data.path(), &[]);
    let ran = start(data.path(), &["--demo", "--listen", "127.0.0.1:0"]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("in use by another sandbar") && ran.err.contains("--data"), "{}", ran.err);
    drop(first);
    assert_eq!(Server::demo(data.path(), &[]).stop().status, 0, "free again, though the first one was killed");
}

#[test]
fn an_address_that_is_taken_or_not_ours_is_told_with_what_to_do() {
    let data = tempfile::tempdir().expect("a folder");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let ran = start(data.path(), &["--listen", &address]);
    assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{ran:?}");
    assert!(ran.err.contains(&address) && ran.err.contains("another program listens there"), "{}", ran.err);
    let ran = start(data.path(), &["--listen", "here"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("--listen"), "{}", ran.err);
}

#[test]
fn a_course_with_mistakes_is_not_served_and_all_of_them_are_told() {
    let course = folder_of(&[
        ("course.yml", "slug: c\ntitel: C\nsummary: S\ntopics:\n  - lesson: one\n  - lab: missing\n"),
        ("lessons/one.md", "no head\n"),
    ]);
    let data = tempfile::tempdir().expect("a folder");
    let content = shown(course.path());
    let ran = start(data.path(), &["--listen", "127.0.0.1:0", "--content", &content]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
    for told in ["course.yml, line 2", "course.yml, line 6", "lessons/one.md, line 1", "sandbar check"] {
        assert!(ran.err.contains(told), "{told} in {}", ran.err);
    }
}
