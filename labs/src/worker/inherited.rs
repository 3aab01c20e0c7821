//! Closes what whoever started the server had left open: such a descriptor passes through the server into its workers, and
//! neither Landlock nor seccomp takes one away that is already there.

use std::fs;
use std::os::fd::RawFd;

/// Standard error, the last of the three that a worker is given.
const LAST_GIVEN: RawFd = 2;

/// Closes every descriptor but the three standard ones. Called before this process has opened any of its own.
///
/// # Errors
/// When it cannot be found out which are open: a worker must not begin then.
pub fn close_inherited() -> std::io::Result<()> {
    for number in open_descriptors()?.into_iter().filter(|number| *number > LAST_GIVEN) {
        // The one that the list was read by is among them and closed by now.
        let _ = nix::unistd::close(number);
    }
    Ok(())
}

fn open_descriptors() -> std::io::Result<Vec<RawFd>> {
    let mut numbers = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        numbers.extend(entry?.file_name().to_str().and_then(|name| name.parse::<RawFd>().ok()));
    }
    Ok(numbers)
}
