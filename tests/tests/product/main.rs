//! The product from outside: its command line, its server, its processes and their faults.
//!
//! One executable, which links nothing of the product: it uses the `sandbar` binary that lies in the same target folder,
//! knows nothing of its code, and leaves nothing behind.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod browser;
mod command_line;
mod faults;
mod lockdown;
mod processes;
mod program;
mod server;
mod serving;
