//! What parent and worker say to each other over two pipes, and how it is put into bytes.
//!
//! Invariant: every frame is bounded before memory is taken for it, and no bytes whatever make the decoder panic: the
//! parent reads what a worker under a student's control may have written.

mod frame;
mod message;

#[cfg(test)]
pub use frame::{Frame, encode};
pub use frame::{FrameError, MAX_FRAME_BYTES, read, write};
pub use message::{Answer, FromWorker, Job, Lockdown, Setup, ToWorker};

#[cfg(test)]
mod tests;
