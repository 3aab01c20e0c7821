//! The product from outside: its command line, its processes, their faults.
//!
//! One executable, so that the large tree behind it is linked once. It uses the `sandbar` binary that lies in the same
//! target folder.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod command_line;
mod program;
mod sql;
