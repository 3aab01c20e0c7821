//! Who is asking: passwords, sessions, the CSRF token, the brake on guessing, and the visitor that handlers receive.
//!
//! Invariants: a password is kept as an argon2id hash only; a browser holds a random session id and nothing else; the id
//! changes when the visitor's rights do; an unsafe request without the session's token changes nothing. This module
//! knows no page.

pub mod csrf;
pub mod frame;
pub mod password;
pub mod sign_in;
pub mod throttle;
pub mod visitor;

pub use frame::Frame;
pub use visitor::{Staff, Visitor};

/// What a session holds, by these names.
mod keys {
    pub const USER: &str = "user";
    pub const CSRF: &str = "csrf";
    /// Of a session that began with a password of the sample class.
    pub const SAMPLE: &str = "sample";
}
