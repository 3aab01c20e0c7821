//! The system calls that a worker keeps: memory, threads, time, randomness and the pipes it has.
//!
//! Invariant: a list of what is allowed; everything else fails with "not permitted". No call on it takes a path, makes a
//! socket, starts a program or reaches another process, and no memory becomes executable that was not when it began.

use std::collections::BTreeMap;

use nix::libc;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};

use super::lockdown::LockdownError;

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Allowed with any argument.
const ALLOWED: &[libc::c_long] = &[
    // The pipes.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_lseek,
    // Memory.
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_brk,
    // Threads and their waiting.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_get_robust_list,
    libc::SYS_rseq,
    libc::SYS_set_tid_address,
    libc::SYS_clone3,
    libc::SYS_membarrier,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_gettid,
    libc::SYS_getpid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_restart_syscall,
    // Signals to itself: the standard library's stack guard, abort.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    // Time and randomness.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    // Waiting for descriptors that are there already.
    libc::SYS_ppoll,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
];

#[cfg(target_arch = "x86_64")]
const ALLOWED_HERE: &[libc::c_long] = &[libc::SYS_poll, libc::SYS_epoll_wait, libc::SYS_time];
#[cfg(not(target_arch = "x86_64"))]
const ALLOWED_HERE: &[libc::c_long] = &[];

/// Applies the filters to this thread and all that it starts. `false` when the kernel has no seccomp filters.
///
/// # Errors
/// When a filter cannot be built or the kernel refuses a sound one.
pub fn close() -> Result<bool, LockdownError> {
    let Ok(architecture) = TargetArch::try_from(std::env::consts::ARCH) else { return Ok(false) };
    // clone3 hides its flags behind a pointer, where a filter cannot look. "No such call" makes the C library use clone.
    let no_clone3 = Rules::from([(libc::SYS_clone3, Vec::new())]);
    let not_there = SeccompAction::Errno(errno(libc::ENOSYS));
    let hide = SeccompFilter::new(no_clone3, SeccompAction::Allow, not_there, architecture)?;
    let refuse = SeccompAction::Errno(errno(libc::EPERM));
    let keep = SeccompFilter::new(allowed()?, refuse, SeccompAction::Allow, architecture)?;
    for filter in [hide, keep] {
        let program: BpfProgram = filter.try_into()?;
        match seccompiler::apply_filter(&program) {
            Ok(()) => {}
            Err(seccompiler::Error::Prctl(error)) if is_absent(&error) => return Ok(false),
            Err(seccompiler::Error::Seccomp(error)) if is_absent(&error) => return Ok(false),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(true)
}

fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EINVAL | libc::ENOSYS))
}

fn errno(number: i32) -> u32 {
    number.unsigned_abs()
}

fn allowed() -> Result<Rules, LockdownError> {
    let mut rules: Rules = ALLOWED.iter().chain(ALLOWED_HERE).map(|call| (*call, Vec::new())).collect();
    let myself = u64::from(std::process::id());
    let executable = libc::PROT_EXEC.unsigned_abs().into();
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        rules.insert(call, vec![rule(2, SeccompCmpOp::MaskedEq(executable), 0)?]);
    }
    let threads = libc::CLONE_THREAD.unsigned_abs().into();
    rules.insert(libc::SYS_clone, vec![rule(0, SeccompCmpOp::MaskedEq(threads), threads)?]);
    rules.insert(libc::SYS_tgkill, vec![rule(0, SeccompCmpOp::Eq, myself)?]);
    rules.insert(libc::SYS_prctl, vec![rule(0, SeccompCmpOp::Eq, libc::PR_SET_NAME.unsigned_abs().into())?]);
    // Only to read a limit (the size of the stack): the third argument would be a new one.
    rules.insert(libc::SYS_prlimit64, vec![rule(2, SeccompCmpOp::Eq, 0)?]);
    Ok(rules)
}

/// Allows the call when its argument compares so.
fn rule(argument: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, LockdownError> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value)?;
    Ok(SeccompRule::new(vec![condition])?)
}
