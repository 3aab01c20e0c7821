//! Lets the server and other programs go first.
//!
//! The one place of this crate with unsafe code: neither the standard library nor nix offers `nice`.

/// How far a worker steps back; the server stays at the usual 0.
const STEP_BACK: i32 = 5;

/// Lowers this process's scheduling priority. Where that fails the worker only competes harder.
#[expect(unsafe_code, reason = "nice() takes and returns an integer and touches no memory of ours")]
pub fn yield_to_others() {
    // SAFETY: see the reason above; a failure is reported by the return value, which is not needed.
    let _ = unsafe { nix::libc::nice(STEP_BACK) };
}
