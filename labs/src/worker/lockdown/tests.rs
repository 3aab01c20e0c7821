//! The lock-down binds the thread that asks for it and what it starts, so a test's own thread can try it out.

use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Instant, SystemTime};

use super::*;

/// What `look` finds in a thread that is locked down.
fn inside<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::spawn(|| {
        let lockdown = lock_down().expect("this kernel has what a lock-down needs");
        assert!(lockdown.is_complete(), "{lockdown}");
        look()
    });
    thread.join().expect("no panic")
}

#[test]
fn no_file_can_be_opened_looked_at_made_or_removed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("there");
    fs::write(&file, "before").expect("written");
    let (inner, path) = (folder.path().to_owned(), file.clone());
    let tries = inside(move || {
        [
            ("open", fs::File::open("/etc/passwd").is_err()),
            ("read", fs::read("/proc/self/environ").is_err()),
            ("look", fs::metadata(&path).is_err()),
            ("list", fs::read_dir("/").is_err()),
            ("link", fs::read_link("/proc/self/exe").is_err()),
            ("write", fs::write(&path, "after").is_err()),
            ("make", fs::create_dir(inner.join("new")).is_err()),
            ("move", fs::rename(&path, inner.join("moved")).is_err()),
            ("remove", fs::remove_file(&path).is_err()),
            ("go", std::env::set_current_dir("/tmp").is_err()),
        ]
    });
    assert_eq!(tries.iter().filter(|(_, failed)| !failed).map(|(what, _)| what).next(), None);
    assert_eq!(fs::read_to_string(&file).expect("still there"), "before");
}

#[test]
fn no_socket_can_be_made() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("outside it works");
    let address = listener.local_addr().expect("an address");
    let tries = inside(move || {
        [
            TcpStream::connect(address).is_err(),
            TcpListener::bind("127.0.0.1:0").is_err(),
            UdpSocket::bind("127.0.0.1:0").is_err(),
            UnixStream::pair().is_err(),
        ]
    });
    assert_eq!(tries, [true; 4]);
}

#[test]
fn no_program_can_be_started_and_no_process_signalled() {
    let mut other = Command::new("sleep").arg("60").spawn().expect("outside it works");
    let pid = nix::unistd::Pid::from_raw(other.id().cast_signed());
    let tries = inside(move || {
        [
            Command::new("/bin/true").spawn().is_err(),
            nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL).is_err(),
        ]
    });
    let still_runs = other.try_wait().expect("it can be asked").is_none();
    other.kill().expect("outside it works");
    other.wait().expect("it ends");
    assert_eq!((tries, still_runs), ([true; 2], true));
}

#[test]
fn limits_can_be_read_but_not_raised() {
    let raised = inside(|| setrlimit(Resource::RLIMIT_NOFILE, 1, 1).is_ok());
    assert!(!raised);
}

#[test]
fn memory_threads_time_and_randomness_are_left() {
    let sum = inside(|| {
        let began = Instant::now();
        let threads: Vec<_> = (0_u64..4)
            .map(|i| {
                let big = std::thread::Builder::new().stack_size(64 * 1024 * 1024);
                big.spawn(move || vec![i; 4_000_000].iter().sum::<u64>()).expect("a thread")
            })
            .collect();
        let sum: u64 = threads.into_iter().map(|thread| thread.join().expect("no panic")).sum();
        std::thread::sleep(std::time::Duration::from_millis(1));
        assert!(began.elapsed().as_micros() >= 1000 && SystemTime::now() > SystemTime::UNIX_EPOCH);
        assert_ne!(uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
        sum
    });
    assert_eq!(sum, 6 * 4_000_000);
}

#[test]
#[expect(unsafe_code, reason = "memory is asked for and given back untouched")]
fn no_memory_can_be_made_executable() {
    use nix::libc::{MAP_ANONYMOUS, MAP_FAILED, MAP_PRIVATE, PROT_EXEC, PROT_READ, PROT_WRITE, mmap, mprotect, munmap};
    let ask = |protection| {
        // SAFETY: a new mapping at an address of the kernel's choice.
        unsafe { mmap(std::ptr::null_mut(), 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) }
    };
    let tries = inside(move || {
        let memory = ask(PROT_READ | PROT_WRITE);
        // SAFETY: the mapping made above, which nobody else knows.
        let (changed, given_back) = unsafe { (mprotect(memory, 4096, PROT_READ | PROT_EXEC), munmap(memory, 4096)) };
        (memory == MAP_FAILED, changed, given_back, ask(PROT_READ | PROT_EXEC) == MAP_FAILED)
    });
    assert_eq!(tries, (false, -1, 0, true));
}

#[test]
fn an_asynchronous_runtime_works_inside() {
    let answer = inside(|| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("it works");
        runtime.block_on(async {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            tokio::spawn(tokio::task::spawn_blocking(|| 42)).await.expect("no panic").expect("no panic")
        })
    });
    assert_eq!(answer, 42);
}
