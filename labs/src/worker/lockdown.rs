//! Takes from this process what student work never needs, for good.

use landlock::{ABI, Access, AccessFs, AccessNet, CompatLevel, Compatible, Ruleset, RulesetAttr, RulesetStatus, Scope};
use nix::sys::resource::{Resource, setrlimit};

use super::system_calls;
use crate::sandbox::Limits;
use crate::sandbox::protocol::Lockdown;

/// The newest Landlock version whose rights are named here; older kernels take what they know of it.
const LANDLOCK: ABI = ABI::V7;

/// Address space for stacks and code, on top of what a statement may hold.
const RESERVE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// The pipes, standard error, /dev/null and a few that the runtime opens.
const OPEN_FILES: u64 = 32;

#[derive(Debug, thiserror::Error)]
pub enum LockdownError {
    #[error("landlock: {0}")]
    Landlock(#[from] landlock::RulesetError),
    #[error("seccomp: {0}")]
    Seccomp(#[from] seccompiler::Error),
    #[error("the seccomp filter cannot be built: {0}")]
    Filter(#[from] seccompiler::BackendError),
}

/// Bounds what one allocation, one file or one crash can take before the parent's watchdog looks.
pub fn limit_resources(limits: &Limits) -> std::io::Result<()> {
    let data = limits.memory_bytes.saturating_mul(2).saturating_add(RESERVE_BYTES);
    for (resource, most) in [
        (Resource::RLIMIT_CORE, 0),
        (Resource::RLIMIT_FSIZE, 0),
        (Resource::RLIMIT_NOFILE, OPEN_FILES),
        (Resource::RLIMIT_DATA, data),
    ] {
        setrlimit(resource, most, most)?;
    }
    Ok(())
}

/// Landlock first, then seccomp, which forbids to change either. Says what this kernel could not do.
///
/// # Errors
/// When the kernel has a mechanism and it still fails.
pub fn lock_down() -> Result<Lockdown, LockdownError> {
    Ok(Lockdown { files: close_files()?, system_calls: system_calls::close()? })
}

/// No rule allows anything, so every file, every port and every other process is out of reach.
fn close_files() -> Result<bool, LockdownError> {
    let status = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(AccessNet::from_all(LANDLOCK))?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .restrict_self()?;
    Ok(status.ruleset != RulesetStatus::NotEnforced)
}

#[cfg(test)]
mod tests;
