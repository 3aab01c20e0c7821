//! What a worker process holds, by the kernel's own account.

use std::collections::BTreeSet;
use std::fs;

use crate::processes::{descriptors, wait_for};
use crate::program::{command_of, path, shown};
use crate::server::Server;

fn proc(pid: i32, file: &str) -> Vec<u8> {
    fs::read(format!("/proc/{pid}/{file}")).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The value of a field in a table such as `/proc/PID/status`.
fn field(pid: i32, file: &str, name: &str) -> String {
    let text = String::from_utf8_lossy(&proc(pid, file)).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().to_owned()
}

/// A server whose starter left it a secret in the environment and an open file and folder.
fn server(data: &std::path::Path) -> Server {
    let shell = "exec 7</etc/hostname 8</etc; exec \"$0\" serve --demo --listen 127.0.0.1:0 --spares 3 --data \"$1\"";
    let mut command = command_of(std::path::Path::new("/bin/sh"), &["-c", shell, &shown(&path()), &shown(data)]);
    command.env("SECRET_OF_THE_SERVER", "swordfish");
    Server::of(command)
}

#[test]
fn a_worker_has_no_environment_no_file_and_no_socket_and_shares_no_pipe() {
    let data = tempfile::tempdir().expect("a folder");
    let server = server(data.path());
    assert!(descriptors(server.pid().cast_signed()).contains(&"/etc".to_owned()), "the server itself has it");
    let workers = server.workers(3);
    wait_for("the last lock-down", || (field(workers[2], "status", "Seccomp:") == "2").then_some(()));
    let mut pipes = BTreeSet::new();
    for worker in workers {
        assert_eq!(proc(worker, "environ"), b"", "the environment");
        let held = descriptors(worker);
        let own: BTreeSet<&String> = held.iter().filter(|target| target.starts_with("pipe:")).collect();
        let plain = |target: &&String| *target == "/dev/null" || target.starts_with("anon_inode:[event");
        let others: Vec<&String> = held.iter().filter(|target| !own.contains(target) && !plain(target)).collect();
        assert!(others.is_empty(), "{others:?}");
        assert_eq!(own.len(), 3, "in, out and for last words: {held:?}");
        for pipe in own {
            assert!(pipes.insert(pipe.clone()), "{pipe} is another worker's too");
        }
    }
}

#[test]
fn a_worker_is_confined_by_the_kernel_before_it_has_any_work() {
    let data = tempfile::tempdir().expect("a folder");
    let server = server(data.path());
    let worker = server.workers(3)[0];
    assert_eq!(field(worker, "status", "Seccomp:"), "2", "a filter of system calls");
    assert_eq!(field(worker, "status", "NoNewPrivs:"), "1");
    for (limit, most) in [("Max core file size", "0"), ("Max file size", "0"), ("Max open files", "32")] {
        let values = field(worker, "limits", limit);
        assert!(values.split_whitespace().take(2).all(|value| value == most), "{limit}: {values}");
    }
    assert_eq!(fs::read_link(format!("/proc/{worker}/cwd")).expect("a folder").to_str(), Some("/"));
}
